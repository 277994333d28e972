package mockserver

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/fakedc/fakedc/scenarios/oracle"
)

// WaitUpload returns the first upload that was completed: used, or stored with all
// parts of the number that was announced. Without one it waits until ctx ends.
func (s *Server) WaitUpload(ctx context.Context) (Upload, error) {
	for {
		changed := s.Changed() // before the look: nothing is missed
		for _, u := range s.Uploads() {
			if u.Report.Complete {
				return u, nil
			}
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return Upload{}, fmt.Errorf("mockserver: waiting for a complete upload, %d have begun: %w", len(s.Uploads()), context.Cause(ctx))
		}
	}
}

// RequireUploaded fails the test unless the upload with this file_id is complete and
// holds what want does, and says which part is the first that does not.
func (s *Server) RequireUploaded(t TB, fileID int64, want io.Reader) {
	t.Helper()
	u, ok := s.Upload(fileID)
	if !ok {
		s.fail(t, "no part of a file %d was uploaded", fileID)
		return
	}
	if !u.Report.Complete {
		s.fail(t, "file %d is not complete: %d parts are stored, missing are %v", fileID, u.Report.Stored, u.Report.Missing)
		return
	}
	at, offset, err := u.differsFrom(want)
	switch {
	case err != nil:
		s.fail(t, "file %d cannot be compared: %v", fileID, err)
	case at >= 0:
		s.fail(t, "file %d differs from what was to be sent in part %d, at byte %d of the file", fileID, at, offset)
	}
}

// differsFrom returns the first part that is not as it should be, -1 if none is, and
// where in the file that is.
func (u Upload) differsFrom(want io.Reader) (part int32, offset int64, err error) {
	for _, p := range u.Parts {
		if !p.Stored {
			continue
		}
		got, _, err := u.file.Part(p.Index)
		if err != nil {
			return 0, 0, err
		}
		should := make([]byte, len(got))
		n, err := io.ReadFull(want, should)
		if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
			return 0, 0, err
		}
		if !bytes.Equal(got, should[:n]) {
			same := 0
			for same < n && got[same] == should[same] {
				same++
			}
			return p.Index, offset + int64(same), nil
		}
		offset += int64(len(got))
	}
	rest, err := io.CopyN(io.Discard, want, 1)
	if rest > 0 {
		return u.Parts[len(u.Parts)-1].Index, offset, nil // it ends too soon
	}
	if err != nil && !errors.Is(err, io.EOF) {
		return 0, 0, err
	}
	return -1, 0, nil
}

// RequireNoViolations fails the test if an upload rule was broken that is enforced,
// unless the scenario allows it.
func (s *Server) RequireNoViolations(t TB) {
	t.Helper()
	s.requireChecks(t, func(c *oracle.Check) bool { return c.Kind == oracle.CheckViolation })
}

// RequireVerdict fails the test unless everything came true that the scenario
// expects, each of its rules fired, and no upload rule was broken; see
// [Server.Verdict].
func (s *Server) RequireVerdict(t TB) {
	t.Helper()
	s.requireChecks(t, func(*oracle.Check) bool { return true })
}

func (s *Server) requireChecks(t TB, about func(*oracle.Check) bool) {
	t.Helper()
	bad := false
	for _, c := range s.Verdict().Checks {
		if !c.Bad() || !about(&c) {
			continue
		}
		bad = true
		t.Errorf("fakedc: %s", c)
		for _, f := range c.Findings {
			t.Errorf("fakedc:     %s %s", f.Text, f.URL)
		}
	}
	if bad {
		s.logTail(t)
	}
}

// fail fails a test with the end of the journal.
func (s *Server) fail(t TB, format string, args ...any) {
	t.Helper()
	t.Errorf("fakedc: "+format, args...)
	s.logTail(t)
}
