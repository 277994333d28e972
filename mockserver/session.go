package mockserver

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"net"
	"strconv"

	"github.com/fakedc/fakedc/mockserver/internal/rpc"
)

// SessionOptions say which ready session is wanted. Equal options give equal
// sessions, in every run and on every machine.
type SessionOptions struct {
	// Seed is that of the server.
	Seed uint64
	// Account numbers the accounts from 1; 0 is 1. Accounts share no files.
	Account int
	// Bot makes it a bot's account in place of a user's.
	Bot bool
	// DC is the number of the datacenter; 0 is 2.
	DC int
	// Addr is the address that a client dials, host:port. Some formats hold it,
	// for the others it may be empty: see [Session.For].
	Addr string
}

// Session is a login that a server knows from the start: an auth key that belongs
// to an account already. A client that is given one needs neither the server's
// RSA key nor a login.
//
// The key follows from the seed and protects nothing.
type Session struct {
	Account int
	UserID  int64
	Bot     bool
	DC      int
	Host    string // "" if no address was given
	Port    int
	AuthKey [256]byte
}

// NewSession computes a ready session. A server with the same seed knows it if
// Account is not above Options.ReadyAccounts; see also [Server.Session].
func NewSession(o SessionOptions) (Session, error) {
	if o.Account == 0 {
		o.Account = 1
	}
	if o.Account < 1 || o.Account > maxReadyAccounts {
		return Session{}, fmt.Errorf("mockserver: account %d; ready accounts are numbered 1 to %d", o.Account, maxReadyAccounts)
	}
	if o.DC == 0 {
		o.DC = 2
	}
	if err := checkDCs([]int{o.DC}); err != nil {
		return Session{}, err
	}
	s := Session{
		Account: o.Account, Bot: o.Bot, UserID: rpc.ReadyID(o.Account, o.Bot), DC: o.DC,
		AuthKey: readyKey(o.Seed, o.Account, o.Bot, o.DC),
	}
	return s, s.setAddr(o.Addr)
}

// setAddr takes an address apart; without one the session has none.
func (s *Session) setAddr(addr string) error {
	if addr == "" {
		return nil
	}
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		return fmt.Errorf("mockserver: the address of a session: %w", err)
	}
	n, err := strconv.ParseUint(port, 10, 16)
	if err != nil || n == 0 || host == "" {
		return fmt.Errorf("mockserver: the address of a session: %q is no HOST:PORT with a port from 1 to 65535", addr)
	}
	s.Host, s.Port = host, int(n)
	return nil
}

// String names the session without showing its key.
func (s Session) String() string {
	who := "user"
	if s.Bot {
		who = "bot"
	}
	return fmt.Sprintf("ready session of %s %d in datacenter %d", who, s.Account, s.DC)
}

// GoString keeps the key out of %#v, too.
func (s Session) GoString() string { return s.String() }

// maxReadyAccounts bounds the numbers, and with them what a server holds.
const maxReadyAccounts = 10_000

// readyKey expands what names a session into an auth key.
func readyKey(seed uint64, account int, bot bool, dc int) (key [256]byte) {
	for i := 0; i < len(key); i += sha256.Size {
		sum := sha256.Sum256(fmt.Appendf(nil, "fakedc ready session %d %d %t %d %d", seed, account, bot, dc, i))
		copy(key[i:], sum[:])
	}
	// A real key is a number between 2^1984 and the prime: the first byte is
	// never zero, nor above that of the prime.
	key[0] = key[0]&0x7f | 0x40
	return key
}

// readySalt is the first salt of such a key. Clients do not know it and are told
// by bad_server_salt, as Telegram does.
func readySalt(key [256]byte) int64 {
	sum := sha256.Sum256(append([]byte("fakedc ready salt"), key[:]...))
	return int64(binary.LittleEndian.Uint64(sum[:]))
}

// NoSessionError says that a server does not have a ready session.
type NoSessionError struct{ DC, Account, Have int }

func (e *NoSessionError) Error() string {
	return fmt.Sprintf("mockserver: there is no ready session of account %d in datacenter %d: see Options.ReadyAccounts (%d) and MoreDCs", e.Account, e.DC, e.Have)
}
