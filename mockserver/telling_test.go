package mockserver_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/mockserver"
	"github.com/fakedc/fakedc/mockserver/rawclient"
)

// named is a recorder of a test that has a name.
type named struct {
	recorder
	name string
}

func (n *named) Name() string { return n.name }

// screen is what a test has printed, without the beginning of each connection.
func screen(lines []string) (short []string) {
	for _, l := range lines {
		switch {
		case strings.Contains(l, " part upload."):
			_, l, _ = strings.Cut(l, "file 7 ")
			l, _, _ = strings.Cut(l, " of")
		case strings.HasPrefix(l, "FAIL fakedc:     "):
			l = "FAIL (a finding)" // in the words of the oracle
		case !strings.HasPrefix(l, "FAIL ") && !strings.Contains(l, "said above"):
			continue
		}
		short = append(short, l)
	}
	return short
}

// The journal is printed once, and what is wrong comes after it: the last lines of a
// test that failed are those that say why.
func TestReasonsComeLast(t *testing.T) {
	calls := func(got, want int) string {
		return fmt.Sprintf("fakedc: %d calls of upload.*, not %d; all that were called: map[auth.importBotAuthorization:1 help.getConfig:1 upload.saveBigFilePart:%[1]d]", got, want)
	}
	for _, tc := range []struct {
		name string
		o    mockserver.Options
		do   func(dc *mockserver.Server, r mockserver.TB, send func(parts ...int32))
		want []string
	}{
		{"a requirement that fails", mockserver.Options{}, func(dc *mockserver.Server, r mockserver.TB, send func(parts ...int32)) {
			send(0, 1)
			dc.RequireCalls(r, "upload.*", 3)
		}, []string{"part 0", "part 1", "FAIL " + calls(2, 3)}},
		{"several that fail", mockserver.Options{}, func(dc *mockserver.Server, r mockserver.TB, send func(parts ...int32)) {
			send(0, 1)
			dc.RequireCalls(r, "upload.*", 3)
			dc.RequireCalls(r, "upload.*", 4)
		}, []string{"part 0", "part 1", "FAIL " + calls(2, 3), "FAIL " + calls(2, 4)}},
		{"more between them", mockserver.Options{}, func(dc *mockserver.Server, r mockserver.TB, send func(parts ...int32)) {
			send(0, 1)
			dc.RequireCalls(r, "upload.*", 3)
			send(2, 3)
			dc.RequireCalls(r, "upload.*", 5)
		}, []string{"part 0", "part 1", "FAIL " + calls(2, 3), "part 2", "part 3", "FAIL " + calls(4, 5)}},
		{"more after the last of them", mockserver.Options{}, func(dc *mockserver.Server, r mockserver.TB, send func(parts ...int32)) {
			send(0, 1)
			dc.RequireCalls(r, "upload.*", 3)
			send(2)
		}, []string{"part 0", "part 1", "FAIL " + calls(2, 3), "part 2", "fakedc: what failed, said above: " + strings.TrimPrefix(calls(2, 3), "fakedc: ")}},
		{"nothing until the end", mockserver.Options{Scenario: parsed(t, "expect: [{ upload: complete }]\n")}, func(_ *mockserver.Server, _ mockserver.TB, send func(parts ...int32)) {
			send(0)
		}, []string{
			"part 0", "FAIL fakedc: pending: expectation: every upload is complete",
			"FAIL (a finding)",
			"FAIL fakedc: that is how it was at the end of the test; mockserver.Options.AtEnd can allow it",
		}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			r := &recorder{}
			dc := mockserver.Start(r, tc.o)
			c := dial(t, dc, rawclient.Options{})
			tc.do(dc, r, func(parts ...int32) {
				for _, i := range parts {
					require.Equal(t, "true", part(t, c, 7, i, 10, contents(kib)))
				}
			})
			r.end()
			require.Equal(t, tc.want, screen(r.lines))
			require.Equal(t, tc.want[len(tc.want)-1], r.lines[len(r.lines)-1], "nothing stands below it")
		})
	}
}

// A test that fails because a test within it did repeats nothing; a test of the same
// name that is run again has not been told anything.
func TestReasonsOfOtherTests(t *testing.T) {
	outer, inner := &named{name: "TestAll"}, &named{name: "TestAll/one"}
	dc := mockserver.Start(outer, mockserver.Options{})
	space := dc.Namespace(inner)
	c := botOf(t, dc, space.BotToken())
	require.Equal(t, "true", part(t, c, 7, 0, 1, contents(kib)))
	space.RequireCalls(inner, "upload.*", 2)
	inner.end()
	require.Len(t, screen(inner.lines), 2)

	again := &named{name: "TestAll/one"}
	space = dc.Namespace(again)
	other := botOf(t, dc, space.BotToken())
	require.Equal(t, "true", part(t, other, 7, 0, 1, contents(kib)))
	space.RequireCalls(again, "upload.*", 3)
	again.end()
	require.Len(t, screen(again.lines), 2)
	require.Contains(t, again.lines[len(again.lines)-1], "not 3")

	outer.failed = true
	outer.end()
	require.Empty(t, screen(outer.lines))
}

// A test that is run again, as by -count=2, fails again for what it failed for before.
func TestReasonsOfTheSameTestAgain(t *testing.T) {
	dc := mockserver.Start(t, mockserver.Options{})
	for range 2 {
		r := &named{name: "TestAll/one"}
		space := dc.Namespace(r)
		require.NoError(t, space.SetScenario(parsed(t, "expect: [{ upload: complete }]\n")))
		r.end()
		require.Len(t, screen(r.lines), 3)
		require.Equal(t, "FAIL fakedc: pending: expectation: every upload is complete", screen(r.lines)[0])
	}
}

// uncomparable is a test of a type that cannot be the key of a map.
type uncomparable struct {
	*recorder
	_ []int
}

func TestReasonsOfAnyTest(t *testing.T) {
	r := uncomparable{recorder: &recorder{}}
	dc := mockserver.Start(r, mockserver.Options{})
	dc.RequireCalls(r, "upload.*", 3)
	r.end()
	require.Len(t, r.errors, 1)
}
