package rpc

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"regexp"
	"strconv"
	"sync"
	"sync/atomic"

	"github.com/fakedc/fakedc/mockserver/internal/tl"
)

// Account is a user or a bot. Its numbers follow from its token or phone, so that
// they are the same in every run.
type Account struct {
	ID        int64
	Bot       bool
	FirstName string
	Username  string
	Phone     string

	mu       sync.Mutex
	premium  bool
	messages int32 // numbered
	apart    int32 // of them, those that are no update of the account's own
	channels map[int64]int32
	begin    int32 // where the sequences of further channels begin, at the least at 1
	sent     sentIDs
	said     saidBy
	changes  atomic.Uint64 // of what is kept, see State
	kept     atomic.Uint64 // so many of them are

	// Keeping is held by who writes the account, from Unkept to Kept.
	Keeping sync.Mutex
}

// accessHash belongs to an id as the server's proof that the client met it.
func accessHash(kind string, id int64) int64 {
	sum := sha256.Sum256(fmt.Appendf(nil, "fakedc access %s %d", kind, id))
	return int64(binary.LittleEndian.Uint64(sum[:]) >> 1)
}

// user is the account as another account, or itself, sees it.
func (a *Account) user(self bool) *tl.Object {
	f := tl.Fields{
		"id": a.ID, "access_hash": accessHash("user", a.ID), "first_name": a.FirstName,
		"self": self, "contact": self && !a.Bot, "mutual_contact": self && !a.Bot, "premium": a.Premium(),
		"status": tl.New("userStatusOnline", tl.Fields{"expires": int32(2_000_000_000)}),
	}
	if a.Username != "" {
		f["username"] = a.Username
	}
	if a.Phone != "" {
		f["phone"] = a.Phone
	}
	if a.Bot {
		f["bot"], f["bot_info_version"] = true, int32(1)
		delete(f, "status")
	}
	return tl.New("user", f)
}

// accounts holds every account that logged in.
type accounts struct {
	ownPremium map[int64]bool // of accounts that do not follow the rest
	secret     [32]byte       // signs exported authorizations
	premium    bool
	mu         sync.Mutex
	byID       map[int64]*Account
	sent       randomIDs
	said       memory
	chats      chats
}

func newAccounts(premium bool, l Limits) *accounts {
	a := &accounts{
		premium: premium, byID: map[int64]*Account{}, ownPremium: map[int64]bool{},
		sent: randomIDs{limit: l.RandomIDs}, said: memory{limit: l.Messages},
	}
	_, _ = rand.Read(a.secret[:]) // crypto/rand does not fail
	return a
}

// What is not needed by every process is made when it is first: a command listens
// within milliseconds.
var botToken = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^(\d{1,15}):[A-Za-z0-9_-]{1,64}$`) })

// bot finds or makes the account of a bot token. It is nil if that is none, for the
// reason that is told. https://core.telegram.org/api/bots
func (a *accounts) bot(token string) (acc *Account, why string) {
	m := botToken().FindStringSubmatch(token)
	if m == nil {
		return nil, "a bot token is up to 15 digits, a colon, and up to 64 letters, digits, - or _"
	}
	id, err := strconv.ParseInt(m[1], 10, 64)
	if err != nil || id == 0 {
		return nil, "no bot has the number 0, which the bot token begins with"
	}
	acc = a.get(id, func() *Account {
		return &Account{ID: id, Bot: true, FirstName: fmt.Sprintf("Bot %d", id), Username: fmt.Sprintf("fake%dbot", id)}
	})
	if !acc.Bot {
		return nil, fmt.Sprintf("the bot token begins with %d, which is the number of a user", id)
	}
	return acc, ""
}

var phoneNumber = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^\+?\d{5,15}$`) })

// phone finds or makes the account of a phone number, nil if it is none, or if its id is
// that of a bot or of another number.
func (a *accounts) phone(number string) *Account {
	if !phoneNumber().MatchString(number) {
		return nil
	}
	if number[0] == '+' {
		number = number[1:]
	}
	sum := sha256.Sum256([]byte("fakedc account " + number))
	id := 1_000_000_000 + int64(binary.LittleEndian.Uint32(sum[:]))
	acc := a.get(id, func() *Account {
		return &Account{ID: id, FirstName: "User " + number[len(number)-4:], Phone: number}
	})
	if acc.Phone != number { // of all numbers, some pairs have one id
		return nil
	}
	return acc
}

func (a *accounts) get(id int64, build func() *Account) *Account {
	a.mu.Lock()
	defer a.mu.Unlock()
	if acc, ok := a.byID[id]; ok {
		return acc
	}
	acc := build()
	acc.sent.all = &a.sent
	acc.changes.Add(1)
	acc.premium = a.premiumOf(id)
	if len(a.byID) < MaxAccounts {
		a.byID[id] = acc
	}
	return acc
}

// readyBase begins the ids of accounts that a server knows from the start: beyond
// those of any phone number or usual bot token.
const (
	readyUsers = 7_000_000_000
	readyBots  = 8_000_000_000
)

// ReadyID is the id of a ready account, by its number from 1.
func ReadyID(n int, bot bool) int64 {
	if bot {
		return readyBots + int64(n)
	}
	return readyUsers + int64(n)
}

// Ready finds or makes a ready account.
func (h *Handler) Ready(n int, bot bool) *Account {
	id := ReadyID(n, bot)
	return h.accounts.get(id, func() *Account {
		if bot {
			return &Account{ID: id, Bot: true, FirstName: fmt.Sprintf("Bot %d", n), Username: fmt.Sprintf("ready%dbot", n)}
		}
		return &Account{ID: id, FirstName: fmt.Sprintf("User %d", n), Phone: fmt.Sprintf("99900%05d", n)}
	})
}

// MaxAccounts bounds what is remembered: accounts are made by whoever logs in.
// Beyond it an account lives as long as the auth keys that use it.
const MaxAccounts = 65_536

// setPremium gives all accounts Premium or takes it, but for those that have a
// setting of their own.
func (a *accounts) setPremium(on bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.premium = on
	for id, acc := range a.byID {
		acc.setPremium(a.premiumOf(id))
	}
}

// setPremiumOf gives one account a setting of its own, known already or not.
func (a *accounts) setPremiumOf(id int64, on bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.ownPremium[id] = on
	if acc, ok := a.byID[id]; ok {
		acc.setPremium(on)
	}
}

func (a *accounts) premiumOf(id int64) bool {
	if own, ok := a.ownPremium[id]; ok {
		return own
	}
	return a.premium
}

func (a *Account) setPremium(on bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.premium = on
}

// Premium tells whether the account has Telegram Premium.
func (a *Account) Premium() bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.premium
}

// Clear forgets all accounts, and what they sent. Auth keys that are logged in keep theirs.
func (h *Handler) Clear() {
	a := h.accounts
	a.mu.Lock()
	defer a.mu.Unlock()
	clear(a.byID)
	clear(a.ownPremium)
	a.sent.clear()
	a.said.clear()
	a.chats.clear()
}

// named finds the bot with a username, or tells of one that nobody logged in as.
func (a *accounts) named(username string) *Account {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, acc := range a.byID {
		if acc.Username == username {
			return acc
		}
	}
	return &Account{ID: idOf(username), Bot: true, FirstName: "Bot " + username, Username: username}
}

func (a *accounts) find(id int64) (*Account, bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	acc, ok := a.byID[id]
	return acc, ok
}
