package oracle

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// An upload has gigabytes, and whoever notes an event waits for the oracle: it does not read
// with its lock held, nor what nobody asks about.
func TestVerdictReadsWithoutTheLock(t *testing.T) {
	for name, tc := range map[string]struct {
		expect   string
		complete bool
		read     int
	}{
		"a digest":                  {"bytes: { sha256: " + zeros + " }", true, 1},
		"two of them":               {"bytes: { sha256: " + zeros + " }, }, { bytes: { sha256: " + zeros + ", size: 3 }", true, 1},
		"a digest of half a file":   {"bytes: { sha256: " + zeros + " }", false, 0},
		"a size":                    {"bytes: { size: 3 }", true, 0},
		"the same bytes each time":  {"bytes: equal", true, 0},
		"that it is there, no more": {"upload: complete", true, 0},
	} {
		t.Run(name, func(t *testing.T) {
			s := tell(t, "expect: [{ "+tc.expect+" }]")
			read := 0
			s.part(0, OK, "")
			s.state.Files = []FileState{{Ordinal: 1, Complete: tc.complete, Bytes: 3, SHA256: func() (string, error) {
				require.True(t, s.o.mu.TryLock(), "nobody can observe")
				s.o.mu.Unlock()
				read++
				return zeros, nil
			}}}
			s.o.Verdict(s.state)
			require.Equal(t, tc.read, read)
		})
	}
}

const zeros = `"0000000000000000000000000000000000000000000000000000000000000000"`
