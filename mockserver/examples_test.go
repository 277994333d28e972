package mockserver_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// withoutExample are the exported names that no example need use, and why.
var withoutExample = map[string]string{
	"TB": "an interface that *testing.T has", "Error": "of an error type", "String": "for logs", "GoString": "for logs",
	"EventKind": "the type of the kinds", "StoreKind": "the type of the stores", "StoreMemory": "the default",
	"Answer": "the type of the answers", "Sign": "the type of the signs", "SignUntrusted": "for the command", "SignZeroKey": "for clients' tests", "SignForgotten": "for the doctor", "JournalHeader": "a line of a file", "JournalEnd": "a line of a file",
	"Injection": "what Inject returns", "InForce": "for those who list what they injected", "Unfired": "for those who list what they injected", "Line": "what Start logs", "Addr": "in the helper of all examples",
	"PublicKey": "in the helper of all examples", "Limit": "a row of LimitTable", "FixedLimit": "a row of FixedLimits",
}

// Every exported name is used in an example that runs, so that it is shown how.
// Kinds of events and answers are lists, one of each is enough.
func TestEveryNameHasAnExample(t *testing.T) {
	used, public := map[string]bool{}, map[string]bool{}
	files, err := os.ReadDir(".")
	require.NoError(t, err)
	for _, f := range files {
		if !strings.HasSuffix(f.Name(), ".go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), f.Name(), nil, parser.SkipObjectResolution)
		require.NoError(t, err)
		switch {
		case strings.HasPrefix(f.Name(), "example"):
			ast.Inspect(file, func(n ast.Node) bool {
				if s, ok := n.(*ast.SelectorExpr); ok {
					used[s.Sel.Name] = true
				}
				return true
			})
		case !strings.HasSuffix(f.Name(), "_test.go"):
			for _, d := range file.Decls {
				exported(d, public)
			}
		}
	}
	require.Greater(t, len(public), 40)
	for name := range public {
		if _, excused := withoutExample[name]; !excused {
			require.True(t, used[name], "%s is in no example", name)
		}
	}
}

// exported adds the exported names of a declaration.
func exported(d ast.Decl, names map[string]bool) {
	add := func(id *ast.Ident) {
		if id.IsExported() && (!strings.HasPrefix(id.Name, "Event") && !strings.HasPrefix(id.Name, "Answer") || id.Name == "Event") {
			names[id.Name] = true
		}
	}
	switch d := d.(type) {
	case *ast.FuncDecl:
		if d.Recv == nil || ownMethods(d.Recv.List[0].Type) {
			add(d.Name)
		}
	case *ast.GenDecl:
		for _, s := range d.Specs {
			switch s := s.(type) {
			case *ast.TypeSpec:
				add(s.Name)
			case *ast.ValueSpec:
				for _, id := range s.Names {
					add(id)
				}
			}
		}
	}
}

// ownMethods tells whether the methods of a type can be called from outside: those
// of view can, as methods of what it is embedded in.
func ownMethods(recv ast.Expr) bool {
	if p, ok := recv.(*ast.StarExpr); ok {
		recv = p.X
	}
	id, ok := recv.(*ast.Ident)
	return ok && (id.IsExported() || id.Name == "view")
}
