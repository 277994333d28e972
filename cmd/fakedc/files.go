package main

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"slices"
	"strings"
)

// readyFiles tell other processes, by files, how to reach a server that listens.
// They are there, whole, only while it does.
type readyFiles struct{ ready, env string }

// clear takes away what a server left behind that was killed: whoever waits must
// not be led to it.
func (f readyFiles) clear() error {
	for _, path := range f.all() {
		if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return ioErrorf("removing what an earlier server left: %w", err)
		}
	}
	return nil
}

// write writes them, the one that says "ready" last.
func (f readyFiles) write(r ready) error {
	if f.env != "" {
		if err := writeFile(f.keyFile(), []byte(r.RSA.PEM)); err != nil {
			return err
		}
		if err := writeFile(f.env, []byte(shellExports(environment(r, f.keyFile())))); err != nil {
			return err
		}
	}
	if f.ready == "" {
		return nil
	}
	line, err := json.Marshal(r)
	if err != nil {
		return ioErrorf("writing the ready file: %w", err)
	}
	return writeFile(f.ready, append(line, '\n'))
}

// remove ends what they say. It is too late to tell anybody that it failed.
func (f readyFiles) remove() { _ = f.clear() }

func (f readyFiles) keyFile() string { return f.env + ".pem" }

func (f readyFiles) all() (paths []string) {
	if f.ready != "" {
		paths = append(paths, f.ready)
	}
	if f.env != "" {
		paths = append(paths, f.env, f.keyFile())
	}
	return paths
}

// shellExports writes variables so that any POSIX shell reads them with ". FILE".
func shellExports(env []string) string {
	var b strings.Builder
	slices.Sort(env)
	for _, one := range env {
		name, value, _ := strings.Cut(one, "=")
		b.WriteString("export " + name + "='" + strings.ReplaceAll(value, "'", `'\''`) + "'\n")
	}
	return b.String()
}
