package main

import (
	"go/ast"
	"go/token"
	"go/types"
	"strings"
)

// rewriter writes the files of a package anew. It copies their text and puts
// other text where a mutant may be; the syntax tree stays as it was.
type rewriter struct {
	*source
	catalogue
	notes

	file file
	in   string // the declaration it is in
}

// rewrite returns the text of each file, by its absolute path, and the mutants
// that are in them.
func rewrite(s *source) (texts map[string]string, mutants []mutant) {
	r := &rewriter{source: s}
	texts = map[string]string{}
	for _, f := range s.files {
		r.file, r.notes = f, note(f.tree)
		texts[f.path] = r.whole()
	}
	return texts, r.mutants
}

func (r *rewriter) whole() string {
	var out strings.Builder
	at := r.file.tree.FileStart
	for _, d := range r.file.tree.Decls {
		r.in = nameOf(d)
		out.WriteString(r.raw(at, d.Pos()))
		if f, ok := d.(*ast.FuncDecl); ok && f.Body != nil {
			out.WriteString(r.raw(f.Pos(), f.Body.Pos()))
			out.WriteString(r.text(f.Body))
		} else {
			out.WriteString(r.with(d))
		}
		at = d.End()
	}
	out.WriteString(r.raw(at, r.file.tree.FileEnd))
	return out.String()
}

// raw is the text as it stands in the file.
func (r *rewriter) raw(from, to token.Pos) string {
	return string(r.file.text[r.fset.Position(from).Offset:r.fset.Position(to).Offset])
}

func (r *rewriter) asIs(n ast.Node) string { return r.raw(n.Pos(), n.End()) }

// text is that of a node which is changed inside only.
func (r *rewriter) text(n ast.Node) string {
	var out strings.Builder
	at := n.Pos()
	ast.Inspect(n, func(c ast.Node) bool {
		if c == nil || c == n {
			return true
		}
		changed, ok := r.changed(c)
		if !ok {
			return true
		}
		out.WriteString(r.raw(at, c.Pos()))
		out.WriteString(changed)
		at = c.End()
		return false
	})
	out.WriteString(r.raw(at, n.End()))
	return out.String()
}

// with is the text of a node with all mutants that are at it or inside.
func (r *rewriter) with(n ast.Node) string {
	if changed, ok := r.changed(n); ok {
		return changed
	}
	return r.text(n)
}

// changed is the text of a node that is changed as a whole. What has to stay as
// it is, like a type, counts as changed to itself.
func (r *rewriter) changed(n ast.Node) (string, bool) {
	switch n := n.(type) {
	case *ast.GenDecl:
		return r.asIs(n), n.Tok != token.VAR
	case ast.Expr:
		return r.expression(n)
	case ast.Stmt:
		return r.statement(n)
	}
	return "", false
}

// point registers a mutant and returns its number.
func (r *rewriter) point(at ast.Node, operator, change string) int {
	where := r.fset.Position(at.Pos())
	return r.add(mutant{
		File: r.file.rel, Func: r.in, Line: where.Line,
		Operator: operator, Change: change, Source: r.line(where.Offset),
	})
}

// line is the line around an offset, without the space at its ends.
func (r *rewriter) line(offset int) string {
	text := string(r.file.text)
	from := strings.LastIndexByte(text[:offset], '\n') + 1
	line, _, _ := strings.Cut(text[from:], "\n")
	return strings.TrimSpace(line)
}

// nameOfType writes a type as this file can: false if it has to import for it.
func (r *rewriter) nameOfType(t types.Type) (string, bool) {
	ok := true
	name := types.TypeString(types.Default(t), func(p *types.Package) string {
		if p == r.types {
			return ""
		}
		for _, i := range r.file.tree.Imports {
			if strings.Trim(i.Path.Value, `"`) != p.Path() {
				continue
			}
			if i.Name != nil {
				return i.Name.Name
			}
			return p.Name()
		}
		ok = false
		return p.Name()
	})
	return name, ok
}

// typeOf is the type of an expression, for a helper, if it is what is asked for.
func (r *rewriter) typeOf(x ast.Expr, info types.BasicInfo) (string, bool) {
	t := r.info.TypeOf(x)
	if t == nil {
		return "", false
	}
	if _, generic := t.(*types.TypeParam); generic {
		return "", false
	}
	if b, ok := t.Underlying().(*types.Basic); !ok || b.Info()&info == 0 {
		return "", false
	}
	return r.nameOfType(t)
}
