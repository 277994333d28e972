package doctor_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/mockserver/doctor"
	"github.com/fakedc/fakedc/mockserver/internal/journal"
	"github.com/fakedc/fakedc/scenarios"
)

// Each finding once, and beside it what looks like it and is none.
func TestFindings(t *testing.T) {
	whole := func() *written { return new(written).part(0, 0, nil).part(1, 1, nil) }
	for _, tc := range []struct {
		name string
		w    *written
		want []doctor.Finding // Kind, Part, Scenario, and words of Text
	}{
		{"nothing", whole().part(1, 2, nil).part(1, 3, nil).used(), nil},
		{"waited long enough", whole().part(1, 2, refused("420 FLOOD_WAIT_3")).part(3*time.Second, 2, nil).part(1, 3, nil).used(), nil},
		{"too early", whole().part(1, 2, refused("420 FLOOD_WAIT_3")).part(200*time.Millisecond, 2, nil).part(1, 3, nil).used(),
			[]doctor.Finding{{Kind: doctor.KindTooEarly, Scenario: "flood-wait", Text: "sent again 200ms after it was answered FLOOD_WAIT_3: 2.8s too early"}}},
		{"premium wait given up", whole().part(1, 2, refused("420 FLOOD_PREMIUM_WAIT_3")),
			[]doctor.Finding{{Kind: doctor.KindGaveUp, Scenario: "flood-premium-wait", Text: "FLOOD_PREMIUM_WAIT_3, and has not been sent again"}}},
		{"other bytes after a drop", whole().part(1, 2, answered(journal.AnswerDropped)).part(1, 2, otherBytes).part(1, 3, nil).used(),
			[]doctor.Finding{{Kind: doctor.KindRetry, Scenario: "drop-after-store", Text: "part 2"}}},
		{"given up after a drop", whole().part(1, 3, nil).part(1, 2, func(e *journal.Event) { e.Answer = journal.AnswerDropped }),
			[]doctor.Finding{{Kind: doctor.KindGaveUp, Scenario: "drop-after-store", Text: "part 2, the third part, was answered by the end of the connection, and has not been sent again"}}},
		{"given up after a drop that lost the part", whole().part(1, 3, nil).part(1, 2, answered(journal.AnswerDropped)),
			[]doctor.Finding{{Kind: doctor.KindGaveUp, Scenario: "drop-before-store", Text: "part 2, the third part, was answered by the end of the connection, and has not been sent again"}}},
		{"false is swallowed", whole().part(1, 2, answered(journal.AnswerFalse)).part(1, 3, nil).
			add(1, journal.Event{Kind: journal.KindFile, Method: "messages.sendMedia", File: 1, FileID: 7, Error: "400 FILE_PART_2_MISSING", Rules: []string{"final.part_missing"}}),
			[]doctor.Finding{
				{Kind: doctor.KindGaveUp, Scenario: "answer-false", Text: "answered false, and has not been sent again"},
				{Kind: doctor.KindHole, Scenario: "answer-false", Text: "used though part 2 is not stored: its last call was answered false"},
			}},
		{"lost by the server, and left so", whole().part(1, 2, func(e *journal.Event) { e.Lost = true }).part(1, 3, nil).
			add(1, journal.Event{Kind: journal.KindFile, Method: "messages.sendMedia", File: 1, FileID: 7, Error: "400 FILE_PART_2_MISSING"}),
			[]doctor.Finding{{Kind: doctor.KindLost, Scenario: "part-lost", Text: "the server had lost part 2"}}},
		{"lost by the server, and sent again", whole().part(1, 2, func(e *journal.Event) { e.Lost = true }).part(1, 3, nil).
			add(1, journal.Event{Kind: journal.KindFile, Method: "messages.sendMedia", File: 1, FileID: 7, Error: "400 FILE_PART_2_MISSING"}).
			part(1, 2, nil).used(), nil},
		{"a part is left out", whole().part(1, 3, nil), []doctor.Finding{{Kind: doctor.KindNeverSent, Scenario: "drop-mid-upload", Text: "part 2 never came"}}},
		{"a refusal for good ends it", whole().part(1, 2, refused("400 FILE_PART_INVALID")), nil},
		{"the same content a second time, neither used", whole().part(1, 2, nil).part(1, 3, nil).second(0, 4).second(1, 4).second(2, 4).second(3, 4), nil},
		{"a longer file that begins the same", whole().part(1, 2, nil).part(1, 3, nil).second(0, 6).second(1, 6).second(2, 6).second(3, 6).second(4, 6).second(5, 6), nil},
		{"begun anew", whole().part(1, 2, answered(journal.AnswerDropped)).part(1, 2, nil).second(0, 4).second(1, 4).second(2, 4).second(3, 4),
			[]doctor.Finding{{Kind: doctor.KindNeverSent, Scenario: "drop-mid-upload", Text: "part 3 never came"},
				{Kind: doctor.KindResent, Scenario: "drop-mid-upload", Text: "begun anew as upload 2"}}},
		{"the server's disk ends it", whole().part(1, 2, full), nil},
		{"the server's disk ends it while another part waits", whole().part(1, 3, refused("420 FLOOD_WAIT_3")).part(1, 2, full), nil},
		{"given up when the server had room again", whole().part(1, 2, full).part(1, 2, nil).part(1, 3, refused("420 FLOOD_WAIT_3")),
			[]doctor.Finding{{Kind: doctor.KindGaveUp, Scenario: "flood-wait", Text: "part 3, the fourth part, was answered FLOOD_WAIT_3, and has not been sent again"}}},
		{"the server's disk ends it for one of two parts", whole().part(1, 2, full).part(1, 3, full).part(1, 3, nil), nil},
		{"tried anew after the server's disk was full", whole().part(1, 2, full).second(0, 4).second(1, 4).second(2, 4).second(3, 4), nil},
		{"a scenario that says the same is no such end", whole().part(1, 2, func(e *journal.Event) { full(e); e.Fault, e.Text = "mine", "" }),
			[]doctor.Finding{{Kind: doctor.KindGaveUp, Scenario: "server-error", Text: "part 2 was answered STORE_FULL"}}},
		{"used though the server's disk was full", whole().part(1, 2, full).part(1, 3, nil).
			add(1, journal.Event{Kind: journal.KindFile, Method: "messages.sendMedia", File: 1, FileID: 7, Error: "400 FILE_PART_2_MISSING"}),
			[]doctor.Finding{{Kind: doctor.KindHole, Scenario: "single-error", Text: "its last call was answered STORE_FULL"}}},
		{"stubborn", whole().part(1, 2, refused("400 FILE_PART_INVALID")).part(1, 2, refused("400 FILE_PART_INVALID")).
			part(1, 2, refused("400 FILE_PART_INVALID")).part(1, 2, refused("400 FILE_PART_INVALID")),
			[]doctor.Finding{{Kind: doctor.KindStubborn, Scenario: "permanent-400", Text: "part 2 was sent 4 times unchanged and answered FILE_PART_INVALID"}}},
		{"impatient", whole().part(1, 2, func(e *journal.Event) { e.Delay = 5 * time.Second }).part(time.Second, 2, nil).part(1, 3, nil).used(),
			[]doctor.Finding{{Kind: doctor.KindResent, Scenario: "slow-part", Text: "part 2 came again after 1s, when its answer was to take 5s"}}},
		{"again after its connection was dropped", whole().part(1, 2, nil).add(1, journal.Event{Kind: journal.KindDisconnect, Text: "dropped on request"}).
			part(1, 2, func(e *journal.Event) { e.Conn = 2 }).part(1, 3, nil).used(), nil},
		{"an upload rule", whole().part(1, 2, func(e *journal.Event) {
			refused("400 FILE_PART_EMPTY")(e)
			e.Rules, e.Skipped = []string{"part.empty"}, false
		}), []doctor.Finding{{Kind: doctor.KindRule, Text: "part.empty"}}},
		{"another datacenter", new(written).add(1, journal.Event{Kind: journal.KindCall, Method: "auth.sendCode", Error: "303 PHONE_MIGRATE_4", Answer: journal.AnswerError}),
			[]doctor.Finding{{Kind: doctor.KindMigrate, Text: "auth.sendCode was answered PHONE_MIGRATE_4, and the client never went there"}}},
		{"another datacenter, where it went", new(written).add(1, journal.Event{Kind: journal.KindCall, Method: "auth.sendCode", Error: "303 PHONE_MIGRATE_4"}).
			add(1, journal.Event{Kind: journal.KindConnect, DC: 4}), nil},
		{"hostile, and believed", new(written).add(1, journal.Event{Kind: journal.KindHostile, Hostile: "1.1-dh-prime", Accepted: true}),
			[]doctor.Finding{{Kind: doctor.KindHostile, Text: "1.1-dh-prime"}}},
		{"sent twice", whole().part(1, 2, nil).part(1, 3, nil).used().used(),
			[]doctor.Finding{{Kind: doctor.KindTwice, Scenario: "send-once", Text: "the file was sent 2 times"}}},
		{"no way in", new(written).add(1, journal.Event{Kind: journal.KindFault, Event: "connect", Text: "connection closed"}),
			[]doctor.Finding{{Kind: doctor.KindConnect, Scenario: "refused-connections", Text: "the client gave up, or was ended, before it began"}}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			r, err := doctor.Examine(strings.NewReader(tc.w.String()))
			require.NoError(t, err)
			require.True(t, r.Whole)
			found := r.Findings
			for _, u := range r.Uploads {
				found = append(found, u.Findings...)
			}
			require.Equal(t, len(tc.want), r.Wrong(), "%+v", found)
			for i, f := range found {
				require.Equal(t, tc.want[i].Kind, f.Kind, f.Text)
				require.Contains(t, f.Text, tc.want[i].Text)
				require.Equal(t, tc.want[i].Scenario, f.Scenario)
				require.NotEmpty(t, f.Events, f.Text)
				if f.Scenario != "" {
					require.Contains(t, scenarios.Builtins(), f.Scenario)
				}
			}
		})
	}
}

// The story of an upload: rows of parts in one moment, trouble in one each.
func TestTimeline(t *testing.T) {
	w := new(written).part(0, 0, nil).part(time.Second, 1, nil).part(time.Second, 2, refused("420 FLOOD_WAIT_3")).
		part(time.Second, 3, nil).part(2500*time.Millisecond, 2, nil).used()
	r, err := doctor.Examine(strings.NewReader(w.String()))
	require.NoError(t, err)
	u := r.Uploads[0]
	require.Equal(t, doctor.Used, u.End)
	require.Equal(t, []int{4, 1, 1, 1}, []int{u.Stored, u.Refused, u.Repeated, u.Connections})
	require.EqualValues(t, 4096, u.Bytes)
	var lines []string
	for _, m := range u.Timeline {
		lines = append(lines, m.At.String()+" "+m.Text)
	}
	require.Equal(t, []string{
		"0s parts 0-1 stored: 2.0 KiB",
		"2s part 2 answered FLOOD_WAIT_3",
		"3s part 3 stored: 1.0 KiB",
		"5.5s part 2 again, 3.5s after it was answered FLOOD_WAIT_3: stored",
		"6.5s a file was made of it: 4.0 KiB",
	}, lines)

	// What a scenario does to the message that was to have the file is a moment of it.
	fault := journal.Event{Kind: journal.KindFault, Method: "messages.sendMedia", Account: 1, Error: "400 FILE_PART_3_MISSING", Answer: journal.AnswerError, Skipped: true, Fault: "mine"}
	strange := fault
	strange.Account = 2
	r, err = doctor.Examine(strings.NewReader(new(written).part(0, 0, nil).add(time.Second, strange).add(time.Second, fault).used().add(time.Second, fault).String()))
	require.NoError(t, err)
	u = r.Uploads[0]
	require.Len(t, u.Timeline, 3)
	require.Equal(t, `messages.sendMedia answered FILE_PART_3_MISSING (the scenario's "mine")`, u.Timeline[1].Text)
	require.Equal(t, 2*time.Second, u.Timeline[1].At)
	require.True(t, u.Timeline[1].Trouble)

	many := &written{}
	for n := range int32(600) {
		many.part(1, n%4, answered(journal.AnswerFalse))
	}
	r, err = doctor.Examine(strings.NewReader(many.String()))
	require.NoError(t, err)
	require.Len(t, r.Uploads[0].Timeline, 200)
	require.Equal(t, 400, r.Uploads[0].More)
}

// What is no journal is refused with the line, what was cut off at its end is not.
func TestRead(t *testing.T) {
	event := `{"seq":1,"time":"2000-01-01T00:00:00Z","kind":"connect","conn":1}` + "\n"
	for _, tc := range []struct {
		name, text string
		line       int // of the error, 0 for none
		says       string
		whole      bool
	}{
		{"empty", "", 1, "the file is empty", false},
		{"something else", "fakedc: 1\n", 1, "this is no journal", false},
		{"other JSON", "{}\n", 1, "this is no journal", false},
		{"a newer format", `{"fakedc_journal":2}` + "\n", 1, "format 2", false},
		{"a header alone", header, 0, "", false},
		{"closed", header + event + `{"end":true,"events":1}` + "\n", 0, "", true},
		{"cut off", header + event + `{"seq":2,"ti`, 0, "", false},
		{"garbage", header + "garbage\n" + event, 2, "this is no event", false},
		{"no kind", header + "{}\n", 2, "it has no kind", false},
		{"an unknown kind and field", header + `{"seq":1,"kind":"new","field":{}}` + "\n", 0, "", false},
		{"behind the end", header + `{"end":true}` + "\n" + event, 3, "behind the last line", false},
		{"a line without end", header + strings.Repeat("x", 1<<20+1), 2, "longer than", false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			r, err := doctor.Examine(strings.NewReader(tc.text))
			if tc.line == 0 {
				require.NoError(t, err)
				require.Equal(t, tc.whole, r.Whole)
				return
			}
			var format *doctor.FormatError
			require.ErrorAs(t, err, &format)
			require.Equal(t, tc.line, format.Line)
			require.Contains(t, format.Reason, tc.says)
		})
	}
	broken := errors.New("the disk is broken")
	_, err := doctor.Examine(iotest.ErrReader(broken))
	require.ErrorIs(t, err, broken)
}

// Whatever is in a journal, it is read or refused, and what is said is bounded.
func FuzzExamine(f *testing.F) {
	f.Add(header)
	f.Add(new(written).part(0, 0, nil).part(1, 2, refused("420 FLOOD_WAIT_3")).part(1, 2, otherBytes).used().String())
	f.Add(header + `{"seq":-1,"kind":"part","file":1,"part":-1,"total":2147483647,"size":-5,"done":true}` + "\n")
	f.Add(header + `{"kind":"file","file":1,"error":"400 FILE_PART_9999999999_MISSING"}` + "\n")
	f.Add(header + `{"kind":"part","file":1,"file_id":7,"part":0}` + "\n" + `{"kind":"part","file":1,"file_id":8,"part":0}` + "\n" +
		`{"kind":"limit","file":1,"sign":"forgotten"}` + "\n")
	f.Fuzz(func(t *testing.T, text string) {
		r, err := doctor.Examine(strings.NewReader(text))
		if err != nil {
			var format *doctor.FormatError
			require.ErrorAs(t, err, &format)
			return
		}
		for _, u := range r.Uploads {
			require.LessOrEqual(t, len(u.Timeline), 200)
			require.GreaterOrEqual(t, u.Stored, 0)
		}
		_, err = json.Marshal(r)
		require.NoError(t, err)
	})
}

// What the server had no room for is told, with its limit, and is nobody's fault. It
// is not told of an upload that found room after all.
func TestServersOwnEndIsANote(t *testing.T) {
	whole := func() *written { return new(written).part(0, 0, nil).part(1, 1, nil) }
	for name, tc := range map[string]struct {
		w    *written
		want []string
	}{
		"full":                          {whole().part(1, 2, full), []string{"upload 1 was ended by the server, not by its client: part 2 was answered STORE_FULL (DiskBytes: the limit DiskBytes is 1 MiB)"}},
		"failed":                        {whole().part(1, 2, refused("500 STORE_FAILED")), []string{"upload 1 was ended by the server, not by its client: part 2 was answered STORE_FAILED"}},
		"room later, and then given up": {whole().part(1, 2, full).part(1, 2, nil), nil},
		"room later":                    {whole().part(1, 2, full).part(1, 2, nil).part(1, 3, nil), nil},
	} {
		t.Run(name, func(t *testing.T) {
			r, err := doctor.Examine(strings.NewReader(tc.w.String()))
			require.NoError(t, err)
			if tc.want != nil {
				require.Zero(t, r.Wrong())
			}
			require.Equal(t, tc.want, r.Notes)
		})
	}
}

// What is wrong with many parts in the same way is told once, with how many. The
// oracle keeps no more than 20 findings of a kind; all parts count.
func TestSameFindingIsToldOnce(t *testing.T) {
	broken := func(rule, err string) func(*journal.Event) {
		return func(e *journal.Event) {
			refused("400 " + err)(e)
			e.Rules, e.Skipped = []string{rule}, false
		}
	}
	empty := broken("part.empty", "FILE_PART_EMPTY")
	many := new(written)
	for n := range int32(100) {
		many.part(1, n, empty)
	}
	second := func(e *journal.Event) { empty(e); e.File, e.FileID, e.Print = 2, 8, 1000 }
	wait := refused("420 FLOOD_WAIT_3")
	waits := new(written)
	for n := range int32(30) {
		waits.part(0, n, wait)
	}
	both := new(written)
	for n := range int32(18) {
		both.part(0, n, wait)
	}
	for n := range int32(30) {
		both.part(0, n, func(e *journal.Event) { wait(e); e.File, e.FileID, e.Print = 2, 8, 1000+uint64(n) })
	}
	for name, tc := range map[string]struct {
		w     *written
		want  []string
		parts []int32 // of the first
		count int     // of the first
		shown int     // events of the first
	}{
		"one": {new(written).part(0, 2, empty), []string{"part.empty: part 2, the third part, broke the rule and was answered FILE_PART_EMPTY"}, nil, 0, 1},
		"a rule that is only reported": {new(written).part(0, 1, func(e *journal.Event) { e.Rules = []string{"total.zero"} }).part(0, 2, empty),
			[]string{"part.empty: part 2, the third part, broke the rule and was answered FILE_PART_EMPTY"}, nil, 0, 1},
		"one rule, answered in two ways": {new(written).part(0, 0, empty).part(0, 1, broken("part.empty", "FILE_PART_INVALID")).part(0, 2, empty),
			[]string{"part.empty: part 0, the first part, broke the rule and was answered FILE_PART_EMPTY; 2 times in all, parts 0, 2",
				"part.empty: part 1, the second part, broke the rule and was answered FILE_PART_INVALID"}, []int32{0, 2}, 2, 2},
		"two rules, answered in one way": {new(written).part(0, 0, broken("part.range", "FILE_PART_INVALID")).part(0, 1, broken("part.beyond_total", "FILE_PART_INVALID")),
			[]string{"part.range: part 0, the first part, broke the rule and was answered FILE_PART_INVALID",
				"part.beyond_total: part 1, the second part, broke the rule and was answered FILE_PART_INVALID"}, nil, 0, 1},
		"five parts": {new(written).part(0, 0, empty).part(0, 1, empty).part(0, 2, empty).part(0, 3, empty).part(0, 5, empty),
			[]string{"part.empty: part 0, the first part, broke the rule and was answered FILE_PART_EMPTY; 5 times in all, parts 0-3, 5"}, []int32{0, 1, 2, 3, 5}, 5, 5},
		"one part again": {new(written).part(0, 2, empty).part(1, 2, empty),
			[]string{"part.empty: part 2, the third part, broke the rule and was answered FILE_PART_EMPTY; 2 times in all"}, []int32{2}, 2, 2},
		"for two reasons": {new(written).part(0, 0, empty).part(0, 1, broken("part.range", "FILE_PART_INVALID")).part(0, 2, empty),
			[]string{"part.empty: part 0, the first part, broke the rule and was answered FILE_PART_EMPTY; 2 times in all, parts 0, 2",
				"part.range: part 1, the second part, broke the rule and was answered FILE_PART_INVALID"}, []int32{0, 2}, 2, 2},
		"more than the oracle keeps, and another upload": {many.part(1, 0, second),
			[]string{"part.empty: part 0, the first part, broke the rule and was answered FILE_PART_EMPTY; 100 times in all, parts 0-99",
				"part.empty: part 0, the first part, broke the rule and was answered FILE_PART_EMPTY"}, nil, 100, 20},
		"given up": {new(written).part(0, 0, wait).part(0, 1, wait).part(0, 2, nil).part(0, 3, nil),
			[]string{"part 0, the first part, was answered FLOOD_WAIT_3, and has not been sent again; 2 times in all, parts 0-1"}, []int32{0, 1}, 2, 2},
		"given up, more often than the oracle keeps": {waits,
			[]string{"part 0, the first part, was answered FLOOD_WAIT_3, and has not been sent again; 20 times or more, parts 0-19"}, nil, 20, 20},
		"given up by two uploads, more often than the oracle keeps": {both,
			[]string{"part 0, the first part, was answered FLOOD_WAIT_3, and has not been sent again; 18 times or more, parts 0-17",
				"part 0, the first part, was answered FLOOD_WAIT_3, and has not been sent again; 2 times or more, parts 0-1"}, nil, 18, 18},
	} {
		t.Run(name, func(t *testing.T) {
			r, err := doctor.Examine(strings.NewReader(tc.w.String()))
			require.NoError(t, err)
			var texts []string
			var found []doctor.Finding
			for _, u := range r.Uploads {
				for _, x := range u.Findings {
					texts, found = append(texts, x.Text), append(found, x)
				}
			}
			require.Equal(t, tc.want, texts)
			require.Equal(t, tc.count, found[0].Count)
			if tc.parts != nil {
				require.Equal(t, tc.parts, found[0].Parts)
			}
			require.Len(t, found[0].Events, tc.shown)
		})
	}
}
