package disk

import (
	"errors"
	"io/fs"

	"go.etcd.io/bbolt"
)

// newRecordsFile is a database that is being made: it gets its name once it is whole,
// so that a crash leaves none that is half there.
const newRecordsFile = "records.new"

// openRecords opens the database, or makes it. One that is mostly empty is made anew:
// bbolt gives no room back by itself.
func (d *dir) openRecords(noSync bool) (*bolt, error) {
	if err := d.root.Remove(newRecordsFile); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	info, err := d.root.Lstat(recordsFile)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		if err := d.makeRecords(); err != nil {
			return nil, err
		}
	case err != nil:
		return nil, err
	case !private(info):
		return nil, &DirError{Dir: d.path, What: "has a " + recordsFile + " that others can read", Do: "it holds auth keys: chmod 600 it"}
	case info.Size() == 0: // it never had its name before it was whole
		return nil, &DirError{Dir: d.path, What: "is damaged: " + recordsFile + " is empty", Do: doRestore}
	}
	b, err := openBolt(recordsFile, d.root.OpenFile, noSync)
	if err != nil || !b.sparse() {
		return b, err
	}
	if err := d.copyOf(b); err != nil {
		_ = d.root.Remove(newRecordsFile) // there is no room for a copy: it stays as it is
		return b, nil
	}
	if err := errors.Join(b.Close(), d.rename()); err != nil {
		return nil, err
	}
	return openBolt(recordsFile, d.root.OpenFile, noSync)
}

func (d *dir) makeRecords() error {
	all, err := d.uploads.List()
	if err == nil {
		err = strays(all)
	}
	switch {
	case err != nil:
		return Damaged(d.path, err)
	case len(all) > 0:
		return &DirError{Dir: d.path, What: "is damaged: there are uploads and no " + recordsFile, Do: doRestore}
	}
	b, err := openBolt(newRecordsFile, d.root.OpenFile, false)
	if err != nil {
		return err
	}
	if err := b.Close(); err != nil {
		return err
	}
	return d.rename()
}

func (d *dir) rename() error {
	if err := d.root.Rename(newRecordsFile, recordsFile); err != nil {
		return err
	}
	return d.syncNames()
}

// sparse tells whether more than half of a database of some size is not in use.
func (b *bolt) sparse() bool {
	const small = 8 << 20
	stats := b.db.Stats()
	free := int64(stats.FreePageN+stats.PendingPageN) * int64(b.db.Info().PageSize)
	return b.Size() > small && free > b.Size()/2
}

// copyOf writes what is in use into another file.
func (d *dir) copyOf(b *bolt) (err error) {
	defer contain(&err)
	other, err := openRaw(newRecordsFile, d.root.OpenFile, true)
	if err != nil {
		return err
	}
	const together = 1 << 20 // bytes of a transaction
	err = bbolt.Compact(other, b.db, together)
	return errors.Join(err, other.Sync(), other.Close())
}
