package rpc

import (
	"cmp"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"time"

	"github.com/fakedc/fakedc/mockserver/internal/fault"
	"github.com/fakedc/fakedc/mockserver/internal/journal"
	"github.com/fakedc/fakedc/mockserver/internal/slab"
	"github.com/fakedc/fakedc/mockserver/internal/tl"
	"github.com/fakedc/fakedc/mockserver/internal/upload"
	"github.com/fakedc/fakedc/scenarios"
)

// DC is a datacenter as help.getConfig lists it.
type DC struct {
	ID    int
	Host  string
	Port  int
	Media bool // for uploads and downloads only
}

// Config is what a handler needs.
type Config struct {
	Uploads *upload.Service
	Faults  *fault.Injector
	Journal *journal.Journal
	// DC is the number of this datacenter, Home that of the one where all
	// accounts live, and DCs lists all of them.
	DC   int
	Home int
	DCs  func() []DC
	// Keys binds temporary keys.
	Keys Binder
	// Premium gives new accounts Telegram Premium.
	Premium bool
	// LoginCode is what auth.signIn takes.
	LoginCode string
	Rand      io.Reader
	Limits    Limits
	// Since says how long ago a query came, for the journal; nil: nobody asks.
	Since func(now time.Time) time.Duration
}

// Handler answers queries. It is safe for concurrent use.
type Handler struct {
	Config
	accounts *accounts
}

// New makes a handler.
func New(c Config) *Handler {
	return &Handler{Config: c, accounts: newAccounts(c.Premium, c.Limits)}
}

// In returns a handler for another datacenter of the same server: with auth keys
// of its own, the same accounts, and the same uploads, which know their
// datacenter.
func (h *Handler) In(dc int, keys Binder) *Handler {
	other := *h
	other.DC, other.Keys = dc, keys
	return &other
}

// SetPremium says whether accounts have Premium, those that exist included.
func (h *Handler) SetPremium(on bool) { h.accounts.setPremium(on) }

// SetPremiumOf does so for one account, whatever the others have.
func (h *Handler) SetPremiumOf(account int64, on bool) { h.accounts.setPremiumOf(account, on) }

// Caller is where a query came from.
type Caller struct {
	Auth    *Auth
	Key     int64
	Conn    int64
	Session int64
	MsgID   int64
	// SessionOrdinal numbers the sessions of the datacenter, from 1.
	SessionOrdinal int64
	// Pace says how late an answer is for so many bytes at so many per second,
	// which all calls of the connection share; nil: not at all.
	Pace func(now time.Time, bytes int, rate int64) time.Duration
	// Passed: no gate holds the query, or one has let it pass.
	Passed bool
	// Aside: the query was put aside, at a gate or behind others, and whoever asked may be
	// gone by now.
	Aside bool
	// Others are the queries of the same session; nil: all are answered.
	Others Others
	// Hashed are bytes somewhere in the body whose SHA-256 is known; nil: none are.
	Hashed *Hashed
	// Budget is what the frame may still unpack to; nil: the query is alone.
	Budget *Budget
}

// Hashed is what was hashed before anybody asked.
type Hashed struct {
	Bytes  []byte
	SHA256 [sha256.Size]byte
}

// of returns the digest if it is that of data itself, not of equal bytes elsewhere.
func (h *Hashed) of(data []byte) *[sha256.Size]byte {
	if h == nil || len(data) == 0 || len(data) != len(h.Bytes) || &data[0] != &h.Bytes[0] {
		return nil
	}
	return &h.SHA256
}

// Finder finds what is worth hashing, in the beginning of a body; nil: nothing is.
func (h *Handler) Finder() func(body []byte) (from, to int) {
	if h.Uploads.Digests() {
		return tl.LocatePart
	}
	return nil
}

// Others tells how far the queries are that another one comes after.
type Others interface {
	// Answered says that all have been answered, or one with an error.
	Answered(queries []int64) (done, failed bool)
}

// Result is what is to be done about a query.
type Result struct {
	// Body is the encoded result, without rpc_result around it; nil if nothing
	// was run.
	Body []byte
	// Delay comes before the answer or the drop.
	Delay time.Duration
	// Silent: the client is never answered.
	Silent bool
	// Drop: the connection goes away instead. Without Body nothing was run.
	Drop bool
	// Held: the answer waits for a call that Releases those at the same Meeting.
	Held, Releases bool
	Meeting        *scenarios.Meeting
	// Late notes what becomes of an answer that is to leave later, or to a call that was put
	// aside: that nobody is there any more to hear it, and that it leaves; nil: it leaves at
	// once, and whoever asked is there.
	Late func(now time.Time, heard bool)
	// Exit is what happens to the answer where it leaves, or in its place.
	fault.Exit
	// After names queries that have to be answered before this one can be run:
	// it has not been, and is to be handed in again.
	After []int64
	// Gate keeps the query from being run: once it lets it pass, it is to be handed
	// in again; nil for none.
	Gate *fault.Gate
	// Sent is to be undone if it cannot be kept; nil: nothing was sent.
	Sent *Sent
}

// query is one call on its way.
type query struct {
	Caller
	*Handler
	now    time.Time
	method string
	// account is that of the key when the query came: another connection may log out
	// meanwhile.
	account *Account
	plan    fault.Plan
	args    *tl.Object   // nil for a part
	part    *tl.SavePart // nil for all else
	save    tl.SavePart  // where part points
	file    int          // ordinal of the upload that it is of, once that is known
	unkept  *Sent        // what the query sent, nil for nothing
	// numbers are those of parts in events.
	numbers slab.Of[partNumbers]
}

// reset is the end of a query: it must not keep anything alive.
func (q *query) reset() { *q = query{numbers: q.numbers} }

// queries are used again: half a dozen of allocations for each part would be more
// than all else.
var queries = sync.Pool{New: func() any { return new(query) }}

// Handle runs a query. The body may be used again as soon as it returns.
func (h *Handler) Handle(now time.Time, c Caller, body []byte) Result {
	r := h.handle(now, c, body)
	h.NoteLimits(now)
	return r
}

// NoteLimits puts into the journal which bounds of uploads and accounts were reached,
// and how the disk failed.
func (h *Handler) NoteLimits(now time.Time) {
	for _, n := range h.Uploads.Notices() {
		if n.Limit == "" {
			h.Journal.Add(now, journal.Event{Kind: journal.KindStore, Error: "the data directory failed", Text: n.Text})
			continue
		}
		dc := cmp.Or(n.DC, h.DC) // whoever asks may be another one than the upload's
		e := journal.Event{Kind: journal.KindLimit, DC: dc, Account: n.Account, FileID: n.FileID, File: n.File, Text: n.Limit + ": " + n.Text}
		if n.Gone {
			e.Sign = journal.SignForgotten
		}
		h.Journal.Add(now, e)
	}
	if text := h.accounts.sent.lost(); text != "" {
		h.Journal.Add(now, journal.Event{Kind: journal.KindLimit, DC: h.DC, Text: "RandomIDBytes: " + text})
	}
}

func (h *Handler) handle(now time.Time, c Caller, body []byte) Result {
	budget := c.Budget
	if budget == nil {
		alone := NewBudget(h.Limits.Inflated)
		budget = &alone
	}
	u, err := unwrap(body, h.Limits.Wrappers, budget)
	defer func() { u.release() }()
	if err != nil {
		return h.refuse(now, c, err)
	}
	q := queries.Get().(*query)
	q.Caller, q.Handler, q.now, q.account = c, h, now, c.Auth.Account()
	defer func() {
		q.reset()
		queries.Put(q)
	}()
	if e := q.apply(&u); e != nil {
		return h.fail(q, e)
	}
	if len(u.after) > 0 && c.Others != nil {
		switch done, failed := c.Others.Answered(u.after); {
		case !done:
			return Result{After: u.after}
		case failed:
			return h.fail(q, errAfter)
		}
	}
	if id, _ := tl.PeekID(u.body); id == tl.SaveBigFilePartID || id == tl.SaveFilePartID {
		p, _, err := tl.DecodeSavePart(u.body)
		if err != nil {
			return h.undecodable(q, u.body, err)
		}
		q.save = p
		q.method, q.part = p.Method(), &q.save
		return q.savePart()
	}
	q.args, _, err = tl.Decode(u.body)
	if err != nil {
		return h.undecodable(q, u.body, err)
	}
	q.method = q.args.Name
	return q.run()
}

// apply takes over what the wrappers said of the client.
func (q *query) apply(u *unwrapped) *Error {
	if u.layer != 0 {
		if u.layer < minLayer {
			q.method = fmt.Sprintf("invokeWithLayer(%d)", u.layer)
			return tooOld(q.method)
		}
		if q.Auth.setLayer(u.layer) {
			q.noteNewer(u.layer)
		}
	}
	if u.init != nil {
		q.Auth.init(Client{
			APIID: u.init.Int("api_id"), Device: clip(u.init.Str("device_model")), AppVersion: clip(u.init.Str("app_version")),
		})
	}
	return nil
}

// noteNewer says that a client may choke on what it is answered.
func (q *query) noteNewer(layer int) {
	e := q.event(journal.KindLayer)
	e.Text = fmt.Sprintf("layer %d is newer than the newest that is known, %d: its client is answered as in that", layer, tl.NewestLayer)
	q.Journal.Add(q.now, e)
}

// clip bounds a text that is kept for as long as its auth key.
func clip(text string) string { return strings.Clone(text[:min(len(text), maxClientText)]) }

// maxClientText is the longest text of initConnection that is kept, in bytes.
const maxClientText = 256

// minLayer is the oldest layer whose constructors the schema has.
const minLayer = 143

// run asks the scenario and calls the method.
func (q *query) run() Result {
	if g := q.gate(false); g != nil {
		return Result{Gate: g}
	}
	if !q.Faults.Idle() {
		q.plan = q.Faults.Plan(q.call()) // without a part, there are no bytes to pace
	}
	q.noteFault(q.plan)
	if q.plan.Skip {
		return q.carryOut(q.plan, nil)
	}
	body, err := q.invoke()
	if err != nil {
		return q.carryOut(q.plan, q.fail(q, err).Body)
	}
	e := q.event(journal.KindCall)
	e.Done, e.Took = true, q.took()
	laidOver(q.plan, &e)
	q.Journal.Add(q.now, e)
	r := q.carryOut(q.plan, body)
	r.Sent = q.unkept
	return r
}

func (q *query) invoke() ([]byte, *Error) {
	m, ok := methods[q.method]
	if !ok {
		return nil, unsupported(q.method)
	}
	if q.Auth.unbound() && !m.unbound {
		return nil, errUnbound
	}
	if !q.Auth.ready() && !m.bare {
		return nil, errNotInited
	}
	if q.account == nil && !m.anyone {
		return nil, errUnregistered
	}
	v, err := m.call(q)
	if err == nil {
		var body []byte
		if body, err = q.encode(v); err == nil {
			return body, nil
		}
	}
	var e *Error
	if !errors.As(err, &e) {
		e = &Error{Code: 500, Message: "INTERNAL", Why: err.Error()}
	}
	return nil, e
}

func (q *query) encode(v any) ([]byte, error) {
	switch v := v.(type) {
	case *tl.Object:
		return tl.Append(nil, q.Auth.Layer(), v)
	case []*tl.Object:
		return tl.AppendVector(nil, q.Auth.Layer(), v...)
	}
	return nil, fmt.Errorf("rpc: %s returned a %T", q.method, v)
}
