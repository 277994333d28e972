package upload

import (
	"fmt"
	"sync"
	"sync/atomic"
)

// Notice says that a bound was reached, by its name in mockserver's Limits, or without
// one that the disk failed.
type Notice struct {
	Limit   string
	DC      int   // of the upload, 0 of none
	Account int64 // 0: of no account
	FileID  int64 // and File, the ordinal of the upload: 0 of none
	File    int
	Gone    bool // that upload was forgotten, with all its parts
	Text    string
}

// maxNotices bounds those that nobody has asked for yet; further ones are lost.
const maxNotices = 1024

// notices are kept until somebody asks who holds no lock: to note them at once, in the
// midst of what they are about, would be to take the journal's lock under a file's.
type notices struct {
	some atomic.Bool
	mu   sync.Mutex
	all  []Notice
}

// add notes what happened to a file, nil for one of which nothing is known.
func (n *notices) add(limit string, f *File, text string) { n.put(Notice{Limit: limit, Text: text}, f) }

// gone notes that a file was forgotten.
func (n *notices) gone(limit string, f *File, text string) {
	n.put(Notice{Limit: limit, Gone: true, Text: text}, f)
}

func (n *notices) put(x Notice, f *File) {
	if f != nil {
		x.DC, x.Account, x.FileID, x.File, x.Text = f.ID.DC, f.ID.Account, f.ID.FileID, f.Ordinal, fmt.Sprintf("file %d: %s", f.ID.FileID, x.Text)
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	if len(n.all) < maxNotices {
		n.all = append(n.all, x)
	}
	n.some.Store(true)
}

// Failed notes that the disk failed.
func (s *Service) Failed(err error) { s.notices.add("", nil, err.Error()) }

// Notices returns what has happened since it was asked last.
func (s *Service) Notices() []Notice {
	if !s.notices.some.Load() {
		return nil
	}
	s.notices.mu.Lock()
	defer s.notices.mu.Unlock()
	all := s.notices.all
	s.notices.all = nil
	s.notices.some.Store(false)
	return all
}
