package main

import (
	"fmt"
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
)

// expression changes one, and wraps it where its place asks for more.
func (r *rewriter) expression(x ast.Expr) (string, bool) {
	if r.stays(x) {
		return r.asIs(x), true
	}
	inner, changed := r.operator(x)
	wrap := r.wrap(x)
	if wrap == "" {
		return inner, changed
	}
	text := inner
	if !changed {
		text = r.text(x)
	}
	switch wrap {
	case opBranch:
		return r.taken(x, text, changed), true
	case opLow:
		return fmt.Sprintf("mutant_up(%d, %s)", r.point(x, opBound, "low + 1"), text), true
	case opHigh:
		return fmt.Sprintf("mutant_down(%d, %s)", r.point(x, opBound, "high - 1"), text), true
	default:
		return fmt.Sprintf("mutant_nil[%s](%d, %s)", r.asIs(r.errors[x]), r.point(x, opError, "error -> nil"), text), true
	}
}

// The two sorts of opBound.
const (
	opLow  = opBound + " below"
	opHigh = opBound + " above"
)

// wrap says what the place of an expression asks for, empty for nothing.
func (r *rewriter) wrap(x ast.Expr) string {
	isConstant := r.info.Types[x].Value != nil
	switch {
	case r.branch[x]:
		return opBranch
	case r.low[x] && !isConstant:
		return opLow
	case r.high[x] && !isConstant:
		return opHigh
	case r.errors[x] != nil && r.isError(x):
		return opError
	}
	return ""
}

// stays tells of expressions that are not values, or have to be constants.
func (r *rewriter) stays(x ast.Expr) bool {
	switch x.(type) {
	case *ast.FuncType, *ast.ArrayType, *ast.MapType, *ast.ChanType, *ast.StructType, *ast.InterfaceType:
		return true
	}
	return r.fixed[x] || r.info.Types[x].IsType()
}

// taken is the condition of a branch, which a mutant never takes. A condition
// that is no comparison gets its opposite here.
func (r *rewriter) taken(x ast.Expr, inner string, changed bool) string {
	if !changed {
		if _, ok := x.(*ast.ParenExpr); !ok {
			inner = fmt.Sprintf("(%s) != mutant_is(%d)", inner, r.point(x, opNegate, "x -> !x"))
		}
	}
	return fmt.Sprintf("(%s) && !mutant_is(%d)", inner, r.point(x, opBranch, "never"))
}

// isError tells whether a returned expression is an error other than nil. The
// type of the result decides, and a pointer that is an error is one, too.
func (r *rewriter) isError(x ast.Expr) bool {
	if tv := r.info.Types[x]; tv.IsNil() || tv.Type == nil {
		return false
	}
	result := r.info.TypeOf(r.errors[x])
	switch result.Underlying().(type) {
	case *types.Interface, *types.Pointer:
		return types.Implements(result, types.Universe.Lookup("error").Type().Underlying().(*types.Interface))
	}
	return false
}

// operator changes an expression by what it is.
func (r *rewriter) operator(x ast.Expr) (string, bool) {
	if tv := r.info.Types[x]; tv.Value != nil {
		return r.constant(x, tv)
	}
	switch x := x.(type) {
	case *ast.BinaryExpr:
		return r.binary(x)
	case *ast.UnaryExpr:
		if x.Op == token.NOT {
			id := r.point(x, opNegate, "!x -> x")
			return fmt.Sprintf("((!%s) != mutant_is(%d))", r.with(x.X), id), true
		}
	}
	return "", false
}

// constant changes an integer or a bool; other constants stay. A name is a
// constant, too, and so is what is computed from constants.
func (r *rewriter) constant(x ast.Expr, tv types.TypeAndValue) (string, bool) {
	if tv.Value.Kind() == constant.Bool {
		if constant.BoolVal(tv.Value) {
			return fmt.Sprintf("(!mutant_is(%d))", r.point(x, opConstant, "true -> false")), true
		}
		return fmt.Sprintf("mutant_is(%d)", r.point(x, opConstant, "false -> true")), true
	}
	name, ok := r.typeOf(x, types.IsInteger)
	if !ok {
		return r.asIs(x), true
	}
	written, plus, change := r.asIs(x), "1", ""
	switch n, exact := constant.Int64Val(constant.ToInt(tv.Value)); {
	case exact && n == 1:
		plus, change = "-1", written+" -> 0"
		if r.unsigned(x) {
			plus = "^" + name + "(0)" // wraps around
		}
	case exact && n != 0 && name == "time.Duration":
		plus, change = written, written+" -> twice" // a nanosecond more is no change
	default:
		change = written + " -> +1"
	}
	return fmt.Sprintf("mutant_int[%s](%d, %s, %s)", name, r.point(x, opConstant, change), written, plus), true
}

func (r *rewriter) unsigned(x ast.Expr) bool {
	_, ok := r.typeOf(x, types.IsUnsigned)
	return ok
}
