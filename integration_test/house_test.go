package integration_test

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

type source struct {
	path string // from the module's root
	test bool
	text []byte
	tree *ast.File
	fset *token.FileSet
}

func (s source) at(p token.Pos) token.Position { return s.fset.Position(p) }

// sources parses every Go file of the module but the generated ones.
func sources(t *testing.T) (all []source) {
	t.Helper()
	for _, p := range list(t) {
		for _, name := range append(append(append([]string{}, p.GoFiles...), p.TestGoFiles...), p.XTestGoFiles...) {
			path := filepath.Join(p.Dir, name)
			text, err := os.ReadFile(path)
			require.NoError(t, err)
			if bytes.HasPrefix(text, []byte("// Code generated")) {
				continue
			}
			fset := token.NewFileSet()
			tree, err := parser.ParseFile(fset, path, text, parser.ParseComments)
			require.NoError(t, err)
			rel := strings.TrimPrefix(p.ImportPath+"/"+name, module)
			all = append(all, source{rel, strings.HasSuffix(name, "_test.go"), text, tree, fset})
		}
	}
	require.Greater(t, len(all), 100)
	return all
}

func TestFilesStayShort(t *testing.T) {
	for _, s := range sources(t) {
		require.LessOrEqual(t, bytes.Count(s.text, []byte("\n")), 400, s.path)
	}
}

// mayRun are the places that start goroutines or open sockets: all below them
// takes bytes, values and the time, and so runs in a bubble of simulated time.
// rawclient and the tests are the other side.
var mayRun = []string{"mockserver/internal/link/", "mockserver/rawclient/", "mockserver/conformance/", "cmd/fakedc/", "integration_test/"}

func isServer(path string) bool { // package mockserver itself
	return strings.HasPrefix(path, "mockserver/") && strings.Count(path, "/") == 1
}

func runs(path string) bool {
	for _, prefix := range mayRun {
		if strings.HasPrefix(path, prefix) {
			return true
		}
	}
	return isServer(path)
}

func TestWhoStartsGoroutinesAndOpensSockets(t *testing.T) {
	for _, s := range sources(t) {
		if s.test || runs(s.path) {
			continue
		}
		ast.Inspect(s.tree, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.GoStmt:
				t.Errorf("%v: a goroutine is started here", s.at(n.Pos()))
			case *ast.SelectorExpr:
				if x, ok := n.X.(*ast.Ident); ok && x.Name == "net" && opensSocket(n.Sel.Name) {
					t.Errorf("%v: a socket is opened here", s.at(n.Pos()))
				}
			}
			return true
		})
	}
}

// opensSocket tells whether a name of package net is that of a function which does. A
// listener that there is already may be talked about.
func opensSocket(name string) bool {
	return strings.HasPrefix(name, "Dial") || strings.HasPrefix(name, "Listen") && name != "Listener"
}

// startsCommands are the files of "fakedc exec", which is there to start one.
var startsCommands = map[string]bool{"cmd/fakedc/child.go": true, "cmd/fakedc/group_unix.go": true, "cmd/fakedc/group_windows.go": true, "cmd/fakedc/group_other.go": true}

// A server opens no connection and starts no program, whatever a client says.
func TestServerReachesOutNowhere(t *testing.T) {
	for _, s := range sources(t) {
		if s.test || strings.HasPrefix(s.path, "mockserver/rawclient/") || strings.HasPrefix(s.path, "integration_test/") {
			continue
		}
		for _, i := range s.tree.Imports {
			if !startsCommands[s.path] {
				require.NotEqual(t, `"os/exec"`, i.Path.Value, s.path)
			}
		}
		ast.Inspect(s.tree, func(n ast.Node) bool {
			sel, ok := n.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			if x, ok := sel.X.(*ast.Ident); ok && x.Name == "net" && strings.HasPrefix(sel.Sel.Name, "Dial") {
				t.Errorf("%v: a connection is opened here", s.at(n.Pos()))
			}
			return true
		})
	}
}

// In a bubble of simulated time sleeping is a step of the clock; outside of one it
// is a guess.
func TestTestsDoNotSleep(t *testing.T) {
	for _, s := range sources(t) {
		if !s.test {
			continue
		}
		ast.Inspect(s.tree, func(n ast.Node) bool {
			switch {
			case calls(n, "synctest", "Test"):
				return false
			case calls(n, "time", "Sleep"):
				t.Errorf("%v: a test that sleeps; use testing/synctest, a gate or a deadline", s.at(n.Pos()))
			}
			return true
		})
	}
}

// What the kernel of Linux gives by such a call has 32 bits. In an int of Go it is in the wrong
// half where the byte order is big endian, which is nothing that a test sees elsewhere.
func TestNoIntIsAskedOfTheSystem(t *testing.T) {
	for _, s := range sources(t) {
		ast.Inspect(s.tree, func(n ast.Node) bool {
			if calls(n, "unix", "IoctlGetInt") && !strings.HasSuffix(s.path, "_notlinux.go") {
				t.Errorf("%v: use unix.IoctlGetUint32", s.at(n.Pos()))
			}
			return true
		})
	}
}

// calls tells whether n is a call of a package's function.
func calls(n ast.Node, pkg, function string) bool {
	call, ok := n.(*ast.CallExpr)
	if !ok {
		return false
	}
	sel, ok := call.Fun.(*ast.SelectorExpr)
	if !ok || sel.Sel.Name != function {
		return false
	}
	x, ok := sel.X.(*ast.Ident)
	return ok && x.Name == pkg
}

// Exported names of the public packages are documented, in full sentences.
func TestExportedNamesAreDocumented(t *testing.T) {
	for _, s := range sources(t) {
		if s.test || strings.Contains(s.path, "/internal/") || strings.HasPrefix(s.path, "integration_test/") {
			continue
		}
		for _, d := range s.tree.Decls {
			checkDoc(t, s, d)
		}
	}
}

func checkDoc(t *testing.T, s source, d ast.Decl) {
	t.Helper()
	switch d := d.(type) {
	case *ast.FuncDecl:
		wellKnown := d.Recv != nil && (d.Name.Name == "Error" || d.Name.Name == "String" || d.Name.Name == "Unwrap")
		if d.Name.IsExported() && !wellKnown && exportedReceiver(d) && d.Doc == nil {
			t.Errorf("%v: %s has no comment", s.at(d.Pos()), d.Name.Name)
		}
	case *ast.GenDecl:
		for _, spec := range d.Specs {
			if ts, ok := spec.(*ast.TypeSpec); ok && ts.Name.IsExported() && d.Doc == nil && ts.Doc == nil {
				t.Errorf("%v: %s has no comment", s.at(ts.Pos()), ts.Name.Name)
			}
		}
	}
}

func exportedReceiver(d *ast.FuncDecl) bool {
	if d.Recv == nil {
		return true
	}
	x := d.Recv.List[0].Type
	if star, ok := x.(*ast.StarExpr); ok {
		x = star.X
	}
	if index, ok := x.(*ast.IndexExpr); ok {
		x = index.X
	}
	name, ok := x.(*ast.Ident)
	return ok && name.IsExported()
}

// Every package says in a doc.go what it is for.
func TestEveryPackageHasADocFile(t *testing.T) {
	for _, p := range list(t) {
		name := strings.TrimPrefix(p.ImportPath, module)
		if len(p.GoFiles) == 0 || strings.HasSuffix(name, "/gen") || strings.HasPrefix(name, "integration_test/") {
			continue
		}
		require.Contains(t, p.GoFiles, "doc.go", name)
	}
}
