package disk

import (
	"bytes"
	"errors"
	"io/fs"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/mockserver/internal/store"
)

// What happens to files, as a crash sees it. Between two syncs of a file its writes
// and its length may be on the disk, or not, or in part; between two syncs of the
// directory its files may have come or gone, or not.
type fileOp struct {
	kind string // write, truncate, create, remove
	name string
	at   int64
	data []byte
}

// step is one point of a run at which it may crash.
type step struct {
	ops     []fileOp // that happen in it
	sync    string   // or the file that is synced
	syncDir bool     // or the directory
	// A commit: the database before and after it.
	before, after []byte
	// Or what a client knows: begins is what is being done, done that it was told.
	note func(*knowledge)
}

// recorder is files in memory that note what is done to them.
type recorder struct {
	files map[string][]byte
	steps []step
	free  int64
	fail  func(op, name string) error // nil: nothing fails
}

func newRecorder() *recorder { return &recorder{files: map[string][]byte{}, free: 1 << 40} }

func (r *recorder) failing(op, name string) error {
	if r.fail == nil {
		return nil
	}
	return r.fail(op, name)
}

func (r *recorder) add(s step) { r.steps = append(r.steps, s) }

func (r *recorder) Write(name string, at int64, data []byte, sync bool) error {
	if err := r.failing("write", name); err != nil {
		return err
	}
	var ops []fileOp
	if _, ok := r.files[name]; !ok {
		ops = append(ops, fileOp{kind: "create", name: name})
	}
	ops = append(ops, fileOp{kind: "write", name: name, at: at, data: bytes.Clone(data)})
	r.add(step{ops: ops})
	for _, o := range ops {
		o.apply(r.files)
	}
	if err := r.failing("sync", name); err != nil {
		return err
	}
	if sync {
		r.add(step{sync: name})
	}
	return nil
}

func (r *recorder) Read(name string, at int64, data []byte) error {
	if err := r.failing("read", name); err != nil {
		return err
	}
	have := r.files[name]
	if at+int64(len(data)) > int64(len(have)) {
		return errors.New("the file is too short")
	}
	copy(data, have[at:])
	return nil
}

func (r *recorder) one(o fileOp) error {
	if err := r.failing(o.kind, o.name); err != nil {
		return err
	}
	if _, ok := r.files[o.name]; !ok {
		return fs.ErrNotExist
	}
	r.add(step{ops: []fileOp{o}})
	o.apply(r.files)
	return nil
}

func (r *recorder) Truncate(name string, size int64) error {
	return r.one(fileOp{kind: "truncate", name: name, at: size})
}

func (r *recorder) Remove(name string) error { return r.one(fileOp{kind: "remove", name: name}) }

func (r *recorder) List() (map[string]int64, error) {
	sizes := map[string]int64{}
	for name, data := range r.files {
		sizes[name] = int64(len(data))
	}
	return sizes, nil
}

func (r *recorder) SyncDir() error {
	r.add(step{syncDir: true})
	return nil
}

func (r *recorder) Free() (int64, error) { return r.free, nil }

func (o fileOp) apply(files map[string][]byte) {
	data, ok := files[o.name]
	switch {
	case o.kind == "create":
		files[o.name] = []byte{}
	case o.kind == "remove":
		delete(files, o.name)
	case !ok:
	case o.kind == "truncate":
		if o.at < int64(len(data)) {
			files[o.name] = bytes.Clone(data[:o.at])
		}
	default:
		end := int(o.at) + len(o.data)
		grown := make([]byte, max(len(data), end))
		copy(grown, data)
		copy(grown[o.at:], o.data)
		files[o.name] = grown
	}
}

// torn is what a write leaves when it is interrupted: some of its sectors, one of them
// perhaps neither old nor new.
func (o fileOp) torn(r *rand.Rand) fileOp {
	const sector = 512
	keep := r.IntN(len(o.data)/sector+1) * sector
	t := o
	t.data = bytes.Clone(o.data[:min(keep, len(o.data))])
	if r.IntN(2) == 0 {
		for range min(sector, len(o.data)-len(t.data)) {
			t.data = append(t.data, byte(r.Uint32()))
		}
	}
	return t
}

// database is a bbolt file whose bytes are noted around each commit.
type database struct {
	*bolt
	path string
	rec  *recorder
}

func openDatabase(t testing.TB, path string, rec *recorder) *database {
	t.Helper()
	b, err := openBolt(path, os.OpenFile, true)
	require.NoError(t, err)
	return &database{b, path, rec}
}

func (d *database) Commit(changes []store.Change) error {
	if err := d.rec.failing("commit", ""); err != nil {
		return err
	}
	before, err := os.ReadFile(d.path)
	if err != nil {
		return err
	}
	if err := d.bolt.Commit(changes); err != nil {
		return err
	}
	after, err := os.ReadFile(d.path)
	if err != nil {
		return err
	}
	d.rec.add(step{before: before, after: after})
	return d.rec.failing("committed", "")
}

// mixed is a database after a crash in a commit, as bbolt writes it: first all pages
// but one of the first two, in any order, then a sync, then that one, then a sync.
func mixed(before, after []byte, r *rand.Rand) []byte {
	const page, sector = 4096, 512
	out := make([]byte, max(len(before), len(after)))
	copy(out, before)
	firstHalf := r.IntN(2) == 0
	for at := 0; at < len(after); at += page {
		meta := at < 2*page
		now := after[at : at+page]
		if at+page <= len(before) && bytes.Equal(now, before[at:at+page]) {
			continue
		}
		switch {
		case !firstHalf && !meta: // synced already
			copy(out[at:], now)
		case firstHalf && meta: // not written yet
		default:
			switch r.IntN(4) {
			case 0: // lost
			case 1:
				copy(out[at:], now)
			default:
				copy(out[at:], now[:r.IntN(page/sector+1)*sector])
				if r.IntN(2) == 0 { // a sector of garbage
					for i := range sector {
						out[at+r.IntN(page/sector)*sector+i] ^= byte(r.Uint32())
					}
				}
			}
		}
	}
	if firstHalf && r.IntN(2) == 0 && len(before) > 0 { // the file had not grown yet
		out = out[:len(before)]
	}
	return out
}

// media is what is on the disk for sure, and what may be.
type media struct {
	files map[string][]byte
	maybe []fileOp
	db    []byte
}

func (m *media) happen(s step) {
	m.maybe = append(m.maybe, s.ops...)
	settled := func(o fileOp) bool {
		if o.kind == "create" || o.kind == "remove" {
			return s.syncDir
		}
		return s.sync != "" && o.name == s.sync
	}
	m.maybe = slices.DeleteFunc(m.maybe, func(o fileOp) bool {
		if !settled(o) {
			return false
		}
		if _, ok := m.files[o.name]; !ok && o.kind != "create" {
			m.files[o.name] = []byte{} // its bytes are there, its name may be
		}
		if o.kind != "create" || m.files[o.name] == nil {
			o.apply(m.files)
		}
		return true
	})
	if s.after != nil {
		m.db = s.after
	}
}

// crash is one of the disks that may be found after a crash in a step.
func (m *media) crash(in step, r *rand.Rand, variant int) (files map[string][]byte, db []byte) {
	files = map[string][]byte{}
	for name, data := range m.files {
		if !slices.ContainsFunc(m.maybe, func(o fileOp) bool { return o.kind == "create" && o.name == name }) {
			files[name] = data
		}
	}
	for _, o := range append(slices.Clone(m.maybe), in.ops...) {
		lost := variant == 0 || variant > 1 && r.IntN(2) == 0
		if o.kind == "create" && !lost && files[o.name] == nil {
			files[o.name] = m.files[o.name]
			if files[o.name] == nil {
				files[o.name] = []byte{}
			}
		}
		switch {
		case lost || o.kind == "create":
		case o.kind == "write" && variant > 1 && r.IntN(2) == 0:
			o.torn(r).apply(files)
		default:
			o.apply(files)
		}
	}
	db = m.db
	if in.after != nil {
		switch variant {
		case 0:
		case 1:
			db = in.after
		default:
			db = mixed(in.before, in.after, r)
		}
	}
	return files, db
}

// found opens what a crash left.
func found(t testing.TB, dir string, files map[string][]byte, db []byte) (*Disk, *recorder, error) {
	t.Helper()
	path := filepath.Join(dir, recordsFile)
	require.NoError(t, os.WriteFile(path, db, 0o600))
	b, err := openBolt(path, os.OpenFile, true)
	if err != nil {
		return nil, nil, err
	}
	rec := newRecorder()
	rec.files = maps.Clone(files)
	d := New(rec, &database{b, path, rec}, Options{Quota: 1 << 30})
	t.Cleanup(func() { _ = b.Close() })
	return d, rec, nil
}
