package mockserver_test

import (
	"encoding/hex"
	"encoding/json"
	"errors"
	"go/importer"
	"go/token"
	"go/types"
	"io"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func hexOf(b []byte) string { return hex.EncodeToString(b) }

// exports gives the compiler's export data of a package and all below it.
func exports(t *testing.T, pkg string) func(path string) (io.ReadCloser, error) {
	t.Helper()
	cmd := exec.Command("go", "list", "-export", "-deps", "-json=ImportPath,Export", pkg)
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if errors.Is(err, exec.ErrNotFound) {
		t.Skip("there is no go command to ask")
	}
	require.NoError(t, err)
	files := map[string]string{}
	dec := json.NewDecoder(strings.NewReader(string(out)))
	for dec.More() {
		var p struct{ ImportPath, Export string }
		require.NoError(t, dec.Decode(&p))
		files[p.ImportPath] = p.Export
	}
	return func(path string) (io.ReadCloser, error) { return os.Open(files[path]) }
}

// walker looks at every type that the user of a package can get hold of.
type walker struct {
	seen    map[types.Type]bool
	foreign map[string]bool // packages of the types that were found
}

func (w *walker) walk(t types.Type) {
	if w.seen[t] {
		return
	}
	w.seen[t] = true
	switch t := t.(type) {
	case *types.Alias:
		w.walk(types.Unalias(t))
	case *types.Named:
		w.named(t)
	case *types.Pointer:
		w.walk(t.Elem())
	case *types.Slice:
		w.walk(t.Elem())
	case *types.Array:
		w.walk(t.Elem())
	case *types.Chan:
		w.walk(t.Elem())
	case *types.Map:
		w.walk(t.Key())
		w.walk(t.Elem())
	case *types.Signature:
		for _, tuple := range []*types.Tuple{t.Params(), t.Results()} {
			for v := range tuple.Variables() {
				w.walk(v.Type())
			}
		}
	case *types.Struct:
		for f := range t.Fields() {
			if f.Exported() {
				w.walk(f.Type())
			}
		}
	case *types.Interface:
		for m := range t.Methods() {
			w.walk(m.Type())
		}
	}
}

func (w *walker) named(t *types.Named) {
	pkg := t.Obj().Pkg()
	if pkg == nil {
		return // error, comparable
	}
	w.foreign[pkg.Path()] = true
	if !strings.HasPrefix(pkg.Path(), module) {
		return // what others are made of is theirs
	}
	w.walk(t.Underlying())
	for m := range t.Methods() {
		if m.Exported() {
			w.walk(m.Type())
		}
	}
}

const module = "github.com/fakedc/fakedc"

// What a Go test imports is made of the standard library's types and fakedc's: no
// library that fakedc is built with shows through, so that it can be replaced.
func TestPublicAPIShowsNoForeignType(t *testing.T) {
	lookup := importer.ForCompiler(token.NewFileSet(), "gc", exports(t, module+"/mockserver"))
	pkg, err := lookup.Import(module + "/mockserver")
	require.NoError(t, err)
	w := &walker{seen: map[types.Type]bool{}, foreign: map[string]bool{}}
	for _, name := range pkg.Scope().Names() {
		if o := pkg.Scope().Lookup(name); o.Exported() {
			w.walk(o.Type())
		}
	}
	require.True(t, w.foreign[module+"/mockserver"] && w.foreign["crypto/rsa"] && w.foreign["net"], "nothing was looked at")
	for path := range w.foreign {
		standard := !strings.Contains(strings.Split(path, "/")[0], ".")
		require.True(t, standard || strings.HasPrefix(path, module), "the API shows a type of %s", path)
	}
}
