package main

import (
	"bytes"
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

//go:embed switch.go.txt
var switchText string

// program is the test binary of a package that has all its mutants in it.
type program struct {
	path    string
	dir     string // where the tests run: that of the package, for its testdata
	scratch string
	// What a mutant may take beyond what its tests take.
	patience time.Duration
}

// build compiles the tests of a package with the texts in place of its files.
func build(ctx context.Context, s *source, texts map[string]string, count int, scratch string) (*program, error) {
	name := s.types.Name()
	text := strings.Replace(switchText, "PACKAGE", name, 1)
	texts[filepath.Join(s.Dir, "zz_mutant_switch.go")] = strings.Replace(text, "COUNT", strconv.Itoa(count), 1)
	replace := map[string]string{}
	for path, text := range texts {
		to := filepath.Join(scratch, filepath.Base(path))
		if err := os.WriteFile(to, []byte(text), 0o600); err != nil {
			return nil, err
		}
		replace[path] = to
	}
	overlay, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		return nil, err
	}
	file := filepath.Join(scratch, "overlay.json")
	if err := os.WriteFile(file, overlay, 0o600); err != nil {
		return nil, err
	}
	p := &program{path: filepath.Join(scratch, name+".test"), dir: s.Dir, scratch: scratch, patience: patience}
	cmd := exec.CommandContext(ctx, "go", "test", "-c", "-vet=off", "-overlay", file, "-o", p.path, s.Path)
	cmd.Dir = s.Dir
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Run(); err != nil {
		return nil, fmt.Errorf("what was rewritten of %s does not compile: %w\n%s", s.Name, err, out.Bytes())
	}
	return p, nil
}
