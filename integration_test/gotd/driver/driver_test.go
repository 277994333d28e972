package main

import (
	"crypto/sha256"
	"encoding/hex"
	"math/rand/v2"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/mockserver"
	"github.com/fakedc/fakedc/scenarios"
)

// patience is for gotd on a busy machine with the race detector, which proves a
// prime for each auth key.
const patience = 9 * time.Minute

func start(t *testing.T, scenario string) (*mockserver.Server, job) {
	t.Helper()
	o := mockserver.Options{Limits: mockserver.Limits{DetectTime: patience, HandshakeTime: patience}}
	if scenario != "" {
		s, err := scenarios.Builtin(scenario)
		require.NoError(t, err)
		o.Scenario = s
	}
	dc := mockserver.Start(t, o)
	host, port, err := net.SplitHostPort(dc.Addr())
	require.NoError(t, err)
	var j job
	j.DC.ID, j.DC.Host, j.DC.PublicKey = dc.DC(), host, dc.PublicKey().PEM
	j.DC.Port, err = strconv.Atoi(port)
	require.NoError(t, err)
	j.Transport, j.As, j.Name = "intermediate", "bot", "a.bin"
	return dc, j
}

func newFile(t *testing.T, size int) (path, sum string) {
	t.Helper()
	b := make([]byte, size)
	_, _ = rand.NewChaCha8([32]byte{7}).Read(b)
	path = filepath.Join(t.TempDir(), "source.bin")
	require.NoError(t, os.WriteFile(path, b, 0o600))
	digest := sha256.Sum256(b)
	return path, hex.EncodeToString(digest[:])
}

// One transport with the whole way; what all of them are called is a table that the
// matrix runs.
func TestRoundTrip(t *testing.T) {
	for _, v := range []struct{ transport, as, wire string }{
		{"obfuscated-padded", "user", "obfuscated padded intermediate"},
		{"websocket", "bot", "websocket obfuscated intermediate"},
	} {
		t.Run(v.transport, func(t *testing.T) {
			t.Parallel()
			dc, j := start(t, "")
			j.Transport, j.As, j.Action = v.transport, v.as, "roundtrip"
			path, sum := newFile(t, 2_600_001)
			j.Path = path
			r, err := work(t.Context(), j)
			require.NoError(t, err)
			require.Equal(t, sum, r.SHA256)
			require.EqualValues(t, 2_600_001, r.Size)
			require.Len(t, dc.Uploads(), 1)
			for _, e := range dc.Journal() {
				if e.Kind == mockserver.EventTransport {
					require.Equal(t, v.wire, e.Text)
				}
			}
		})
	}
}

func TestRefusal(t *testing.T) {
	t.Parallel()
	dc, j := start(t, "file-part-too-big")
	j.Path, _ = newFile(t, 2_600_001)
	_, err := work(t.Context(), j)
	require.Equal(t, &failure{Class: "tgerr.Error", Message: "FILE_PART_TOO_BIG", Code: 400}, describe(err))
	require.False(t, dc.Uploads()[0].Report.Finalised)
}

func TestWrongJobs(t *testing.T) {
	_, j := start(t, "")
	j.Path = filepath.Join(t.TempDir(), "missing")
	_, err := work(t.Context(), j)
	require.ErrorIs(t, err, os.ErrNotExist)
	require.Equal(t, "syscall.Errno", describe(err).Class)
	j.Transport = "pigeon"
	_, err = work(t.Context(), j)
	require.ErrorContains(t, err, `no transport "pigeon"`)
	j.DC.PublicKey = "none"
	_, err = work(t.Context(), j)
	require.ErrorContains(t, err, "no PEM")
}
