package rpc

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/mockserver/internal/tl"
	"github.com/fakedc/fakedc/scenarios"
)

// Whatever a body holds, Handle answers it, in TL that can be read, and keeps what
// it keeps within its limits.
func FuzzHandle(f *testing.F) {
	d := newDesk(f, nil)
	d.layer = 228
	p := &prepared{
		file:     tl.New("inputFileBig", tl.Fields{"id": int64(9), "parts": int32(1), "name": "a.jpg"}),
		document: tl.New("document", tl.Fields{"id": int64(5_000_000_000_000_001), "access_hash": accessHash("document", 5_000_000_000_000_001), "file_reference": []byte("x")}),
		channel:  func() int64 { return 8 },
	}
	for name := range calls {
		body := d.encode(f, call(f, name, p))
		f.Add(body, true)
		f.Add(d.wrapped(f, call(f, name, p)), false)
		f.Add(packed(f, body, gz), true)
		f.Add(packed(f, body, zl), true)
	}
	f.Add(packed(f, make([]byte, 1<<16), gz), true)
	f.Add([]byte{}, false)
	f.Fuzz(func(t *testing.T, body []byte, login bool) {
		d := newDesk(t, &scenarios.Scenario{})
		if login {
			d = loggedIn(t, 198, nil)
			d.save(t, tl.SavePart{Big: true, FileID: 9, Part: 0, Total: 1, Bytes: []byte("part")})
			d.object(t, uploadMedia(uploadedDocument(p.file)))
		}
		before := string(body)
		r := d.send(body)
		require.Equal(t, before, string(body), "the body belongs to the caller")
		answer(t, r)
		if !login && d.auth.Account() == nil {
			require.Empty(t, d.Uploads.Files(), "nobody is logged in")
		}
		require.LessOrEqual(t, d.room.Held(), int64(len(body))*MaxInflateRatio+1024)
		require.Zero(t, r.Delay)
		require.False(t, r.Drop || r.Silent)
	})
}
