package journal

import (
	"testing"
	"time"
	"unsafe"

	"github.com/stretchr/testify/require"
)

func numbers(events []Event) (seq []int64) {
	for _, e := range events {
		seq = append(seq, e.Seq)
	}
	return seq
}

func TestSince(t *testing.T) {
	j := New(3)
	require.Empty(t, j.Since(0))
	for range 2 {
		j.Add(time.Unix(1, 0), Event{Kind: KindCall})
	}
	require.Equal(t, []int64{1, 2}, numbers(j.Since(0)))
	require.Equal(t, []int64{2}, numbers(j.Since(1)))
	j.Add(time.Unix(1, 0), Event{Kind: KindCall})
	j.Add(time.Unix(1, 0), Event{Kind: KindCall})
	full := j.Since(3)
	require.Equal(t, KindLimit, full[0].Kind)
	require.Equal(t, "JournalEvents: 3 are kept, from here on the oldest make room", full[0].Text)
	for range 3 {
		j.Add(time.Unix(1, 0), Event{Kind: KindCall})
	}
	require.Equal(t, []int64{6, 7, 8}, numbers(j.Since(0)), "the oldest make room, which is told once")
	require.Equal(t, []int64{8}, numbers(j.Since(7)))
	require.Empty(t, j.Since(8))
	require.Empty(t, j.Since(99))
	require.EqualValues(t, 5, j.Dropped())
}

func TestChanged(t *testing.T) {
	j := New(3)
	c := j.Changed()
	select {
	case <-c:
		t.Fatal("nothing happened yet")
	default:
	}
	j.Add(time.Now(), Event{})
	<-c
}

// A new field must not have each chunk take a page more for a few bytes.
func TestChunksFillTheirPages(t *testing.T) {
	if unsafe.Sizeof(uintptr(0)) != 8 {
		t.Skip("events are smaller where words are")
	}
	const page = 8 << 10
	size := unsafe.Sizeof(Event{}) * chunk
	require.Less(t, (page-size%page)%page, uintptr(page/8), "bytes that nobody uses, of %d", size)
}
