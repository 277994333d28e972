package main

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
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

// output is a file that is written because of a flag.
type output struct{ flag, path string }

// outputs tells whether all that is written once it listens, or at the end, can be, and
// that nothing of it takes the place of something else.
func (f *serveFlags) outputs(reports reportFlags, more ...output) error {
	all := append(more, output{"--record", f.record}, output{"--ready-file", f.files.ready})
	if f.files.env != "" {
		all = append(all, output{"--env-file", f.files.env}, output{"the key of --env-file", f.files.keyFile()})
	}
	for _, w := range reports.wanted {
		kind, file, _ := strings.Cut(w, "=")
		all = append(all, output{"--report " + kind, file})
	}
	all = slices.DeleteFunc(all, func(o output) bool { return o.path == "" })
	if err := distinct(append(all, output{"--journal", f.journal})); err != nil {
		return err
	}
	for _, o := range all { // but for the journal, which is opened at once
		if err := writable(o.path); err != nil {
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

// distinct refuses two outputs that are one file: the later would overwrite the other.
func distinct(all []output) error {
	by := map[string]string{}
	for _, o := range all {
		path, err := filepath.Abs(o.path)
		if err != nil || o.path == "" {
			continue
		}
		if dir, err := filepath.EvalSymlinks(filepath.Dir(path)); err == nil {
			path = filepath.Join(dir, filepath.Base(path))
		}
		if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() {
			continue // what is written to a terminal or /dev/null is not overwritten
		}
		if other, taken := by[path]; taken {
			return usageErrorf("%s and %s are to be written to the same file, %s: give each a file of its own", other, o.flag, o.path)
		}
		by[path] = o.flag
	}
	return nil
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
