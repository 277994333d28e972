package drivers

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/mockserver"
	"github.com/fakedc/fakedc/scenarios"
	"github.com/fakedc/fakedc/validator"
)

const (
	// BigSize is above the 10 MiB at which clients go over to
	// upload.saveBigFilePart, https://core.telegram.org/api/files#uploading-files, and
	// its last part is short.
	BigSize = 12_583_000
	// SmallSize is a file for upload.saveFilePart, whose last part is short too.
	SmallSize = 2_600_001
)

// File is a file on disk no two parts of which are equal.
type File struct {
	Path, Name, SHA256 string
	Size               int
}

// NewFile writes a file of random bytes, the same ones for the same size.
func NewFile(t testing.TB, size int) File {
	t.Helper()
	b := make([]byte, size)
	_, _ = rand.NewChaCha8([32]byte{byte(size), byte(size >> 8)}).Read(b)
	path := filepath.Join(t.TempDir(), "source.bin")
	require.NoError(t, os.WriteFile(path, b, 0o600))
	sum := sha256.Sum256(b)
	return File{path, "a.bin", hex.EncodeToString(sum[:]), size}
}

// Builtin starts a fake datacenter with a built-in scenario.
func Builtin(t testing.TB, name string) *mockserver.Server {
	t.Helper()
	s, err := scenarios.Builtin(name)
	require.NoError(t, err)
	// Not every client does what is expected: what it does, the test itself says.
	return mockserver.Start(t, mockserver.Options{Scenario: s, AtEnd: mockserver.AtEnd{AllowUnmet: true}})
}

// RequireRoundTrip checks that the client read back what it had sent, and what
// RequireUploaded does.
func RequireRoundTrip(t testing.TB, dc *mockserver.Server, got Result, want File) mockserver.Upload {
	t.Helper()
	u := RequireUploaded(t, dc, got, want)
	RequireReadBack(t, got, want)
	return u
}

// RequireReadBack checks that the client read back what it had sent.
func RequireReadBack(t testing.TB, got Result, want File) {
	t.Helper()
	require.True(t, got.OK, "%+v", got)
	require.Equal(t, want.Size, got.Size)
	require.Equal(t, want.SHA256, got.SHA256, "read back")
}

// RequireTransferred is RequireRoundTrip for a client whose driver notes the document's
// name and type.
func RequireTransferred(t testing.TB, dc *mockserver.Server, got Result, want File) mockserver.Upload {
	t.Helper()
	RequireReadBack(t, got, want)
	require.Equal(t, want.Name+", application/octet-stream", got.Note)
	u := Upload(t, dc)
	RequireStored(t, u, want)
	return u
}

// RequireUploaded checks that the server has the file as it was, and made a document
// of it that the client knows by its name and size. It returns the only upload.
func RequireUploaded(t testing.TB, dc *mockserver.Server, got Result, want File) mockserver.Upload {
	t.Helper()
	require.True(t, got.OK, "%+v", got)
	require.Contains(t, got.Note, fmt.Sprintf("sent as %s, %d bytes", want.Name, want.Size))
	require.Empty(t, Events(dc, mockserver.EventUnknown), "every method that the client calls is known")
	u := Upload(t, dc)
	RequireStored(t, u, want)
	return u
}

// RequireStored checks that the server has the file as it was.
func RequireStored(t testing.TB, u mockserver.Upload, want File) {
	t.Helper()
	require.True(t, u.Report.Complete, "missing parts: %v", u.Report.Missing)
	require.True(t, u.Report.Finalised)
	require.Empty(t, u.Report.RepeatedOtherBytes)
	sum, err := u.SHA256()
	require.NoError(t, err)
	require.Equal(t, want.SHA256, sum, "the server keeps what was sent")
}

// RequireRepeated checks that a part was called this often, and that the last call
// came no sooner than after the first one and a pause.
func RequireRepeated(t testing.TB, dc *mockserver.Server, part int32, times int, pause time.Duration) {
	t.Helper()
	calls := Attempts(dc, part)
	require.Len(t, calls, times, "calls of part %d", part)
	require.GreaterOrEqual(t, calls[times-1].Time.Sub(calls[0].Time), pause)
}

// RequireLogin checks who the client logged in as, and that it did so once.
func RequireLogin(t testing.TB, dc *mockserver.Server, got Result, as string) {
	t.Helper()
	require.Contains(t, got.Note, "logged in as a "+as, "what the client thinks")
	logins := Events(dc, mockserver.EventLogin)
	require.Len(t, logins, 1)
	require.Equal(t, map[string]string{"bot": "auth.importBotAuthorization", "user": "auth.signIn"}[as], logins[0].Method)
}

// TestLogin has every client of the folder send a small file, which goes by
// upload.saveFilePart, from either kind of account. layers are those that they speak.
func TestLogin(t *testing.T, layers map[string]int) {
	f := NewFile(t, SmallSize)
	Each(t, func(t *testing.T, c Client) {
		for _, as := range []string{"bot", "user"} {
			dc := mockserver.Start(t, mockserver.Options{})
			got := c.Run(t, dc, f, Job{As: as})
			RequireLogin(t, dc, got, as)
			u := RequireRoundTrip(t, dc, got, f)
			require.Equal(t, validator.Small, u.Kind)
			require.Equal(t, strings.ToLower(c.Name), got.Library, "the release that the manifest names")
			require.Equal(t, layers[c.Name], got.Layer)
		}
	})
}

// TestForwarding has every client of the folder ask for the message that it sent, forward it,
// and read the file of that.
func TestForwarding(t *testing.T) {
	f := NewFile(t, SmallSize)
	Each(t, func(t *testing.T, c Client) {
		dc := mockserver.Start(t, mockserver.Options{})
		got := c.Run(t, dc, f, Job{Action: "forward"})
		RequireReadBack(t, got, f)
		for _, method := range []string{"messages.getMessages", "messages.forwardMessages"} {
			dc.RequireCalls(t, method, 1)
		}
	})
}

// TestKeeping has every client of the folder that does so keep a file as applications do that
// keep files in a channel: it makes one, pins a message in it and sends the file in answer to
// that, finds both again by what is pinned and by the file's name, asks what it is there, and
// reads the file that it found.
func TestKeeping(t *testing.T) {
	f := NewFile(t, BigSize)
	Each(t, func(t *testing.T, c Client) {
		dc := mockserver.Start(t, mockserver.Options{})
		RequireKept(t, dc, c.Run(t, dc, f, Job{Action: "keep", As: "user"}), f)
	})
}

// RequireKept checks that the file came back that a client had kept so.
func RequireKept(t testing.TB, dc *mockserver.Server, got Result, f File) {
	t.Helper()
	RequireReadBack(t, got, f)
	require.Contains(t, got.Note, "found what is pinned, and the file by its name")
	require.Contains(t, got.Note, "the channel is its own")
	for _, method := range []string{"channels.createChannel", "messages.updatePinnedMessage", "messages.sendMedia"} {
		dc.RequireCalls(t, method, 1)
	}
	dc.RequireVerdict(t)
}

// RequireReady checks that a client with a ready session made a round trip as whom
// the session is of, without a login and without an auth key of its own.
func RequireReady(t testing.TB, dc *mockserver.Server, got Result, want File, as string) mockserver.Upload {
	t.Helper()
	u := RequireRoundTrip(t, dc, got, want)
	require.Contains(t, got.Note, "logged in as a "+as, "what the client thinks")
	require.Empty(t, Events(dc, mockserver.EventAuthKey))
	require.Empty(t, Events(dc, mockserver.EventLogin))
	return u
}

// Upload returns the one upload that the server has seen.
func Upload(t testing.TB, dc *mockserver.Server) mockserver.Upload {
	t.Helper()
	all := dc.Uploads()
	require.Len(t, all, 1)
	return all[0]
}

// Part returns what happened to a part, which must have been called.
func Part(t testing.TB, u mockserver.Upload, index int32) mockserver.PartState {
	t.Helper()
	i := slices.IndexFunc(u.Parts, func(p mockserver.PartState) bool { return p.Index == index })
	require.NotEqual(t, -1, i, "part %d was not sent: %+v", index, u.Parts)
	return u.Parts[i]
}

// Events returns those of one kind.
func Events(dc *mockserver.Server, kind mockserver.EventKind) (found []mockserver.Event) {
	for _, e := range dc.Journal() {
		if e.Kind == kind {
			found = append(found, e)
		}
	}
	return found
}

// Keys returns the auth keys that were made, but for those which begin with a zero byte, one
// in 256: Telethon, GramJS and mtcute hash the other bytes only, take new_nonce_hash1 for
// wrong and make another key.
func Keys(dc *mockserver.Server) []mockserver.Event {
	return slices.DeleteFunc(Events(dc, mockserver.EventAuthKey), func(e mockserver.Event) bool {
		return e.Sign == mockserver.SignZeroKey
	})
}

// Attempts returns the calls of one part.
func Attempts(dc *mockserver.Server, part int32) (found []mockserver.Event) {
	for _, e := range Events(dc, mockserver.EventPart) {
		if e.Part != nil && *e.Part == part {
			found = append(found, e)
		}
	}
	return found
}
