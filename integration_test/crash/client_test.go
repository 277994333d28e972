package crash_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/mockserver/rawclient"
)

// partsOfFile is how many parts a client sends before it begins another file.
const partsOfFile = 24

// finished is a file that was sent to the end.
type finished struct {
	file     int64
	parts    int
	document rawclient.Location
}

// client sends one file after the other. It remembers what it was told, as a client's
// user would, and logs in once in its life.
type client struct {
	number  int64
	dc      int
	key     *rawclient.AuthKey
	session int64
	r       *rand.Rand

	file  int64
	acked int  // parts of it that were answered true
	sent  bool // the next one was sent, and not answered
	done  []finished
	files map[int64]bool // all it ever began

	link *rawclient.Client
}

// contents are the bytes of a part, which no other part has.
func (c *client) contents(file int64, part int) []byte {
	var seed [32]byte
	binary.LittleEndian.PutUint64(seed[:], uint64(c.number))
	binary.LittleEndian.PutUint64(seed[8:], uint64(file))
	binary.LittleEndian.PutUint64(seed[16:], uint64(part))
	b := make([]byte, []int{1, 4, 16, 64, 128, 256}[file%6]<<10)
	_, _ = rand.NewChaCha8(seed).Read(b)
	return b
}

// begin starts the next file.
func (c *client) begin() {
	c.file, c.acked, c.sent = c.file+1, 0, false
	c.files[c.file] = true
}

// connect comes back with the same key and the same session, and neither says who it
// is nor logs in.
func (c *client) connect(ctx context.Context, s *server) error {
	link, err := rawclient.ConnectWithKey(ctx, s.addrs[c.dc], rawclient.Options{}, c.key, rawclient.ClientOptions{SessionID: c.session})
	c.link = link
	return err
}

// work sends parts until the connection is gone, and says of each that is answered.
func (c *client) work(ctx context.Context, acked func()) error {
	for {
		if c.acked == partsOfFile {
			if err := c.finish(ctx); err != nil {
				return c.ended(err)
			}
			c.begin()
		}
		c.sent = true
		ok, err := c.link.SaveBigFilePart(ctx, c.file, int32(c.acked), -1, c.contents(c.file, c.acked))
		if err != nil {
			return c.ended(err)
		}
		if !ok {
			return errors.New("a part was answered false")
		}
		c.acked, c.sent = c.acked+1, false
		acked()
	}
}

// ended tells the end of the connection from an answer that is an error.
func (c *client) ended(err error) error {
	if refused := (*rawclient.RPCError)(nil); errors.As(err, &refused) {
		return err
	}
	return nil
}

func (c *client) input(parts int) rawclient.InputFile {
	return rawclient.InputFile{ID: c.file, Parts: int32(parts), Name: "a.bin", Big: true}
}

func (c *client) finish(ctx context.Context) error {
	d, err := c.link.UploadMedia(ctx, c.input(c.acked))
	if err == nil {
		c.done = append(c.done, finished{c.file, c.acked, d.Location})
	}
	return err
}

// check looks after a crash whether all that was said is true: the parts that were
// acknowledged and no others are there, with their bytes, and documents too.
func (c *client) check(t *testing.T, s *server) {
	t.Helper()
	ctx := t.Context()
	require.NoError(t, c.connect(ctx, s))
	if stored := c.stored(t, s); stored > c.acked {
		require.True(t, c.sent, "client %d, file %d: %d parts are there, %d were sent", c.number, c.file, stored, c.acked)
		require.Equal(t, c.acked+1, stored, "client %d, file %d", c.number, c.file)
		c.acked, c.sent = stored, false // it would be answered true if it came again
	} else {
		require.Equal(t, c.acked, stored, "client %d, file %d: a part that was answered true is gone", c.number, c.file)
	}
	if c.acked > 0 {
		d, err := c.link.UploadMedia(ctx, c.input(c.acked))
		require.NoError(t, err, "client %d, file %d, %d parts", c.number, c.file, c.acked)
		c.compare(t, finished{c.file, c.acked, d.Location})
	}
	if n := len(c.done); n > 0 {
		c.compare(t, c.done[c.r.IntN(n)])
	}
}

// stored is how many parts of the file there are; none is missing between them.
func (c *client) stored(t *testing.T, s *server) int {
	t.Helper()
	stored := 0
	for _, u := range s.uploads(t) {
		if u.DC != c.dc || u.Account != c.account() {
			continue
		}
		var file int64
		_, err := fmt.Sscan(u.FileID, &file)
		require.NoError(t, err)
		require.True(t, c.files[file], "client %d never sent anything of file %d", c.number, file)
		if file == c.file {
			stored = u.Report.Stored
			require.Empty(t, u.Report.Missing)
		}
	}
	return stored
}

func (c *client) compare(t *testing.T, f finished) {
	t.Helper()
	const most = 1 << 20
	var want, got []byte
	for i := range f.parts {
		want = append(want, c.contents(f.file, i)...)
	}
	for {
		b, err := c.link.GetFile(t.Context(), f.document, int64(len(got)), most)
		require.NoError(t, err, "client %d, file %d", c.number, f.file)
		got = append(got, b...)
		if len(b) < most {
			break
		}
	}
	require.True(t, bytes.Equal(want, got), "client %d, file %d: the bytes are others (%d, want %d)", c.number, f.file, len(got), len(want))
}
