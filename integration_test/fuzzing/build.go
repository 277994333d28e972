package main

import (
	"bytes"
	"context"
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"
)

// builder makes test binaries, each once.
type builder struct {
	root, scratch string
	built         map[string]string
}

// instrument has only this module's packages report what they reach. go test -fuzz
// does it to the libraries as well, whose counters are looked at after each execution:
// that costs most of the time and guides the fuzzer to what is not under test. What a
// debugger needs is left out, too: writing it takes longer than all else.
const instrument = "-gcflags=%s/...=-d=libfuzzer"

// binary returns the test binary of a package.
func (b *builder) binary(ctx context.Context, pkg string) (string, error) {
	if path := b.built[pkg]; path != "" {
		return path, nil
	}
	module, err := b.goCommand(ctx, "list", "-m")
	if err != nil {
		return "", err
	}
	path := filepath.Join(b.scratch, strings.ReplaceAll(pkg, "/", "-")+".test.exe") // Windows runs nothing without
	if _, err := b.goCommand(ctx, "test", "-c", fmt.Sprintf(instrument, module), "-ldflags=-w", "-o", path, "./"+pkg); err != nil {
		return "", err
	}
	b.built[pkg] = path
	return path, nil
}

// cacheDir is where go test keeps the inputs that it found for a package.
func (b *builder) cacheDir(ctx context.Context, pkg string) (string, error) {
	cache, err := b.goCommand(ctx, "env", "GOCACHE")
	if err != nil {
		return "", err
	}
	path, err := b.goCommand(ctx, "list", "./"+pkg)
	return filepath.Join(cache, "fuzz", filepath.FromSlash(path)), err
}

func (b *builder) goCommand(ctx context.Context, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Dir = b.root
	ownGroup(cmd) // a compiler that go started holds the output as well
	cmd.Cancel = func() error { killGroup(cmd); return nil }
	cmd.WaitDelay = lastWord
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("go %s: %w\n%s%s", strings.Join(args, " "), err, out, stderr.Bytes())
	}
	return strings.TrimSpace(string(out)), nil
}
