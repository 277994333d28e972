package crash_test

import (
	"context"
	"flag"
	"math/rand/v2"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/mockserver"
	"github.com/fakedc/fakedc/mockserver/rawclient"
)

var (
	long = flag.Bool("long", false, "kill the server 500 times in place of 10, which takes about ten minutes")
	many = flag.Int("kills", 0, "kill it so `OFTEN`; 0 is 10, or 500 with -long")
	seed = flag.Uint64("seed", 0, "decides when the server is killed; 0 is the time")
)

// patience is how long anything may take.
const patience = time.Minute

// account is that of a client's key: a ready session, or a bot's.
func (c *client) account() int64 {
	if c.number == bot {
		return 123456
	}
	s, err := mockserver.NewSession(mockserver.SessionOptions{Seed: 7, Account: int(c.number), DC: c.dc})
	if err != nil {
		panic(err)
	}
	return s.UserID
}

// bot is the client that makes a key and logs in, in the first run of the server.
const bot = 100

// newClients are three with ready sessions, one of them in another datacenter, and one
// that makes a key and logs in.
func newClients(t *testing.T, s *server) (all []*client) {
	t.Helper()
	for n, dc := range map[int64]int{1: 2, 2: 4, 3: 2} {
		ready, err := mockserver.NewSession(mockserver.SessionOptions{Seed: 7, Account: int(n), DC: dc})
		require.NoError(t, err)
		all = append(all, newClient(n, dc, rawclient.NewAuthKey(ready.AuthKey, 0)))
	}
	all = append(all, newClient(bot, 2, nil))
	for _, c := range all {
		c.introduce(t, s)
	}
	return all
}

// introduce says who the client is, once in its life, in a session for that alone.
func (c *client) introduce(t *testing.T, s *server) {
	t.Helper()
	conn, err := rawclient.Dial(t.Context(), s.addrs[c.dc], rawclient.Options{})
	require.NoError(t, err)
	login := c.key == nil
	if login {
		c.key, err = rawclient.CreateKey(t.Context(), conn, rawclient.KeyOptions{PublicKey: s.key})
		require.NoError(t, err)
	}
	link, err := rawclient.NewClient(conn, c.key, rawclient.ClientOptions{})
	require.NoError(t, err)
	defer link.Close()
	_, err = link.InitConnection(t.Context(), 228)
	require.NoError(t, err)
	if login {
		_, err = link.LoginBot(t.Context(), "123456:fake-token")
		require.NoError(t, err)
	}
}

func newClient(number int64, dc int, key *rawclient.AuthKey) *client {
	c := &client{number: number, dc: dc, key: key, session: number<<32 | 5, r: rand.New(rand.NewPCG(uint64(number), 1)), files: map[int64]bool{}}
	c.begin()
	return c
}

// However often the server is killed under load: it starts again, every part that was
// answered true is there with its bytes, none is that was never sent, and clients go on
// with the keys and sessions that they have.
func TestKill(t *testing.T) {
	kills := 10
	if *long {
		kills = 500
	}
	if *many > 0 {
		kills = *many
	}
	if *seed == 0 {
		*seed = uint64(time.Now().UnixNano())
	}
	t.Logf("-seed %d", *seed)
	r := rand.New(rand.NewPCG(*seed, 0))
	path, dir := build(t), filepath.Join(t.TempDir(), "data")
	s := start(t, path, dir)
	all := newClients(t, s)
	began, parts := time.Now(), int64(0)
	for i := range kills {
		parts += load(t, r, s, all)
		if r.IntN(8) == 0 { // once more, on its way to listen
			s, _ = launch(t, path, dir)
			<-time.After(time.Duration(r.IntN(30)) * time.Millisecond)
			s.kill()
		}
		var more []string
		if r.IntN(3) == 0 {
			more = []string{"--no-sync"} // it is the machine's crash that this makes unsafe
		}
		s = start(t, path, dir, more...)
		for _, c := range all {
			c.check(t, s)
		}
		if (i+1)%50 == 0 {
			t.Logf("%d kills, %v", i+1, time.Since(began).Round(time.Second))
		}
	}
	t.Logf("%d kills, %d parts acknowledged, in %v", kills, parts, time.Since(began).Round(time.Second))
}

// load lets all clients work until the server is killed, and returns how many parts
// were acknowledged. It is killed after some of them, at any moment of the next ones.
func load(t *testing.T, r *rand.Rand, s *server, all []*client) int64 {
	t.Helper()
	ctx, stop := context.WithTimeout(t.Context(), patience)
	defer stop()
	var acked atomic.Int64
	after := r.Int64N(60)
	enough := make(chan struct{})
	note := func() {
		if acked.Add(1) == after+1 {
			close(enough)
		}
	}
	var working sync.WaitGroup
	failures := make(chan error, len(all))
	for _, c := range all {
		working.Go(func() {
			if c.link == nil {
				if err := c.connect(ctx, s); err != nil {
					failures <- err
					return
				}
			}
			failures <- c.work(ctx, note)
		})
	}
	select {
	case <-enough:
	case err := <-failures:
		s.kill() // all that it says is there then
		require.NoError(t, err)
		t.Fatalf("a connection ended by itself, with the server still there: %s", s.errs)
	case <-ctx.Done():
		s.kill()
		t.Fatalf("only %d parts in %v: %s", acked.Load(), patience, s.errs)
	}
	<-time.After(time.Duration(r.IntN(8000)) * time.Microsecond)
	s.kill()
	require.NotContains(t, s.errs.String(), "panic", "it ended before it was killed")
	working.Wait()
	for range all {
		require.NoError(t, <-failures)
	}
	return acked.Load()
}
