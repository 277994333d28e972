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
	if device(path) {
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
		if device(path) {
			continue // nothing is overwritten there
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

// device tells what is written to and not replaced: a pipe, or /dev/stdout, which may
// lead to a file.
func device(path string) bool {
	info, err := os.Stat(path)
	if err != nil || info.IsDir() {
		return false
	}
	clean := filepath.Clean(path)
	return !info.Mode().IsRegular() || strings.HasPrefix(clean, "/dev/std") || strings.HasPrefix(clean, "/dev/fd/")
}

func writeDevice(path string, data []byte) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_APPEND, 0)
	if err != nil {
		return ioErrorf("writing: %w", err)
	}
	_, err = f.Write(data)
	if err = errors.Join(err, f.Close()); err != nil {
		return ioErrorf("writing: %w", err)
	}
	return nil
}

// writeFile writes a file so that it is there whole or not at all.
func writeFile(path string, data []byte) error {
	if device(path) {
		return writeDevice(path, data)
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
