package main

import (
	"fmt"
	"go/ast"
	"go/token"
	"strings"
)

// A mutant is one small change of a package.
type mutant struct {
	ID       int    // the number that switches it on, from 1
	File     string // from the module's root
	Func     string // Type.Method, function, or the variable that is initialised
	Line     int    // for people; it is no part of the identity
	Operator string // what kind of change
	Change   string // from what to what
	Source   string // the line, without the space around it
	Nth      int    // counts those that are otherwise the same, from 1
}

// The operators.
const (
	opBoundary = "boundary" // < becomes <=
	opNegate   = "negate"   // a condition becomes its opposite
	opLogic    = "logic"    // && becomes ||
	opArith    = "arith"    // + becomes -
	opConstant = "constant" // n becomes n+1, 1 becomes 0, true becomes false
	opDelete   = "delete"   // a statement is left out
	opBranch   = "branch"   // a branch is never taken, a loop never entered
	opStep     = "step"     // ++ becomes --
	opBound    = "bound"    // a slice is one shorter, at either end
	opError    = "error"    // an error that is returned becomes nil
)

// key is what identifies a mutant while the code around it is edited.
type key struct {
	File     string `json:"file"`
	Func     string `json:"func"`
	Operator string `json:"operator"`
	Change   string `json:"change"`
	Source   string `json:"source"`
	Nth      int    `json:"nth"`
}

func (m mutant) key() key { return key{m.File, m.Func, m.Operator, m.Change, m.Source, m.Nth} }

func (m mutant) String() string {
	return fmt.Sprintf("%s:%d: %s: %s, %s: %s", m.File, m.Line, m.Func, m.Operator, m.Change, m.Source)
}

// catalogue hands out the numbers.
type catalogue struct {
	mutants []mutant
	same    map[key]int
}

func (c *catalogue) add(m mutant) int {
	if c.same == nil {
		c.same = map[key]int{}
	}
	c.same[m.key()]++
	m.Nth = c.same[m.key()]
	m.ID = len(c.mutants) + 1
	c.mutants = append(c.mutants, m)
	return m.ID
}

// nameOf says which declaration a mutant is in.
func nameOf(d ast.Decl) string {
	switch d := d.(type) {
	case *ast.FuncDecl:
		if d.Recv == nil {
			return d.Name.Name
		}
		return receiver(d.Recv.List[0].Type) + "." + d.Name.Name
	case *ast.GenDecl:
		if d.Tok == token.VAR && len(d.Specs) > 0 {
			names := []string{}
			for _, name := range d.Specs[0].(*ast.ValueSpec).Names {
				names = append(names, name.Name)
			}
			return "var " + strings.Join(names, ", ")
		}
	}
	return ""
}

func receiver(x ast.Expr) string {
	switch x := x.(type) {
	case *ast.StarExpr:
		return receiver(x.X)
	case *ast.IndexExpr:
		return receiver(x.X)
	case *ast.Ident:
		return x.Name
	}
	return ""
}
