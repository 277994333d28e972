package store

import "crypto/sha256"

// Table names a kind of records.
type Table string

// Tables. Their names are part of the format on disk.
const (
	TableMeta      Table = "meta"      // nothing, but it belongs to the format
	TableKeys      Table = "keys"      // auth keys
	TableAccounts  Table = "accounts"  // who logged in
	TableUploads   Table = "uploads"   // files and their parts
	TableDocuments Table = "documents" // what was made of them
)

// Change is one record that is written. Without a Value it is deleted, with All
// every record whose key begins so.
type Change struct {
	Table Table
	Key   []byte
	Value []byte
	All   bool
}

// Keeper keeps records beyond the life of the process. It is safe for concurrent
// use. Those who may have one keep nil where nothing is to be kept.
type Keeper interface {
	// Commit writes all of do, or nothing and returns an error: then the disk may
	// have do for all that anybody knows, and undo is written before anything else.
	Commit(do, undo []Change) error
	// Later writes changes with the next commit, whoever asks for it.
	Later(changes ...Change)
	// Flush writes what Later took.
	Flush() error
}

// Place reads blobs where they are kept outside of memory.
type Place interface {
	Read(b Blob) ([]byte, error)
}

// Placed is a blob whose bytes are in a place, at an offset there. Its fingerprint
// is its SHA-256.
func Placed(size int, sum [sha256.Size]byte, in Place, at int64) Blob {
	return Blob{Size: size, Print: sum, place: in, At: at}
}

// Summed is a blob of which there is only the SHA-256.
func Summed(size int, sum [sha256.Size]byte) Blob { return Blob{Size: size, Print: sum} }

// Placed tells whether the bytes are in a place outside of memory.
func (b Blob) Placed() bool { return b.place != nil }
