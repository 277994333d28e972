package main

import (
	"os"
	"path/filepath"
)

// writeRecord writes what happened to the file of --record, if there is one.
func (f *serveFlags) writeRecord() error {
	if f.recorder == nil {
		return nil
	}
	return writeFile(f.record, f.recorder.YAML("recorded"))
}

// writeFile writes a file so that it is there whole or not at all.
func writeFile(path string, data []byte) error {
	t, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+"-*")
	if err != nil {
		return ioErrorf("writing %s: %w", path, err)
	}
	_, err = t.Write(data)
	if closed := t.Close(); err == nil {
		err = closed
	}
	if err == nil {
		err = os.Rename(t.Name(), path)
	}
	if err != nil {
		_ = os.Remove(t.Name())
		return ioErrorf("writing %s: %w", path, err)
	}
	return nil
}
