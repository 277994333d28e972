package main

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
)

// swap is what a mutant does instead, and the helper that can do both.
type swap struct {
	helper  string
	becomes string
}

var arithmetic = map[token.Token]swap{
	token.ADD: {"mutant_add", "-"}, token.SUB: {"mutant_sub", "+"},
	token.MUL: {"mutant_mul", "/"}, token.QUO: {"mutant_quo", "*"}, token.REM: {"mutant_rem", "*"},
	token.AND: {"mutant_and", "|"}, token.OR: {"mutant_or", "&"}, token.XOR: {"mutant_xor", "&"},
	token.AND_NOT: {"mutant_clear", "&"}, token.SHL: {"mutant_shl", ">>"}, token.SHR: {"mutant_shr", "<<"},
}

// Both the boundary and the opposite of these.
var ordered = map[token.Token]swap{
	token.LSS: {"mutant_less", "<="}, token.LEQ: {"mutant_most", "<"},
	token.GTR: {"mutant_more", ">="}, token.GEQ: {"mutant_least", ">"},
}

var opposite = map[token.Token]string{
	token.LSS: ">=", token.LEQ: ">", token.GTR: "<=", token.GEQ: "<", token.EQL: "!=", token.NEQ: "==",
}

func (r *rewriter) binary(x *ast.BinaryExpr) (string, bool) {
	switch x.Op {
	case token.LAND, token.LOR:
		return r.logic(x), true
	case token.EQL, token.NEQ:
		id := r.negated(x)
		return fmt.Sprintf("((%s %s %s) != mutant_is(%d))", r.with(x.X), x.Op, r.with(x.Y), id), true
	}
	if s, ok := ordered[x.Op]; ok {
		edge, id := r.point(x, opBoundary, x.Op.String()+" -> "+s.becomes), r.negated(x)
		return fmt.Sprintf("(%s(%d, %s, %s) != mutant_is(%d))", s.helper, edge, r.with(x.X), r.with(x.Y), id), true
	}
	return r.arith(x, x.Op, x, x.X, x.Y)
}

func (r *rewriter) negated(x *ast.BinaryExpr) int {
	return r.point(x, opNegate, x.Op.String()+" -> "+opposite[x.Op])
}

// logic makes one of a && b and a || b out of the other and still evaluates b
// only where it counts: a || b is !(!a && !b), and != true is "not".
func (r *rewriter) logic(x *ast.BinaryExpr) string {
	becomes := "||"
	if x.Op == token.LOR {
		becomes = "&&"
	}
	id := r.point(x, opLogic, x.Op.String()+" -> "+becomes)
	return fmt.Sprintf("(((%s) != mutant_is(%d) %s (%s) != mutant_is(%d)) != mutant_is(%d))",
		r.with(x.X), id, x.Op, r.with(x.Y), id, id)
}

// arith is a operator b, of the type of result: what a binary expression is, or what
// an assignment with an operator assigns. Only integers are changed.
func (r *rewriter) arith(at ast.Node, op token.Token, result, a, b ast.Expr) (string, bool) {
	s, known := arithmetic[op]
	name, isInteger := r.typeOf(result, types.IsInteger)
	if !known || !isInteger {
		return "", false
	}
	id := r.point(at, opArith, op.String()+" -> "+s.becomes)
	return fmt.Sprintf("%s[%s](%d, %s, %s)", s.helper, name, id, r.with(a), r.with(b)), true
}
