package mockserver

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/fakedc/fakedc/mockserver/internal/disk"
	"github.com/fakedc/fakedc/mockserver/internal/journal"
	"github.com/fakedc/fakedc/mockserver/internal/link"
	"github.com/fakedc/fakedc/mockserver/internal/rpc"
	"github.com/fakedc/fakedc/mockserver/internal/upload"
	"github.com/fakedc/fakedc/mockserver/internal/words"
)

// DataDirError says why Options.DataDir is not used: what happened, where, and what
// to do about it.
type DataDirError struct{ err error }

func (e *DataDirError) Error() string { return "mockserver: " + e.err.Error() }

// Unwrap returns what is behind it.
func (e *DataDirError) Unwrap() error { return e.err }

// keeper is a directory as uploads see it.
type keeper struct{ *disk.Disk }

func (k keeper) Bytes(number uint64) upload.Bytes { return k.Disk.Bytes(number) }

// openDisk opens the data directory, if there is to be one. Uploads are there before: they are told of what fails.
func (s *Server) openDisk() (err error) {
	if s.options.DataDir == "" {
		return nil
	}
	s.disk, err = disk.Open(s.options.DataDir, disk.Options{
		Quota: s.options.Limits.DiskBytes, Floor: s.options.Limits.DiskFree, NoSync: s.options.NoSync,
		Failed: s.uploads.Failed,
	})
	if err != nil {
		return &DataDirError{err}
	}
	return nil
}

// load takes over what is in the data directory.
func (s *Server) load() error {
	if s.disk == nil {
		return nil
	}
	began := time.Now()
	keys, err := s.loadKeys(began)
	if err := errors.Join(err, s.uploads.Load(began, keeper{s.disk}, s.options.Store != StoreDigest, s.disk, rpc.LoadMedia)); err != nil {
		return &DataDirError{disk.Damaged(s.options.DataDir, err)}
	}
	left, err := s.disk.Settle()
	if err != nil {
		return &DataDirError{disk.Damaged(s.options.DataDir, err)}
	}
	for _, text := range s.loaded(keys, left) {
		s.journal.Add(began, journal.Event{Kind: journal.KindStore, Text: text})
	}
	if err := s.uploads.Sweep(began); err != nil {
		return &DataDirError{err}
	}
	s.tellKept(began)
	return nil
}

// loadKeys returns how many there are, by datacenter.
func (s *Server) loadKeys(now time.Time) (map[int]int, error) {
	accounts, err := link.LoadAccounts(s.disk, s.disk)
	if err != nil {
		return nil, err
	}
	for _, c := range s.centers {
		c.hub.Keys.KeepBy(s.disk, c.id, accounts)
		if err := c.hub.Keys.Load(now, s.disk, c.hub.Handler); err != nil {
			return nil, err
		}
	}
	accounts.Prune()
	return accounts.Keys(), nil
}

// loaded tells what is in the data directory, by datacenter its keys, and what its user
// may not expect.
func (s *Server) loaded(keys map[int]int, left disk.Settled) (texts []string) {
	all, leftOut, elsewhere := 0, 0, []string(nil)
	for _, c := range s.centers {
		leftOut += c.hub.Keys.LeftOut()
	}
	for _, dc := range slices.Sorted(maps.Keys(keys)) {
		all += keys[dc]
		if _, served := s.center(dc); !served {
			elsewhere = append(elsewhere, fmt.Sprintf("datacenter %d (%s)", dc, words.Count(keys[dc], "auth key")))
		}
	}
	text := fmt.Sprintf("the data directory %s has %s, %s and %s", s.options.DataDir,
		words.Count(all, "auth key"), words.Count(len(s.uploads.Files()), "upload"), words.Count(len(s.uploads.Documents()), "document"))
	if left.Files > 0 || left.Bytes > 0 {
		text += fmt.Sprintf("; what an interrupted run had left and nobody was told of was deleted: %s, whole files among them: %d", words.Bytes(left.Bytes), left.Files)
	}
	texts = append(texts, text)
	if mode := s.disk.OpenBefore(); mode != 0 {
		texts = append(texts, fmt.Sprintf("the data directory %s was empty, and others could read it (mode %#o); it holds auth keys, so its mode is 0700 now", s.options.DataDir, mode))
	}
	if leftOut > 0 {
		texts = append(texts, fmt.Sprintf("the data directory %s says that %s forgotten in an earlier run, by ForgetKey or destroy_auth_key: clients with one are answered -404; take another account or another directory (in Go, Server.Reset brings them back)",
			s.options.DataDir, words.Were(leftOut, "ready session")))
	}
	if elsewhere != nil {
		texts = append(texts, fmt.Sprintf("the data directory %s is also of %s, not served now: clients with such a key are answered -404; see --dc and --dcs, or Options.DC and MoreDCs",
			s.options.DataDir, strings.Join(elsewhere, " and ")))
	}
	return texts
}

// closeDisk writes what is left to write.
func (s *Server) closeDisk() error {
	if s.disk == nil {
		return nil
	}
	s.closeDiskOnce.Do(func() {
		err := errors.Join(s.uploads.Write(), s.disk.Close())
		s.home().hub.Handler.NoteLimits(time.Now())
		if err != nil {
			s.closeDiskErr = &DataDirError{fmt.Errorf("closing the data directory %s: %w", s.options.DataDir, err)}
		}
	})
	return s.closeDiskErr
}

// abandonDisk gives the directory up as it is, for a server that was not made.
func (s *Server) abandonDisk() {
	if s.disk != nil {
		_ = s.disk.Abandon() // the error that counts is why
	}
}

// flushDisk has on disk what was forgotten.
func (s *Server) flushDisk() error {
	if s.disk == nil {
		return nil
	}
	return s.disk.Flush()
}
