package disk

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
)

// Files are the few operations on the files of uploads. Tests put a layer in
// between that notes them and crashes.
type Files interface {
	// Write writes at an offset, making the file where there is none, and has the
	// bytes on the disk before it returns if sync is set.
	Write(name string, at int64, data []byte, sync bool) error
	// Read fills data from an offset on, or fails.
	Read(name string, at int64, data []byte) error
	// Truncate cuts a file off.
	Truncate(name string, size int64) error
	// Remove deletes a file.
	Remove(name string) error
	// List returns all files and their sizes.
	List() (map[string]int64, error)
	// SyncDir has the names of new files on the disk before it returns.
	SyncDir() error
	// Free returns how many bytes are free on the file system.
	Free() (int64, error)
}

// rootFiles are those in a directory that nothing leads out of.
type rootFiles struct {
	root *os.Root
	dir  *os.File // the same, to sync and to ask for free room
}

const (
	dirMode  fs.FileMode = 0o700
	fileMode fs.FileMode = 0o600
)

func (r rootFiles) Write(name string, at int64, data []byte, sync bool) (err error) {
	f, err := r.root.OpenFile(name, os.O_WRONLY|os.O_CREATE, fileMode)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	if _, err := f.WriteAt(data, at); err != nil {
		return err
	}
	if !sync {
		return nil
	}
	return datasync(f)
}

func (r rootFiles) Read(name string, at int64, data []byte) error {
	f, err := r.root.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	n, err := f.ReadAt(data, at)
	if n == len(data) {
		return nil
	}
	if errors.Is(err, io.EOF) {
		return fmt.Errorf("%s ends after %d bytes, %d were expected", name, at+int64(n), at+int64(len(data)))
	}
	return err
}

func (r rootFiles) Truncate(name string, size int64) (err error) {
	f, err := r.root.OpenFile(name, os.O_WRONLY, fileMode)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	return f.Truncate(size)
}

func (r rootFiles) Remove(name string) error { return r.root.Remove(name) }

func (r rootFiles) List() (map[string]int64, error) {
	d, err := r.root.Open(".")
	if err != nil {
		return nil, err
	}
	defer d.Close()
	all, err := d.ReadDir(-1)
	if err != nil {
		return nil, err
	}
	sizes := make(map[string]int64, len(all))
	for _, e := range all {
		info, err := e.Info()
		if err != nil {
			return nil, err
		}
		if !info.Mode().IsRegular() {
			return nil, &strayError{[]string{e.Name()}, "which is no regular file"}
		}
		sizes[e.Name()] = info.Size()
	}
	return sizes, nil
}

func (r rootFiles) SyncDir() error { return syncDir(r.dir) }

func (r rootFiles) Free() (int64, error) { return freeBytes(r.dir) }

func (r rootFiles) close() error { return errors.Join(r.dir.Close(), r.root.Close()) }
