package rpc

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/mockserver/internal/tl"
)

// https://core.telegram.org/api/files#downloading-files
func TestGetFileRange(t *testing.T) {
	const mib = 1 << 20
	for _, c := range []struct {
		offset, limit int64
		precise       bool
		want          string
	}{
		{0, 4096, false, ""},
		{0, mib, false, ""},
		{4096, 4096, false, ""},
		{mib - 4096, 4096, false, ""},
		{mib, mib, false, ""},
		{math.MaxInt64 &^ 4095, 4096, false, ""},
		{0, 12288, false, "LIMIT_INVALID"}, // 1 MiB is no multiple of it
		{0, 1024, false, "LIMIT_INVALID"},
		{0, 0, false, "LIMIT_INVALID"},
		{0, -4096, false, "LIMIT_INVALID"},
		{0, 2 * mib, false, "LIMIT_INVALID"},
		{1024, 4096, false, "OFFSET_INVALID"},
		{-4096, 4096, false, "OFFSET_INVALID"},
		{4096, mib, false, "LIMIT_INVALID"}, // crosses 1 MiB
		{math.MaxInt64 &^ 4095, mib, false, "LIMIT_INVALID"},
		{1024, 1024, true, ""},
		{0, 12288, true, ""},
		{0, mib, true, ""},
		{512, 1024, true, "OFFSET_INVALID"},
		{0, 1000, true, "LIMIT_INVALID"},
		{0, mib + 1024, true, "LIMIT_INVALID"},
		{mib - 1024, 2048, true, "LIMIT_INVALID"},
		{-1024, 1024, true, "OFFSET_INVALID"},
	} {
		t.Run(fmt.Sprintf("%d+%d precise %t", c.offset, c.limit, c.precise), func(t *testing.T) {
			err := checkRange(c.offset, c.limit, c.precise)
			if c.want == "" {
				require.NoError(t, err)
				return
			}
			require.EqualError(t, err, "400 "+c.want)
		})
	}
}

// getFile answers with what is there, and nothing beyond the end.
func TestGetFile(t *testing.T) {
	d := loggedIn(t, 228, nil)
	data := contents(10_000)
	p := &prepared{document: d.object(t, uploadMedia(uploadedDocument(d.file(t, 1, true, data, "a")))).Obj("document")}
	get := func(offset int64, limit int32, precise bool) *tl.Object {
		return tl.New("upload.getFile", tl.Fields{"location": p.location(), "offset": offset, "limit": limit, "precise": precise})
	}
	for _, c := range []struct {
		offset   int64
		limit    int32
		precise  bool
		from, to int
	}{
		{0, 4096, false, 0, 4096},
		{8192, 4096, false, 8192, 10_000},
		{0, 1 << 20, false, 0, 10_000},
		{12288, 4096, false, 0, 0},
		{1024, 2048, true, 1024, 3072},
		{9216, 1024, true, 9216, 10_000},
	} {
		o := d.object(t, get(c.offset, c.limit, c.precise))
		require.True(t, bytes.Equal(data[c.from:c.to], o.Bytes("bytes")), "%+v", c)
		require.EqualValues(t, start.Unix(), o.Int("mtime"))
	}
	d.refused(t, get(1, 4096, false), "400 OFFSET_INVALID")
	d.refused(t, get(0, 1024, false), "400 LIMIT_INVALID")
}

func TestLocationRefused(t *testing.T) {
	d := loggedIn(t, 228, nil)
	p := prepare(t, d)
	for name, c := range map[string]struct {
		change func(l *tl.Object)
		want   string
	}{
		"no such document":  {func(l *tl.Object) { l.Fields["id"] = int64(1) }, "400 FILE_ID_INVALID"},
		"wrong access hash": {func(l *tl.Object) { l.Fields["access_hash"] = int64(1) }, "400 FILE_ID_INVALID"},
		"no reference":      {func(l *tl.Object) { l.Fields["file_reference"] = []byte{} }, "400 FILE_REFERENCE_EMPTY"},
		"wrong reference":   {func(l *tl.Object) { l.Fields["file_reference"] = []byte("0") }, "400 FILE_REFERENCE_INVALID"},
		"no thumbnail":      {func(l *tl.Object) { l.Fields["thumb_size"] = "m" }, "400 LOCATION_INVALID"},
		"a long thumbnail":  {func(l *tl.Object) { l.Fields["thumb_size"] = strings.Repeat("\x1b[2J", 1000) }, "400 LOCATION_INVALID"},
		"another kind": {func(l *tl.Object) {
			*l = *tl.New("inputEncryptedFileLocation", tl.Fields{"id": int64(1), "access_hash": int64(1)})
		}, "400 LOCATION_INVALID"},
	} {
		t.Run(name, func(t *testing.T) {
			l := p.location()
			c.change(l)
			d.refused(t, tl.New("upload.getFile", tl.Fields{"location": l, "offset": int64(0), "limit": int32(4096)}), c.want)
			d.refused(t, tl.New("upload.getFileHashes", tl.Fields{"location": l, "offset": int64(0)}), c.want)
			require.Less(t, len(d.last().Text), 200)
			require.NotContains(t, d.last().Text, "\x1b", "what a client says must not move a cursor")
		})
	}
}

// Accounts share no files, whatever one of them knows of another's.
func TestDocumentOfAnotherAccount(t *testing.T) {
	d := loggedIn(t, 228, nil)
	p := prepare(t, d)
	read := tl.New("upload.getFile", tl.Fields{"location": p.location(), "offset": int64(0), "limit": int32(4096)})
	require.Len(t, d.object(t, read).Bytes("bytes"), 4096)
	d.object(t, importBot("777:another"))
	require.NotEqual(t, p.account, d.auth.Account().ID)
	d.refused(t, read, "400 FILE_ID_INVALID")
	d.refused(t, tl.New("upload.getFileHashes", tl.Fields{"location": p.location(), "offset": int64(0)}), "400 FILE_ID_INVALID")
	d.refused(t, uploadMedia(p.media()), "400 MEDIA_EMPTY")
}

// https://core.telegram.org/api/files#verifying-downloaded-chunks
func TestGetFileHashes(t *testing.T) {
	d := loggedIn(t, 228, nil)
	data := contents(1<<20 + hashChunk + 100)
	p := &prepared{document: d.object(t, uploadMedia(uploadedDocument(d.file(t, 1, true, data, "a")))).Obj("document")}
	hashes := func(offset int64) *tl.Object {
		return tl.New("upload.getFileHashes", tl.Fields{"location": p.location(), "offset": offset})
	}
	next := int64(0)
	for _, offset := range []int64{0, 1 << 20} {
		for _, h := range d.ask(t, hashes(offset)).([]*tl.Object) {
			require.Equal(t, next, h.Long("offset"), "each begins where the last one ended")
			require.EqualValues(t, hashChunk, h.Int("limit"), "the last one, too")
			next = min(next+hashChunk, int64(len(data)))
			sum := sha256.Sum256(data[h.Long("offset"):next])
			require.Equal(t, sum[:], h.Bytes("hash"))
		}
	}
	require.EqualValues(t, len(data), next)
	require.Len(t, d.ask(t, hashes(hashChunk*3+5)), 5, "from the chunk that the offset is in")
	d.refused(t, hashes(-1), "400 OFFSET_INVALID")
	for _, beyond := range []int64{int64(len(data)), int64(len(data)) + 1, 2 << 20, math.MaxInt64} {
		require.Empty(t, d.ask(t, hashes(beyond)).([]*tl.Object), "%d", beyond)
	}
}

// A document that made room for newer ones is gone, and a client is told so.
func TestGetFileThatWasForgotten(t *testing.T) {
	d := loggedIn(t, 228, nil)
	p := prepare(t, d)
	for i := range int64(64) { // Limits.Documents of the desk
		d.object(t, uploadMedia(uploadedDocument(d.file(t, 100+i, true, contents(10), "a"))))
	}
	d.refused(t, tl.New("upload.getFile", tl.Fields{"location": p.location(), "offset": int64(0), "limit": int32(4096)}), "400 FILE_ID_INVALID")
}
