package scenarios

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// TestParseErrors holds every message against the text that a person agreed to read.
func TestParseErrors(t *testing.T) {
	files, err := filepath.Glob("testdata/errors/*.yaml")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			src, err := os.ReadFile(file)
			require.NoError(t, err)
			s, err := Parse(filepath.Base(file), src)
			require.Nil(t, s)
			requireErrorList(t, err)
			requireGolden(t, err.Error()+"\n", strings.TrimSuffix(file, ".yaml")+".golden")
		})
	}
}

// requireErrorList checks what holds for every error of Parse: typed, with a position, sorted.
func requireErrorList(t *testing.T, err error) {
	t.Helper()
	var list ErrorList
	require.ErrorAs(t, err, &list)
	require.NotEmpty(t, list)
	for _, e := range list {
		require.Positive(t, e.Line, e)
		require.Positive(t, e.Column, e)
	}
	require.True(t, slices.IsSortedFunc(list, func(a, b *Error) int {
		if a.Line != b.Line {
			return a.Line - b.Line
		}
		return a.Column - b.Column
	}))
	var one *Error
	require.ErrorAs(t, err, &one)
}

// TestParseTop reads every key of the top level.
func TestParseTop(t *testing.T) {
	s := mustParse(t, `
fakedc: 1
name: everything
description: |
  two
  lines
links: [ https://core.telegram.org/api/files ]
seed: 18446744073709551615
profile: docs
account: { premium: false }
limits: { upload_max_fileparts_premium: 8001, upload_premium_speedup_upload: 3 }
rules: []
`)
	seed, premium := uint64(1<<64-1), false
	require.Equal(t, &Scenario{
		Name: "everything", Description: "two\nlines\n", Links: []string{"https://core.telegram.org/api/files"},
		Seed: &seed, Profile: ProfileDocs, Premium: &premium,
		Limits: map[string]int{LimitPartsPremium: 8001, LimitSpeedupUpload: 3}, Rules: []Rule{},
	}, s)
	require.Equal(t, seed, s.SeedOr(3))
	require.Equal(t, uint64(3), (&Scenario{}).SeedOr(3))
}

// TestParseRule reads every key of a rule in each way it can be written.
func TestParseRule(t *testing.T) {
	const wait = "delay: 1s"
	for _, tt := range []struct {
		text string
		want Rule
	}{
		{`name: a name, ` + wait, Rule{Name: "a name", Delay: time.Second}},
		{`match: { method: "upload.*" }, ` + wait, Rule{Match: Match{Method: "upload.*"}, Delay: time.Second}},
		{`match: { part: 2 }, ` + wait, Rule{Match: Match{Part: Exactly(2)}, Delay: time.Second}},
		{`match: { part: [1, "4..9", last] }, ` + wait, Rule{Match: Match{Part: Numbers{Spans: []Span{{1, 1}, {4, 9}}, Last: true}}, Delay: time.Second}},
		{`match: { part: "4 .. 9" }, ` + wait, Rule{Match: Match{Part: Between(4, 9)}, Delay: time.Second}},
		{`match: { part: ">10" }, ` + wait, Rule{Match: Match{Part: AtLeast(11)}, Delay: time.Second}},
		{`match: { part: ">= 10" }, ` + wait, Rule{Match: Match{Part: AtLeast(10)}, Delay: time.Second}},
		{`match: { part: "<10" }, ` + wait, Rule{Match: Match{Part: Between(0, 9)}, Delay: time.Second}},
		{`match: { part: "<=10" }, ` + wait, Rule{Match: Match{Part: Between(0, 10)}, Delay: time.Second}},
		{`match: { part: last }, ` + wait, Rule{Match: Match{Part: Numbers{Last: true}}, Delay: time.Second}},
		{`match: { part: even }, ` + wait, Rule{Match: Match{Part: Numbers{Even: true}}, Delay: time.Second}},
		{`match: { part: odd }, ` + wait, Rule{Match: Match{Part: Numbers{Odd: true}}, Delay: time.Second}},
		{`match: { total: -1 }, ` + wait, Rule{Match: Match{Total: Exactly(-1)}, Delay: time.Second}},
		{`match: { total: "<3" }, ` + wait, Rule{Match: Match{Total: Between(0, 2)}, Delay: time.Second}},
		{`match: { size: 512KiB }, ` + wait, Rule{Match: Match{Size: Exactly(524288)}, Delay: time.Second}},
		{`match: { size: ["<1KiB", 1MiB, 19B, 7] }, ` + wait, Rule{Match: Match{Size: Numbers{Spans: []Span{{0, 1023}, {1 << 20, 1 << 20}, {19, 19}, {7, 7}}}}, Delay: time.Second}},
		{`match: { size: "1KiB..4KiB" }, ` + wait, Rule{Match: Match{Size: Between(1024, 4096)}, Delay: time.Second}},
		{`match: { file: "<3" }, ` + wait, Rule{Match: Match{File: Between(1, 2)}, Delay: time.Second}},
		{`match: { attempt: 2 }, ` + wait, Rule{Match: Match{Attempt: Exactly(2)}, Delay: time.Second}},
		{`nth: [1, 3], ` + wait, Rule{Nth: Numbers{Spans: []Span{{1, 1}, {3, 3}}}, Delay: time.Second}},
		{`every: 5, after: 2, ` + wait, Rule{Every: 5, After: 2, Delay: time.Second}},
		{`times: 3, per: part, ` + wait, Rule{Times: 3, Per: ScopePart, Delay: time.Second}},
		{`per: file, ` + wait, Rule{Per: ScopeFile, Delay: time.Second}},
		{`per: session, ` + wait, Rule{Per: ScopeSession, Delay: time.Second}},
		{`per: connection, ` + wait, Rule{Per: ScopeConnection, Delay: time.Second}},
		{`per: account, ` + wait, Rule{Per: ScopeAccount, Delay: time.Second}},
		{`per: server, ` + wait, Rule{Per: ScopeServer, Delay: time.Second}},
		{`chance: 10%, ` + wait, Rule{Chance: 0.1, Delay: time.Second}},
		{`chance: 0.5%, ` + wait, Rule{Chance: 0.005, Delay: time.Second}},
		{`chance: 100%, ` + wait, Rule{Chance: 1, Delay: time.Second}},
		{`delay: 250ms`, Rule{Delay: 250 * time.Millisecond}},
		{`store: lose`, Rule{Store: StoreLose}},
		{`store: keep, reply: { error: TIMEOUT }`, Rule{Store: StoreKeep, Reply: ErrorReply("TIMEOUT")}},
		{`reply: { error: FILE_PART_INVALID }`, Rule{Reply: ErrorReply("FILE_PART_INVALID")}},
		{`reply: { error: FILE_PART_3_MISSING }`, Rule{Reply: ErrorReply("FILE_PART_3_MISSING")}},
		{`reply: { error: { code: -503, message: Timeout } }`, Rule{Reply: CustomErrorReply(-503, "Timeout")}},
		{`reply: { error: { code: 400, message: MY_OWN } }`, Rule{Reply: CustomErrorReply(400, "MY_OWN")}},
		{`reply: { flood_wait: 3s }`, Rule{Reply: CustomErrorReply(420, "FLOOD_WAIT_3")}},
		{`reply: { flood_wait: 0s }`, Rule{Reply: CustomErrorReply(420, "FLOOD_WAIT_0")}},
		{`reply: { flood_wait: 2m, premium: false }`, Rule{Reply: CustomErrorReply(420, "FLOOD_WAIT_120")}},
		{`reply: { premium: true, flood_wait: 3s }`, Rule{Reply: CustomErrorReply(420, "FLOOD_PREMIUM_WAIT_3")}},
		{`reply: { answer: false }`, Rule{Reply: AnswerReply(false)}},
		{`reply: { answer: true }`, Rule{Reply: AnswerReply(true)}},
		{`reply: { none: true }`, Rule{Reply: NoReply()}},
		{`reply: { drop: before-store }`, Rule{Reply: DropReply(DropBeforeStore)}},
		{`reply: { drop: after-store }`, Rule{Reply: DropReply(DropAfterStore)}},
	} {
		t.Run(tt.text, func(t *testing.T) { require.Equal(t, tt.want, parseRule(t, tt.text)) })
	}
}

func TestParseSharesAnchors(t *testing.T) {
	s := mustParse(t, `
fakedc: 1
rules:
  - &slow { match: &third { part: 2 }, delay: 1s }
  - { match: *third, delay: 2s }
  - *slow
`)
	require.Len(t, s.Rules, 3)
	require.Equal(t, s.Rules[0].Match, s.Rules[1].Match)
	require.Equal(t, s.Rules[0], s.Rules[2])
	// What aliases share in the file must not be shared in memory.
	s.Rules[0].Match.Part.Spans[0].From = 1
	require.Equal(t, Exactly(2), s.Rules[2].Match.Part)
}

func TestParseTakesNameFromFile(t *testing.T) {
	for file, want := range map[string]string{
		"a/b/slow-parts.yaml": "slow-parts", `C:\tests\slow.yml`: "slow", "": "", "a\nb.yaml": "", "..": "",
	} {
		s, err := Parse(file, []byte("fakedc: 1\n"))
		require.NoError(t, err)
		require.Equal(t, want, s.Name, file)
	}
}

// TestParseIsBounded feeds files that would be expensive to take seriously.
func TestParseIsBounded(t *testing.T) {
	list := strings.Repeat("1,", 50_000)
	for _, tt := range []struct{ name, text, want string }{
		{"size", "fakedc: 1\n#" + strings.Repeat("x", MaxFileSize), "the file has more than 1048576 bytes"},
		{"alias bomb", "fakedc: 1\nlinks: &l [" + list + "]\nrules:\n  - match: { part: &p [" + list + "] }\n" +
			strings.Repeat("  - match: { part: *p }\n", 1000), "aliases counted each time"},
		{"rules", "fakedc: 1\nrules: [" + strings.Repeat("{},", MaxRules+1) + "]", "may have 10000"},
		{"errors", "fakedc: 1\n" + strings.Repeat("? x\n", 1000), "the rest are not listed"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := Parse("test.yaml", []byte(tt.text))
			requireErrorList(t, err)
			require.Contains(t, err.Error(), tt.want)
			require.Less(t, len(err.Error()), 30_000)
		})
	}
}

// TestErrorsQuoteBriefly looks for files that make their own error messages long or unreadable.
func TestErrorsQuoteBriefly(t *testing.T) {
	for _, text := range []string{strings.Repeat("ä", 10_000), "\x1b[31mred", strings.Repeat("x", 100_000)} {
		_, err := Parse("test.yaml", fmt.Appendf(nil, "fakedc: 1\n%q: 1\nprofile: %q\n", text, text))
		require.Error(t, err)
		require.Less(t, len(err.Error()), 600)
		require.NotContains(t, err.Error(), "\x1b")
	}
}

func TestErrorListUnwraps(t *testing.T) {
	first, second := &Error{What: "a"}, &Error{What: "b"}
	require.ErrorIs(t, ErrorList{first, second}, second)
	require.NotErrorIs(t, ErrorList{first}, errors.New("a"))
}
