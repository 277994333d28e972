package upload

import (
	"errors"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/validator"
)

// Everything at once, with more files than there is room for. What is read must
// be what some client wrote, and in the end nothing may be held.
func TestEverythingAtOnce(t *testing.T) {
	const workers, rounds, files, parts, size = 8, 300, 12, 3, kib
	r := newRoom(t, Limits{Uploads: 6, Documents: 4, Lifetime: time.Minute})
	var forgotten atomic.Int32
	r.onForget = func(int) { forgotten.Add(1) }
	var wg sync.WaitGroup
	for w := range workers {
		wg.Go(func() {
			rnd := rand.New(rand.NewPCG(1, uint64(w)))
			now := start
			for range rounds {
				now = now.Add(time.Duration(rnd.IntN(3)) * time.Second)
				id := big(1, rnd.Int64N(files))
				switch rnd.IntN(10) {
				case 0, 1, 2, 3, 4:
					f := r.Open(now, id)
					i := int32(rnd.IntN(parts))
					f.Attempt(now, i)
					data := fill(byte(id.FileID)*2+byte(rnd.IntN(2)), size)
					out := r.Save(now, f, Part{Index: i, Total: parts, Bytes: data}, Fate{Lose: rnd.IntN(5) == 0})
					if out.Verdict.Error != nil || out.Err != nil {
						t.Errorf("part %d: %v, %v", i, out.Verdict.Error, out.Err)
					}
				case 5, 6:
					d, v := r.Finalise(now, Final{ID: id, Parts: parts})
					if (d == nil) != (v.Error != nil) {
						t.Errorf("document %v with error %v", d, v.Error)
					}
				case 7:
					for _, d := range r.Documents() {
						checkDocument(t, d, parts*size)
					}
				case 8:
					for _, f := range r.Files() {
						f.Snapshot()
						_, _, err := f.Part(int32(rnd.IntN(parts)))
						if err != nil {
							t.Error(err)
						}
					}
				case 9:
					r.Sweep(now)
				}
			}
		})
	}
	wg.Wait()
	require.NotZero(t, forgotten.Load(), "there was no crowd")
	require.NotEmpty(t, r.Documents())
	r.drain(t, start.Add(time.Hour))
}

func checkDocument(t *testing.T, d *Document, size int) {
	got, err := d.Read(0, 1<<20)
	if errors.Is(err, ErrForgotten) {
		return
	}
	if err != nil || len(got) != size {
		t.Errorf("document %d: %d bytes, %v", d.ID, len(got), err)
		return
	}
	for _, b := range got {
		if int64(b)/2 != d.FileID {
			t.Errorf("document %d of file %d has a byte of file %d", d.ID, d.FileID, b/2)
			return
		}
	}
}

// A steady upload: what is allocated is the copy of the bytes and the entry of a
// new part, nothing that grows with the number of parts.
func BenchmarkSave(b *testing.B) {
	for name, fresh := range map[string]bool{"new parts": true, "repeated part": false} {
		b.Run(name, func(b *testing.B) {
			r := newRoomUnder(b, Limits{Uploads: 2}, validator.Options{}, 1<<40)
			data := fill(1, 512*kib)
			b.SetBytes(int64(len(data)))
			b.ReportAllocs()
			f := r.Open(start, big(1, 0))
			next, file := int32(0), int64(0)
			for b.Loop() {
				if fresh && next == 4000 {
					file++
					next, f = 0, r.Open(start, big(1, file))
				}
				f.Attempt(start, next)
				if out := r.Save(start, f, Part{Index: next, Total: 4000, Bytes: data}, Fate{}); out.Verdict.Error != nil || out.Err != nil {
					b.Fatal(out)
				}
				if fresh {
					next++
				}
			}
		})
	}
}

// A repeated part is compared and not kept: no allocation at all.
func TestSavingAgainAllocatesNothing(t *testing.T) {
	r := newRoom(t, Limits{})
	f := r.Open(start, big(1, 0))
	p := Part{Index: 3, Total: 4000, Bytes: fill(1, kib)}
	r.Save(start, f, p, Fate{})
	require.Zero(t, testing.AllocsPerRun(100, func() {
		f.Attempt(start, p.Index)
		r.Save(start, f, p, Fate{})
	}))
}
