package main

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// writeRecord writes what happened to the file of --record, if there is one.
func (f *serveFlags) writeRecord() error {
	if f.recorder == nil {
		return nil
	}
	return writeFile(f.record, f.recorder.YAML("recorded"))
}

// writable tells, before anything has run, whether writeFile can write a file: one that
// is there stays as it is until then.
func writable(path string) error {
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		return ioErrorf("writing %s: it is a directory; name a file", path)
	}
	if isStream(path) {
		return nil
	}
	t, err := createTemp(path)
	if err != nil {
		return err
	}
	if err := errors.Join(t.Close(), os.Remove(t.Name())); err != nil {
		return ioErrorf("writing %s: %w", path, err)
	}
	return nil
}

// outputs tells whether all that is written once it listens, or at the end, can be.
func (f *serveFlags) outputs(reports reportFlags) error {
	paths := f.files.all()
	if f.record != "" {
		paths = append(paths, f.record)
	}
	for _, w := range reports.wanted {
		_, file, _ := strings.Cut(w, "=")
		paths = append(paths, file)
	}
	for _, path := range paths {
		if err := writable(path); err != nil {
			return err
		}
	}
	return nil
}

// isStream tells what takes bytes and keeps none, such as /dev/stdout or a named pipe: a
// file must not take its place.
func isStream(path string) bool {
	info, err := os.Stat(path)
	return err == nil && !info.Mode().IsRegular() && !info.IsDir()
}

// createTemp makes a file beside path, in words without a name that nobody gave.
func createTemp(path string) (*os.File, error) {
	t, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+"-*")
	if cause := (*fs.PathError)(nil); errors.As(err, &cause) {
		err = cause.Err
	}
	if err != nil {
		return nil, ioErrorf("writing %s: nothing can be written to its directory %s: %w", path, filepath.Dir(path), err)
	}
	return t, nil
}

// writeFile writes a file so that it is there whole or not at all.
func writeFile(path string, data []byte) error {
	if isStream(path) {
		if err := os.WriteFile(path, data, 0); err != nil { // it is there: the mode is not for it
			return ioErrorf("%w", err)
		}
		return nil
	}
	t, err := createTemp(path)
	if err != nil {
		return err
	}
	_, err = t.Write(data)
	if closed := t.Close(); err == nil {
		err = closed
	}
	if err == nil {
		err = os.Rename(t.Name(), path)
	}
	if cause := (*os.LinkError)(nil); errors.As(err, &cause) {
		err = cause.Err
	}
	if err != nil {
		_ = os.Remove(t.Name())
		return ioErrorf("writing %s: %w", path, err)
	}
	return nil
}
