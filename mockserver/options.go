package mockserver

import (
	"crypto/rand"
	"crypto/rsa"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/fakedc/fakedc/mockserver/internal/rpc"
	"github.com/fakedc/fakedc/scenarios"
	"github.com/fakedc/fakedc/validator"
)

// StoreKind says where the bytes of parts go.
type StoreKind string

// Stores.
const (
	// StoreMemory keeps them, up to Limits.StoreBytes. It is the default.
	StoreMemory StoreKind = "memory"
	// StoreDigest keeps only a digest of each part: uploads of any size, which can be
	// compared with what was to be sent, as RequireUploaded does, and not be read back.
	// The md5_checksum of an inputFile goes unchecked then.
	StoreDigest StoreKind = "digest"
)

// Options say what a server is like. The zero value is a server without faults
// that judges by the observed rules and keeps parts in memory.
type Options struct {
	// Scenario says what goes wrong; nil is nothing. Its own profile, premium,
	// limits and seed win over those below.
	Scenario *scenarios.Scenario
	// Recorder writes down the faults that fire, to be played again without chance;
	// nil is nobody.
	Recorder *scenarios.Recorder
	// Profile of the upload rules; empty is validator.ProfileObserved.
	Profile validator.Profile
	// Ordering of parts; empty is validator.OrderingAny.
	Ordering validator.Ordering
	// Rules sets the mode of single rules by their id.
	Rules map[string]validator.Mode
	// Premium gives every account Telegram Premium: 8,000 parts instead of 4,000.
	Premium bool
	// Store of parts; empty is StoreMemory.
	Store StoreKind
	// DataDir is a directory that keeps what clients were told: auth keys, logins,
	// uploads with their parts, documents. A server that is made with the same
	// directory goes on where the last one was, however that ended; sessions begin
	// anew, which clients are told by new_session_created. It is made where there is
	// none, and one server has it at a time. Parts are on disk then, whatever their
	// size, and with StoreDigest their digests. Another machine can go on with it if its
	// processor has the same byte order. Empty: nothing outlives the server.
	//
	// What is wrong with it, New returns as a [*DataDirError]. Faults count from the
	// beginning, and the journal is the run's own; the ordinals of files go on behind
	// those that are there, and a namespace has the account, and so the uploads, of the
	// one that was made at its place in the run before.
	//
	// The bytes of parts are held against their SHA-256 when they are read, not at the
	// start. A ready session whose key was destroyed or forgotten is answered -404 in the
	// next run as well, and what is sent again under the random_id of one of the account's
	// last 256 messages is refused there, too (in one run it is the last 4,096). What
	// messages said is not kept: they are numbered on, and one of an earlier run is
	// answered as if it had been deleted. The keys of a datacenter that a run does not have stay where they are, and are counted.
	DataDir string
	// NoSync leaves syncing DataDir out: what was acknowledged survives the end of the
	// process, however it comes, but not that of the machine, after which the
	// directory may be damaged.
	NoSync bool
	// Seed of every chance in a scenario. The same seed and the same uploads
	// meet the same faults.
	Seed uint64
	// DC is the number of the datacenter, 1 to 1000; 0 is 2. All accounts live
	// there.
	DC int
	// MoreDCs are further datacenters of the same server: with auth keys of their
	// own, the same accounts, and parts that are theirs alone. Logging in there
	// is answered with 303 USER_MIGRATE_X or PHONE_MIGRATE_X.
	MoreDCs []int
	// ReadyAccounts is how many accounts, users and bots each, have a session from
	// the start, see [Server.Session]; 0 is 16, 10,000 the most.
	ReadyAccounts int
	// LoginCode is what auth.signIn takes; empty is "12345".
	LoginCode string
	// Key signs the creation of auth keys; nil is a test key that is part of
	// fakedc and known to everybody. It must have 2,048 bits.
	Key *rsa.PrivateKey
	// Limits bound what clients can do.
	Limits Limits
	// Strict has a failure of fakedc itself, a panic, end the process. Otherwise it ends
	// the connection that it happened on, and is an event of kind "panic".
	Strict bool
	// AtEnd says what Start, and Namespace, do not fail a test for at its end.
	AtEnd AtEnd
	// Logger is told of every event; nil is nobody. Auth keys are never logged.
	Logger *slog.Logger
	// Journal is written every event as a line of JSON at the moment that it
	// happens, after a [JournalHeader] and before a [JournalEnd]; nil is nothing.
	// What goes wrong with it, Close returns.
	Journal io.Writer
	// Rand is where nonces and paddings come from; nil is crypto/rand. It is
	// read by one goroutine at a time.
	Rand io.Reader
}

// serial lets one goroutine read at a time: few sources but crypto/rand bear more.
type serial struct {
	mu   sync.Mutex
	from io.Reader
}

func (s *serial) Read(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.from.Read(p)
}

func (o Options) withDefaults() (Options, error) {
	if o.Key == nil {
		o.Key = testKey().PrivateKey
	} else if _, err := serverKey(o.Key); err != nil {
		return o, fmt.Errorf("mockserver: Options.Key: %w", err)
	}
	if o.Rand == nil {
		o.Rand = rand.Reader
	} else {
		o.Rand = &serial{from: o.Rand}
	}
	if o.DC == 0 {
		o.DC = 2
	}
	if o.ReadyAccounts == 0 {
		o.ReadyAccounts = 16
	}
	if o.ReadyAccounts < 0 || o.ReadyAccounts > maxReadyAccounts {
		return o, fmt.Errorf("mockserver: Options.ReadyAccounts is %d; it may be up to %d", o.ReadyAccounts, maxReadyAccounts)
	}
	if err := checkDCs(o.allDCs()); err != nil {
		return o, err
	}
	if o.LoginCode == "" {
		o.LoginCode = "12345"
	}
	switch o.Store {
	case "":
		o.Store = StoreMemory
	case StoreMemory, StoreDigest:
	default:
		return o, fmt.Errorf("mockserver: Options.Store is %q; there are %q and %q", o.Store, StoreMemory, StoreDigest)
	}
	if o.DataDir != "" && o.Limits.StoreBytes != 0 {
		return o, fmt.Errorf("mockserver: Options.Limits.StoreBytes is set beside DataDir: parts are on the disk then, and take no memory; see Limits.DiskBytes, or leave it out")
	}
	if o.DataDir == "" && (o.Limits.DiskBytes != 0 || o.Limits.DiskFree != 0) {
		return o, fmt.Errorf("mockserver: Options.Limits.DiskBytes or DiskFree is set without DataDir: nothing is on the disk then; see Limits.StoreBytes, or leave them out")
	}
	if o.Store == StoreDigest && o.Limits.StoreBytes != 0 {
		return o, fmt.Errorf("mockserver: Options.Limits.StoreBytes is set beside StoreDigest: only a digest of each part is kept then; leave it out")
	}
	limits, err := o.Limits.withDefaults()
	if err != nil {
		return o, err
	}
	o.Limits = limits
	o.Limits.Connections = min(o.Limits.Connections, mostConnections())
	return o, nil
}

// rulebook is the rules under a scenario, which may ask for others.
func (o Options) rulebook(s *scenarios.Scenario) (*validator.Rulebook, error) {
	v := validator.Options{Profile: o.Profile, Ordering: o.Ordering, Overrides: o.Rules}
	if s != nil {
		if s.Profile != "" {
			v.Profile = validator.Profile(s.Profile)
		}
		v.Overrides = o.overrides(s)
		v.MaxParts = s.Limits[scenarios.LimitPartsDefault]
		v.MaxPartsPremium = s.Limits[scenarios.LimitPartsPremium]
	}
	rules, err := validator.New(v)
	if err != nil {
		return nil, fmt.Errorf("mockserver: choosing the upload rules: %w", err)
	}
	return rules, nil
}

// overrides are the modes of rules, those of the scenario before those of o.
func (o Options) overrides(s *scenarios.Scenario) map[string]validator.Mode {
	if len(s.Rulebook) == 0 {
		return o.Rules
	}
	modes := maps.Clone(o.Rules)
	if modes == nil {
		modes = map[string]validator.Mode{}
	}
	for id, mode := range s.Rulebook {
		modes[id] = validator.Mode(mode)
	}
	return modes
}

func (o Options) premium(s *scenarios.Scenario) bool {
	if s != nil && s.Premium != nil {
		return *s.Premium
	}
	return o.Premium
}

// Methods returns the names of all API methods that are answered. Any other is
// refused with 400 and noted as an event of kind "unknown".
func Methods() []string { return rpc.Methods() }

// NamedMethods returns the names of all methods that are known by name, answered or
// not, in order. A call of any other goes by its id, such as "#1234abcd".
func NamedMethods() []string { return rpc.Named() }

// LintMethods returns what [scenarios.Lint] needs to know of the methods of a server.
func LintMethods() scenarios.Methods {
	read := slices.DeleteFunc(rpc.Read(), func(name string) bool { return !strings.Contains(name, ".") }) // what wraps calls is none
	return scenarios.Methods{Answered: Methods(), Read: read, Named: NamedMethods()}
}

// allDCs returns the numbers of all datacenters, home first.
func (o Options) allDCs() []int { return append([]int{o.DC}, o.MoreDCs...) }

func checkDCs(all []int) error {
	seen := map[int]bool{}
	for _, dc := range all {
		if dc < 1 || dc > 1000 {
			return fmt.Errorf("mockserver: datacenter %d in Options; they are numbered 1 to 1000", dc)
		}
		if seen[dc] {
			return fmt.Errorf("mockserver: datacenter %d is there twice in Options", dc)
		}
		seen[dc] = true
	}
	return nil
}
