package admin

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/fakedc/fakedc/mockserver"
)

// expected is what a caller says that has happened. Zero fields ask for nothing.
type expected struct {
	// Uploads are those that have to be complete.
	Uploads []expectedUpload `json:"uploads"`
	// Calls are how often methods have to have been called.
	Calls []expectedCalls `json:"calls"`
	// Verdict: that of the Handler has to be good, too.
	Verdict bool `json:"verdict"`
}

type expectedCalls struct {
	Method string `json:"method"` // a glob
	Times  *int   `json:"times"`
}

type expectedUpload struct {
	FileID string  `json:"file_id"` // as text: see upload
	SHA256 *string `json:"sha256"`
	Size   *int64  `json:"size"`
}

// verified is what came of it.
type verified struct {
	Passed   bool     `json:"passed"`
	Problems []string `json:"problems"`
}

// postVerify tells scripts, by the status alone, whether it all came true.
func (h *Handler) postVerify(w http.ResponseWriter, r *http.Request) {
	var want expected
	if !bodyJSON(w, r, &want) {
		return
	}
	if err := h.check(&want); err != nil {
		fail(w, http.StatusBadRequest, err.Error())
		return
	}
	v := verified{Problems: []string{}}
	for _, u := range want.Uploads {
		v.note(h.verifyUpload(u))
	}
	for _, c := range want.Calls {
		n, err := h.server.Calls(c.Method)
		if err == nil && n != *c.Times {
			err = fmt.Errorf("calls of %s: %d, not %d", quoted(c.Method), n, *c.Times)
		}
		v.note(err)
	}
	if want.Verdict {
		for _, c := range h.Verdict().Checks {
			if c.Bad() {
				v.note(errors.New(c.String()))
			}
		}
	}
	v.Passed = len(v.Problems) == 0
	status := http.StatusOK
	if !v.Passed {
		status = http.StatusConflict
	}
	answer(w, status, v)
}

// check refuses what would come true whatever happens: a script that asks for nothing,
// or for no calls of a method that is misspelt, has a mistake in it.
func (h *Handler) check(want *expected) error {
	if len(want.Uploads) == 0 && len(want.Calls) == 0 && !want.Verdict {
		return errors.New(`nothing is asked for; it can be "uploads", "calls" and "verdict"`)
	}
	for i, u := range want.Uploads {
		if _, err := strconv.ParseInt(u.FileID, 10, 64); err != nil {
			return fmt.Errorf("uploads[%d]: file_id %s is no number", i, quoted(u.FileID))
		}
		switch {
		case u.SHA256 != nil && !isSHA256(*u.SHA256):
			return fmt.Errorf("uploads[%d]: sha256 %s is not one: it has %d hexadecimal digits", i, quoted(*u.SHA256), hex.EncodedLen(sha256.Size))
		case u.Size != nil && *u.Size < 0:
			return fmt.Errorf("uploads[%d]: size is %d, and at least 0", i, *u.Size)
		}
	}
	for i, c := range want.Calls {
		switch {
		case c.Method == "":
			return fmt.Errorf(`"method" is missing in calls[%d]`, i)
		case c.Times == nil:
			return fmt.Errorf(`"times" is missing in calls[%d]`, i)
		case *c.Times < 0:
			return fmt.Errorf("calls[%d]: times is %d, and at least 0", i, *c.Times)
		}
		_, err := h.server.Calls(c.Method)
		if wrong := (*mockserver.MethodError)(nil); errors.As(err, &wrong) {
			return fmt.Errorf("calls[%d]: %w", i, err)
		}
	}
	return nil
}

func (v *verified) note(err error) {
	if err != nil {
		v.Problems = append(v.Problems, err.Error())
	}
}

func (h *Handler) verifyUpload(want expectedUpload) error {
	id, _ := strconv.ParseInt(want.FileID, 10, 64) // check has looked at it
	u, ok := h.server.Upload(id)
	switch {
	case !ok:
		return fmt.Errorf("no part of file %d was uploaded", id)
	case !u.Report.Complete:
		return fmt.Errorf("file %d is not complete: parts stored: %d, missing: %d", id, u.Report.Stored, u.Report.MissingCount)
	case want.Size != nil && *want.Size != u.Report.Bytes:
		return fmt.Errorf("file %d has %d bytes, not %d", id, u.Report.Bytes, *want.Size)
	case want.SHA256 == nil:
		return nil
	}
	return verifySHA256(u, *want.SHA256)
}

func isSHA256(text string) bool {
	sum, err := hex.DecodeString(text)
	return err == nil && len(sum) == sha256.Size
}

func verifySHA256(u mockserver.Upload, want string) error {
	got, err := u.SHA256()
	if err != nil {
		return fmt.Errorf("file %d: its SHA-256 is not known: %w", u.FileID, err)
	}
	if !strings.EqualFold(got, want) {
		return fmt.Errorf("file %d has SHA-256 %s", u.FileID, got)
	}
	return nil
}
