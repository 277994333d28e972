package mockserver_test

import (
	"crypto/sha256"
	"encoding/hex"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/mockserver"
	"github.com/fakedc/fakedc/mockserver/rawclient"
	"github.com/fakedc/fakedc/scenarios"
)

// Each match is of one call of several that differ in nothing else, as they come over
// the wire: what the server fills in is what the rule looks at.
func TestMatchesTheCaller(t *testing.T) {
	yes := true
	sum := sha256.Sum256(contents(kib))
	for name, c := range map[string]struct {
		match scenarios.Match
		// want is what a first and a second client are told of a big part, and the
		// second one of a small part and of other bytes.
		want [4]string
	}{
		"connection": {scenarios.Match{Conn: scenarios.Exactly(2)}, [4]string{"true", "FILE_PART_EMPTY", "FILE_PART_EMPTY", "FILE_PART_EMPTY"}},
		"session":    {scenarios.Match{Session: scenarios.Exactly(1)}, [4]string{"FILE_PART_EMPTY", "true", "true", "true"}},
		"datacenter": {scenarios.Match{DC: scenarios.Exactly(2)}, [4]string{"FILE_PART_EMPTY", "FILE_PART_EMPTY", "FILE_PART_EMPTY", "FILE_PART_EMPTY"}},
		"other dc":   {scenarios.Match{DC: scenarios.Exactly(4)}, [4]string{"true", "true", "true", "true"}},
		"layer":      {scenarios.Match{Client: scenarios.ClientMatch{Layer: scenarios.Exactly(228)}}, [4]string{"FILE_PART_EMPTY", "FILE_PART_EMPTY", "FILE_PART_EMPTY", "FILE_PART_EMPTY"}},
		"api_id":     {scenarios.Match{Client: scenarios.ClientMatch{APIID: scenarios.AtLeast(2)}}, [4]string{"true", "true", "true", "true"}},
		"device":     {scenarios.Match{Client: scenarios.ClientMatch{Device: "*raw*"}}, [4]string{"FILE_PART_EMPTY", "FILE_PART_EMPTY", "FILE_PART_EMPTY", "FILE_PART_EMPTY"}},
		"app":        {scenarios.Match{Client: scenarios.ClientMatch{App: "none"}}, [4]string{"true", "true", "true", "true"}},
		"big":        {scenarios.Match{Big: &yes}, [4]string{"FILE_PART_EMPTY", "FILE_PART_EMPTY", "true", "FILE_PART_EMPTY"}},
		"bytes":      {scenarios.Match{SHA256: hex.EncodeToString(sum[:])}, [4]string{"FILE_PART_EMPTY", "FILE_PART_EMPTY", "FILE_PART_EMPTY", "true"}},
	} {
		t.Run(name, func(t *testing.T) {
			rule := scenarios.Rule{Match: c.match, Reply: scenarios.ErrorReply("FILE_PART_EMPTY")}
			inBubble(t, mockserver.Options{MoreDCs: []int{4}, Scenario: faults(rule)}, func(t *testing.T, b *bubble) {
				first, second := b.client(), b.client()
				require.Equal(t, c.want, [4]string{
					part(t, first, 1, 0, 2, contents(kib)), part(t, second, 2, 0, 2, contents(kib)),
					smallPart(t, second, 3, 0, contents(kib)), part(t, second, 4, 0, 2, contents(2*kib)),
				})
			})
		})
	}
}

// A session keeps its ordinal over connections, and a connection its own.
func TestMatchSessionOutlivesItsConnection(t *testing.T) {
	rule := scenarios.Rule{Match: scenarios.Match{Session: scenarios.Exactly(2)}, Reply: scenarios.ErrorReply("FILE_PART_EMPTY")}
	inBubble(t, mockserver.Options{Scenario: faults(rule)}, func(t *testing.T, b *bubble) {
		first := b.client()
		second := b.client()
		require.Equal(t, "true", part(t, first, 1, 0, 2, contents(kib)))
		require.Equal(t, "FILE_PART_EMPTY", part(t, second, 1, 0, 2, contents(kib)))
		id := second.Session().ID()
		require.NoError(t, second.Close())
		again, err := rawclient.NewClient(b.connect(), b.key, rawclient.ClientOptions{SessionID: id})
		require.NoError(t, err)
		defer func() { _ = again.Close() }()
		require.Equal(t, "FILE_PART_EMPTY", part(t, again, 1, 0, 2, contents(kib)))
	})
}
