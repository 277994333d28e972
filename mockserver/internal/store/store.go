package store

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"math/rand/v2"

	"github.com/zeebo/xxh3"

	"github.com/fakedc/fakedc/mockserver/internal/bounds"
	"github.com/fakedc/fakedc/mockserver/internal/words"
)

// ErrFull says that the bytes would pass the store's limit.
var ErrFull = errors.New("store: full")

// FullError is an ErrFull that says which bound was in the way, by its name in
// mockserver's Limits.
type FullError struct{ Limit, Text string }

// Error says what is full.
func (e *FullError) Error() string { return ErrFull.Error() + ": " + e.Text }

// Is makes it an ErrFull.
func (e *FullError) Is(target error) bool { return target == ErrFull }

// ErrNotKept says that the store did not keep the bytes, only a digest of them.
var ErrNotKept = errors.New("store: bytes were not kept, only a digest of each part (digest store)")

// Fingerprint tells parts apart: equal bytes have equal fingerprints, within one
// store and one run of the program.
type Fingerprint [32]byte

// Store keeps the bytes of parts. Implementations are safe for concurrent use.
type Store interface {
	// Fingerprint is what Put would return for the bytes.
	Fingerprint(data []byte) Fingerprint
	// Put copies the bytes. It returns ErrFull, wrapped, if there is no room.
	Put(data []byte, f Fingerprint) (Blob, error)
	// Release gives a blob's room back.
	Release(b Blob)
	// Digests tells whether Fingerprint is SHA-256: who knows that of the bytes
	// need not ask.
	Digests() bool
}

// Blob is one part that was put.
type Blob struct {
	Size  int
	Print Fingerprint
	At    int64 // where it is in its place, see Placed
	data  []byte
	place Place // nil: data is all there is
}

// Bytes returns what was put. It must not be modified.
func (b Blob) Bytes() ([]byte, error) {
	if b.place != nil {
		return b.place.Read(b)
	}
	if b.data == nil && b.Size > 0 {
		return nil, ErrNotKept
	}
	return b.data, nil
}

// Equal tells whether the bytes are those that were put into a store that
// fingerprints as s does.
func (b Blob) Equal(s Store, data []byte) bool {
	if b.Size != len(data) || b.data != nil {
		return b.Size == len(data) && bytes.Equal(b.data, data)
	}
	return b.Print == s.Fingerprint(data)
}

// prints makes fingerprints that are compared with one another only, and are gone
// with the process. Nobody outside is told one.
type prints struct{ seed uint64 }

func newPrints() prints { return prints{rand.Uint64()} }

// Fingerprint is XXH3 of 128 bits and the length. It takes a thirtieth of the time that
// SHA-256 takes, which beside the one of msg_key was a fifth of what a part costs. Without
// a seed of its own, two parts of one fingerprint are made by hand; with it, and unseen,
// other bytes than those that were put are as good as never taken for them.
func (p prints) Fingerprint(data []byte) (f Fingerprint) {
	h := xxh3.Hash128Seed(data, p.seed).Bytes()
	copy(f[:], h[:])
	binary.LittleEndian.PutUint64(f[len(h):], uint64(len(data)))
	return f
}

// Digests returns false.
func (prints) Digests() bool { return false }

// Memory keeps the bytes, up to a limit.
type Memory struct {
	prints
	room *bounds.Gate
}

// NewMemory makes a store for as many bytes as the gate admits.
func NewMemory(room *bounds.Gate) *Memory { return &Memory{newPrints(), room} }

// Put keeps a copy.
func (m *Memory) Put(data []byte, f Fingerprint) (Blob, error) {
	if !m.room.Enter(int64(len(data))) {
		return Blob{}, &FullError{m.room.Name(), fmt.Sprintf("%s of parts are in memory, and %s more would pass the limit %s, %s; raise it (--limit %[3]s=...) or use the digest store",
			words.Bytes(m.room.Held()), words.Bytes(int64(len(data))), m.room.Name(), words.Bytes(m.room.Limit()))}
	}
	kept := make([]byte, len(data))
	populate(kept)
	copy(kept, data)
	return Blob{Size: len(data), Print: f, data: kept}, nil
}

// Release gives the room back.
func (m *Memory) Release(b Blob) { m.room.Leave(int64(b.Size)) }

// Digest keeps a fingerprint of each part and nothing else.
type Digest struct {
	prints
	forgets
}

// NewDigest makes one, whose fingerprints are like no other's.
func NewDigest() Digest { return Digest{prints: newPrints()} }

// Sums keeps the SHA-256 of each part and nothing else: what outlives the process has
// to be the same for the next. Beside a directory that keeps the bytes, it tells them apart.
type Sums struct{ forgets }

// Fingerprint is the SHA-256.
func (Sums) Fingerprint(data []byte) Fingerprint { return sha256.Sum256(data) }

// Digests returns true.
func (Sums) Digests() bool { return true }

// forgets is what stores have in common that keep no bytes.
type forgets struct{}

// Put keeps the size and the fingerprint.
func (forgets) Put(data []byte, f Fingerprint) (Blob, error) {
	return Blob{Size: len(data), Print: f}, nil
}

// Release does nothing: a blob holds nothing outside itself.
func (forgets) Release(Blob) {}
