package upload

import (
	"fmt"
	"math"
	"sync"
	"sync/atomic"
	"time"

	"github.com/fakedc/fakedc/mockserver/internal/store"
	"github.com/fakedc/fakedc/validator"
)

// Limits bound a service.
type Limits struct {
	Uploads   int           // files open at once
	Parts     int           // part numbers that all files know, and parts of all documents; 0: any number
	Lifetime  time.Duration // a file that nothing was sent to for so long is forgotten
	Documents int           // documents kept
}

// Service holds the files of a server. It is safe for concurrent use.
type Service struct {
	store  store.Store
	limits Limits

	numbers  atomic.Int64 // of parts that all files know
	mu       sync.Mutex
	rules    *validator.Rulebook
	files    map[ID]*File
	order    []*File // by ordinal; expired files are taken out
	ordinal  int
	docs     map[int64]*Document
	docParts int     // of all of them
	docOrder []int64 // oldest first
	nextDoc  int64
	notices  notices
	lost     map[ID]string // of files that were forgotten, and why
	onForget func(ordinal int)
	keeper   Keeper // nil: nothing is kept beyond the process
	whole    bool   // it keeps the bytes of parts, not only their digests
	number   uint64 // of the newest file on disk
}

// New makes an empty service. onForget, if set, is called with the ordinal of
// each file that is forgotten; it must not call back.
func New(rules *validator.Rulebook, s store.Store, l Limits, onForget func(ordinal int)) *Service {
	if l.Parts == 0 {
		l.Parts = math.MaxInt
	}
	return &Service{
		store: s, limits: l, rules: rules, onForget: onForget,
		files: map[ID]*File{}, docs: map[int64]*Document{}, lost: map[ID]string{}, nextDoc: firstDocument,
	}
}

// Rules returns the rulebook in force.
func (s *Service) Rules() *validator.Rulebook {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.rules
}

// SetRules changes the rulebook for files that begin from now on.
func (s *Service) SetRules(b *validator.Rulebook) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.rules = b
}

// Digests tells whether the SHA-256 of a part is of use to Save.
func (s *Service) Digests() bool { return s.store.Digests() }

// Open finds a file or starts it.
func (s *Service) Open(now time.Time, id ID) *File {
	s.mu.Lock()
	defer s.mu.Unlock()
	f, ok := s.files[id]
	if ok && now.Sub(f.lastUsed()) > s.limits.Lifetime {
		s.expire(f)
		f, ok = nil, false
	}
	for s.numbers.Load() > int64(s.limits.Parts) && s.evict("Parts", f) {
	}
	if ok {
		s.lapse(now, f)
		return f
	}
	if len(s.order) >= s.limits.Uploads {
		s.evict("Uploads", nil)
	}
	s.ordinal++
	f = &File{
		ID: id, Ordinal: s.ordinal, started: now, numbers: &s.numbers,
		state: s.rules.NewFile(id.Kind), blobs: map[int32]*held{}, calls: map[int32]*call{},
	}
	f.use(now)
	if s.keeper != nil {
		s.number++
		f.kept = s.newKept(s.number)
	}
	s.files[id] = f
	s.order = append(s.order, f)
	return f
}

// Next says which ordinal and attempt a part of a length would have that came now,
// and how long the longest of its file would be. It begins no file and counts nothing.
func (s *Service) Next(now time.Time, id ID, part int32, size int) (ordinal, attempt, longest int) {
	if f := s.find(now, id); f != nil {
		attempts, longest := f.soFar(part)
		return f.Ordinal, attempts + 1, max(longest, size)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.ordinal + 1, 1, size
}

// Ordinal returns the number of a file, 0 if there is none.
func (s *Service) Ordinal(now time.Time, id ID) int {
	if f := s.find(now, id); f != nil {
		return f.Ordinal
	}
	return 0
}

// find returns a file that is still alive, nil if there is none.
func (s *Service) find(now time.Time, id ID) *File {
	s.mu.Lock()
	defer s.mu.Unlock()
	f, ok := s.files[id]
	if ok && now.Sub(f.lastUsed()) > s.limits.Lifetime {
		s.expire(f)
		return nil
	}
	if ok {
		s.lapse(now, f)
	}
	return f
}

// evict makes room for a limit: the file that was used least recently goes, but for one that is
// needed. It tells whether there was another.
func (s *Service) evict(limit string, but *File) bool {
	var oldest *File
	for _, f := range s.order {
		if f != but && (oldest == nil || f.usedBefore(oldest)) {
			oldest = f
		}
	}
	if oldest == nil {
		return false
	}
	s.forget(oldest)
	s.remind(oldest, "of all files it was used least recently, and made room", limit)
	s.notices.gone(limit, oldest, "of all it was used least recently, and made room")
	return true
}

// forget drops a file and its bytes. Documents made of it keep theirs.
func (s *Service) forget(f *File) {
	delete(s.files, f.ID)
	for i, o := range s.order {
		if o == f {
			s.order = append(s.order[:i], s.order[i+1:]...)
			break
		}
	}
	f.mu.Lock()
	f.gone = true
	s.numbers.Add(-int64(len(f.calls)))
	s.dropKept(f)
	for index, h := range f.blobs {
		h.release()
		delete(f.blobs, index)
	}
	f.mu.Unlock()
	if s.onForget != nil {
		s.onForget(f.Ordinal)
	}
}

// Sweep forgets files whose lifetime is over.
// https://core.telegram.org/api/files#uploading-files: "between several minutes
// and several hours". What is kept on disk is brought up to date.
func (s *Service) Sweep(now time.Time) error {
	s.expireAll(now)
	return s.Write()
}

func (s *Service) expireAll(now time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, f := range append([]*File(nil), s.order...) {
		if now.Sub(f.lastUsed()) > s.limits.Lifetime {
			s.expire(f)
		}
	}
}

// expire forgets a file whose lifetime is over.
func (s *Service) expire(f *File) {
	s.forget(f)
	s.remind(f, fmt.Sprintf("nothing was sent to it for %v", s.limits.Lifetime), "PartTime")
	s.notices.gone("PartTime", f, "nothing was sent to it for so long: it was forgotten")
}

// maxLost bounds those that are remembered; beyond it they begin anew.
const maxLost = 1024

// remind keeps in mind why a file was forgotten, to tell who asks for it later.
func (s *Service) remind(f *File, why, limit string) {
	if len(s.lost) >= maxLost {
		clear(s.lost)
	}
	s.lost[f.ID] = fmt.Sprintf("%s (the limit %s)", why, limit)
}

// forgotten says why parts of a file_id were, if some were.
func (s *Service) forgotten(id ID) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.lost[id]
}

// Clear forgets all files and documents; the next file is number 1 again.
func (s *Service) Clear() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, f := range append([]*File(nil), s.order...) {
		s.forget(f)
	}
	for id, d := range s.docs {
		s.dropDocument(d)
		delete(s.docs, id)
	}
	s.docParts = 0
	clear(s.lost)
	s.docOrder, s.nextDoc = nil, firstDocument
	s.ordinal = 0
	s.Notices() // of files that nobody knows any more
}

// Files returns the files in the order of their first parts.
func (s *Service) Files() []*File {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]*File(nil), s.order...)
}
