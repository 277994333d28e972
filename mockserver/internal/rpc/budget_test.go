package rpc

import (
	"bytes"
	"compress/flate"
	stdgzip "compress/gzip"
	"encoding/binary"
	"io"
	"runtime"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/mockserver/internal/journal"
	"github.com/fakedc/fakedc/mockserver/internal/tl"
)

// allocated returns how many bytes are allocated while f runs.
func allocated(f func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

// A thousand queries of one frame, each of which unpacks to a tenth of what is allowed:
// ten are unpacked, the others are refused without further work.
func TestBombsOfOneFrameShareABudget(t *testing.T) {
	d := loggedIn(t, 228, nil)
	bomb := packed(t, make([]byte, 1<<20), gz)
	budget := NewBudget(testLimits.Inflated)
	c := d.caller()
	c.Budget = &budget
	refused := 0
	took := allocated(func() {
		for range 1000 {
			if answer(t, d.Handle(start, c, bomb)) == "400 INPUT_FETCH_ERROR" {
				refused++
			}
		}
	})
	require.Equal(t, 990, refused)
	require.Zero(t, budget.left)
	require.Less(t, took, uint64(64<<20), "a gigabyte was packed")
	told := 0
	for _, e := range d.Journal.Since(0) {
		if e.Kind == journal.KindLimit && !strings.HasPrefix(e.Text, "JournalEvents: ") {
			require.Equal(t, "InflatedBytes: what is packed in one frame holds more than 10485760 bytes", e.Text)
			told++
		}
	}
	require.Positive(t, told)
	require.Equal(t, "nearestDc", answer(t, d.send(packed(t, d.encode(t, nearestDC), gz))).(*tl.Object).Name, "the next frame has its own")
}

// What comes out of a stream that turns out to be broken is taken from the budget too.
func TestBrokenStreamsCostTheirBudget(t *testing.T) {
	d := newDesk(t, nil)
	broken := packed(t, make([]byte, 1<<20), gz)
	broken[len(broken)-6] ^= 1 // in the gzip trailer
	budget := NewBudget(3 << 20)
	c := d.caller()
	c.Budget = &budget
	for _, left := range []int{2 << 20, 1 << 20, 0, 0} {
		require.Equal(t, "400 INPUT_FETCH_ERROR", answer(t, d.Handle(start, c, broken)))
		require.Equal(t, left, budget.left)
	}
}

// No more is allocated for what a gzip stream says of its length than what has arrived
// is worth.
func TestClaimedSizeIsNotBelieved(t *testing.T) {
	for name, size := range map[string]uint32{"4 GiB": 1<<32 - 1, "10 MiB": 10 << 20, "nothing": 0} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t, nil)
			body := packed(t, noise(2<<10), gz)
			stream, _, err := tl.TakeBytes(body[4:])
			require.NoError(t, err)
			binary.LittleEndian.PutUint32(stream[len(stream)-4:], size)
			d.send(body)
			runtime.GC()
			runtime.GC() // no buffer is left in a pool
			took := allocated(func() {
				require.Equal(t, "400 INPUT_FETCH_ERROR", answer(t, d.send(body)))
			})
			require.Less(t, took, uint64(256<<10))
		})
	}
}

// Many at once wait for each other, and all are answered.
func TestUnpackingTakesTurns(t *testing.T) {
	d := newDesk(t, nil)
	bomb := packed(t, make([]byte, testLimits.Inflated+1), gz)
	var wg sync.WaitGroup
	for range 4 * MaxUnpacking {
		wg.Go(func() {
			budget := NewBudget(testLimits.Inflated)
			_, err := unwrap(bomb, testLimits.Wrappers, &budget)
			if err == nil || len(unpacking) > MaxUnpacking {
				t.Errorf("%v, %d at once", err, len(unpacking))
			}
		})
	}
	wg.Wait()
	require.Empty(t, unpacking)
	requireAnswer(t, d.send(d.wrapped(t, tl.New("help.getConfig", nil))), "config")
}

// storedOnly packs without compressing, in blocks that end where writes do.
func storedOnly(t testing.TB, blocks ...[]byte) []byte {
	t.Helper()
	var b bytes.Buffer
	w, err := stdgzip.NewWriterLevel(&b, flate.NoCompression)
	require.NoError(t, err)
	for _, block := range blocks {
		_, err := w.Write(block)
		require.NoError(t, err)
		require.NoError(t, w.Flush())
	}
	require.NoError(t, w.Close())
	return b.Bytes()
}

// Streams of stored blocks are copied, by whichever library they were made; all else is
// left to the inflater, and so is what is wrong.
func TestStoredBlocks(t *testing.T) {
	fromGotd, _, err := tl.TakeBytes(packedPart(t, noise(512<<10))[4:])
	require.NoError(t, err)
	spoil := func(at int) []byte {
		b := storedOnly(t, noise(100))
		b[(at+len(b))%len(b)] ^= 1
		return b
	}
	for name, tc := range map[string]struct {
		stream []byte
		copied bool
	}{
		"gotd's part":          {fromGotd, true},
		"stored":               {storedOnly(t, noise(200_000)), true},
		"several":              {storedOnly(t, noise(5), nil, noise(70_000)), true},
		"nothing":              {storedOnly(t), true},
		"compressed":           {packed(t, make([]byte, 100), gz)[8:], false},
		"of another kind":      {spoil(2), false},
		"with a name":          {spoil(3), false},
		"a wrong length":       {spoil(11), false},
		"another byte":         {spoil(20), false},
		"a wrong sum":          {spoil(-8), false},
		"a wrong size":         {spoil(-4), false},
		"cut":                  {storedOnly(t, noise(100))[:60], false},
		"longer than it is":    {append(storedOnly(t, noise(100)), 0), false},
		"more than is allowed": {storedOnly(t, noise(1<<20+1)), false},
	} {
		t.Run(name, func(t *testing.T) {
			data, ok := appendStored(make([]byte, 0, 2<<20), tc.stream, 1<<20)
			require.Equal(t, tc.copied, ok)
			if !ok {
				require.Empty(t, data)
				return
			}
			r, err := stdgzip.NewReader(bytes.NewReader(tc.stream))
			require.NoError(t, err)
			want, err := io.ReadAll(r)
			require.NoError(t, err)
			require.True(t, bytes.Equal(want, data))
		})
	}
}

// At the greatest budget, of 1 GiB, there is no class of four times as much.
func TestBuffersGrowNoFurtherThanTheBudget(t *testing.T) {
	full := buffers.Get(smallestBuffer)
	full[1] = 1
	next := grow(full, smallestBuffer+1)
	require.Equal(t, smallestBuffer*5/4, cap(next), "the next class")
	require.Len(t, next, smallestBuffer)
	require.EqualValues(t, 1, next[1])
	require.Equal(t, 4*smallestBuffer*5/4, cap(grow(next[:cap(next)], 1<<20)))
}
