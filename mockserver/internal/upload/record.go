package upload

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"time"

	"github.com/fakedc/fakedc/mockserver/internal/store"
	"github.com/fakedc/fakedc/validator"
)

// The records of a file have keys that begin with its number, big-endian, and go on
// with one of these; that of a part ends with its index.
const (
	headerKey   = 'f'
	partKey     = 'p'
	refusalsKey = 'r'
)

func numberKey(number uint64) []byte { return binary.BigEndian.AppendUint64(nil, number) }

func (f *File) key(kind byte, index int32) []byte {
	k := append(numberKey(f.kept.number), kind)
	if kind == partKey {
		k = binary.BigEndian.AppendUint32(k, uint32(index))
	}
	return k
}

// headerRecord is a file without its parts.
type headerRecord struct {
	DC      int                 `json:"dc"`
	Account int64               `json:"account"`
	FileID  int64               `json:"file_id"`
	Ordinal int                 `json:"ordinal"`
	Started time.Time           `json:"started"`
	Used    time.Time           `json:"used"`
	Longest int                 `json:"longest"`
	State   validator.FileState `json:"state"`
}

func (f *File) header() []byte {
	return encodeJSON(headerRecord{
		DC: f.ID.DC, Account: f.ID.Account, FileID: f.ID.FileID, Ordinal: f.Ordinal,
		Started: f.started, Used: f.lastUsed(), Longest: f.longest, State: f.state.State(),
	})
}

// encodeJSON writes what cannot fail to be written.
func encodeJSON(v any) []byte {
	b, err := json.Marshal(v)
	if err != nil {
		panic("upload: a record that is no JSON: " + err.Error())
	}
	return b
}

// partRecord is what is kept of one part number, in this order, little-endian.
type partRecord struct {
	Flags  uint8
	At     int64    // where its bytes are
	Held   uint32   // how many
	Print  [32]byte // theirs
	Size   int32    // as it came: a scenario may have spoilt it
	Sum    [32]byte
	Calls  uint32
	Times  uint32 // stored so often
	Refuse uint32
	Doomed int64 // when a scenario forgets it, in nanoseconds since 1970; 0: never
}

// What a part is. The values are part of the format.
const (
	isStored = 1 << iota
	isPlaced // its bytes are in the file, not only their digest
	isSeen   // it was stored at some time
	isOutOfOrder
	isRepeated
	isRepeatedOther
)

var partRecordSize = binary.Size(partRecord{})

// appendPart writes the record of a part and, behind it, the last error.
func (f *File) appendPart(b []byte, index int32) []byte {
	var r partRecord
	c := f.call(index)
	r.Calls, r.Times, r.Refuse = uint32(c.attempts), uint32(c.stored), uint32(c.refused)
	m, seen := f.state.Marks(index)
	for flag, on := range map[uint8]bool{isSeen: seen, isOutOfOrder: m.OutOfOrder, isRepeated: m.Repeated, isRepeatedOther: m.RepeatedOther} {
		if on {
			r.Flags |= flag
		}
	}
	r.Size, r.Sum = m.Size, m.Sum
	if h := f.blobs[index]; h != nil {
		r.Flags |= isStored
		if h.Placed() {
			r.Flags |= isPlaced
		}
		r.At, r.Held, r.Print = h.At, uint32(h.Size), h.Print
	}
	if at := f.doomed[index]; !at.IsZero() {
		r.Doomed = latest.UnixNano()
		if at.Before(latest) {
			r.Doomed = at.UnixNano()
		}
	}
	b, err := binary.Append(b, binary.LittleEndian, r)
	if err != nil {
		panic("upload: a record of no fixed size: " + err.Error())
	}
	return append(b, c.last[:min(len(c.last), maxLast)]...)
}

// latest is the last time that is a number of nanoseconds since 1970, in the year 2262: a scenario may keep parts for longer.
var latest = time.Unix(0, math.MaxInt64)

// maxLast is the longest error of a part that is kept, in bytes.
const maxLast = 512

var errRecord = errors.New("upload: no record of fakedc's")

func decodePart(b []byte) (r partRecord, last string, err error) {
	if len(b) < partRecordSize || len(b) > partRecordSize+maxLast {
		return r, "", fmt.Errorf("%w: a part of %d bytes", errRecord, len(b))
	}
	if _, err := binary.Decode(b, binary.LittleEndian, &r); err != nil {
		return r, "", err
	}
	if r.Flags&isStored != 0 && r.Flags&isSeen == 0 || r.Held > maxHeld || r.Size < 0 {
		return r, "", fmt.Errorf("%w: a part with flags %#x, %d bytes of %d", errRecord, r.Flags, r.Held, r.Size)
	}
	return r, string(b[partRecordSize:]), nil
}

// maxHeld is beyond what a frame can bring, in bytes.
const maxHeld = 64 << 20

func (r partRecord) marks(index int32) validator.PartMarks {
	return validator.PartMarks{
		Index: index, Size: r.Size, Sum: r.Sum, Stored: r.Flags&isStored != 0,
		OutOfOrder: r.Flags&isOutOfOrder != 0, Repeated: r.Flags&isRepeated != 0, RepeatedOther: r.Flags&isRepeatedOther != 0,
	}
}

// blob finds the bytes that a record names.
func blob(flags uint8, size uint32, print [32]byte, at int64, in Bytes) (store.Blob, error) {
	if flags&isPlaced == 0 {
		return store.Summed(int(size), print), nil
	}
	return in.Claim(int(size), print, at)
}
