package main

import (
	"cmp"
	"fmt"
	"go/ast"
	"go/build"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// target is a function that starts with Fuzz.
type target struct {
	Package string // folder from the module's root, with slashes
	Name    string
	About   string // its comment, on one line: what it holds against what
}

func (t target) String() string { return t.Package + " " + t.Name }

// find returns the targets of the module in folder root, sorted. Files that this
// system does not compile, folders with a go.mod of their own and what go itself
// leaves out are left out.
func find(root string) (all []target, err error) {
	err = filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && path != root && foreign(path):
			return fs.SkipDir
		case d.IsDir() || !strings.HasSuffix(path, "_test.go"):
			return nil
		}
		if ok, err := build.Default.MatchFile(filepath.Split(path)); err != nil || !ok {
			return err
		}
		found, err := inFile(path)
		for i := range found {
			rel, _ := filepath.Rel(root, filepath.Dir(path))
			found[i].Package = filepath.ToSlash(rel)
		}
		all = append(all, found...)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("looking for targets in %s: %w", root, err)
	}
	slices.SortFunc(all, func(a, b target) int {
		return cmp.Or(strings.Compare(a.Package, b.Package), strings.Compare(a.Name, b.Name))
	})
	return all, nil
}

// foreign tells whether a folder is none of this module's packages.
func foreign(path string) bool {
	name := filepath.Base(path)
	if strings.HasPrefix(name, ".") || strings.HasPrefix(name, "_") || name == "testdata" || name == "node_modules" {
		return true
	}
	_, err := os.Stat(filepath.Join(path, "go.mod"))
	return err == nil
}

func inFile(path string) (found []target, err error) {
	tree, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	for _, d := range tree.Decls {
		f, ok := d.(*ast.FuncDecl)
		if ok && f.Recv == nil && takesF(f) {
			about := strings.Join(strings.Fields(f.Doc.Text()), " ")
			found = append(found, target{Name: f.Name.Name, About: about})
		}
	}
	return found, nil
}

// takesF tells whether f looks like func FuzzX(f *testing.F).
func takesF(f *ast.FuncDecl) bool {
	if !strings.HasPrefix(f.Name.Name, "Fuzz") || f.Type.Params.NumFields() != 1 || f.Type.Results.NumFields() != 0 {
		return false
	}
	star, ok := f.Type.Params.List[0].Type.(*ast.StarExpr)
	if !ok {
		return false
	}
	sel, ok := star.X.(*ast.SelectorExpr)
	return ok && sel.Sel.Name == "F"
}
