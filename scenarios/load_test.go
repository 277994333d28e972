package scenarios

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// TestBuiltinsAreComplete holds each built-in against what its reader may expect of it.
func TestBuiltinsAreComplete(t *testing.T) {
	require.NotEmpty(t, Builtins())
	for _, name := range Builtins() {
		t.Run(name, func(t *testing.T) {
			s, err := Load("builtin:" + name)
			require.NoError(t, err)
			require.Equal(t, name, s.Name)
			require.NotEmpty(t, s.Description)
			require.NotEmpty(t, s.Links)
			require.NotEmpty(t, s.Expect)
			for _, r := range s.Rules {
				require.NotEmpty(t, r.Name)
			}
			src, err := BuiltinSource(name)
			require.NoError(t, err)
			require.True(t, strings.HasPrefix(strings.TrimPrefix(string(src), modeline), "# "), "a comment says first what goes wrong")
			_, err = s.Compile(1)
			require.NoError(t, err)
		})
	}
}

// fault is what a part met, with everything that a test has to say about it.
type fault struct {
	part, attempt int
	reply         Reply
	delay         time.Duration
	stored        bool
}

// TestBuiltinsDo uploads a file of 24 parts in order, each part up to three times until it is answered with true, and lists
// what went wrong on the way.
func TestBuiltinsDo(t *testing.T) {
	refused := func(name string) []fault {
		return []fault{{2, 1, CustomErrorReply(400, name), 0, false}}
	}
	wait := func(message string) Reply { return CustomErrorReply(420, message) }
	want := map[string][]fault{
		"file-parts-invalid":     refused("FILE_PARTS_INVALID"),
		"file-part-empty":        refused("FILE_PART_EMPTY"),
		"file-part-invalid":      refused("FILE_PART_INVALID"),
		"file-part-size-changed": refused("FILE_PART_SIZE_CHANGED"),
		"file-part-size-invalid": refused("FILE_PART_SIZE_INVALID"),
		"file-part-too-big":      refused("FILE_PART_TOO_BIG"),
		"flood-wait":             {{3, 1, wait("FLOOD_WAIT_3"), 0, false}},
		"flood-premium-wait": {{7, 1, wait("FLOOD_PREMIUM_WAIT_3"), 0, false}, {14, 1, wait("FLOOD_PREMIUM_WAIT_3"), 0, false},
			{21, 1, wait("FLOOD_PREMIUM_WAIT_3"), 0, false}},
		"answer-false":       {{5, 1, AnswerReply(false), 0, false}, {5, 2, AnswerReply(false), 0, false}},
		"slow-part":          {{2, 1, Reply{}, 5 * time.Second, true}},
		"silent-part":        {{2, 1, NoReply(), 0, false}},
		"drop-before-store":  {{4, 1, DropReply(DropBeforeStore), 0, false}},
		"drop-after-store":   {{4, 1, DropReply(DropAfterStore), 0, true}},
		"part-lost":          {{3, 1, Reply{}, 0, false}},
		"part-expired":       {{3, 1, Reply{}, 0, true}},
		"salt-rotation":      {{3, 1, BadServerSaltReply(), 0, false}},
		"transport-flood":    {{4, 1, TransportErrorReply(TransportFlood), 0, false}},
		"stalled-connection": {{4, 1, DropHowReply(DropAfterStore, DropStall), 0, true}},
		"duplicate-answer":   {{2, 1, DuplicateReply(), 0, true}},
		"demo": {{5, 1, CustomErrorReply(400, "FILE_PART_SIZE_INVALID"), 0, false}, {11, 1, wait("FLOOD_WAIT_1"), 0, false},
			{17, 1, DropReply(DropAfterStore), 0, true}},
	}
	for name := range want {
		t.Run(name, func(t *testing.T) {
			s, err := Builtin(name)
			require.NoError(t, err)
			e, err := s.Compile(s.SeedOr(1))
			require.NoError(t, err)
			for file := 1; file <= 2; file++ {
				require.Equal(t, want[name], uploadWith(e, file), "file %d", file)
			}
		})
	}
}

func uploadWith(e *Engine, file int) []fault {
	var met []fault
	for part := range 24 {
		for attempt := 1; attempt <= 3; attempt++ {
			c := bigPart(int32(part), 24)
			c.FileOrdinal, c.Attempt = file, attempt
			d := e.Decide(c)
			if d.Rule < 0 {
				break
			}
			met = append(met, fault{part, attempt, d.Reply, d.Delay, d.Stores()})
			if d.Reply.Kind == ReplyNormal {
				break
			}
		}
	}
	return met
}

func TestUnknownBuiltin(t *testing.T) {
	_, err := Load("builtin:flood_wiat")
	var unknown *UnknownBuiltinError
	require.ErrorAs(t, err, &unknown)
	require.Equal(t, "flood-wait", unknown.DidYouMean)
	require.EqualError(t, err, `scenarios: no built-in scenario "flood_wiat" (did you mean "flood-wait"?)`)
	_, err = Builtin("../library/demo")
	require.ErrorAs(t, err, &unknown)
	_, err = Load("builtin:nothing like it at all")
	require.ErrorContains(t, err, "there are answer-false, bad-msg,")
}

// TestNoSuchFile thinks of a built-in where there is no file: the prefix is easily forgotten.
func TestNoSuchFile(t *testing.T) {
	for name, want := range map[string]string{
		"flood-wait":              " (did you mean builtin:flood-wait?)",
		"flod_wait":               " (did you mean builtin:flood-wait?)",
		"nowhere/flood-wait.yaml": " (did you mean builtin:flood-wait?)",
		"nothing-like-it.yaml":    "",
		"nowhere/":                "",
	} {
		_, none := os.Open(name)
		_, err := Load(name)
		require.ErrorIs(t, err, os.ErrNotExist)
		require.EqualError(t, err, "scenarios: opening the scenario: "+none.Error()+want)
	}
	_, err := Parse("f", []byte("fakedc: 1\ninclude: demo\n"))
	require.ErrorContains(t, err, "only built-ins can be included here")
	_, _, err = read("f", []byte("fakedc: 1\ninclude: demo\n"))
	require.ErrorContains(t, err, "did you mean builtin:demo?")
}

func TestLoadFile(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
		return path
	}
	s, err := Load(write("mine.yaml", "fakedc: 1\nrules: [{ delay: 1s }]\n"))
	require.NoError(t, err)
	require.Equal(t, "mine", s.Name)

	path := write("wrong.yaml", "fakedc: 1\nrule: []\n")
	_, err = Load(path)
	require.EqualError(t, err, path+`:2:1: unknown key "rule" (did you mean "rules"?)`)

	_, err = Load(write("long.yaml", strings.Repeat("#", 2*MaxFileSize)))
	require.ErrorContains(t, err, "1:1: the file has more than 1048576 bytes, the most that a scenario may have", "how many is not known: the rest is not read")

	_, err = Load(filepath.Join(dir, "none.yaml"))
	require.ErrorIs(t, err, os.ErrNotExist)
	_, err = Load(dir)
	require.ErrorContains(t, err, "scenarios: reading the scenario")
}

func TestCloneSharesNothing(t *testing.T) {
	s := mustParse(t, `
fakedc: 1
links: [ https://core.telegram.org ]
seed: 1
account: { premium: true }
limits: { upload_max_fileparts_default: 5 }
rules: [{ match: { part: 2 }, delay: 1s }]
`)
	c := s.Clone()
	require.Equal(t, s, c)
	c.Links[0], *c.Seed, *c.Premium, c.Limits[LimitPartsDefault], c.Rules[0].Match.Part.Spans[0].From = "x", 2, false, 6, 1
	require.Equal(t, "https://core.telegram.org", s.Links[0])
	require.Equal(t, uint64(1), *s.Seed)
	require.True(t, *s.Premium)
	require.Equal(t, 5, s.Limits[LimitPartsDefault])
	require.Equal(t, Exactly(2), s.Rules[0].Match.Part)
}
