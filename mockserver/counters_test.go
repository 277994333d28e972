package mockserver_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/mockserver"
	"github.com/fakedc/fakedc/mockserver/rawclient"
	"github.com/fakedc/fakedc/scenarios"
)

// Which of sixteen calls a rule fires on: two files, by two connections of one
// account and one of another, each two parts, each part twice. "x" is a call that
// was refused, in the order of the calls:
//
//	connection 1: file 1 part 0, 1, 0, 1
//	connection 2: file 1 part 0, 1, 0, 1; file 2 part 0, 1, 0, 1
//	account 2:    file 1 part 0, 1, 0, 1 (a third file)
func TestCounters(t *testing.T) {
	for name, c := range map[string]struct {
		rule scenarios.Rule
		want string
	}{
		"first of a file":            {scenarios.Rule{Nth: scenarios.Exactly(1)}, "x... .... x... x..."},
		"first and third of a file":  {scenarios.Rule{Nth: scenarios.Exactly(1, 3)}, "x.x. .... x.x. x.x."},
		"fifth of a file":            {scenarios.Rule{Nth: scenarios.Exactly(5)}, ".... x... .... ...."},
		"every second of a file":     {scenarios.Rule{Every: 2}, ".x.x .x.x .x.x .x.x"},
		"every third of the server":  {scenarios.Rule{Every: 3, Per: scenarios.ScopeServer}, "..x. .x.. x..x ..x."},
		"twice a file":               {scenarios.Rule{Times: 2}, "xx.. .... xx.. xx.."},
		"three times in all":         {scenarios.Rule{Times: 3, Per: scenarios.ScopeServer}, "xxx. .... .... ...."},
		"once a connection":          {scenarios.Rule{Times: 1, Per: scenarios.ScopeConnection}, "x... x... .... x..."},
		"once a session":             {scenarios.Rule{Times: 1, Per: scenarios.ScopeSession}, "x... x... .... x..."},
		"once an account":            {scenarios.Rule{Times: 1, Per: scenarios.ScopeAccount}, "x... .... .... x..."},
		"once a part":                {scenarios.Rule{Times: 1, Per: scenarios.ScopePart}, "xx.. .... xx.. xx.."},
		"after three of a file":      {scenarios.Rule{After: 3, Times: 1}, "...x .... ...x ...x"},
		"second attempts":            {scenarios.Rule{Match: scenarios.Match{Attempt: scenarios.Exactly(2)}}, "..xx .... ..xx ..xx"},
		"part 1 of the second file":  {scenarios.Rule{Match: scenarios.Match{Part: scenarios.Exactly(1), File: scenarios.Exactly(2)}}, ".... .... .x.x ...."},
		"another method":             {scenarios.Rule{Match: scenarios.Match{Method: "upload.saveFilePart"}}, ".... .... .... ...."},
		"last parts, any file, once": {scenarios.Rule{Match: scenarios.Match{Part: scenarios.Numbers{Last: true}}, Times: 1}, ".x.. .... .x.. .x.."},
	} {
		t.Run(name, func(t *testing.T) {
			// A refusal that stores, so that the calls after it are judged alike.
			c.rule.Reply, c.rule.Store = scenarios.ErrorReply("FILE_PART_TOO_BIG"), scenarios.StoreKeep
			inBubble(t, mockserver.Options{Scenario: faults(c.rule)}, func(t *testing.T, b *bubble) {
				one, two, other := b.client(), b.client(), b.login("654321:fake-token")
				got := four(t, one, 1) + " " + four(t, two, 1) + " " + four(t, two, 2) + " " + four(t, other, 1)
				require.Equal(t, c.want, got)
			})
		})
	}
}

// four sends part 0, 1, 0, 1 of a file.
func four(t *testing.T, c *rawclient.Client, file int64) (marks string) {
	t.Helper()
	for i := range int32(4) {
		switch got := part(t, c, file, i%2, 2, contents(kib)); got {
		case "true":
			marks += "."
		case "FILE_PART_TOO_BIG":
			marks += "x"
		default:
			t.Fatal(got)
		}
	}
	return marks
}
