package disk

import (
	"bytes"
	"crypto/sha256"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/mockserver/internal/store"
	"github.com/fakedc/fakedc/mockserver/internal/upload"
	"github.com/fakedc/fakedc/validator"
)

var long = flag.Bool("long", false, "crash far more often")

// place is one part of one upload.
type place struct {
	file  int64
	index int32
}

// knowledge is what clients know: it is what a crash must not make untrue.
type knowledge struct {
	sent   map[place]map[[32]byte]bool // ever
	stored map[place][32]byte          // answered true
	maybe  map[place][][32]byte        // what else may be found: asked for and not answered yet
	gone   map[place]bool              // lost or forgotten, which need not be on disk
	docs   map[int64][32]byte
}

func newKnowledge() *knowledge {
	return &knowledge{sent: map[place]map[[32]byte]bool{}, stored: map[place][32]byte{}, maybe: map[place][][32]byte{}, gone: map[place]bool{}, docs: map[int64][32]byte{}}
}

type keeperOf struct{ *Disk }

func (k keeperOf) Bytes(number uint64) upload.Bytes { return k.Disk.Bytes(number) }

func noMeta(b []byte) (any, error) { return string(b), nil }

const documentsKept = 2

// service is what a server makes of a disk.
func service(d *Disk) (*upload.Service, error) {
	s := upload.New(validator.MustNew(validator.Options{}), store.Sums{}, upload.Limits{Uploads: 3, Lifetime: time.Hour, Documents: documentsKept}, nil)
	if err := s.Load(time.Time{}, keeperOf{d}, true, d, noMeta); err != nil {
		return nil, err
	}
	_, err := d.Settle()
	return s, err
}

// workload is a client that does what clients do, over and over.
type workload struct {
	t   *testing.T
	rec *recorder
	s   *upload.Service
	r   *rand.Rand
	now time.Time

	failing bool // of the disk: errors are expected
}

func id(file int64) upload.ID { return upload.ID{DC: 2, Account: 1, FileID: file} }

func (w *workload) note(f func(*knowledge)) { w.rec.add(step{note: f}) }

func (w *workload) save() {
	p := place{w.r.Int64N(5), w.r.Int32N(4)}
	data := bytes.Repeat([]byte{byte(w.r.Uint32())}, 2048)
	if w.r.IntN(10) == 0 {
		data = nil // refused
	}
	sum := sha256.Sum256(data)
	w.note(func(k *knowledge) {
		if k.sent[p] == nil {
			k.sent[p] = map[[32]byte]bool{}
		}
		k.sent[p][sum] = true
		k.maybe[p] = append(k.maybe[p], sum)
	})
	var fate upload.Fate
	switch w.r.IntN(12) {
	case 0:
		fate.Lose = true
	case 1:
		fate.LoseAfter = time.Minute
	}
	f := w.s.Open(w.now, id(p.file))
	// What had to make room for this upload may be on disk still.
	w.reconcile()
	f.Attempt(w.now, p.index)
	out := w.s.Save(w.now, f, upload.Part{Index: p.index, Total: -1, Bytes: data}, fate)
	if out.Err != nil { // whether the disk has it nobody knows before something else is written
		require.True(w.t, w.failing, out.Err)
		return
	}
	w.note(func(k *knowledge) {
		delete(k.maybe, p)
		if out.Verdict.Error != nil {
			return
		}
		delete(k.gone, p)
		k.stored[p] = sum
		if fate != (upload.Fate{}) {
			k.gone[p] = true
		}
	})
}

// reconcile notes which parts the service has not any more.
func (w *workload) reconcile() {
	there := map[place]bool{}
	for _, f := range w.s.Files() {
		for _, p := range f.Snapshot().Parts {
			there[place{f.ID.FileID, p.Index}] = p.Stored
		}
	}
	docs := map[int64]bool{}
	for _, d := range w.s.Documents() {
		docs[d.ID] = true
	}
	w.note(func(k *knowledge) {
		for p := range k.stored {
			if !there[p] {
				k.gone[p] = true
			}
		}
		for d := range k.docs {
			if !docs[d] {
				delete(k.docs, d)
			}
		}
	})
}

func (w *workload) finalise() {
	final := upload.Final{ID: id(w.r.Int64N(5)), Parts: 1 + w.r.Int32N(3), Record: []byte("meta")}
	for _, f := range w.s.Files() { // one that is whole, if there is any
		if n := whole(f); n > 0 {
			final.ID, final.Parts = f.ID, n
		}
	}
	back := w.mayMakeRoom()
	d, v := w.s.Finalise(w.now, final)
	if v.Error != nil {
		w.note(back)
		return
	}
	w.reconcile()
	data, err := d.Read(0, 1<<20)
	if !w.failing {
		require.NoError(w.t, err)
	}
	sum := sha256.Sum256(data)
	w.note(func(k *knowledge) { k.docs[d.ID] = sum })
}

// mayMakeRoom notes that the oldest document makes room, if there are as many as are kept,
// as soon as the next is on disk. back undoes it.
func (w *workload) mayMakeRoom() (back func(*knowledge)) {
	docs := w.s.Documents()
	if len(docs) < documentsKept {
		return func(*knowledge) {}
	}
	oldest := docs[0].ID
	var sum [32]byte
	w.note(func(k *knowledge) {
		sum = k.docs[oldest]
		delete(k.docs, oldest)
	})
	return func(k *knowledge) { k.docs[oldest] = sum }
}

// whole is how many parts a file has if none is missing between them, else 0.
func whole(f *upload.File) (n int32) {
	for _, p := range f.Snapshot().Parts {
		if p.Index != n || !p.Stored {
			return 0
		}
		n++
	}
	return n
}

func (w *workload) act() {
	switch w.r.IntN(12) {
	case 0:
		w.finalise()
	case 1:
		w.now = w.now.Add(10 * time.Minute)
		if err := w.s.Sweep(w.now); !w.failing {
			require.NoError(w.t, err)
		}
		w.reconcile()
	case 2:
		w.now = w.now.Add(time.Second)
		w.s.Lapse(w.now)
		w.reconcile()
	default:
		w.save()
	}
}

// At every write, sync and commit of a run, and with every mixture of what had not
// been synced, what clients were told is there after a crash, nothing is that nobody
// sent, and the directory is not refused.
func TestCrashes(t *testing.T) {
	seeds, acts, variants := uint64(2), 40, 5
	if *long {
		seeds, acts, variants = 10, 100, 10
	}
	var mu sync.Mutex
	total, parts, docs := 0, 0, 0
	t.Run("seeds", func(t *testing.T) { // which mostly wait for the disk
		for seed := range seeds {
			t.Run(strconv.FormatUint(seed, 10), func(t *testing.T) {
				t.Parallel()
				n, p, d := crashAll(t, seed, acts, variants)
				mu.Lock()
				defer mu.Unlock()
				total, parts, docs = total+n, max(parts, p), max(docs, d)
			})
		}
	})
	require.Greater(t, total, 500)
	require.Positive(t, parts, "there was something to lose")
	require.Positive(t, docs, "there was something to lose")
	t.Logf("%d crashes, with up to %d parts and %d documents", total, parts, docs)
}

// crashAll crashes one run everywhere, and says how often, and how much there was to lose
// at the most.
func crashAll(t *testing.T, seed uint64, acts, variants int) (total, parts, docs int) {
	rec := newRecorder()
	dir := t.TempDir()
	db := openDatabase(t, filepath.Join(dir, "run.db"), rec)
	d := New(rec, db, Options{Quota: 1 << 30})
	begin, err := os.ReadFile(db.path)
	require.NoError(t, err)
	s, err := service(d)
	require.NoError(t, err)
	w := &workload{t: t, rec: rec, s: s, r: rand.New(rand.NewPCG(seed, 1)), now: time.Unix(1e9, 0)}
	for range acts {
		w.act()
	}
	require.NoError(t, s.Write())
	require.NoError(t, db.Close())

	m, k := &media{files: map[string][]byte{}, db: begin}, newKnowledge()
	r := rand.New(rand.NewPCG(seed, 2))
	for i, at := range rec.steps {
		if at.note != nil {
			at.note(k)
			continue
		}
		parts, docs = max(parts, len(k.stored)-len(k.gone)), max(docs, len(k.docs))
		for v := range variants {
			files, image := m.crash(at, r, v)
			total++
			if problem := examine(t, dir, files, image, k, w.now); problem != "" {
				t.Fatalf("crash at step %d, variant %d: %s", i, v, problem)
			}
		}
		m.happen(at)
	}
	return total, parts, docs
}

// examine opens a disk after a crash and returns what is wrong with it.
func examine(t *testing.T, dir string, files map[string][]byte, image []byte, k *knowledge, now time.Time) string {
	d, _, err := found(t, dir, files, image)
	if err != nil {
		return "refused: " + err.Error()
	}
	defer d.records.Close()
	s, err := service(d)
	if err != nil {
		return "refused: " + err.Error()
	}
	if problem := k.compare(s); problem != "" {
		return problem
	}
	// And it goes on: new parts are stored beside the old ones, and those stay whole.
	out := s.Save(now, s.Open(now, id(99)), upload.Part{Index: 0, Total: 1, Bytes: []byte("new")}, upload.Fate{})
	if out.Err != nil || !out.Verdict.Accepted() {
		return fmt.Sprintf("a new part: %v %v", out.Err, out.Verdict.Error)
	}
	return ""
}

func (k *knowledge) compare(s *upload.Service) string {
	have := map[place]bool{}
	for _, f := range s.Files() {
		for _, state := range f.Snapshot().Parts {
			p := place{f.ID.FileID, state.Index}
			data, stored, err := f.Part(state.Index)
			if !stored {
				continue
			}
			if err != nil {
				return fmt.Sprintf("%v cannot be read: %v", p, err)
			}
			have[p] = true
			if problem := k.judge(p, sha256.Sum256(data)); problem != "" {
				return problem
			}
		}
	}
	for p := range k.stored {
		if !have[p] && !k.gone[p] {
			return fmt.Sprintf("%v was answered true and is gone", p)
		}
	}
	found := map[int64][32]byte{}
	for _, d := range s.Documents() {
		data, err := d.Read(0, 1<<20)
		if err != nil {
			return fmt.Sprintf("document %d: %v", d.ID, err)
		}
		found[d.ID] = sha256.Sum256(data)
	}
	for id, sum := range k.docs {
		if found[id] != sum {
			return fmt.Sprintf("document %d is another, or gone", id)
		}
	}
	return ""
}

func (k *knowledge) judge(p place, sum [32]byte) string {
	if !k.sent[p][sum] {
		return fmt.Sprintf("%v has bytes that nobody sent", p)
	}
	if k.stored[p] == sum || k.gone[p] {
		return ""
	}
	if slices.Contains(k.maybe[p], sum) {
		return ""
	}
	return fmt.Sprintf("%v has other bytes than were stored last", p)
}
