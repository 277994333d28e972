package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// readyFiles tell other processes, by files, how to reach a server that listens.
// They are there, whole, only while it does.
type readyFiles struct {
	ready, env string
	wrote      map[string][]byte // by path
}

// askTime is how long a server that may be there has to answer, on a machine that is busy, too: one that is gone is refused
// at once.
const askTime = 2 * time.Second

// clear takes away what a server left behind that was killed: whoever waits must
// not be led to it. The files of one that still answers are its own.
func (f *readyFiles) clear(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, askTime)
	defer cancel()
	for _, one := range []struct {
		flag, path string
		find       func() (awaited, error)
	}{
		{"--ready-file", f.ready, (&waitFlags{ready: f.ready}).find},
		{"--env-file", f.env, f.exported},
	} {
		if one.path == "" || device(one.path) {
			continue
		}
		if a, err := one.find(); err == nil && a.ask(ctx) == nil {
			return ioErrorf("%s %s is that of a server that runs, %s: stop it, or give this one a file of its own", one.flag, one.path, a.addr)
		}
	}
	for _, path := range f.all() {
		if device(path) {
			continue
		}
		if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return ioErrorf("removing what an earlier server left: %w", err)
		}
	}
	return nil
}

// write writes them, the one that says "ready" last.
func (f *readyFiles) write(r ready) error {
	if f.env != "" {
		key, err := filepath.Abs(f.keyFile()) // whoever reads the variables may be elsewhere
		if err != nil {
			return ioErrorf("writing %s: %w", f.keyFile(), err)
		}
		if err := f.put(f.keyFile(), []byte(r.RSA.PEM)); err != nil {
			return err
		}
		if err := f.put(f.env, []byte(shellExports(environment(r, key)))); err != nil {
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
	return f.put(f.ready, append(line, '\n'))
}

func (f *readyFiles) put(path string, data []byte) error {
	if f.wrote == nil {
		f.wrote = map[string][]byte{}
	}
	f.wrote[path] = data
	return writeFile(path, data)
}

// remove ends what they say, that the server is ready first, unless it is another server
// by now that says it. It is too late to tell anybody that it failed.
func (f *readyFiles) remove() {
	for _, path := range f.all() {
		if device(path) {
			continue
		}
		data, wrote := f.wrote[path]
		if is, err := os.ReadFile(path); wrote && err == nil && bytes.Equal(is, data) {
			_ = os.Remove(path)
		}
	}
}

func (f *readyFiles) keyFile() string { return f.env + ".pem" }

func (f *readyFiles) all() (paths []string) {
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

// exported is the server that the variables are of.
func (f *readyFiles) exported() (a awaited, err error) {
	text, err := os.ReadFile(f.env)
	if err != nil {
		return a, err
	}
	for line := range strings.Lines(string(text)) {
		name, value, _ := strings.Cut(strings.TrimPrefix(strings.TrimSpace(line), "export "), "=")
		switch value = strings.Trim(value, "'"); name {
		case "FAKEDC_ADDR":
			a.addr = value
		case "FAKEDC_ADMIN":
			a.admin = value
		}
	}
	if a.addr == "" {
		return a, errors.New("it names no datacenter")
	}
	return a, nil
}
