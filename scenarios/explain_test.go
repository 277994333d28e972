package scenarios

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestExplainBuiltins holds every explanation against the text that a person agreed to read.
func TestExplainBuiltins(t *testing.T) {
	for _, name := range Builtins() {
		src, err := BuiltinSource(name)
		require.NoError(t, err)
		e, err := Explain(name+".yaml", src)
		require.NoError(t, err)
		requireGolden(t, e.String(), "testdata/explain/"+name+".golden")
	}
}

// TestExplainExpectations has a sentence for every kind of expectation.
func TestExplainExpectations(t *testing.T) {
	src, err := os.ReadFile("testdata/expectations.yaml")
	require.NoError(t, err)
	e, err := Explain("expectations.yaml", src)
	require.NoError(t, err)
	requireGolden(t, strings.Join(e.Expect, "\n")+"\n", "testdata/expectations.golden")
	s := mustParse(t, string(src))
	kinds := map[ExpectationKind]bool{}
	for _, x := range s.Expect {
		kinds[x.Kind] = true
	}
	require.Len(t, kinds, len(expectNames)-1, "an expectation that the file lacks")
	require.Equal(t, s.Expect, s.Clone().Expect)
}

// TestExplainRules has the words for every key and every kind of value.
func TestExplainRules(t *testing.T) {
	for inside, want := range map[string]string{
		`delay: 3s`: "Looks at any part of every file. Fires on every such call. The answer comes 3s late. The call goes its normal way.",
		`match: { method: upload.saveBigFilePart, part: [2, "4..9", ">=20", last], total: ">10", size: [512KiB, even], file: [1, 23], attempt: 2 }, store: keep`: "" +
			"Looks at parts 2, 4 to 9, 20 and above or the last (the third part, the fifth part to the tenth part, the 21st part and above or the last) " +
			"of length 524288 or an even number of the first or 23rd file on the server that is announced with a total of 11 and above when it is sent for the second time " +
			"in calls of upload.saveBigFilePart. Fires on every such call. The part is stored.",
		`match: { part: even }, per: part, after: 3, times: 2, chance: 12.5%, name: x, reply: { none: true }`: "" +
			"Looks at parts 0, 2, 4 and so on (the first, third, fifth part and so on) of every file. " +
			"Fires after the first 3 have passed, at most twice for each part, with a chance of 12.5%, which the seed decides. " +
			"No answer ever comes, and the connection stays open. The part is stored.",
		`after: 1, every: 2, delay: 3s`: "" +
			"Looks at any part of every file. Fires on every second such call, counted for each file, after the first has passed. " +
			"The answer comes 3s late. The call goes its normal way.",
		`match: { part: last, total: -1 }, per: server, nth: [1, odd], store: lose, reply: { answer: true }`: "" +
			"Looks at the last part of every file whose length is not known yet (a stream). Fires on the first or first, third, fifth (and so on) such call for the whole server. " +
			"The answer is true. The part is not stored, whatever the answer says.",
		`match: { method: "*" }, per: session, every: 3, reply: { error: { code: 400, message: MADE_UP } }, store: keep`: "" +
			"Looks at every call. Fires on every third such call, counted for each session. The answer is the error 400 MADE_UP. The part is stored all the same.",
		`match: { method: messages.sendMedia }, times: 5, reply: { error: FILE_PART_3_MISSING }`: "" +
			"Looks at every call of messages.sendMedia. Fires 5 times for each account. " +
			"The answer is the error 400 FILE_PART_3_MISSING (part 3 was not found in the store: upload it again and repeat the call).",
		`name: x, times: 2, chance: 10%, delay: 3s`: "" +
			"Looks at any part of every file. Fires at most twice for each file, with a chance of 10%, which the seed decides. The answer comes 3s late. The call goes its normal way.",
		`match: { method: "upload.get*" }, times: 1, reply: { drop: before-store }`: "" +
			"Looks at every call of upload.get*. Fires once for each account. The connection is closed before the call is carried out.",
		`match: { method: "*", conn: 2 }, delay: 3s`: "Looks at every call over the second connection. Fires on every such call. The answer comes 3s late. The call goes its normal way.",
		`match: { event: connect }, times: 2, reply: { refuse: true }`: "" +
			"Looks at every connection that is made. Fires twice for the whole server. The connection is closed at once.",
		`per: account, delay: { hold_until: { calls: 4 } }`: "Looks at any part of every file. Fires on every such call. " +
			"The answer waits until 4 such calls have come, counted for each account, for 30s at most. The call goes its normal way.",
		`store: lose, reply: { one_of: [{ answer: true }, { weight: 3, duplicate: true }] }`: "" +
			"Looks at any part of every file. Fires on every such call. The reply is one of these, by the seed: " +
			"1 in 4: The answer is true. The part is not stored, whatever the answer says. 3 in 4: The answer comes twice, under one msg_id. The part is not stored.",
	} {
		e, err := Explain("f.yaml", []byte("fakedc: 1\nrules: [{ "+inside+" }]\n"))
		require.NoError(t, err, inside)
		require.Len(t, e.Rules, 1)
		require.Equal(t, want, e.Rules[0].Text, inside)
	}
}

// TestExplainSetting has the sentences about the whole server.
// Each fault of several is told, in its place, and a wrong one as ParseFault does.
func TestExplainFaults(t *testing.T) {
	e, err := ExplainFaults([]string{"part=2: 1*false->delay(1s)", "event=connect: refuse(rst)"})
	require.NoError(t, err)
	var names []string
	for _, r := range e.Rules {
		names = append(names, r.Name)
	}
	require.Equal(t, []string{"part=2: 1*false->delay(1s)", "part=2: 1*false->delay(1s) #2", "event=connect: refuse(rst)"}, names)
	require.Contains(t, e.Rules[0].Text, "part 2 (the third part)")
	require.Contains(t, e.Closing, "first rule")

	_, err = ExplainFaults([]string{"part=2: false", "part=2: flase"})
	_, want := ParseFault("part=2: flase")
	require.Equal(t, want, err)
}

func TestExplainSetting(t *testing.T) {
	e, err := Explain("f.yaml", []byte("fakedc: 1\nseed: 7\nprofile: docs\naccount: { premium: true }\nlimits: { upload_max_fileparts_default: 5 }\n"))
	require.NoError(t, err)
	require.Equal(t, "f: \n\nEvery account is a Premium account. Parts are judged by exactly what core.telegram.org says (profile docs). "+
		"The server tells clients that upload_max_fileparts_default is 5 (most parts of one file). The seed is 7, so that chance decides the same each time.\n\n"+
		"Every call goes its normal way: there are no rules.\n", e.String())
	_, err = Explain("f.yaml", []byte("fakedc: 1\nrule: 1\n"))
	requireErrorList(t, err)
}

// TestExplainTellsWhatItHasNoWordsFor is how a new key is explained before anybody writes a sentence for it.
func TestExplainTellsWhatItHasNoWordsFor(t *testing.T) {
	_, d, err := read("f.yaml", []byte("fakedc: 1\nrules: [{ per: part, match: { part: [2, \"4..9\"], file: 1 }, times: 1, delay: 1s }]\n"))
	require.NoError(t, err)
	nothing := func(path string) bool { return path == "" || path == "match" }
	require.Equal(t, []string{
		"Also per: part (what the counters count in, default file).",
		"Also match.part: [2, 4..9] (number of the part, from 0).",
		"Also match.file: 1 (ordinal of the file, from 1).",
		"Also times: 1 (how often the rule fires at most).",
		"Also delay: 1s (how long the answer is held back).",
	}, explainRest(d, 0, nothing))
	require.Equal(t, []string{"Also match: {part: [2, 4..9], file: 1} (which calls the rule looks at)."},
		explainRest(d, 0, func(path string) bool { return !strings.HasPrefix(path, "match") }), "not its keys once more")
}

func TestOrdinal(t *testing.T) {
	for n, want := range map[int64]string{1: "first", 20: "twentieth", 21: "21st", 22: "22nd", 23: "23rd", 24: "24th", 111: "111th", 112: "112th", 113: "113th", 1001: "1001st", 7999: "7999th"} {
		require.Equal(t, want, ordinal(n))
	}
}

// FuzzExplain looks for a panic, and for text of a file that could move a cursor.
func FuzzExplain(f *testing.F) {
	f.Add([]byte("fakedc: 1\nrules: [{ match: { part: [2, last, even], method: \"*\" }, nth: odd, store: lose, reply: { answer: true } }]\n"))
	f.Add([]byte("fakedc: 1\nlimits: { upload_max_fileparts_default: 5 }\nrules: [{ &a match: &b { part: 1 }, delay: 1s }, { match: *b, delay: 2s }]\n"))
	f.Fuzz(func(t *testing.T, src []byte) {
		e, err := Explain("f.yaml", src)
		if err != nil {
			return
		}
		for _, r := range e.Rules {
			for _, c := range r.String() {
				require.False(t, c < ' ', "%q", r.String())
			}
		}
	})
}
