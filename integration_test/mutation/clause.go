package main

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"strings"
)

// switchOver rewrites a switch over a value to one over conditions, so that a
// case can be left out: its value is compared here, and what may not be taken
// is then just false.
func (r *rewriter) switchOver(s *ast.SwitchStmt) (string, bool) {
	if s.Tag == nil {
		return "", false
	}
	if r.labeled[s] || !r.hasCases(s) || r.untyped(s.Tag) {
		for _, c := range s.Body.List {
			r.plain[c.(*ast.CaseClause)] = true
		}
		return "", false
	}
	var out strings.Builder
	for _, c := range s.Body.List {
		out.WriteString(r.valueCase(c.(*ast.CaseClause)) + "\n")
	}
	text := fmt.Sprintf("switch mutant_tag := %s; {\n%s}", r.with(s.Tag), out.String())
	if s.Init != nil {
		text = fmt.Sprintf("{ %s; %s }", r.with(s.Init), text)
	}
	return text, true
}

func (r *rewriter) untyped(x ast.Expr) bool {
	t, ok := r.info.TypeOf(x).(*types.Basic)
	return ok && t.Info()&types.IsUntyped != 0
}

func (r *rewriter) hasCases(s *ast.SwitchStmt) bool {
	for _, c := range s.Body.List {
		if c.(*ast.CaseClause).List != nil {
			return true
		}
	}
	return false
}

func (r *rewriter) valueCase(c *ast.CaseClause) string {
	if c.List == nil {
		return r.with(c)
	}
	id := r.point(c, opBranch, "case never")
	values := make([]string, 0, len(c.List))
	for _, x := range c.List {
		values = append(values, fmt.Sprintf("mutant_tag == (%s) && !mutant_is(%d)", r.with(x), id))
	}
	return "case " + strings.Join(values, ", ") + ":" + r.after(c.Colon+1, c.Body, c.End())
}

// after is the text of a clause behind its colon.
func (r *rewriter) after(from token.Pos, body []ast.Stmt, to token.Pos) string {
	var out strings.Builder
	at := from
	for _, s := range body {
		out.WriteString(r.raw(at, s.Pos()))
		out.WriteString(r.with(s))
		at = s.End()
	}
	return out.String() + r.raw(at, to)
}

// caseClause is one of a switch over conditions or over types, or a default.
func (r *rewriter) caseClause(c *ast.CaseClause) (string, bool) {
	if r.plain[c] {
		return "", false
	}
	if c.List == nil {
		return "default:" + r.withoutBody(c, c.Body, "default never", r.after(c.Colon+1, c.Body, c.End())), true
	}
	if r.info.Types[c.List[0]].IsType() || r.info.Types[c.List[0]].IsNil() {
		return r.raw(c.Pos(), c.Colon+1) + r.withoutBody(c, c.Body, "case never", r.after(c.Colon+1, c.Body, c.End())), true
	}
	id := r.point(c, opBranch, "case never")
	conditions := make([]string, 0, len(c.List))
	for _, x := range c.List {
		conditions = append(conditions, fmt.Sprintf("(%s) && !mutant_is(%d)", r.with(x), id))
	}
	return "case " + strings.Join(conditions, ", ") + ":" + r.after(c.Colon+1, c.Body, c.End()), true
}

// commClause is one of a select: the communication stays, what follows does not.
func (r *rewriter) commClause(c *ast.CommClause) (string, bool) {
	head := "default:"
	if c.Comm != nil {
		head = "case " + r.text(c.Comm) + ":"
	}
	return head + r.withoutBody(c, c.Body, "case never", r.after(c.Colon+1, c.Body, c.End())), true
}
