package rpc

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"fmt"
	"io"
	"testing"

	"github.com/gotd/td/bin"
	"github.com/gotd/td/proto"
	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/mockserver/internal/tl"
)

// packed is a query as gzip_packed, by the standard library's compressors.
func packed(t testing.TB, query []byte, compress func(io.Writer) io.WriteCloser) []byte {
	t.Helper()
	var out bytes.Buffer
	w := compress(&out)
	_, err := w.Write(query)
	require.NoError(t, err)
	require.NoError(t, w.Close())
	return packedRaw(out.Bytes())
}

func packedRaw(stream []byte) []byte {
	var b bin.Buffer
	b.PutID(proto.GZIPTypeID)
	b.PutBytes(stream)
	return b.Buf
}

func gz(w io.Writer) io.WriteCloser { return gzip.NewWriter(w) }
func zl(w io.Writer) io.WriteCloser { return zlib.NewWriter(w) }

var nearestDC = tl.New("help.getNearestDc", nil)

// Each client has its own nesting: gotd gzips inside, mtcute zlibs everything.
// https://core.telegram.org/api/invoking
func TestUnwrapAnyNesting(t *testing.T) {
	query, err := tl.Append(nil, tl.Newest, nearestDC)
	require.NoError(t, err)
	wrappers := map[string]func([]byte) []byte{
		"layer": func(b []byte) []byte { return withLayer(t, 198, b) },
		"init":  func(b []byte) []byte { return initConnection(t, b) },
		"mute":  func(b []byte) []byte { return wrap(t, "invokeWithoutUpdates", tl.Fields{}, b) },
		"after": func(b []byte) []byte { return wrap(t, "invokeAfterMsg", tl.Fields{"msg_id": int64(4)}, b) },
		"afters": func(b []byte) []byte {
			return wrap(t, "invokeAfterMsgs", tl.Fields{"msg_ids": []any{int64(4), int64(8)}}, b)
		},
		"takeout": func(b []byte) []byte { return wrap(t, "invokeWithTakeout", tl.Fields{"takeout_id": int64(1)}, b) },
		"gzip":    func(b []byte) []byte { return packed(t, b, gz) },
		"zlib":    func(b []byte) []byte { return packed(t, b, zl) },
	}
	for _, nesting := range [][]string{
		{}, {"gzip"}, {"zlib"}, {"layer", "init"}, {"mute", "layer", "init"}, {"gzip", "layer", "init"},
		{"layer", "init", "gzip"}, {"layer", "gzip", "init"}, {"after", "layer", "init", "zlib"},
		{"init", "layer"}, {"afters", "mute", "gzip"}, {"takeout", "after"},
		{"mute", "layer", "init", "after", "afters", "takeout", "gzip", "mute"}, // eight
	} {
		t.Run(fmt.Sprint(nesting), func(t *testing.T) {
			d := newDesk(t, nil)
			body := query
			for i := len(nesting) - 1; i >= 0; i-- {
				body = wrappers[nesting[i]](body)
			}
			o, ok := answer(t, d.send(body)).(*tl.Object)
			require.True(t, ok, d.last())
			require.Equal(t, "nearestDc", o.Name)
		})
	}
}

func TestUnwrapRefuses(t *testing.T) {
	query, err := tl.Append(nil, tl.Newest, nearestDC)
	require.NoError(t, err)
	nine := query
	for range 9 {
		nine = wrap(t, "invokeWithoutUpdates", tl.Fields{}, nine)
	}
	var deflated bytes.Buffer
	w, _ := flate.NewWriter(&deflated, flate.BestCompression)
	_, _ = w.Write(query)
	_ = w.Close()
	cutGzip := packed(t, query, gz)
	badSum := packed(t, query, gz)
	badSum[len(badSum)-6] ^= 1 // in the gzip trailer
	for name, body := range map[string][]byte{
		"nothing":               {},
		"three bytes":           {1, 2, 3},
		"nine wrappers":         nine,
		"wrapper of nothing":    wrap(t, "invokeWithoutUpdates", tl.Fields{}, nil),
		"cut wrapper":           withLayer(t, 198, nil)[:6],
		"gzip of nothing":       packedRaw(nil),
		"gzip of empty":         packed(t, nil, gz),
		"gzip that is cut":      packedRaw(cutGzip[5:20]),
		"gzip without its size": cutGzip[:4],
		"gzip, wrong checksum":  badSum,
		"bare deflate":          packedRaw(deflated.Bytes()),
		"noise":                 packedRaw(bytes.Repeat([]byte{0xa5}, 100)),
		"gzip in gzip":          packed(t, packed(t, query, gz), gz),
		"gzip in layer in zlib": packed(t, withLayer(t, 198, packed(t, query, gz)), zl),
	} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t, nil)
			require.Equal(t, "400 INPUT_FETCH_ERROR", answer(t, d.send(body)))
			require.NotEmpty(t, d.last().Text)
		})
	}
}

// A bomb is refused, whatever it unpacks to.
func TestGzipBomb(t *testing.T) {
	for name, compress := range map[string]func(io.Writer) io.WriteCloser{"gzip": gz, "zlib": zl} {
		t.Run(name, func(t *testing.T) {
			d := loggedIn(t, 228, nil)
			bomb := packed(t, make([]byte, testLimits.Inflated+1), compress)
			require.Less(t, len(bomb), 64<<10)
			require.Equal(t, "400 INPUT_FETCH_ERROR", answer(t, d.send(bomb)))
			require.Contains(t, d.last().Text, "10485760 bytes: InflatedBytes")
		})
	}
}

// Right below the limit it is unpacked, and is no query.
func TestLargestGzip(t *testing.T) {
	d := loggedIn(t, 228, nil)
	almost := packed(t, make([]byte, testLimits.Inflated), gz)
	require.Equal(t, "400 METHOD_NOT_SUPPORTED: #00000000", answer(t, d.send(almost)))
}

// A part that came packed is stored before its buffer is used again.
func TestGzippedPartsKeepTheirBytes(t *testing.T) {
	d := loggedIn(t, 228, nil)
	for i := range int32(20) {
		part := bytes.Repeat([]byte{byte(i)}, 4096)
		body := packed(t, tl.AppendSavePart(nil, tl.SavePart{Big: true, FileID: 1, Part: i, Total: 20, Bytes: part}), gz)
		require.Equal(t, "boolTrue", answer(t, d.send(body)).(*tl.Object).Name)
	}
	f := d.Uploads.Files()[0]
	for i := range int32(20) {
		got, stored, err := f.Part(i)
		require.NoError(t, err)
		require.True(t, stored)
		require.Equal(t, bytes.Repeat([]byte{byte(i)}, 4096), got, "part %d", i)
	}
}

func TestUnwrapNotes(t *testing.T) {
	query, err := tl.Append(nil, tl.Newest, nearestDC)
	require.NoError(t, err)
	body := wrap(t, "invokeAfterMsgs", tl.Fields{"msg_ids": []any{int64(4), int64(8)}},
		withLayer(t, 195, wrap(t, "invokeAfterMsg", tl.Fields{"msg_id": int64(12)}, initConnection(t, query))))
	budget := NewBudget(testLimits.Inflated)
	u, err := unwrap(body, testLimits.Wrappers, &budget)
	require.NoError(t, err)
	require.Equal(t, []int64{4, 8, 12}, u.after)
	require.Equal(t, 195, u.layer)
	require.Equal(t, "a test", u.init.Str("device_model"))
	require.Equal(t, query, u.body)
}
