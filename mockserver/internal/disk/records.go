package disk

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"os"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	"go.etcd.io/bbolt"

	"github.com/fakedc/fakedc/mockserver/internal/store"
)

// Records are the few operations on the database. Tests put a layer in between.
type Records interface {
	// Commit writes all changes or none, in their order.
	Commit(changes []store.Change) error
	// Each calls f for each record of a table, by key; both are f's only until it
	// returns.
	Each(t store.Table, f func(key, value []byte) error) error
	// Size is how many bytes it takes on disk.
	Size() int64
	// Close ends it.
	Close() error
}

var tables = []store.Table{store.TableMeta, store.TableKeys, store.TableAccounts, store.TableUploads, store.TableDocuments}

// bolt is a bbolt database. Each value begins with a CRC-32C of its table, its key and
// itself, so that a damaged record is not taken for another. The sequence of each table is
// one more than its records, so that none is missing unnoticed: bbolt believes a page that
// says it has fewer.
type bolt struct {
	db   *bbolt.DB
	size atomic.Int64
}

var castagnoli = sync.OnceValue(func() *crc32.Table { return crc32.MakeTable(crc32.Castagnoli) })

// opener opens a file for a database.
type opener func(name string, flag int, mode os.FileMode) (*os.File, error)

// openBolt opens a database once its file has been looked at: bbolt trusts what it
// maps, and a damaged page would take the process with it.
func openBolt(name string, open opener, noSync bool) (_ *bolt, err error) {
	db, err := openRaw(name, open, noSync)
	if err != nil {
		return nil, err
	}
	b := &bolt{db: db}
	if err := b.update(begin); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return b, nil
}

// begin makes the tables of a new database. They are made together: of another one none
// is missing.
func begin(tx *bbolt.Tx) error {
	missing := 0
	for _, t := range tables {
		if tx.Bucket([]byte(t)) == nil {
			missing++
		}
	}
	if missing > 0 && missing < len(tables) {
		return fmt.Errorf("%w: %d of %d tables are missing", errDamaged, missing, len(tables))
	}
	for _, t := range tables {
		in, err := tx.CreateBucketIfNotExists([]byte(t))
		if err != nil {
			return err
		}
		if err := number(in); err != nil {
			return err
		}
	}
	return nil
}

// openRaw is openBolt without the tables.
func openRaw(name string, open opener, noSync bool) (_ *bbolt.DB, err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer contain(&err)
	return bbolt.Open(name, fileMode, &bbolt.Options{
		Timeout: time.Nanosecond, // nobody else has it: the directory is locked
		NoSync:  noSync,
		// What is free follows from what is used, which is read at the start anyway.
		NoFreelistSync: true, FreelistType: bbolt.FreelistMapType,
		OpenFile: func(name string, flag int, mode os.FileMode) (*os.File, error) {
			f, err := open(name, flag, mode)
			if err != nil {
				return nil, err
			}
			if err := checkPages(f); err != nil {
				return nil, errors.Join(err, f.Close())
			}
			return f, nil
		},
	})
}

// contain makes an error of a panic of the library's, or of a page that cannot be
// read where it is mapped.
func contain(err *error) {
	if r := recover(); r != nil {
		*err = fmt.Errorf("the database failed: %v", r)
	}
}

func (b *bolt) update(f func(tx *bbolt.Tx) error) (err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer contain(&err)
	if err := b.db.Update(f); err != nil {
		return err
	}
	// Not in there: pages are found in the midst of the commit.
	return b.db.View(func(tx *bbolt.Tx) error {
		b.size.Store(tx.Size())
		return nil
	})
}

func (b *bolt) Size() int64 { return b.size.Load() }

// Commit is called by one goroutine at a time.
func (b *bolt) Commit(changes []store.Change) error {
	return b.update(func(tx *bbolt.Tx) error {
		for _, c := range changes {
			in := tx.Bucket([]byte(c.Table))
			more, err := apply(in, c)
			if err != nil {
				return err
			}
			if more == 0 {
				continue
			}
			if err := in.SetSequence(in.Sequence() + uint64(more)); err != nil {
				return err
			}
		}
		return nil
	})
}

// number counts the records of a table that is new, or was written before they were
// counted.
func number(in *bbolt.Bucket) error {
	if in.Sequence() != 0 {
		return nil
	}
	n := uint64(0)
	if err := in.ForEach(func(_, _ []byte) error { n++; return nil }); err != nil {
		return err
	}
	return in.SetSequence(n + 1)
}

// apply makes one change, and says by how many the records became more.
func apply(in *bbolt.Bucket, c store.Change) (more int, err error) {
	switch {
	case c.All:
		return deleteAll(in, c.Key)
	case c.Value == nil:
		if in.Get(c.Key) == nil {
			return 0, nil
		}
		return -1, in.Delete(c.Key)
	}
	if in.Get(c.Key) == nil {
		more = 1
	}
	return more, in.Put(c.Key, sealed(c))
}

func deleteAll(in *bbolt.Bucket, prefix []byte) (more int, err error) {
	// The keys first: a cursor skips records when it deletes.
	var keys [][]byte
	for c, k := in.Cursor(), []byte(nil); ; {
		if k == nil {
			k, _ = c.Seek(prefix)
		} else {
			k, _ = c.Next()
		}
		if k == nil || !bytes.HasPrefix(k, prefix) {
			break
		}
		keys = append(keys, bytes.Clone(k))
	}
	for _, k := range keys {
		if err := in.Delete(k); err != nil {
			return 0, err
		}
	}
	return -len(keys), nil
}

func sealed(c store.Change) []byte {
	out := make([]byte, 4, 4+len(c.Value))
	binary.LittleEndian.PutUint32(out, checksum(c.Table, c.Key, c.Value))
	return append(out, c.Value...)
}

func checksum(t store.Table, key, value []byte) uint32 {
	sum := crc32.Checksum([]byte(t), castagnoli())
	return crc32.Update(crc32.Update(sum, castagnoli(), key), castagnoli(), value)
}

var errDamaged = errors.New("the records are not what was written")

func unsealed(t store.Table, key, value []byte) ([]byte, error) {
	if len(value) < 4 || checksum(t, key, value[4:]) != binary.LittleEndian.Uint32(value) {
		return nil, errDamaged
	}
	return value[4:], nil
}

func (b *bolt) Each(t store.Table, f func(key, value []byte) error) (err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer contain(&err)
	return b.db.View(func(tx *bbolt.Tx) error {
		in := tx.Bucket([]byte(t))
		if in == nil {
			return fmt.Errorf("there is no table %q", t)
		}
		n := uint64(0)
		if err := in.ForEach(func(k, v []byte) error {
			n++
			value, err := unsealed(t, k, v)
			if err != nil {
				return fmt.Errorf("%s %x: %w", t, k, err)
			}
			return f(k, value)
		}); err != nil {
			return err
		}
		if written := in.Sequence() - 1; n != written {
			return fmt.Errorf("%w: %s has %d records, and %d were written", errDamaged, t, n, written)
		}
		return nil
	})
}

func (b *bolt) Close() error { return b.db.Close() }
