package mockserver_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/fakedc/fakedc/mockserver"
	"github.com/fakedc/fakedc/mockserver/admin"
	"github.com/fakedc/fakedc/mockserver/rawclient"
)

// soakDCs are the datacenters of every server here, home first.
var soakDCs = []int{2, 4}

// soakBots are the accounts of bots that log in by their tokens, from this number on.
const soakBots int64 = 1000

// soak is a server in the middle of everything at once.
type soak struct {
	seed     uint64
	options  mockserver.Options
	patience time.Duration
	ctx      context.Context
	model    *soakModel
	lossy    atomic.Bool // a scenario may spoil what is stored
	accounts []*soakAccount

	// replacing is held by who takes the server away, and by who must not see that.
	replacing sync.RWMutex
	run       atomic.Pointer[soakRun]
	runs      []*soakRun
	serving   sync.WaitGroup // pipes
	settling  sync.WaitGroup // until those who disturb are gone
	beat      chan struct{}  // one for every few messages: how fast the others act

	connections, sent, spoilt, refusals, abandoned, severed atomic.Int64
	uploads, readBack, acts, calls                          atomic.Int64

	mu    sync.Mutex
	over  chan struct{} // closed when enough was sent
	until int64         // so many messages
	wrong []string
	lent  []*soakAccount // of namespaces, the newest of them
}

// soakRun is one server, with its doors.
type soakRun struct {
	dc       *mockserver.Server
	tape     *tape
	admin    *admin.Handler
	http     *http.Server
	url      string
	serving  sync.WaitGroup
	closed   bool
	restarts bool // it goes on where another one was
}

func (w *soak) server() *mockserver.Server { return w.run.Load().dc }

func (w *soak) fail(format string, args ...any) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.wrong) < 20 {
		w.wrong = append(w.wrong, fmt.Sprintf(format, args...))
	}
}

// beats counts a message, and lets the others act.
func (w *soak) beats() {
	n := w.sent.Add(1)
	if n%3 == 0 {
		select {
		case w.beat <- struct{}{}:
		default:
		}
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if n >= w.until && !w.isOver() {
		close(w.over)
	}
}

// isOver tells whether enough was sent.
func (w *soak) isOver() bool {
	select {
	case <-w.over:
		return true
	default:
		return false
	}
}

// turn waits for the next of those who act beside the clients; false: it is over.
func (w *soak) turn() bool {
	select {
	case <-w.beat:
		return !w.isOver()
	case <-w.over:
		return false
	}
}

func (w *soak) failures() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.wrong
}

// random is a source for one who acts.
func (w *soak) random(who uint64) *rand.Rand { return rand.New(rand.NewPCG(w.seed, who)) }

// start makes a server and opens its doors.
func (w *soak) start() error {
	r := &soakRun{tape: &tape{}, restarts: len(w.runs) > 0 && w.options.DataDir != ""}
	o := w.options
	o.Journal = r.tape
	dc, err := mockserver.New(o)
	if err != nil {
		return err
	}
	r.dc = dc
	for _, id := range soakDCs {
		l, err := mockserver.Listen()
		if err != nil {
			return err
		}
		if err := dc.Announce(id, l.Addr()); err != nil { // it is known before it is served
			return err
		}
		r.serving.Go(func() { _ = dc.ServeDC(id, l) })
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	r.admin = admin.New(dc, admin.Options{})
	r.http = &http.Server{Handler: r.admin, ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 10 * time.Second}
	r.url = "http://" + l.Addr().String()
	r.serving.Go(func() { _ = r.http.Serve(admin.Listen(dc, l)) })
	w.runs = append(w.runs, r)
	w.run.Store(r)
	return nil
}

// close ends a server, whatever is under way.
func (r *soakRun) close() error {
	if r.closed {
		return nil
	}
	r.closed = true
	_ = r.http.Close()
	err := r.dc.Close()
	r.serving.Wait()
	return err
}

// replace closes the server in the middle of everything and puts another one in its place:
// with a data directory, one that goes on.
func (w *soak) replace() error {
	w.replacing.Lock()
	defer w.replacing.Unlock()
	if w.options.DataDir == "" {
		w.model.losing()
		defer w.model.losing()
	}
	if err := w.run.Load().close(); err != nil {
		return err
	}
	return w.start()
}

// reset has the server forget everything.
func (w *soak) reset() error {
	w.replacing.Lock()
	defer w.replacing.Unlock()
	w.model.losing()
	err := w.server().Reset()
	if err != nil {
		w.model.spared()
	} else {
		w.model.losing()
	}
	return err
}

// addAccounts makes those that clients use: bots that log in, and ready ones.
func (w *soak) addAccounts() error {
	for n := range 4 {
		id := soakBots + int64(n)
		w.accounts = append(w.accounts, &soakAccount{dc: soakDCs[0], id: id, token: fmt.Sprintf("%d:soak", id)})
	}
	for n := range 4 {
		dc := soakDCs[n%2]
		s, err := w.server().Session(mockserver.SessionOptions{Account: n + 1, DC: dc, Bot: n > 1})
		if err != nil {
			return err
		}
		w.accounts = append(w.accounts, &soakAccount{dc: dc, id: s.UserID, ready: rawclient.NewAuthKey(s.AuthKey, 0)})
	}
	return nil
}

// other is an account that can log in.
func (w *soak) other(s *soaker) *soakAccount { return w.accounts[s.r.IntN(4)] }

// tame is how many of soakFaults are not to be used.
func (w *soak) tame() int {
	if w.lossy.Load() {
		return 0
	}
	return spoiling
}

// lend gives the bot of a namespace to whoever wants another account.
func (w *soak) lend(n *mockserver.Namespace) {
	token := n.BotToken()
	id, _ := strconv.ParseInt(strings.TrimSuffix(token, ":namespace"), 10, 64)
	w.mu.Lock()
	defer w.mu.Unlock()
	w.lent = append(w.lent[max(0, len(w.lent)-3):], &soakAccount{dc: soakDCs[0], id: id, token: token})
}

// borrow returns one of those, nil if there is none.
func (w *soak) borrow(r *rand.Rand) *soakAccount {
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.lent) == 0 {
		return nil
	}
	return w.lent[r.IntN(len(w.lent))]
}

// client makes one.
func (w *soak) client(n int, polite bool) *soaker {
	who := uint64(100 + n)
	if polite { // or its files would be those that it had before
		who += 50
	}
	s := &soaker{w: w, n: n, r: w.random(who), who: w.accounts[n%len(w.accounts)], polite: polite, news: make(chan struct{}, 1)}
	s.begin()
	return s
}

// tape is what a server's journal is written to.
type tape struct {
	mu    sync.Mutex
	lines [][]byte
}

// Write implements io.Writer.
func (t *tape) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.lines = append(t.lines, bytes.Clone(p))
	return len(p), nil
}

// read returns the events, and how many the last line counts; -1: there is none yet.
func (t *tape) read() (events []mockserver.Event, counted int64, err error) {
	t.mu.Lock()
	lines := t.lines
	t.mu.Unlock()
	counted = -1
	for i, line := range lines {
		if i == 0 {
			continue // the header
		}
		if bytes.HasPrefix(line, []byte(`{"end":true`)) {
			var end mockserver.JournalEnd
			if err := json.Unmarshal(line, &end); err != nil {
				return nil, 0, err
			}
			if i != len(lines)-1 {
				return nil, 0, fmt.Errorf("line %d of %d is the end", i+1, len(lines))
			}
			counted = end.Events
			continue
		}
		var e mockserver.Event
		if err := json.Unmarshal(line, &e); err != nil {
			return nil, 0, fmt.Errorf("line %d: %w", i+1, err)
		}
		events = append(events, e)
	}
	return events, counted, nil
}

// soakTest is a test that namespaces belong to.
type soakTest struct {
	mu       sync.Mutex
	name     string
	cleanups []func()
	said     []string
}

func (*soakTest) Helper()             {}
func (*soakTest) Logf(string, ...any) {}

// Name implements what telling asks for.
func (t *soakTest) Name() string { return t.name }

// Cleanup implements mockserver.TB.
func (t *soakTest) Cleanup(f func()) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.cleanups = append(t.cleanups, f)
}

// Errorf implements mockserver.TB.
func (t *soakTest) Errorf(format string, args ...any) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.said = append(t.said, fmt.Sprintf(format, args...))
}

// Fatalf implements mockserver.TB.
func (t *soakTest) Fatalf(format string, args ...any) { t.Errorf(format, args...) }

// end ends the test.
func (t *soakTest) end() {
	t.mu.Lock()
	all := t.cleanups
	t.cleanups = nil
	t.mu.Unlock()
	for i := len(all) - 1; i >= 0; i-- {
		all[i]()
	}
}
