package disk

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"sync"

	"github.com/fakedc/fakedc/mockserver/internal/store"
)

// Bytes is the file of one upload: a store of parts. What it released is used again
// or cut off; when nothing of it is in use any more, it is deleted.
type Bytes struct {
	store.Sums // makes its fingerprints

	disk   *Disk
	number uint64
	name   string

	mu    sync.Mutex
	there bool // the file is, or may be
	named bool // its name is on the disk
	room  room
	live  int  // blobs in use
	done  bool // there will be no further ones
}

// Bytes returns the file with a number, which is not made before it is needed.
func (d *Disk) Bytes(number uint64) *Bytes {
	d.mu.Lock()
	defer d.mu.Unlock()
	b := d.bytes[number]
	if b == nil {
		b = &Bytes{disk: d, number: number, name: nameOf(number)}
		d.bytes[number] = b
	}
	return b
}

func nameOf(number uint64) string { return fmt.Sprintf("%016x", number) }

// Put has the bytes on the disk before it returns. The error is store.ErrFull or
// ErrFailed.
func (b *Bytes) Put(data []byte, f store.Fingerprint) (store.Blob, error) {
	blob, err := b.put(data, f)
	if errors.Is(err, store.ErrFull) && b.disk.Flush() == nil {
		blob, err = b.put(data, f) // what was released may be room enough
	}
	return blob, err
}

func (b *Bytes) put(data []byte, f store.Fingerprint) (store.Blob, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	at, err := b.take(int64(len(data)))
	if err != nil {
		return store.Blob{}, err
	}
	if err := b.write(at, data); err != nil {
		b.give(extent{at, int64(len(data))})
		_ = b.disk.files.Truncate(b.name, b.room.end) // what came of it is in the way; the error that counts is the first
		return store.Blob{}, fmt.Errorf("%w: writing %d bytes to %s/%s: %w", ErrFailed, len(data), uploadsDir, b.name, err)
	}
	b.live++
	return store.Placed(len(data), f, b, at), nil
}

func (b *Bytes) write(at int64, data []byte) error {
	if len(data) == 0 {
		return nil
	}
	sync := !b.disk.NoSync
	b.there = true
	if err := b.disk.files.Write(b.name, at, data, sync); err != nil {
		return err
	}
	if sync && !b.named {
		if err := b.disk.files.SyncDir(); err != nil {
			return err
		}
		b.named = true
	}
	return nil
}

// take finds room for n bytes and counts what the file grows by.
func (b *Bytes) take(n int64) (at int64, err error) {
	b.disk.mu.Lock()
	defer b.disk.mu.Unlock()
	before := blocks(b.room.end)
	if grow := blocks(b.room.endWith(n)) - before; grow > 0 {
		if err := b.disk.admit(grow); err != nil {
			return 0, err
		}
	}
	at = b.room.take(n)
	b.disk.used += blocks(b.room.end) - before
	return at, nil
}

// give takes room back that nothing on disk names.
func (b *Bytes) give(e extent) {
	b.disk.mu.Lock()
	defer b.disk.mu.Unlock()
	before := blocks(b.room.end)
	b.room.give(e)
	b.disk.used += blocks(b.room.end) - before
}

// Release gives a blob's room back with the next commit: the record that named it
// is changed before, or with Later.
func (b *Bytes) Release(blob store.Blob) {
	b.disk.mu.Lock()
	defer b.disk.mu.Unlock()
	b.disk.next.freed = append(b.disk.next.freed, freed{b, extent{blob.At, int64(blob.Size)}, 1})
}

// Done says that nothing more will be put. The records of it are gone, or with Later.
func (b *Bytes) Done() {
	b.disk.mu.Lock()
	defer b.disk.mu.Unlock()
	b.disk.next.freed = append(b.disk.next.freed, freed{b, extent{size: -1}, 0})
}

// free is called once no record names the room any more.
func (b *Bytes) free(f freed) {
	b.mu.Lock()
	defer b.mu.Unlock()
	end := b.room.end
	if f.size < 0 {
		b.done = true
	} else {
		b.live -= f.blobs
		b.give(f.extent)
	}
	switch {
	case b.done && b.live == 0:
		b.remove()
	case b.there && b.room.end < end:
		// What stays behind the end costs nobody more than its room.
		b.disk.failed(b.disk.files.Truncate(b.name, b.room.end))
	}
}

func (b *Bytes) remove() {
	b.give(extent{0, b.room.end})
	if b.there {
		if err := b.disk.files.Remove(b.name); err != nil && !errors.Is(err, fs.ErrNotExist) {
			b.disk.failed(fmt.Errorf("%w: deleting %s/%s: %w", ErrFailed, uploadsDir, b.name, err))
		}
	}
	b.there, b.named = false, false
	b.disk.mu.Lock()
	delete(b.disk.bytes, b.number)
	b.disk.mu.Unlock()
}

// Read returns a blob's bytes, or an error if they are not those that were put.
func (b *Bytes) Read(blob store.Blob) ([]byte, error) {
	data := make([]byte, blob.Size)
	if blob.Size > 0 {
		if err := b.disk.files.Read(b.name, blob.At, data); err != nil {
			return nil, fmt.Errorf("%w: reading %d bytes at %d of %s/%s: %w", ErrFailed, blob.Size, blob.At, uploadsDir, b.name, err)
		}
	}
	if sha256.Sum256(data) != blob.Print {
		return nil, fmt.Errorf("%w: the %d bytes at %d of %s/%s are not those that were stored", ErrFailed, blob.Size, blob.At, uploadsDir, b.name)
	}
	return data, nil
}
