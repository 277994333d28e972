package mockserver

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/fakedc/fakedc/mockserver/internal/upload"
	"github.com/fakedc/fakedc/mockserver/internal/words"
	"github.com/fakedc/fakedc/validator"
)

// PartState is what happened to one part number.
type PartState struct {
	// Index is file_part, from 0.
	Index int32 `json:"index"`
	// Size in bytes, 0 if it is not stored.
	Size int `json:"size"`
	// Stored tells that its bytes are there now.
	Stored bool `json:"stored"`
	// Attempts counts the calls. Repetitions of one msg_id are one call.
	Attempts int `json:"attempts"`
	// TimesStored counts the calls that were stored.
	TimesStored int `json:"times_stored"`
	// Refused counts the calls that a rule or a scenario refused.
	Refused int `json:"refused"`
	// Error is that of the last call, "" if it was stored.
	Error string `json:"error,omitempty"`
}

// Upload is one file at one moment.
type Upload struct {
	FileID  int64          `json:"file_id"`
	Kind    validator.Kind `json:"kind"`
	DC      int            `json:"dc"`
	Account int64          `json:"account"`
	// Ordinal numbers the uploads of a server from 1, by their first parts.
	Ordinal int `json:"ordinal"`
	// Started is the time of the first part, Changed of the last call.
	Started time.Time `json:"started"`
	Changed time.Time `json:"changed"`
	// Report is what the rules say: what is missing, repeated, out of order.
	Report validator.Report `json:"report"`
	// Parts are those that were called, by number.
	Parts []PartState `json:"parts"`

	file *upload.File
}

func newUpload(f *upload.File) Upload { return uploadOf(f, f.Snapshot()) }

func uploadOf(f *upload.File, s upload.Snapshot) Upload {
	u := Upload{
		FileID: s.ID.FileID, Kind: s.ID.Kind, DC: s.ID.DC, Account: s.ID.Account,
		Ordinal: s.Ordinal, Started: s.Started, Changed: s.Used, Report: s.Report, file: f,
	}
	for _, p := range s.Parts {
		u.Parts = append(u.Parts, PartState{
			Index: p.Index, Size: p.Size, Stored: p.Stored,
			Attempts: p.Attempts, TimesStored: p.Times, Refused: p.Refused, Error: p.Error,
		})
	}
	return u
}

// ErrIncomplete says that parts of an upload are missing.
var ErrIncomplete = errors.New("mockserver: the upload is incomplete")

func errWentAway(part int32) error {
	return fmt.Errorf("%w: part %d went away meanwhile", ErrIncomplete, part)
}

// errAlone is that of an upload that was read from JSON.
var errAlone = errors.New("mockserver: this is what is told of an upload, without its server: there are no bytes")

// Bytes returns what was uploaded. The error is ErrIncomplete if a part is
// missing or the number of parts is unknown, and another one if the store keeps
// no bytes.
func (u Upload) Bytes() ([]byte, error) {
	var b bytes.Buffer
	if _, err := u.WriteTo(&b); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// WriteTo writes what was uploaded; see [Upload.Bytes] for its errors.
func (u Upload) WriteTo(w io.Writer) (int64, error) {
	if !u.Report.Complete {
		return 0, fmt.Errorf("%w: %s stored, %d missing", ErrIncomplete, words.Are(u.Report.Stored, "part"), u.Report.MissingCount)
	}
	if u.file == nil {
		return 0, errAlone
	}
	var written int64
	for _, p := range u.Parts {
		if !p.Stored {
			continue
		}
		data, stored, err := u.file.Part(p.Index)
		if err != nil {
			return written, err
		}
		if !stored {
			return written, errWentAway(p.Index)
		}
		n, err := w.Write(data)
		written += int64(n)
		if err != nil {
			return written, err
		}
	}
	return written, nil
}

// SHA256 returns the digest of what was uploaded, in hexadecimal; see
// [Upload.Bytes] for its errors.
func (u Upload) SHA256() (string, error) {
	h := sha256.New()
	if _, err := u.WriteTo(h); err != nil {
		return "", err
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

// PartEqual tells whether one stored part has these bytes, which every store knows.
func (u Upload) PartEqual(index int32, data []byte) (equal, stored bool) {
	if u.file == nil {
		return false, false
	}
	return u.file.PartEqual(index, data)
}
