package rpc

import (
	"runtime"
	"testing"
	"time"
	"weak"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/mockserver/internal/bounds"
	"github.com/fakedc/fakedc/mockserver/internal/journal"
	"github.com/fakedc/fakedc/mockserver/internal/store"
	"github.com/fakedc/fakedc/mockserver/internal/tl"
	"github.com/fakedc/fakedc/mockserver/internal/upload"
	"github.com/fakedc/fakedc/scenarios"
	"github.com/fakedc/fakedc/validator"
)

func onePart() []byte {
	return tl.AppendSavePart(nil, tl.SavePart{Big: true, FileID: 7, Part: 0, Total: 1, Bytes: contents(100)})
}

// badPart breaks part.empty.
func badPart() []byte {
	return tl.AppendSavePart(nil, tl.SavePart{Big: true, FileID: 7, Part: 0, Total: 1})
}

// What a scenario asks for, what becomes of the part, and what the journal says:
// Error is always what went to the client.
func TestFaultsOfAPart(t *testing.T) {
	yes, no := scenarios.AnswerReply(true), scenarios.AnswerReply(false)
	wrong := scenarios.ErrorReply("FILE_PART_TOO_BIG")
	for name, c := range map[string]struct {
		rule   scenarios.Rule
		body   []byte
		want   any // nil: no body, nothing was run
		stored bool
		event  string
		result Result
	}{
		"error":              {scenarios.Rule{Reply: wrong}, onePart(), "400 FILE_PART_TOO_BIG", false, "400 FILE_PART_TOO_BIG", Result{}},
		"error, stored":      {scenarios.Rule{Reply: wrong, Store: scenarios.StoreKeep}, onePart(), "400 FILE_PART_TOO_BIG", true, "400 FILE_PART_TOO_BIG", Result{}},
		"error, before rule": {scenarios.Rule{Reply: wrong}, badPart(), "400 FILE_PART_TOO_BIG", false, "400 FILE_PART_TOO_BIG", Result{}},
		"error over a rule's": {scenarios.Rule{Reply: wrong, Store: scenarios.StoreKeep}, badPart(), "400 FILE_PART_TOO_BIG", false,
			"400 FILE_PART_TOO_BIG", Result{}},
		"false":            {scenarios.Rule{Reply: no}, onePart(), "boolFalse", false, "", Result{}},
		"false, stored":    {scenarios.Rule{Reply: no, Store: scenarios.StoreKeep}, onePart(), "boolFalse", true, "", Result{}},
		"true":             {scenarios.Rule{Reply: yes}, onePart(), "boolTrue", true, "", Result{}},
		"true over a rule": {scenarios.Rule{Reply: yes}, badPart(), "boolTrue", false, "", Result{}},
		"lose":             {scenarios.Rule{Store: scenarios.StoreLose}, onePart(), "boolTrue", false, "", Result{}},
		"delay":            {scenarios.Rule{Delay: time.Second}, onePart(), "boolTrue", true, "", Result{Delay: time.Second}},
		"delayed refusal":  {scenarios.Rule{Delay: time.Second}, badPart(), "400 FILE_PART_EMPTY", false, "400 FILE_PART_EMPTY", Result{Delay: time.Second}},
		"none":             {scenarios.Rule{Reply: scenarios.NoReply()}, onePart(), "boolTrue", true, "", Result{Silent: true}},
		"none, lost":       {scenarios.Rule{Reply: scenarios.NoReply(), Store: scenarios.StoreLose}, onePart(), "boolTrue", false, "", Result{Silent: true}},
		"drop before":      {scenarios.Rule{Reply: scenarios.DropReply(scenarios.DropBeforeStore)}, onePart(), nil, false, "", Result{Drop: true}},
		"drop after":       {scenarios.Rule{Reply: scenarios.DropReply(scenarios.DropAfterStore)}, onePart(), "boolTrue", true, "", Result{Drop: true}},
		"flood wait":       {scenarios.Rule{Reply: scenarios.FloodWaitReply(30 * time.Second)}, onePart(), "420 FLOOD_WAIT_30", false, "420 FLOOD_WAIT_30", Result{}},
	} {
		t.Run(name, func(t *testing.T) {
			c.rule.Name = "the rule"
			d := loggedIn(t, 228, &scenarios.Scenario{Rules: []scenarios.Rule{c.rule}})
			r := d.send(c.body)
			requireAnswer(t, r, c.want)
			require.Equal(t, c.rule.Delay > 0, r.Late != nil)
			r.Body, r.Late = nil, nil
			require.Equal(t, c.result, r)
			_, stored, err := d.Uploads.Files()[0].Part(0)
			require.NoError(t, err)
			require.Equal(t, c.stored, stored)
			e := d.last()
			require.Equal(t, journal.KindPart, e.Kind)
			require.Equal(t, "the rule", e.Fault)
			require.Equal(t, c.event, e.Error)
			require.Equal(t, c.stored, e.Done && !e.Lost, "the journal says whether it is stored")
			require.NotEmpty(t, e.Text)
			require.NotRegexp(t, `\.\.|\. $|: $`, e.Text)
		})
	}
}

func requireAnswer(t *testing.T, r Result, want any) {
	t.Helper()
	if want == nil {
		require.Nil(t, r.Body)
		return
	}
	got := answer(t, r)
	if o, ok := got.(*tl.Object); ok {
		got = o.Name
	}
	require.Equal(t, want, got)
}

// The same for calls that are no parts.
func TestFaultsOfACall(t *testing.T) {
	state := tl.New("updates.getState", nil)
	for name, c := range map[string]struct {
		reply scenarios.Reply
		want  any
		event string
	}{
		"error":       {scenarios.CustomErrorReply(500, "SOMETHING"), "500 SOMETHING", "500 SOMETHING"},
		"false":       {scenarios.AnswerReply(false), "boolFalse", ""},
		"none":        {scenarios.NoReply(), "updates.state", ""},
		"drop before": {scenarios.DropReply(scenarios.DropBeforeStore), nil, ""},
		"drop after":  {scenarios.DropReply(scenarios.DropAfterStore), "updates.state", ""},
	} {
		t.Run(name, func(t *testing.T) {
			d := loggedIn(t, 228, &scenarios.Scenario{Rules: []scenarios.Rule{
				{Name: "r", Match: scenarios.Match{Method: "updates.*"}, Per: scenarios.ScopeServer, Times: 1, Reply: c.reply},
			}})
			requireAnswer(t, d.send(d.encode(t, state)), c.want)
			faults := d.eventsOf(journal.KindFault)
			require.Len(t, faults, 1)
			require.Equal(t, "r", faults[0].Fault)
			require.Equal(t, c.event, faults[0].Error)
			require.Equal(t, "updates.state", d.object(t, state).Name, "the rule is used up")
		})
	}
}

// A part before login is refused, whatever the scenario says: there is nobody
// whose file it could be.
func TestPartsNeedALogin(t *testing.T) {
	d := newDesk(t, nil)
	require.Equal(t, "400 CONNECTION_NOT_INITED", answer(t, d.send(onePart())))
	d.begin(t, 228)
	require.Equal(t, "401 AUTH_KEY_UNREGISTERED", answer(t, d.send(onePart())))
	require.Empty(t, d.Uploads.Files())
}

// Two keys of one account upload one file together; another account does not.
func TestFilesBelongToTheAccount(t *testing.T) {
	d := loggedIn(t, 228, nil)
	first := d.auth
	d.save(t, tl.SavePart{Big: true, FileID: 7, Part: 0, Total: 2, Bytes: contents(1024)})
	d.auth = &Auth{}
	d.begin(t, 198)
	d.auth.LogIn(first.Account())
	d.save(t, tl.SavePart{Big: true, FileID: 7, Part: 1, Total: 2, Bytes: contents(5)})
	file := tl.New("inputFileBig", tl.Fields{"id": int64(7), "parts": int32(2), "name": "a"})
	require.EqualValues(t, 1029, d.object(t, uploadMedia(uploadedDocument(file))).Obj("document").Long("size"))
	d.auth.LogIn(d.accounts.phone("15550199"))
	d.refused(t, uploadMedia(uploadedDocument(file)), "400 FILE_PART_0_MISSING")
}

func TestStoreFullIsTheServersFault(t *testing.T) {
	d := loggedIn(t, 228, nil)
	d.Uploads = upload.New(validator.MustNew(validator.Options{}), store.NewMemory(bounds.NewGate("StoreBytes", 99)),
		upload.Limits{Uploads: 1, Lifetime: time.Hour, Documents: 1}, nil)
	require.Equal(t, "500 STORE_FULL", answer(t, d.send(onePart())))
	events := d.Journal.Since(0)
	part := events[len(events)-2]
	require.Contains(t, part.Text, "StoreBytes")
	require.Equal(t, "500 STORE_FULL", part.Error)
	require.Equal(t, journal.KindLimit, d.last().Kind)
	require.Contains(t, d.last().Text, "StoreBytes: file 7: ")
}

// A premium account may have more parts.
func TestPremiumHasMoreParts(t *testing.T) {
	d := loggedIn(t, 228, nil)
	part := tl.AppendSavePart(nil, tl.SavePart{Big: true, FileID: 7, Part: 4000, Total: 8000, Bytes: contents(1024)})
	require.Equal(t, "400 FILE_PARTS_INVALID", answer(t, d.send(part)))
	d.SetPremium(true)
	requireAnswer(t, d.send(part), "boolTrue")
}

// The journal keeps 100,000 events: none of them may hold the half megabyte that
// the part came in.
func TestJournalKeepsNoBytes(t *testing.T) {
	d := loggedIn(t, 228, nil)
	d.Uploads = upload.New(validator.MustNew(validator.Options{}), store.NewDigest(), upload.Limits{Uploads: 1, Lifetime: time.Hour, Documents: 1}, nil)
	frame := weak.Pointer[[512 << 10]byte]{}
	func() {
		body := new([512 << 10]byte)
		frame = weak.Make(body)
		part := tl.AppendSavePart(body[:0], tl.SavePart{Big: true, FileID: 7, Part: 3, Total: 5, Bytes: contents(1024)})
		requireAnswer(t, d.send(part), "boolTrue")
	}()
	runtime.GC()
	runtime.GC()
	require.Nil(t, frame.Value(), "something still refers to the frame")
	e := d.last()
	require.Equal(t, []int32{3, 5}, []int32{*e.Part, *e.Total})
}
