package main

import (
	"go/ast"
	"go/token"
)

// notes say of a node what only the node around it knows.
type notes struct {
	inList  map[ast.Stmt]bool          // a statement that may be wrapped in an if
	fixed   map[ast.Expr]bool          // has to be a constant
	branch  map[ast.Expr]bool          // the condition of an if or a loop
	low     map[ast.Expr]bool          // the lower bound of a slice
	high    map[ast.Expr]bool          // the upper one
	errors  map[ast.Expr]ast.Expr      // a returned expression, and its type if that may be an error
	body    map[*ast.BlockStmt]string  // that of a loop over a range, or of an else
	returns map[ast.Node]*ast.FuncType // the function around a clause or an else
	labeled map[ast.Stmt]bool
	plain   map[*ast.CaseClause]bool // compares values, and stays so
}

func note(tree *ast.File) notes {
	n := notes{
		inList: map[ast.Stmt]bool{}, fixed: map[ast.Expr]bool{}, branch: map[ast.Expr]bool{},
		low: map[ast.Expr]bool{}, high: map[ast.Expr]bool{}, errors: map[ast.Expr]ast.Expr{},
		body: map[*ast.BlockStmt]string{}, returns: map[ast.Node]*ast.FuncType{}, labeled: map[ast.Stmt]bool{},
		plain: map[*ast.CaseClause]bool{},
	}
	for _, d := range tree.Decls {
		if f, ok := d.(*ast.FuncDecl); ok && f.Body != nil {
			n.function(f.Type, f.Body)
		} else if !ok {
			n.function(nil, d)
		}
	}
	return n
}

// function notes what is in a function, and calls itself for those inside.
func (n notes) function(f *ast.FuncType, body ast.Node) {
	ast.Inspect(body, func(c ast.Node) bool {
		switch c := c.(type) {
		case *ast.FuncLit:
			n.function(c.Type, c.Body)
			return false
		case *ast.ReturnStmt:
			n.result(f, c)
		case *ast.BlockStmt:
			n.list(c.List)
		case *ast.CaseClause:
			n.list(c.Body)
			n.returns[c] = f
		case *ast.CommClause:
			n.list(c.Body)
			n.returns[c] = f
		case *ast.LabeledStmt:
			n.labeled[c.Stmt] = true
		case *ast.IfStmt:
			n.branch[c.Cond] = true
			if e, ok := c.Else.(*ast.BlockStmt); ok {
				n.body[e], n.returns[e] = "else", f
			}
		case *ast.ForStmt:
			if c.Cond != nil {
				n.branch[c.Cond] = true
			}
		case *ast.RangeStmt:
			n.body[c.Body] = "range"
		case *ast.SliceExpr:
			n.low[c.Low], n.high[c.High] = true, true
		case *ast.CompositeLit:
			n.keys(c)
		}
		return true
	})
}

func (n notes) list(stmts []ast.Stmt) {
	for _, s := range stmts {
		n.inList[s] = true
	}
}

// result notes the last of the returned expressions, where a function returns
// its error.
func (n notes) result(f *ast.FuncType, s *ast.ReturnStmt) {
	if f == nil || f.Results == nil || len(s.Results) != f.Results.NumFields() || len(s.Results) == 0 {
		return
	}
	n.errors[s.Results[len(s.Results)-1]] = f.Results.List[len(f.Results.List)-1].Type
}

// keys notes the keys of an array or slice, which are constants.
func (n notes) keys(c *ast.CompositeLit) {
	if _, ok := c.Type.(*ast.ArrayType); !ok {
		return
	}
	for _, e := range c.Elts {
		if pair, ok := e.(*ast.KeyValueExpr); ok {
			n.fixed[pair.Key] = true
		}
	}
}

// mayEnd tells whether a list of statements could be one that the compiler
// takes for the end of a function.
func mayEnd(stmts []ast.Stmt) bool {
	if len(stmts) == 0 {
		return false
	}
	switch s := stmts[len(stmts)-1].(type) {
	case *ast.AssignStmt, *ast.IncDecStmt, *ast.SendStmt, *ast.DeferStmt, *ast.DeclStmt, *ast.RangeStmt:
		return false
	case *ast.ExprStmt:
		return isPanic(s)
	case *ast.IfStmt:
		return s.Else != nil
	case *ast.ForStmt:
		return s.Cond == nil
	case *ast.BranchStmt:
		return s.Tok == token.GOTO || s.Tok == token.FALLTHROUGH
	}
	return true
}

func isPanic(s *ast.ExprStmt) bool {
	call, ok := s.X.(*ast.CallExpr)
	if !ok {
		return false
	}
	name, ok := call.Fun.(*ast.Ident)
	return ok && name.Name == "panic"
}
