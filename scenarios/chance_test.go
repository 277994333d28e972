package scenarios

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// faults uploads three files of 500 parts, each part twice, with so many threads and in an order that shuffle decides, and
// returns which calls met which rule.
func faults(e *Engine, threads int, shuffle uint64) []string {
	const files, parts, attempts = 3, 500, 2
	order := rand.New(rand.NewPCG(shuffle, shuffle)).Perm(files * parts * attempts)
	var next atomic.Int64
	var group sync.WaitGroup
	found := make([][]string, threads)
	for thread := range threads {
		group.Go(func() {
			for n := next.Add(1); n <= int64(len(order)); n = next.Add(1) {
				i := order[n-1]
				c := bigPart(int32(i%parts), parts)
				c.FileOrdinal, c.Attempt = i/parts%files+1, i/parts/files+1
				c.Session, c.Connection = int64(thread), int64(thread)
				if d := e.Decide(c); d.Rule >= 0 {
					found[thread] = append(found[thread], fmt.Sprint(c.FileOrdinal, " ", c.Part, " ", c.Attempt, " ", d.Rule))
				}
			}
		})
	}
	group.Wait()
	all := slices.Concat(found...)
	slices.Sort(all)
	return all
}

// TestChanceIgnoresThreads is the promise that one upload thread and sixteen meet the same faults.
func TestChanceIgnoresThreads(t *testing.T) {
	rules := []Rule{{Chance: 0.1, Reply: refuse}, {Name: "late", Chance: 0.3, Reply: NoReply()}}
	want := faults(mustCompile(t, 42, rules...), 1, 0)
	require.NotEmpty(t, want)
	for _, threads := range []int{1, 8, 16} {
		for run := range uint64(20) {
			require.Equal(t, want, faults(mustCompile(t, 42, rules...), threads, run))
		}
	}
	require.NotEqual(t, want, faults(mustCompile(t, 43, rules...), 1, 0), "another seed gives other faults")
}

// TestChanceGolden pins the faults of seed 42: a change of the hash would silently change every user's runs.
func TestChanceGolden(t *testing.T) {
	e := mustCompile(t, 42, Rule{Name: "ten percent", Chance: 0.1, Reply: refuse})
	text := ""
	for part := range int32(100) {
		if e.Decide(bigPart(part, 100)).Rule == 0 {
			text += fmt.Sprintln("part", part)
		}
	}
	requireGolden(t, text, "testdata/chance-seed-42.golden")
}

// TestChanceDependsOnEach changes one thing at a time and expects other faults.
func TestChanceDependsOnEach(t *testing.T) {
	draws := func(seed uint64, name string, change func(*Call)) string {
		e := mustCompile(t, seed, Rule{Name: name, Chance: 0.5, Reply: refuse})
		bits := ""
		for part := range int32(64) {
			c := bigPart(part, 64)
			change(c)
			bits += fmt.Sprint(e.Decide(c).Rule)
		}
		return bits
	}
	same := func(*Call) {}
	base := draws(1, "a", same)
	require.NotEqual(t, base, draws(2, "a", same), "seed")
	require.NotEqual(t, base, draws(1, "b", same), "rule")
	require.NotEqual(t, base, draws(1, "a", func(c *Call) { c.FileOrdinal = 2 }), "file")
	require.NotEqual(t, base, draws(1, "a", func(c *Call) { c.Attempt = 2 }), "attempt")
	require.NotEqual(t, base, draws(1, "a", func(c *Call) { c.Method = "upload.saveFilePart" }), "method")
	for what, change := range map[string]func(*Call){
		"session": func(c *Call) { c.Session = 5 }, "connection": func(c *Call) { c.Connection = 5 },
		"account": func(c *Call) { c.Account = 5 }, "size": func(c *Call) { c.Size = 5 }, "total": func(c *Call) { c.Total = 99 },
	} {
		require.Equal(t, base, draws(1, "a", change), what)
	}
}

// TestChanceKeepsItsFaultsWhenRulesMove is why a rule's name seeds its chance.
func TestChanceKeepsItsFaultsWhenRulesMove(t *testing.T) {
	named := Rule{Name: "named", Chance: 0.2, Reply: refuse}
	other := Rule{Match: Match{Part: Exactly(1 << 30)}, Reply: NoReply()}
	one, two := mustCompile(t, 1, named), mustCompile(t, 1, other, named)
	for part := range int32(500) {
		require.Equal(t, one.Decide(bigPart(part, 500)).RuleName, two.Decide(bigPart(part, 500)).RuleName)
	}
}

// TestChanceIsFair counts 100,000 draws; five standard deviations are allowed, in the whole and in halves of it.
func TestChanceIsFair(t *testing.T) {
	for _, chance := range []float64{0.01, 0.1, 0.5, 0.9} {
		e := mustCompile(t, 7, Rule{Chance: chance, Reply: refuse})
		const files, parts = 100, 1000
		var all, even float64
		for i := range files * parts {
			c := bigPart(int32(i%parts), parts)
			c.FileOrdinal = i/parts + 1
			if e.Decide(c).Rule == 0 {
				all++
				even += float64(1 - i%2)
			}
		}
		const n = files * parts
		require.InDelta(t, n*chance, all, 5*math.Sqrt(n*chance*(1-chance)))
		require.InDelta(t, n/2*chance, even, 5*math.Sqrt(n/2*chance*(1-chance)))
	}
}

// TestChanceOfWhatHasNoPart decides anew about each call and each connection, the same for every account and in every run.
func TestChanceOfWhatHasNoPart(t *testing.T) {
	send := Match{Method: "messages.sendMedia"}
	s := &Scenario{Rules: []Rule{
		{Name: "connection", Match: Match{Event: EventConnect}, Chance: 0.5, Reply: Reply{Kind: ReplyRefuse}},
		{Name: "call", Match: send, Chance: 0.5, Reply: NoReply()},
		{Name: "late", Match: send, Times: 1000, Jitter: UniformJitter(time.Second, time.Hour)},
	}}
	var before string
	for range 2 {
		e, err := s.Compile(7)
		require.NoError(t, err)
		met, delays := "", map[time.Duration]bool{}
		for i := range int64(200) {
			met += fmt.Sprint(e.Decide(&Call{Event: EventConnect, Connection: i + 1}).Rule)
			d := e.Decide(&Call{Method: send.Method, Account: 1, Connection: i % 3})
			met += fmt.Sprint(d.Rule, d.Delay)
			require.Equal(t, d.Delay, e.Decide(&Call{Method: send.Method, Account: 1 << 40}).Delay, "another account")
			delays[d.Delay] = true
		}
		fired := e.Fired()
		require.InDelta(t, 100, fired[0], 30)
		require.InDelta(t, 200, fired[1], 60)
		require.Greater(t, len(delays), 50)
		if before != "" {
			require.Equal(t, before, met)
		}
		before = met
	}
}
