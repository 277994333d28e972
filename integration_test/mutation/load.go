package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
)

// source is one package, parsed and type-checked, without its tests.
type source struct {
	Path  string // the import path
	Dir   string
	Name  string // from the module's root
	fset  *token.FileSet
	files []file
	types *types.Package
	info  *types.Info
}

type file struct {
	path string // absolute
	rel  string // from the module's root
	text []byte
	tree *ast.File
}

type listed struct {
	ImportPath, Dir, Export string
	GoFiles                 []string
	DepOnly                 bool
	Module                  *struct{ Dir string }
	Error                   *struct{ Err string }
}

// load reads the package at pattern, a directory as the go command takes it.
func load(pattern string) (*source, error) {
	packages, err := list(pattern)
	if err != nil {
		return nil, err
	}
	exports := map[string]string{}
	var it *listed
	for i, p := range packages {
		exports[p.ImportPath] = p.Export
		if !p.DepOnly {
			it = &packages[i]
		}
	}
	if it == nil || it.Module == nil {
		return nil, fmt.Errorf("%s is no package of a module", pattern)
	}
	s := &source{Path: it.ImportPath, Dir: it.Dir, fset: token.NewFileSet()}
	if s.Name, err = filepath.Rel(it.Module.Dir, it.Dir); err != nil {
		return nil, err
	}
	for _, name := range it.GoFiles {
		if err := s.parse(name); err != nil {
			return nil, err
		}
	}
	return s, s.check(exports)
}

// list asks for the package and all that it imports, compiled, since the types
// of what it imports are read from there.
func list(pattern string) (packages []listed, err error) {
	cmd := exec.Command("go", "list", "-export", "-deps", "-json=ImportPath,Dir,Export,GoFiles,DepOnly,Module,Error", pattern)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("go list %s: %w: %s", pattern, err, stderr.Bytes())
	}
	for d := json.NewDecoder(bytes.NewReader(out)); ; {
		var p listed
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			return packages, nil
		} else if err != nil {
			return nil, fmt.Errorf("go list %s: %w", pattern, err)
		}
		packages = append(packages, p)
	}
}

func (s *source) parse(name string) error {
	path := filepath.Join(s.Dir, name)
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	return s.parseText(path, text)
}

func (s *source) parseText(path string, text []byte) error {
	// Without comments: what is written is the text, with changes in it.
	tree, err := parser.ParseFile(s.fset, path, text, parser.SkipObjectResolution)
	if err != nil {
		return err
	}
	s.files = append(s.files, file{path, filepath.ToSlash(filepath.Join(s.Name, filepath.Base(path))), text, tree})
	return nil
}

func (s *source) check(exports map[string]string) (err error) {
	open := func(path string) (io.ReadCloser, error) {
		if exports[path] == "" {
			return nil, fmt.Errorf("%s has no export data", path)
		}
		return os.Open(exports[path])
	}
	config := types.Config{
		Importer: importer.ForCompiler(s.fset, "gc", open),
		Sizes:    types.SizesFor("gc", runtime.GOARCH),
	}
	s.info = &types.Info{
		Types: map[ast.Expr]types.TypeAndValue{}, Defs: map[*ast.Ident]types.Object{},
		Uses: map[*ast.Ident]types.Object{},
	}
	trees := make([]*ast.File, 0, len(s.files))
	for _, f := range s.files {
		trees = append(trees, f.tree)
	}
	s.types, err = config.Check(s.Path, s.fset, trees, s.info)
	return err
}
