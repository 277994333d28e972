package disk

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"sync"

	"github.com/fakedc/fakedc/mockserver/internal/store"
	"github.com/fakedc/fakedc/mockserver/internal/words"
)

// Options of a directory.
type Options struct {
	// Quota is how many bytes all files may have, Floor how many have to stay free on
	// the file system.
	Quota, Floor int64
	// NoSync leaves the syncing out: what was acknowledged survives the end of the
	// process, and not that of the machine.
	NoSync bool
	// Failed is told of what goes wrong where nobody is there to be answered; nil:
	// nobody. It is called in the midst of things, under locks of its callers too, and
	// must not wait.
	Failed func(err error)
}

// ErrFailed says that the disk did not do what it should.
var ErrFailed = errors.New("disk: failed")

// Disk is a directory in use. It is safe for concurrent use.
type Disk struct {
	Options
	files   Files
	records Records
	close   func() error
	// openBefore is the mode of a directory that was closed to others.
	openBefore fs.FileMode

	mu    sync.Mutex
	next  *batch // what the next commit writes
	used  int64  // bytes of all files of uploads, in blocks
	bytes map[uint64]*Bytes

	committing sync.Mutex
}

// Open opens a directory, or makes one. The error is a *DirError for what the user
// can do something about.
func Open(path string, o Options) (_ *Disk, err error) {
	d, err := openDir(path)
	if err != nil {
		return nil, err
	}
	db, err := d.openRecords(o.NoSync)
	if err != nil {
		_ = d.close() // it was only read
		return nil, unopened(path, err)
	}
	if err := writable(path, d.uploads); err != nil {
		_ = errors.Join(db.Close(), d.close()) // the error that counts is the first
		return nil, err
	}
	disk := New(d.uploads, db, o)
	disk.close, disk.openBefore = d.close, d.openBefore
	return disk, nil
}

// unopened says why the database of a directory cannot be used. What the disk refuses is no damage.
func unopened(path string, err error) error {
	what, do := "is damaged: "+recordsFile, doRestore
	switch {
	case errors.As(err, new(*DirError)):
		return err
	case errors.Is(err, os.ErrPermission):
		what, do = "cannot be used", doAccess
	case noRoom(err):
		what, do = "cannot be used", doRoom
	case errors.Is(err, errOtherOrder):
		what, do = "cannot be used", doMachine
	}
	return &DirError{Dir: path, What: what, Do: do, Err: err}
}

// OpenBefore is the mode that the directory had, if it was empty and others could read
// it: now they cannot. Otherwise it is 0.
func (d *Disk) OpenBefore() fs.FileMode { return d.openBefore }

// New is Open over any files and records.
func New(f Files, r Records, o Options) *Disk {
	return &Disk{Options: o, files: f, records: r, close: func() error { return nil }, next: &batch{}, bytes: map[uint64]*Bytes{}}
}

// Each calls f for each record of a table, by key.
func (d *Disk) Each(t store.Table, f func(key, value []byte) error) error {
	return d.records.Each(t, f)
}

// Close writes what is left to write and gives the directory up.
func (d *Disk) Close() error {
	return errors.Join(d.Flush(), d.records.Close(), d.close())
}

// Abandon gives the directory up and writes nothing.
func (d *Disk) Abandon() error { return errors.Join(d.records.Close(), d.close()) }

// Used is how many bytes the directory takes of its quota.
func (d *Disk) Used() int64 {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.used + d.records.Size()
}

// Room refuses so many bytes more, as Commit would.
func (d *Disk) Room(bytes int64) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.admit(bytes)
}

// admit refuses what would pass the quota or the floor. The caller holds d.mu.
func (d *Disk) admit(grow int64) error {
	if used := d.used + d.records.Size(); used+grow > d.Quota {
		return &store.FullError{Limit: "DiskBytes", Text: fmt.Sprintf("the data directory has %s, the limit DiskBytes is %s; raise it (--limit DiskBytes=...) or begin with another directory: documents stay until there are Limits.Documents newer ones", words.Bytes(used), words.Bytes(d.Quota))}
	}
	free, err := d.files.Free()
	if err != nil {
		return fmt.Errorf("%w: asking for the free room: %w", ErrFailed, err)
	}
	if free-grow < d.Floor {
		return &store.FullError{Limit: "DiskFree", Text: fmt.Sprintf("the disk of the data directory has %s free, and DiskFree keeps %s of them; make room or lower it (--limit DiskFree=...)", words.Bytes(free), words.Bytes(d.Floor))}
	}
	return nil
}

func (d *Disk) failed(err error) {
	if d.Failed != nil && err != nil {
		d.Failed(err)
	}
}
