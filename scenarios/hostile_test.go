package scenarios

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// The built-ins of the hostile server are made from the table of cases.
func TestHostileBuiltins(t *testing.T) {
	require.GreaterOrEqual(t, len(HostileCases()), 30)
	numbers, names := map[string]bool{}, map[string]bool{}
	for _, h := range HostileCases() {
		requireGolden(t, HostileYAML(h), "library/hostile-"+h.Name+".yaml")
		require.False(t, numbers[h.Number] || names[h.Name], h.Name)
		numbers[h.Number], names[h.Name] = true, true
		require.True(t, strings.HasPrefix(h.URL, "https://core.telegram.org/"))
		s, err := Parse("hostile-"+h.Name+".yaml", []byte(HostileYAML(h)))
		require.NoError(t, err)
		require.Equal(t, HostileReply(h.Name), s.Rules[0].Reply)
	}
	files, err := os.ReadDir("library")
	require.NoError(t, err)
	for _, f := range files {
		if name, ok := strings.CutPrefix(f.Name(), "hostile-"); ok {
			require.True(t, names[strings.TrimSuffix(name, ".yaml")], f.Name())
		}
	}
}

// A case happens where it belongs.
func TestHostileErrors(t *testing.T) {
	for rule, want := range map[string]string{
		"{ reply: { hostile: ga-zero } }":                                   "ga-zero happens at the event handshake",
		"{ match: { event: handshake }, reply: { hostile: session-zero } }": "session-zero happens at the event call",
		"{ reply: { hostile: msg-key-othr } }":                              `(did you mean "msg-key-other"?)`,
	} {
		_, err := Parse("f.yaml", fmt.Appendf(nil, "fakedc: 1\nrules: [%s]\n", rule))
		require.ErrorContains(t, err, want)
	}
}
