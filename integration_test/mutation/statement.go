package main

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"strings"
)

// statement changes one, and lets a mutant leave it out.
func (r *rewriter) statement(s ast.Stmt) (string, bool) {
	inner, changed := "", false
	switch s := s.(type) {
	case *ast.BlockStmt:
		return r.block(s)
	case *ast.CaseClause:
		return r.caseClause(s)
	case *ast.CommClause:
		return r.commClause(s)
	case *ast.SwitchStmt:
		return r.switchOver(s)
	case *ast.IncDecStmt:
		return r.step(s)
	case *ast.AssignStmt:
		inner, changed = r.assign(s)
	}
	if !r.inList[s] || !deletable(s) {
		return inner, changed
	}
	id := r.point(s, opDelete, kindOf(s)+" left out")
	if !changed {
		inner = r.text(s)
	}
	return fmt.Sprintf("if !mutant_is(%d) { %s }", id, inner), true
}

// deletable tells whether the code compiles without the statement.
func deletable(s ast.Stmt) bool {
	switch s := s.(type) {
	case *ast.AssignStmt:
		return s.Tok != token.DEFINE && !allBlank(s.Lhs)
	case *ast.ExprStmt:
		return !isPanic(s)
	case *ast.DeferStmt, *ast.SendStmt, *ast.GoStmt:
		return true
	case *ast.BranchStmt:
		return s.Tok == token.BREAK || s.Tok == token.CONTINUE
	}
	return false
}

func kindOf(s ast.Stmt) string {
	switch s := s.(type) {
	case *ast.AssignStmt:
		return "assignment"
	case *ast.DeferStmt:
		return "defer"
	case *ast.BranchStmt:
		return s.Tok.String()
	}
	return "call"
}

func allBlank(list []ast.Expr) bool {
	for _, x := range list {
		if name, ok := x.(*ast.Ident); !ok || name.Name != "_" {
			return false
		}
	}
	return true
}

// step is x++ or x--, also where a loop counts.
func (r *rewriter) step(s *ast.IncDecStmt) (string, bool) {
	name, ok := r.typeOf(s.X, types.IsInteger)
	if !ok {
		return "", false
	}
	id := r.point(s, opStep, s.Tok.String()+" -> opposite")
	none := r.point(s, opDelete, s.Tok.String()+" left out")
	return fmt.Sprintf("%s %s= mutant_step[%s](%d, %d, 1)", r.text(s.X), s.Tok.String()[:1], name, id, none), true
}

var assigned = map[token.Token]token.Token{
	token.ADD_ASSIGN: token.ADD, token.SUB_ASSIGN: token.SUB, token.MUL_ASSIGN: token.MUL, token.QUO_ASSIGN: token.QUO,
	token.REM_ASSIGN: token.REM, token.AND_ASSIGN: token.AND, token.OR_ASSIGN: token.OR, token.XOR_ASSIGN: token.XOR,
	token.SHL_ASSIGN: token.SHL, token.SHR_ASSIGN: token.SHR, token.AND_NOT_ASSIGN: token.AND_NOT,
}

// assign turns x += y into x = x + y, so that the operator can be another. What
// has an effect of its own on the left, like a call, is evaluated once only.
func (r *rewriter) assign(s *ast.AssignStmt) (string, bool) {
	op, ok := assigned[s.Tok]
	if !ok || hasCall(s.Lhs[0]) {
		return "", false
	}
	value, ok := r.arith(s, op, s.Lhs[0], s.Lhs[0], s.Rhs[0])
	if !ok {
		return "", false
	}
	return r.asIs(s.Lhs[0]) + " = " + value, true
}

func hasCall(x ast.Expr) (has bool) {
	ast.Inspect(x, func(n ast.Node) bool {
		_, is := n.(*ast.CallExpr)
		has = has || is
		return true
	})
	return has
}

// block is one that a loop over a range or an else has.
func (r *rewriter) block(b *ast.BlockStmt) (string, bool) {
	switch r.body[b] {
	case "range":
		id := r.point(b, opBranch, "loop never entered")
		return fmt.Sprintf("{ if mutant_is(%d) { break }; %s", id, strings.TrimPrefix(r.text(b), "{")), true
	case "else":
		return "{ " + r.withoutBody(b, b.List, "else never", strings.TrimSuffix(strings.TrimPrefix(r.text(b), "{"), "}")) + " }", true
	}
	return "", false
}

// withoutBody lets a mutant leave out a list of statements. Where the compiler
// may take it for the end of the function, the mutant returns zero values.
func (r *rewriter) withoutBody(n ast.Node, list []ast.Stmt, change, text string) string {
	if len(list) == 0 {
		return text
	}
	id := r.point(n, opBranch, change)
	if !mayEnd(list) {
		return fmt.Sprintf("if !mutant_is(%d) { %s }", id, text)
	}
	zeros := []string{}
	if f := r.returns[n]; f != nil && f.Results != nil {
		for _, field := range f.Results.List {
			for range max(1, len(field.Names)) {
				zeros = append(zeros, "mutant_zero["+r.asIs(field.Type)+"]()")
			}
		}
	}
	return fmt.Sprintf("if mutant_is(%d) { return %s }; %s", id, strings.Join(zeros, ", "), text)
}
