package session

import (
	"crypto/sha256"
	"encoding/binary"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gotd/td/mt"
)

// Specification constants: a salt is the current one for 30 minutes and accepted
// for 1,800 seconds more.
// https://core.telegram.org/mtproto/description#server-salt
const (
	saltPeriod = 30 * time.Minute
	saltGrace  = 1800 * time.Second
)

// Salts is the salt schedule of one auth key. Every salt but the first follows
// from the key's secret and its number, so there is nothing to keep.
type Salts struct {
	secret [32]byte

	mu     sync.Mutex
	first  int64
	start  time.Time
	offset int64 // rotations asked for beside those that time brings
	oldest int64 // number of the oldest salt that may still count

	rotations atomic.Uint64
}

// NewSalts starts a schedule with the first salt, which both sides know from the
// creation of the key. https://core.telegram.org/mtproto/auth_key#9-server-responds-in-one-of-three-ways
func NewSalts(authKey []byte, first int64, now time.Time) *Salts {
	return &Salts{secret: sha256.Sum256(append([]byte("fakedc salts "), authKey...)), first: first, start: now}
}

// SaltState is a schedule to be kept. Its secret follows from the key.
type SaltState struct {
	First  int64     `json:"first"`
	Start  time.Time `json:"start"`
	Offset int64     `json:"offset,omitempty"`
	Oldest int64     `json:"oldest,omitempty"`
}

// Changes counts what changed of the state.
func (s *Salts) Changes() uint64 { return s.rotations.Load() }

// State returns what there is to keep.
func (s *Salts) State() SaltState {
	s.mu.Lock()
	defer s.mu.Unlock()
	return SaltState{s.first, s.start, s.offset, s.oldest}
}

// Restore goes on with a schedule that was kept.
func (s *Salts) Restore(state SaltState) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.first, s.start, s.offset, s.oldest = state.First, state.Start, state.Offset, state.Oldest
}

func (s *Salts) at(n int64) int64 {
	if n <= 0 {
		return s.first
	}
	sum := sha256.Sum256(binary.LittleEndian.AppendUint64(s.secret[:], uint64(n)))
	return int64(binary.LittleEndian.Uint64(sum[:]))
}

func (s *Salts) number(now time.Time) int64 {
	if now.Before(s.start) {
		return s.offset
	}
	return int64(now.Sub(s.start)/saltPeriod) + s.offset
}

// Current returns the salt to send and to demand.
func (s *Salts) Current(now time.Time) int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.at(s.number(now))
}

// Valid tells whether a client may still use the salt.
func (s *Salts) Valid(now time.Time, salt int64) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := s.number(now)
	// The grace time is as long as a period, so exactly one older salt counts.
	return salt == s.at(n) || n > s.oldest && salt == s.at(n-1)
}

// Rotate ends the current salt at once, without its time of grace: the next
// message that carries it is answered with bad_server_salt.
func (s *Salts) Rotate(now time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.offset++
	s.oldest = s.number(now)
	s.rotations.Add(1)
}

// Future lists the current salt and those to come.
func (s *Salts) Future(now time.Time, n int) []mt.FutureSalt {
	s.mu.Lock()
	defer s.mu.Unlock()
	first := s.number(now)
	list := make([]mt.FutureSalt, n)
	for i := range list {
		number := first + int64(i)
		since := s.start.Add(time.Duration(number-s.offset) * saltPeriod)
		list[i] = mt.FutureSalt{
			ValidSince: int(since.Unix()),
			ValidUntil: int(since.Add(saltPeriod + saltGrace).Unix()),
			Salt:       s.at(number),
		}
	}
	return list
}
