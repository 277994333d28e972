package mockserver

import (
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"github.com/google/uuid"

	"github.com/fakedc/fakedc/mockserver/internal/bounds"
	"github.com/fakedc/fakedc/mockserver/internal/disk"
	"github.com/fakedc/fakedc/mockserver/internal/fault"
	"github.com/fakedc/fakedc/mockserver/internal/handshake"
	"github.com/fakedc/fakedc/mockserver/internal/journal"
	"github.com/fakedc/fakedc/mockserver/internal/link"
	"github.com/fakedc/fakedc/mockserver/internal/rpc"
	"github.com/fakedc/fakedc/mockserver/internal/session"
	"github.com/fakedc/fakedc/mockserver/internal/store"
	"github.com/fakedc/fakedc/mockserver/internal/upload"
	"github.com/fakedc/fakedc/scenarios"
)

// ErrClosed is what Serve returns after Close.
var ErrClosed = errors.New("mockserver: closed")

// Server is a fake datacenter. It is safe for concurrent use.
type Server struct {
	view
	options     Options
	runID       uuid.UUID
	centers     []*center // home first
	uploads     *upload.Service
	faults      *fault.Injector
	journal     *journal.Journal
	journalFile *journalFile // nil: none
	conns       *bounds.Gate
	room        *bounds.Gate // StoreBytes
	disk        *disk.Disk   // nil: nothing outlives the server

	closeDiskOnce sync.Once
	closeDiskErr  error

	setting   sync.Mutex // held by SetScenario: its three steps are one
	resetting sync.Mutex // held by Reset
	numbers   *atomic.Int64
	spaces    spaces
	told      telling

	mu        sync.Mutex
	listeners []net.Listener // all that Serve was given
	links     map[*link.Link]struct{}
	waiting   map[net.Conn]struct{} // connections still in the SOCKS conversation
	closed    bool
	paused    bool          // by Reset: new connections wait
	changed   sync.Cond     // of links, closed and paused
	ended     chan struct{} // closed by Close
	running   sync.WaitGroup
	swept     time.Time
	bubbled   bool // made in a bubble
}

// center is one datacenter.
type center struct {
	id   int
	hub  *link.Hub
	addr net.Addr // of its first listener or announced, nil without either

	listening int  // listeners that accept
	announced bool // clients are sent to an address that is not looked at here
}

// New makes a server that does not listen yet: see [Server.Serve] and
// [Server.ServeConn]. [Start] does all of it for a test.
func New(o Options) (*Server, error) {
	o, err := o.withDefaults()
	if err != nil {
		return nil, err
	}
	rules, err := o.rulebook(o.Scenario)
	if err != nil {
		return nil, err
	}
	run, err := uuid.NewRandomFromReader(o.Rand)
	if err != nil {
		return nil, fmt.Errorf("mockserver: Options.Rand: %w", err)
	}
	s := &Server{
		options: o, runID: run, faults: &fault.Injector{Recorder: o.Recorder},
		journal: journal.New(o.Limits.JournalEvents),
		conns:   bounds.NewGate("Connections", int64(o.Limits.Connections)),
		room:    bounds.NewGate("StoreBytes", o.Limits.StoreBytes),
		links:   map[*link.Link]struct{}{},
		waiting: map[net.Conn]struct{}{},
		swept:   time.Now(), bubbled: bubbled(),
	}
	s.changed.L, s.ended = &s.mu, make(chan struct{})
	s.server, s.fired = s, s.faults.Fired
	s.journal.Tee(s.watch)
	if o.Logger != nil {
		s.journal.Tee(logTo(o.Logger))
	}
	if err := s.faults.Set(o.Scenario, o.Seed); err != nil {
		return nil, fmt.Errorf("mockserver: Options.Scenario: %w", err)
	}
	s.newOracle(o.Scenario)
	s.uploads = upload.New(rules, s.newStore(), o.Limits.upload(), s.faults.ForgetFile)
	if err := s.openDisk(); err != nil {
		return nil, err
	}
	for _, step := range []func() error{s.build, s.openJournal, s.load} {
		if err := step(); err != nil {
			s.abandonDisk()
			return nil, err
		}
	}
	return s, nil
}

func (s *Server) newStore() store.Store {
	switch {
	case s.options.DataDir != "":
		return store.Sums{}
	case s.options.Store == StoreDigest:
		return store.NewDigest()
	}
	return store.NewMemory(s.room)
}

func (s *Server) build() error {
	o := s.options
	key, err := serverKey(o.Key)
	if err != nil {
		return fmt.Errorf("mockserver: Options.Key: %w", err)
	}
	secret, err := handshake.NewSecret(o.Rand)
	if err != nil {
		return fmt.Errorf("mockserver: Options.Rand: %w", err)
	}
	home := rpc.New(rpc.Config{
		Uploads: s.uploads, Faults: s.faults, Journal: s.journal, DC: o.DC, Home: o.DC, DCs: s.dcs,
		Premium: o.premium(o.Scenario), LoginCode: o.LoginCode, Rand: o.Rand, Since: time.Since, Limits: o.Limits.rpc(),
	})
	handshakes := bounds.NewGate("Handshakes", int64(o.Limits.Handshakes))
	delayed := bounds.NewGate("DelayedAnswers", int64(o.Limits.DelayedAnswers))
	waiting := bounds.NewGate("WaitingBytes", o.Limits.WaitingBytes)
	outboxes := session.NewOutboxes(o.Limits.OutboxTotal)
	backlog := link.NewBacklog(o.Limits.QueueTotal)
	s.numbers = new(atomic.Int64)
	for _, id := range o.allDCs() {
		keys := link.NewKeys(o.Limits.AuthKeys)
		one, table := o.Limits.session()
		one.Outboxes, one.Passed = outboxes, s.outboxPassed
		c := &center{id: id, hub: &link.Hub{
			DC:     id,
			Limits: o.Limits.link(), Keys: keys, Journal: s.journal, Faults: s.faults, Rand: o.Rand, Numbers: s.numbers,
			Sessions: session.NewTable(one, table, o.Rand), Handler: home.In(id, keys),
			Handshake:  handshake.Config{Key: key, Secret: secret, Rand: o.Rand, KeyTaken: keys.Has, AcceptDC: s.acceptDC(id), MaxSteps: o.Limits.HandshakeSteps},
			Handshakes: handshakes, Delayed: delayed, Waiting: waiting, Outboxes: outboxes, Backlog: backlog, Strict: o.Strict,
		}}
		s.centers = append(s.centers, c)
		s.addReadyKeys(c)
	}
	return nil
}

// acceptDC says which datacenter a client may take one for. A single one is taken
// for whatever a client likes: those that have the address compiled in are led
// here by other means and say the number that they know.
func (s *Server) acceptDC(id int) func(int) bool {
	if len(s.options.MoreDCs) == 0 {
		return nil
	}
	return func(dc int) bool { return dc == id }
}

// home is the datacenter where all accounts live.
func (s *Server) home() *center { return s.centers[0] }

// center finds a datacenter by its number.
func (s *Server) center(id int) (*center, bool) {
	for _, c := range s.centers {
		if c.id == id {
			return c, true
		}
	}
	return nil, false
}

// RunID tells this server from all others, for reports.
func (s *Server) RunID() string { return s.runID.String() }

// DC returns the number of the datacenter, with several that of the home of all
// accounts.
func (s *Server) DC() int { return s.options.DC }

// DCs returns the numbers of all datacenters, home first.
func (s *Server) DCs() []int { return s.options.allDCs() }

// Seed returns the seed of every chance: that of the scenario, or of Options.
func (s *Server) Seed() uint64 {
	if current, _ := s.faults.Scenario(); current != nil {
		return current.SeedOr(s.options.Seed)
	}
	return s.options.Seed
}

// PublicKey is what a client needs to trust a server.
type PublicKey struct {
	// RSA is the key itself.
	RSA *rsa.PublicKey
	// PEM is the key as "RSA PUBLIC KEY" (PKCS #1), as clients take it.
	PEM string
	// Fingerprint is the number that MTProto calls the key by.
	Fingerprint int64
}

// PublicKey returns the key that clients encrypt the creation of auth keys for.
func (s *Server) PublicKey() PublicKey {
	pub := &s.options.Key.PublicKey
	block := &pem.Block{Type: "RSA PUBLIC KEY", Bytes: x509.MarshalPKCS1PublicKey(pub)}
	return PublicKey{RSA: pub, PEM: string(pem.EncodeToMemory(block)), Fingerprint: handshake.Fingerprint(pub)}
}

// SetScenario puts another scenario in force, with fresh counters; nil means no
// faults. Calls on their way finish under the former one, which also stays if
// the new one is wrong. Its profile and limits hold for files that begin from
// now on.
func (s *Server) SetScenario(next *scenarios.Scenario) error {
	s.setting.Lock()
	defer s.setting.Unlock()
	rules, err := s.options.rulebook(next)
	if err != nil {
		return err
	}
	if err := s.faults.Set(next, s.options.Seed); err != nil {
		return fmt.Errorf("mockserver: setting a scenario: %w", err)
	}
	s.uploads.SetRules(rules)
	s.newOracle(next)
	s.home().hub.Handler.SetPremium(s.options.premium(next))
	name := "none"
	if next != nil {
		name = next.Name
	}
	s.journal.Add(time.Now(), journal.Event{Kind: journal.KindScenario, Text: name})
	return nil
}
