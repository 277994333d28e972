package disk

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"math/bits"
	"os"
)

// The format of bbolt, as far as a tree of pages can be wrong.
// https://github.com/etcd-io/bbolt/blob/v1.4.3/internal/common
const (
	boltMagic   = 0xED0CDAED
	boltVersion = 2

	pageHeader  = 16
	elementSize = 16
	metaSize    = 64
	bucketSize  = 16

	flagBranch = 0x01
	flagLeaf   = 0x02
	leafBucket = 0x01

	maxDepth    = 32
	minPageSize = 1 << 10
	maxPageSize = 1 << 16
	maxOverflow = 1 << 16 // pages of one node
)

// native is the order of bytes in all numbers: bbolt maps the file as it is.
var native = binary.NativeEndian

// pageError says which page is damaged, and how.
type pageError struct {
	page uint64
	what string
}

func (e *pageError) Error() string { return fmt.Sprintf("page %d %s", e.page, e.what) }

var (
	errNoMeta     = errors.New("neither of its first pages is whole")
	errOtherOrder = errors.New(recordsFile + " is of a machine whose processor has the other byte order")
)

// checkPages walks the tree of a database that is not open yet. An empty file is a
// new one.
func checkPages(f *os.File) error {
	info, err := f.Stat()
	if err != nil || info.Size() == 0 {
		return err
	}
	if !info.Mode().IsRegular() {
		return fmt.Errorf("%s is no regular file", recordsFile)
	}
	w := &walk{from: f, seen: map[uint64]bool{}}
	root, err := w.meta(info.Size())
	if err != nil {
		return err
	}
	return w.node(root, 0, between{})
}

// walk looks at each page that is in use once.
type walk struct {
	from io.ReaderAt
	size uint64 // of a page
	end  uint64 // the first page that was never used
	seen map[uint64]bool
}

// meta finds the newer of the first two pages and returns the root of the tree.
func (w *walk) meta(file int64) (root uint64, err error) {
	var txid uint64
	found, foreign := false, false
	look := func(at int64) {
		b := make([]byte, pageHeader+metaSize)
		if _, err := w.from.ReadAt(b, at); err != nil {
			return
		}
		m := b[pageHeader:]
		foreign = foreign || native.Uint32(m) == bits.ReverseBytes32(boltMagic)
		size := uint64(native.Uint32(m[8:]))
		if !wholeMeta(m) || size < minPageSize || size > maxPageSize || at != 0 && uint64(at) != size {
			return
		}
		if id := native.Uint64(m[48:]); !found || id > txid {
			found, txid = true, id
			w.size, root, w.end = size, native.Uint64(m[16:]), native.Uint64(m[40:])
		}
	}
	look(0)
	for at := int64(minPageSize); at <= maxPageSize; at <<= 1 {
		look(at)
	}
	switch {
	case !found && foreign:
		return 0, errOtherOrder
	case !found:
		return 0, errNoMeta
	case w.end > uint64(file)/w.size:
		return 0, fmt.Errorf("%s has %d bytes and should have %d at least: it was cut off", recordsFile, file, w.end*w.size)
	}
	return root, nil
}

func wholeMeta(m []byte) bool {
	h := fnv.New64a()
	h.Write(m[:56])
	return native.Uint32(m) == boltMagic && native.Uint32(m[4:]) == boltVersion &&
		native.Uint64(m[56:]) == h.Sum64()
}

// between is what keys have to be: not less than one, and less than the other; nil is
// no bound.
type between struct{ least, below []byte }

// node looks at a page and all below it.
func (w *walk) node(id uint64, depth int, keys between) error {
	b, err := w.read(id, depth)
	if err != nil {
		return err
	}
	return w.elements(b, id, depth, keys)
}

func (w *walk) read(id uint64, depth int) ([]byte, error) {
	switch {
	case id < 2 || id >= w.end:
		return nil, &pageError{id, "is named, but there is none"}
	case depth > maxDepth:
		return nil, &pageError{id, "is too deep in the tree"}
	}
	head := make([]byte, pageHeader)
	if _, err := w.from.ReadAt(head, int64(id*w.size)); err != nil {
		return nil, err
	}
	more := uint64(native.Uint32(head[12:]))
	if native.Uint64(head) != id || more > maxOverflow || id+more >= w.end {
		return nil, &pageError{id, "is not what was written"}
	}
	for p := id; p <= id+more; p++ {
		if w.seen[p] {
			return nil, &pageError{p, "is in use twice"}
		}
		w.seen[p] = true
	}
	b := make([]byte, (1+more)*w.size)
	_, err := w.from.ReadAt(b, int64(id*w.size))
	return b, err
}

// elements looks at what a page, or a bucket inside of another, holds.
func (w *walk) elements(b []byte, id uint64, depth int, keys between) error {
	flags, count := native.Uint16(b[8:]), int(native.Uint16(b[10:]))
	if flags != flagBranch && flags != flagLeaf || pageHeader+count*elementSize > len(b) || flags == flagBranch && count == 0 {
		return &pageError{id, "is not what was written"}
	}
	last := keys.least
	for i := range count {
		at := pageHeader + i*elementSize
		key, value, child, bucket, ok := element(b, at, flags)
		if !ok || bytes.Compare(key, last) < 0 || i > 0 && bytes.Equal(key, last) || keys.below != nil && bytes.Compare(key, keys.below) >= 0 {
			return &pageError{id, "is not what was written"}
		}
		last = key
		var err error
		switch {
		case flags == flagBranch:
			inside := between{key, keys.below}
			if i+1 < count {
				if inside.below, _, _, _, ok = element(b, at+elementSize, flags); !ok {
					return &pageError{id, "is not what was written"}
				}
			}
			err = w.node(child, depth+1, inside)
		case bucket:
			err = w.bucket(value, id, depth+1)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func element(b []byte, at int, flags uint16) (key, value []byte, child uint64, bucket, ok bool) {
	e := b[at:]
	var pos, ksize, vsize uint64
	if flags == flagBranch {
		pos, ksize, child = uint64(native.Uint32(e)), uint64(native.Uint32(e[4:])), native.Uint64(e[8:])
	} else {
		bucket = native.Uint32(e)&leafBucket != 0
		pos, ksize, vsize = uint64(native.Uint32(e[4:])), uint64(native.Uint32(e[8:])), uint64(native.Uint32(e[12:]))
	}
	from := uint64(at) + pos
	if from+ksize+vsize > uint64(len(b)) || from < pageHeader {
		return nil, nil, 0, false, false
	}
	return b[from : from+ksize], b[from+ksize : from+ksize+vsize], child, bucket, true
}

// bucket looks at a bucket: a page of its own, or inside of its value.
func (w *walk) bucket(value []byte, id uint64, depth int) error {
	if len(value) < bucketSize {
		return &pageError{id, "is not what was written"}
	}
	if root := native.Uint64(value); root != 0 {
		return w.node(root, depth, between{})
	}
	inline := value[bucketSize:]
	if len(inline) < pageHeader || native.Uint16(inline[8:]) != flagLeaf {
		return &pageError{id, "is not what was written"}
	}
	return w.elements(inline, id, depth, between{})
}
