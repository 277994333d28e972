package disk

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// What is in a directory.
const (
	formatFile  = "FORMAT"
	recordsFile = "records.db"
	uploadsDir  = "uploads"
)

// The text of FORMAT is this and the number of the format.
const (
	formatText = "fakedc data directory, format "
	format     = "1"
)

// DirError says why a directory is not used: what happened, where, what to do.
type DirError struct {
	Dir  string
	What string
	Do   string
	Err  error // what is behind it, nil for nothing
}

func (e *DirError) Error() string {
	text := fmt.Sprintf("the data directory %s %s", e.Dir, e.What)
	if e.Err != nil {
		text += ": " + e.Err.Error()
	}
	return text + "; " + e.Do
}

// Unwrap returns what is behind it.
func (e *DirError) Unwrap() error { return e.Err }

var errLocked = errors.New("locked")

// What can be done.
const (
	doOther   = "choose another, or one that is empty or not there yet"
	doRestore = "put back a copy of the directory, or delete the directory to begin anew"
	doRoom    = "make room on its disk, or choose another"
	doMachine = "use it on such a machine, or choose another"
	doAccess  = "give it to the user that fakedc runs as, or choose another"
	doChmod   = "it holds auth keys: chmod 700 it, or choose another"
	doWait    = "close that one, or choose another directory"
)

// dir is a directory that this process has for itself.
type dir struct {
	path    string
	root    *os.Root
	lock    *os.File
	uploads rootFiles

	openBefore fs.FileMode // it was empty and others could read it: its mode then
}

// openDir makes or opens a directory and locks it.
func openDir(path string) (_ *dir, err error) {
	d := &dir{path: path}
	refuse := func(what, do string, err error) error {
		if noRoom(err) {
			do = doRoom
		}
		return &DirError{Dir: path, What: what, Do: do, Err: err}
	}
	unsynced := newNames(path)
	if err := os.MkdirAll(path, dirMode); err != nil {
		if info, statErr := os.Stat(path); statErr == nil && !info.IsDir() {
			return nil, refuse("is no directory but a file", doOther, nil)
		}
		return nil, refuse("cannot be made", doAccess, err)
	}
	if d.root, err = os.OpenRoot(path); err != nil {
		return nil, refuse("cannot be opened", doAccess, err)
	}
	defer func() {
		if err != nil {
			_ = d.close()
		}
	}()
	names, info, err := look(d.root)
	if err != nil {
		return nil, refuse("cannot be read", doAccess, err)
	}
	switch _, ours := names[formatFile]; {
	case len(names) == 0:
		for _, name := range unsynced {
			if err := syncParent(name); err != nil {
				return nil, refuse("cannot be made to last", doAccess, err)
			}
		}
		if err := d.root.Chmod(".", dirMode); err != nil && !private(info) {
			return nil, refuse("can be read by others", doChmod, err)
		}
		if !private(info) {
			d.openBefore = info.Mode().Perm()
		}
	case !ours:
		return nil, refuse(fmt.Sprintf("is not one of fakedc's: it holds %q and no file %s", anyOf(names), formatFile), doOther, nil)
	case !private(info):
		return nil, refuse(fmt.Sprintf("can be read by others (its mode is %#o)", info.Mode().Perm()), doChmod, nil)
	}
	if err := d.take(); err != nil {
		var e *DirError
		if errors.As(err, &e) {
			return nil, err
		}
		return nil, refuse("cannot be used", doAccess, err)
	}
	return d, nil
}

// newNames are the directories whose names a crash may take away until they are synced: the last one of a path, which
// a process that was killed may have made, and each above it that is not there yet.
func newNames(path string) (names []string) {
	path = filepath.Clean(path)
	for {
		names = append(names, path)
		parent := filepath.Dir(path)
		if _, err := os.Stat(parent); !errors.Is(err, fs.ErrNotExist) || parent == path {
			return names
		}
		path = parent
	}
}

// syncParent makes a new directory outlive a crash: its name is its parent's.
func syncParent(path string) error {
	parent, err := os.Open(filepath.Dir(filepath.Clean(path)))
	if err != nil {
		return err
	}
	return errors.Join(syncDir(parent), parent.Close())
}

func look(root *os.Root) (names map[string]bool, info fs.FileInfo, err error) {
	f, err := root.Open(".")
	if err != nil {
		return nil, nil, err
	}
	defer f.Close()
	if info, err = f.Stat(); err != nil {
		return nil, nil, err
	}
	all, err := f.ReadDir(-1)
	if err != nil {
		return nil, nil, err
	}
	names = map[string]bool{}
	for _, e := range all {
		names[e.Name()] = true
	}
	return names, info, nil
}

// anyOf is one name, the same each time.
func anyOf(names map[string]bool) string {
	first := ""
	for n := range names {
		if first == "" || n < first {
			first = n
		}
	}
	return first
}

// take locks the directory, sees that its format is known, and opens the rest.
func (d *dir) take() (err error) {
	if info, err := d.root.Lstat(formatFile); err == nil && !info.Mode().IsRegular() { // a pipe would be waited for
		return &DirError{Dir: d.path, What: "is not one of fakedc's: its " + formatFile + " is no regular file", Do: doOther}
	}
	if d.lock, err = d.root.OpenFile(formatFile, os.O_RDWR|os.O_CREATE, fileMode); err != nil {
		return err
	}
	if err := lock(d.lock); err != nil {
		if errors.Is(err, errLocked) {
			return &DirError{Dir: d.path, What: "is in use by another server", Do: doWait}
		}
		return err
	}
	text, err := io.ReadAll(io.LimitReader(d.lock, 256))
	if err != nil {
		return err
	}
	if err := d.checkFormat(string(text)); err != nil {
		return err
	}
	if err := d.root.Mkdir(uploadsDir, dirMode); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	if info, err := d.root.Stat(uploadsDir); err == nil && !info.IsDir() {
		return &DirError{Dir: d.path, What: "has an " + uploadsDir + " that is no folder", Do: doRestore}
	}
	return d.openUploads()
}

func (d *dir) checkFormat(text string) error {
	number, ours := strings.CutPrefix(strings.TrimSpace(text), formatText)
	switch {
	case ours && number == format:
		return nil
	case ours:
		return &DirError{Dir: d.path, What: fmt.Sprintf("has format %.20q, this fakedc knows format %s", number, format), Do: "use the fakedc that made it, or choose another"}
	case text != "":
		return &DirError{Dir: d.path, What: fmt.Sprintf("is not one of fakedc's: its %s says %.40q", formatFile, text), Do: doOther}
	}
	// Empty: we made it just now, or died before we wrote to it.
	if _, err := d.root.Lstat(recordsFile); err == nil {
		return &DirError{Dir: d.path, What: "is damaged: " + formatFile + " is empty", Do: doRestore}
	}
	if _, err := d.lock.WriteAt([]byte(formatText+format+"\n"), 0); err != nil {
		return err
	}
	return d.lock.Sync()
}

func (d *dir) openUploads() (err error) {
	if d.uploads.root, err = d.root.OpenRoot(uploadsDir); err != nil {
		return err
	}
	if d.uploads.dir, err = d.uploads.root.Open("."); err != nil {
		return err
	}
	return nil
}

// syncNames has the names of what is in the directory on the disk.
func (d *dir) syncNames() error {
	own, err := d.root.Open(".")
	if err != nil {
		return err
	}
	return errors.Join(syncDir(own), own.Close())
}

func (d *dir) close() (err error) {
	if d.uploads.dir != nil {
		err = d.uploads.close()
	} else if d.uploads.root != nil {
		err = d.uploads.root.Close()
	}
	if d.lock != nil {
		err = errors.Join(err, d.lock.Close()) // the last: with it the lock goes
	}
	return errors.Join(err, d.root.Close())
}
