package upload

import (
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"github.com/fakedc/fakedc/mockserver/internal/slab"
	"github.com/fakedc/fakedc/mockserver/internal/store"
	"github.com/fakedc/fakedc/validator"
)

// ID names a file.
type ID struct {
	DC      int
	Account int64
	Kind    validator.Kind
	FileID  int64
}

// Part is one part call.
type Part struct {
	Index, Total int32
	Premium      bool
	Bytes        []byte // not kept
	// SHA256 is that of Bytes, nil where nobody knows it yet. It is not kept.
	SHA256 *[sha256.Size]byte
}

// held is a stored part, shared by the file and the documents made of it.
type held struct {
	store.Blob
	home store.Store // that has it
	refs atomic.Int32
}

func (h *held) share() *held {
	h.refs.Add(1)
	return h
}

func (h *held) release() {
	if h.refs.Add(-1) == 0 {
		h.home.Release(h.Blob)
		h.Blob = store.Blob{} // what was made with it may live on, see slab.Of
	}
}

// call counts what happened to one part number.
type call struct {
	attempts int
	stored   int // how often it was stored
	refused  int // by a rule or a scenario
	last     string
}

// File is one upload. It is safe for concurrent use.
type File struct {
	// ID names it, Ordinal numbers the files of a server from 1 in the order of
	// their first parts.
	ID      ID
	Ordinal int

	mu    sync.Mutex
	state *validator.File
	blobs map[int32]*held
	calls map[int32]*call
	made  struct {
		calls slab.Of[call]
		helds slab.Of[held]
	}
	doomed  map[int32]time.Time // stored parts that a scenario forgets, and when
	longest int                 // bytes of the longest part that was called
	started time.Time
	before  bool          // it was loaded
	gone    bool          // forgotten: a part on its way starts a new file
	numbers *atomic.Int64 // of the service
	kept    *kept         // what is on disk of it; nil: nothing is kept beyond the process

	// Who looks for a file, with the service locked, must not wait for a part that is
	// on its way to the disk: this is known without the lock.
	used   atomic.Int64 // when it was used last, in nanoseconds since 1970
	lapses atomic.Bool  // a part of it is, or was, to be forgotten by and by
	writes atomic.Bool  // a part, or a document of it, is on its way to the disk
}

// Before tells whether the file is of an earlier run of the program.
func (f *File) Before() bool { return f.before }

func (f *File) use(now time.Time) { f.used.Store(now.UnixNano()) }

func (f *File) lastUsed() time.Time { return time.Unix(0, f.used.Load()) }

// usedBefore tells which of two files was used less recently: one that is being written is
// used now, and who would forget it has to wait for the disk.
func (f *File) usedBefore(o *File) bool {
	if now := o.writes.Load(); now != f.writes.Load() {
		return now
	}
	return f.lastUsed().Before(o.lastUsed())
}

// maxCalls bounds the part numbers that a file counts calls of, but for those that are
// stored. Honest clients stay below 8,000; beyond the bound attempts of new numbers
// count as the first.
const maxCalls = 16_384

func (f *File) call(index int32) *call {
	if c, ok := f.calls[index]; ok {
		return c
	}
	c := f.made.calls.New()
	if len(f.calls) < maxCalls {
		f.know(index, c)
	}
	return c
}

// know counts calls of a part from now on.
func (f *File) know(index int32, c *call) {
	f.calls[index] = c
	if !f.gone { // else nothing of it is counted
		f.numbers.Add(1)
	}
}

// Attempt counts a call of a part and returns how many there were, from 1.
func (f *File) Attempt(now time.Time, index int32) int {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.use(now)
	c := f.call(index)
	c.attempts++
	return c.attempts
}

// soFar returns how many calls of a part there were, and the length of the longest
// part that was called.
func (f *File) soFar(index int32) (attempts, longest int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if c, ok := f.calls[index]; ok {
		attempts = c.attempts
	}
	return attempts, f.longest
}

// Longest takes in the length of a part and returns that of the longest that was
// called.
func (f *File) Longest(size int) int {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.longest = max(f.longest, size)
	return f.longest
}

// Outcome is what Save did.
type Outcome struct {
	Verdict validator.Verdict
	// Stored tells that the bytes were new to the file, or others than before.
	Stored bool
	// Print is that of the bytes as they came.
	Print uint64
	// Err is set when the part was accepted and could not be kept.
	Err error
}

// Save judges a part and keeps it. Fate is what becomes of one that is accepted.
func (s *Service) Save(now time.Time, f *File, p Part, fate Fate) Outcome {
	print := s.fingerprint(p) // before the lock: it is the work
	came := short(print)
	f.mu.Lock()
	for f.gone {
		f.mu.Unlock()
		f = s.Open(now, f.ID)
		f.mu.Lock()
	}
	defer f.mu.Unlock()
	v := validator.Part{Index: p.Index, Total: p.Total, Size: len(p.Bytes), Sum: print, Premium: p.Premium}
	verdict := f.state.Judge(v)
	f.state.Note(verdict, v)
	c := f.call(p.Index)
	if verdict.Error != nil {
		c.refused++
		c.last = verdict.Error.Message
		f.changed(p.Index)
		return Outcome{Verdict: verdict, Print: came}
	}
	if fate.Corrupt != CorruptNot {
		// The rules saw the part as it came: sent again, it is the same, and heals.
		p.Bytes = fate.spoil(p.Bytes)
		print = s.store.Fingerprint(p.Bytes)
	}
	stored, err := s.take(now, f, c, p, v, print, fate)
	if err != nil {
		if full := (*store.FullError)(nil); errors.As(err, &full) {
			s.notices.add(full.Limit, f, full.Error())
		}
		c.refused++
		c.last = err.Error()
		f.changed(p.Index)
		return Outcome{Verdict: verdict, Err: err, Print: came}
	}
	return Outcome{Verdict: verdict, Stored: stored, Print: came}
}

// take keeps an accepted part and remembers it.
func (s *Service) take(now time.Time, f *File, c *call, p Part, v validator.Part, print store.Fingerprint, fate Fate) (stored bool, err error) {
	if f.kept != nil {
		stored, err = s.takeForGood(now, f, c, p, v, print, fate)
	} else if stored, err = s.keep(f, p, print); err == nil {
		f.remember(now, c, v, fate)
	}
	if err == nil && fate.Lose {
		s.lose(f, p.Index)
	}
	return stored, err
}

// remember notes that a part was stored.
func (f *File) remember(now time.Time, c *call, v validator.Part, fate Fate) {
	f.state.Record(v)
	if !f.knows(v.Index) { // of too many; but bytes that nobody is told of would be missing
		c.attempts = 1
		f.know(v.Index, c)
	}
	c.stored++
	c.last = ""
	delete(f.doomed, v.Index)
	if fate.LoseAfter > 0 && !fate.Lose {
		if f.doomed == nil {
			f.doomed = map[int32]time.Time{}
		}
		f.lapses.Store(true)
		f.doomed[v.Index] = now.Add(fate.LoseAfter)
	}
}

// fingerprint is the work, unless somebody has done it.
func (s *Service) fingerprint(p Part) store.Fingerprint {
	if p.SHA256 != nil && s.store.Digests() {
		return *p.SHA256
	}
	return s.store.Fingerprint(p.Bytes)
}

// Print tells bytes apart, as Outcome.Print does.
func (s *Service) Print(data []byte) uint64 { return short(s.store.Fingerprint(data)) }

// short is the beginning of a fingerprint.
func short(f store.Fingerprint) uint64 { return binary.LittleEndian.Uint64(f[:8]) }

func (s *Service) keep(f *File, p Part, print store.Fingerprint) (stored bool, err error) {
	old := f.blobs[p.Index]
	if old.is(p, print) {
		return false, nil
	}
	blob, err := s.store.Put(p.Bytes, print)
	if err != nil {
		return false, err
	}
	if old != nil {
		old.release()
	}
	h := f.made.helds.New()
	h.Blob, h.home = blob, s.store
	f.blobs[p.Index] = h.share()
	return true, nil
}

// is tells whether a part has the bytes that are held, if any are.
func (h *held) is(p Part, print store.Fingerprint) bool {
	return h != nil && h.Print == print && h.Size == len(p.Bytes)
}

func (s *Service) lose(f *File, index int32) {
	h := f.blobs[index]
	delete(f.blobs, index)
	f.state.Lose(index)
	s.writeLater(f, index)
	if h != nil {
		h.release()
	}
}

// Refuse notes that a scenario answered a part with an error, before any rule
// was asked; why is a sentence for a person.
func (f *File) Refuse(p Part, code int, message, rule, why string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	v := validator.Part{Index: p.Index, Total: p.Total, Size: len(p.Bytes), Premium: p.Premium}
	f.state.Note(validator.Verdict{Error: &validator.Error{Code: code, Message: message, Rule: rule, Why: why}}, v)
	c := f.call(p.Index)
	c.refused++
	c.last = message
	f.changed(p.Index)
}
