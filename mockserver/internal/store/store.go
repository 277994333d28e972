package store

import (
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

// ErrNotKept says that the store did not keep the bytes, only their digest.
var ErrNotKept = errors.New("store: bytes were not kept, only their SHA-256 (digest store)")

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
	// Keeps tells whether blobs can be read back.
	Keeps() bool
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

// SHA256 returns the digest of what was put.
func (b Blob) SHA256() [32]byte {
	if b.place != nil || b.data == nil && b.Size > 0 {
		return b.Print
	}
	return sha256.Sum256(b.data)
}

// Memory keeps the bytes, up to a limit.
type Memory struct {
	room *bounds.Gate
	seed uint64
}

// NewMemory makes a store for as many bytes as the gate admits.
func NewMemory(room *bounds.Gate) *Memory { return &Memory{room: room, seed: rand.Uint64()} }

// Fingerprint hashes fast, not cryptographically: it is compared only with that
// of another part of the same file, in a test. XXH3 is several times as fast as
// hash/maphash, which was a twentieth of what a part costs; without a seed of its own,
// two parts of one fingerprint are made by hand.
func (m *Memory) Fingerprint(data []byte) (f Fingerprint) {
	h := xxh3.Hash128Seed(data, m.seed).Bytes()
	copy(f[:], h[:])
	binary.LittleEndian.PutUint64(f[len(h):], uint64(len(data)))
	return f
}

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

// Keeps returns true.
func (*Memory) Keeps() bool { return true }

// Digests returns false.
func (*Memory) Digests() bool { return false }

// Digest keeps the SHA-256 of each part and nothing else.
type Digest struct{}

// Fingerprint is the SHA-256.
func (Digest) Fingerprint(data []byte) Fingerprint { return sha256.Sum256(data) }

// Put keeps the size and the fingerprint.
func (Digest) Put(data []byte, f Fingerprint) (Blob, error) {
	return Blob{Size: len(data), Print: f}, nil
}

// Release does nothing: a blob holds nothing outside itself.
func (Digest) Release(Blob) {}

// Keeps returns false.
func (Digest) Keeps() bool { return false }

// Digests returns true.
func (Digest) Digests() bool { return true }
