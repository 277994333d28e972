package mockserver_test

import (
	"context"
	"flag"
	"fmt"
	"os"
	"runtime"
	"runtime/pprof"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/mockserver"
	"github.com/fakedc/fakedc/scenarios"
)

var soakSeed = flag.Uint64("seed", 1, "the first seed of TestEverythingAtOnce; with -long others follow for three minutes")

// Uploads of all kinds by clients that care for nothing, while all that can be done to a
// server is done to it, at random and at once: nothing that was answered true is lost, nothing
// is there that was not sent, the journal agrees with what clients were told, with what is
// counted and with the verdict, and nothing is left in the end. Then good clients, who are
// blamed for nothing that is done to the server. The choices follow from the seed; who comes
// first does not.
func TestEverythingAtOnce(t *testing.T) {
	rounds, rude, good := uint64(1), int64(300), int64(150) // each fourth seed has a server of another kind
	until := time.Now()
	if *long {
		rounds, rude, good, until = 1<<32, 3000, 1000, until.Add(3*time.Minute)
	}
	for n := range rounds {
		if *long && time.Now().After(until) {
			break
		}
		seed := *soakSeed + n
		if !t.Run(fmt.Sprint(seed), func(t *testing.T) { soakRound(t, seed, rude, good) }) {
			break
		}
	}
}

// soakOptions are what a server is like.
func soakOptions(t *testing.T, seed uint64) mockserver.Options {
	o := mockserver.Options{MoreDCs: soakDCs[1:], AtEnd: mockserver.AtEnd{AllowUnmet: true, AllowUnfired: true, AllowUnused: true, AllowUnknown: true}}
	switch seed % 4 {
	case 1: // all bounds are reached
		o.Limits = mockserver.Limits{
			Connections: 24, Handshakes: 2, QueueMessages: 8, QueueBytes: 64 << 10, QueueTotal: 256 << 10, AuthKeys: 12, Sessions: 12, SessionsPerKey: 3,
			Window: 24, Outbox: 8, OutboxBytes: 32 << 10, OutboxTotal: 64 << 10, DelayedAnswers: 8, WaitingBytes: 64 << 10,
			StoreBytes: 2 << 20, Uploads: 12, Parts: 60, Documents: 6, RandomIDBytes: 4 << 10, MessageBytes: 4 << 10, JournalEvents: 500,
			AdminConnections: 6, AdminStreams: 2, AdminBody: 4 << 10, IdleTime: 2 * time.Second, ProtocolErrors: 4,
		}
	case 2:
		o.DataDir, o.NoSync = t.TempDir(), seed%8 < 4
	case 3:
		o.Store = mockserver.StoreDigest
	}
	o.Limits.AfterTime = time.Second
	return o
}

func soakRound(t *testing.T, seed uint64, rude, good int64) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1 + int(seed%5)))
	stuck := time.AfterFunc(8*time.Minute, func() {
		_ = pprof.Lookup("goroutine").WriteTo(os.Stderr, 1)
		panic(fmt.Sprintf("TestEverythingAtOnce, seed %d: it does not go on", seed))
	})
	defer stuck.Stop()
	before := measure()
	w := &soak{seed: seed, options: soakOptions(t, seed), patience: 300 * time.Millisecond, model: newSoakModel(), beat: make(chan struct{}, 4)}
	w.lossy.Store(seed%3 == 0)
	require.NoError(t, w.start())
	require.NoError(t, w.addAccounts())
	w.disturb(rude, false)
	w.settle(t)
	w.calm(t, good)
	w.end(t)
	t.Log(w)
	w.model, w.runs, w.accounts, w.lent = nil, nil, nil, nil
	w.run.Store(nil)
	after := measure()
	require.True(t, soon(20*time.Second, func() bool { after = measure(); return after.leaves(before) }), "something is left: %+v, before %+v", &after, before)
}

// String counts what was done.
func (w *soak) String() string {
	return fmt.Sprintf("seed %d: %d messages sent, %d answered, %d given up, %d refused, %d spoilt; %d connections, %d of them cut; %d uploads by good clients, %d parts read back; %d acts, %d calls of the admin API, %d servers; %d parts promised",
		w.seed, w.sent.Load(), w.model.answers, w.abandoned.Load(), w.refusals.Load(), w.spoilt.Load(), w.connections.Load(), w.severed.Load(),
		w.uploads.Load(), w.readBack.Load(), w.acts.Load(), w.calls.Load(), len(w.runs), w.model.promised())
}

// disturb has everybody do whatever they like until so many messages were sent.
func (w *soak) disturb(messages int64, calm bool) {
	ctx, cancel := context.WithCancel(context.Background())
	w.ctx, w.over, w.until = ctx, make(chan struct{}), w.sent.Load()+messages
	var clients, others sync.WaitGroup
	w.settling.Add(1)
	for n := range 10 {
		clients.Go(func() {
			s := w.client(n, calm)
			defer s.leave()
			for !w.isOver() {
				if calm {
					s.upload()
				} else {
					s.rude()
				}
			}
			if !calm {
				w.settling.Wait() // nobody disturbs any more
				s.drain(0)
			}
		})
	}
	for n := range 3 {
		others.Go(func() {
			c := &rowdy{w: w, r: w.random(uint64(200 + n)), calm: calm}
			defer c.end()
			for w.turn() {
				c.act()
			}
		})
		others.Go(func() {
			c := w.caller(n, calm)
			defer c.end()
			for w.turn() {
				c.call()
			}
		})
	}
	<-w.over
	others.Wait()
	if !calm {
		w.server().MuteFaults(true)
	}
	w.settling.Done()
	clients.Wait() // good clients end what they have begun
	cancel()
	w.serving.Wait()
}

// soon looks at a condition that no event follows, again and again.
func soon(within time.Duration, done func() bool) bool {
	late := time.NewTimer(within)
	defer late.Stop()
	look := time.NewTicker(2 * time.Millisecond)
	defer look.Stop()
	for !done() {
		select {
		case <-look.C:
		case <-late.C:
			return false
		}
	}
	return true
}

// settle looks at everything, now that nobody is there.
func (w *soak) settle(t *testing.T) {
	t.Helper()
	held := map[string]int64{}
	empty := func() bool {
		held = w.server().Holding()
		delete(held, "StoreBytes")
		return len(held) == 0
	}
	require.True(t, soon(time.Minute, empty), "something is held: %v", &held) // answers that wait for others do so for half a minute
	require.Empty(t, w.failures())
	var all []mockserver.Event
	for _, r := range w.runs {
		events, _, err := r.tape.read()
		require.NoError(t, err)
		all = append(all, events...)
		require.Empty(t, w.judge(r))
		require.Zero(t, r.dc.Panics())
	}
	lost := voidsOf(all)
	require.Empty(t, w.model.compare(w.server().Uploads(), lost))
	require.Empty(t, w.judgeAnswers(all))
	r := w.run.Load()
	require.Empty(t, r.judgeKept())
	if !r.restarts {
		require.Empty(t, w.judgeCounts(r, lost))
	}
}

// calm is a while in which nobody takes away what good clients do, and whether they are
// blamed for what is done to the server.
func (w *soak) calm(t *testing.T, messages int64) {
	t.Helper()
	w.lossy.Store(false)
	w.options.Limits = mockserver.Limits{AfterTime: time.Second}
	require.NoError(t, w.replace())
	dc := w.server()
	text := calmScenario
	if w.options.DataDir == "" { // else there is what the others have left
		text += "  - upload: complete\n"
	}
	scenario, err := scenarios.Parse("calm.yaml", []byte(text))
	require.NoError(t, err)
	require.NoError(t, dc.SetScenario(scenario))
	since, earlier := lastSeq(dc), map[int]bool{}
	for _, u := range dc.Uploads() {
		earlier[u.Ordinal] = true
	}
	w.disturb(messages, true)
	w.settle(t)
	got := dc.Verdict()
	require.Empty(t, w.run.Load().verdictOf(since, earlier, got))
	for _, c := range got.Checks {
		require.False(t, c.Bad() && !c.Unprovoked, "%s: %v", c, c.Findings)
	}
}

const calmScenario = `fakedc: 1
rules:
  - { name: wait, match: { part: 1 }, per: file, times: 1, chance: 10%, reply: { flood_wait: 1s } }
  - { name: fail, match: { part: 0 }, per: file, times: 1, chance: 50%, reply: { error: { code: 500, message: INTERNAL } } }
  - { name: late, per: part, times: 1, chance: 20%, delay: 10ms }
  - { name: drop, per: part, times: 1, chance: 10%, reply: { drop: after-store } }
  - { name: cut, per: part, times: 1, chance: 10%, reply: { drop: mid-answer } }
  - { name: salt, per: part, times: 1, chance: 10%, reply: { bad_server_salt: true } }
expect:
  - retry: { after: flood_wait, same: [part, total, sha256] }
  - retry: { after: drop, same: [part, total, sha256] }
  - retry: { after: INTERNAL, same: [part, total, sha256] }
`

// end closes the server and looks whether anything is left.
func (w *soak) end(t *testing.T) {
	t.Helper()
	dc := w.server()
	if w.options.DataDir == "" {
		stored := int64(0)
		for _, u := range dc.Uploads() {
			for _, p := range u.Parts {
				stored += int64(p.Size)
			}
		}
		if held := dc.Holding()["StoreBytes"]; w.options.Store == "" {
			require.GreaterOrEqual(t, held, stored, "documents have the others")
		} else {
			require.Zero(t, held)
		}
		require.NoError(t, dc.ForgetUploads())
		require.Empty(t, dc.Holding())
	}
	require.NoError(t, w.run.Load().close())
	events, counted, err := w.run.Load().tape.read()
	require.NoError(t, err)
	require.EqualValues(t, len(events), counted)
}
