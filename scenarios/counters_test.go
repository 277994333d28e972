package scenarios

import (
	"runtime"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"
)

// requireSound walks both chains of a table and counts what it finds.
func requireSound(t *testing.T, table *counterTable, want int) {
	t.Helper()
	require.Len(t, table.entries, want)
	n, ofFiles := 0, 0
	for e := table.oldest; e != nil; e = e.byUse.after {
		require.Same(t, e, table.entries[e.key])
		if e.key.file() != 0 {
			ofFiles++
		}
		n++
	}
	require.Equal(t, want, n)
	for file, e := range table.files {
		require.Nil(t, e.inFile.before)
		for ; e != nil; e = e.inFile.after {
			require.Equal(t, file, e.key.file())
			ofFiles--
		}
	}
	require.Zero(t, ofFiles, "every counter of a file is in its file's chain, once")
}

// TestCounterTableDropsTheOldest fills a table of four and looks at which counters survive.
func TestCounterTableDropsTheOldest(t *testing.T) {
	table := newCounterTable(1, 4)
	key := func(file int64, part int32) counterKey { return counterKey{scope: ScopePart, id: file, part: part} }
	table.at(counterKey{scope: ScopeServer}).seen = 7
	for part := range int32(4) {
		table.at(key(1, part)).seen = int64(part) + 1
	}
	table.at(key(1, 0)).seen++ // so part 1 is now the oldest
	table.at(key(2, 0))
	requireSound(t, table, 4)
	require.Equal(t, int64(2), table.at(key(1, 0)).seen)
	require.Zero(t, table.at(key(1, 1)).seen, "it was dropped and starts again")
	requireSound(t, table, 4)
	require.Equal(t, int64(7), table.at(counterKey{scope: ScopeServer}).seen, "the server's counter is never dropped")
}

// TestCounterTableStaysSound drops, forgets and counts in a mixed order.
func TestCounterTableStaysSound(t *testing.T) {
	table := newCounterTable(3, 50)
	for i := range 5000 {
		h := mix(uint64(i))
		k := counterKey{rule: int32(h % 3), part: int32(h >> 8 % 6), scope: Scope(h >> 16 % 6), id: int64(h >> 24 % 12)}
		if k.scope == ScopePart || k.scope == ScopeFile {
			k.id++
		}
		table.at(k).seen++
		if i%17 == 0 {
			table.forgetFile(int64(h >> 32 % 12))
		}
		if i%100 == 0 {
			requireSound(t, table, len(table.entries))
			require.LessOrEqual(t, len(table.entries), 50)
		}
	}
	for file := range int64(13) {
		table.forgetFile(file)
	}
	require.Empty(t, table.files)
	requireSound(t, table, len(table.entries))
}

func TestForgetFile(t *testing.T) {
	e := mustCompile(t, 1, Rule{Times: 1, Reply: refuse}, Rule{Per: ScopePart, Times: 1, Reply: refuse}, Rule{Per: ScopeSession, Times: 1, Reply: refuse})
	second := func(c *Call) { c.FileOrdinal = 2 }
	for want := range 3 {
		require.Equal(t, want, decide(e, nil).Rule)
	}
	require.Equal(t, 0, decide(e, second).Rule)
	e.ForgetFile(1)
	require.Equal(t, 0, decide(e, nil).Rule, "the counters of the file start again")
	require.Equal(t, 1, decide(e, nil).Rule)
	require.Equal(t, -1, decide(e, nil).Rule, "the session's counter does not")
	require.Equal(t, 1, decide(e, second).Rule, "nor do those of another file")
	e.ForgetFile(0)
	e.ForgetFile(-1)
	e.ForgetFile(99)
}

// TestCountersAreBounded lets a client make up a file for every call.
func TestCountersAreBounded(t *testing.T) {
	e := mustCompile(t, 1, Rule{Per: ScopePart, Times: 1, Reply: refuse})
	heap := func() int64 {
		var m runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m)
		return int64(m.HeapAlloc)
	}
	before := heap()
	c := bigPart(0, 1)
	for i := range 2 * MaxCounters {
		c.FileOrdinal, c.Part = i+1, int32(i)
		require.Equal(t, 0, e.Decide(c).Rule)
	}
	require.Len(t, e.counters.entries, MaxCounters)
	grown := heap() - before
	t.Logf("%d counters take %d bytes each", MaxCounters, grown/MaxCounters)
	require.Less(t, grown, int64(64<<20))
	require.Len(t, e.counters.files, MaxCounters)
}

// TestCountersUnderThreads lets many threads call at once: exactly `times` of them may meet the fault, in each file.
func TestCountersUnderThreads(t *testing.T) {
	const files, callers, calls, times = 4, 16, 200, 37
	e := mustCompile(t, 1, Rule{Times: times, Reply: refuse}, Rule{Per: ScopeServer, Every: 10, Reply: AnswerReply(false)})
	var fired [files]atomic.Int64
	var group sync.WaitGroup
	for caller := range callers {
		group.Go(func() {
			for call := range calls {
				c := bigPart(int32(call), calls)
				c.FileOrdinal = (caller+call)%files + 1
				if e.Decide(c).Rule == 0 {
					fired[c.FileOrdinal-1].Add(1)
				}
				e.Decide(&Call{Method: "help.getConfig"})
				e.Fired()
			}
		})
	}
	group.Wait()
	for i := range fired {
		require.Equal(t, int64(times), fired[i].Load())
	}
	require.Equal(t, []int{files * times, (callers*calls - files*times) / 10}, e.Fired())
}
