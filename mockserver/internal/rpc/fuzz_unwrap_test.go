package rpc

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"encoding/binary"
	"errors"
	"io"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

// layers of wrapping, as the schema's text has them: https://core.telegram.org/api/invoking
type nest struct {
	body           []byte
	layer, wraps   int
	after          []int64
	device         string // of the outermost initConnection
	inits, packing int
	pack           *gzip.Writer
	packZlib       *zlib.Writer
}

func words(id uint32, more ...uint32) (b []byte) {
	b = binary.LittleEndian.AppendUint32(nil, id)
	for _, w := range more {
		b = binary.LittleEndian.AppendUint32(b, w)
	}
	return b
}

// text is a TL string of less than 254 bytes.
func text(s string) []byte {
	b := append([]byte{byte(len(s))}, s...)
	return append(b, make([]byte, -len(b)&3)...)
}

// around puts one wrapper around what there is.
func (n *nest) around(b byte) {
	arg := uint32(b >> 4)
	n.wraps++
	var head []byte
	switch b % 9 {
	case 0:
		head = words(0xda9b0d0d, 150+arg) // invokeWithLayer
		if n.layer == 0 {
			n.layer = int(150 + arg) // what is inside counts
		}
	case 1:
		n.inits++
		head = words(0xc1cd5ea9, arg&3, 9) // initConnection: flags, api_id
		device := string('a' + rune(arg))
		if n.device == "" {
			n.device = device
		}
		for _, s := range []string{device, "system", "1.0", "en", "", "en"} {
			head = append(head, text(s)...)
		}
		if arg&1 != 0 {
			head = append(head, append(append(words(0x75588b3f), text("proxy")...), words(443)...)...) // inputClientProxy
		}
		if arg&2 != 0 {
			head = append(head, words(0x99c1d49d, 0x1cb5c415, 0)...) // jsonObject of nothing
		}
	case 2:
		head = words(0xbf9459b7) // invokeWithoutUpdates
	case 3:
		head = words(0xcb9f372d, arg, 1) // invokeAfterMsg
		n.after = append([]int64{int64(arg) | 1<<32}, n.after...)
	case 4:
		head = words(0x3dc4b4f0, 0x1cb5c415, 2, arg, 0, 4, 0) // invokeAfterMsgs
		n.after = append([]int64{int64(arg), 4}, n.after...)
	case 5:
		head = words(0xaca9fd2e, arg, 0) // invokeWithTakeout
	case 6:
		head = words(0x365275f2, 0x0ae30253, 1, arg) // invokeWithMessagesRange
	default:
		n.gzip(b%9 == 8)
		return
	}
	n.body = append(head, n.body...)
}

func (n *nest) gzip(zlib bool) {
	n.packing++
	var out bytes.Buffer
	var w io.WriteCloser = n.pack
	if n.pack.Reset(&out); zlib {
		n.packZlib.Reset(&out)
		w = n.packZlib
	}
	_, _ = w.Write(n.body)
	_ = w.Close()
	n.body = words(0x3072cfa1)
	if out.Len() < 254 {
		n.body = append(n.body, text(out.String())...)
		return
	}
	n.body = append(n.body, 254, byte(out.Len()), byte(out.Len()>>8), byte(out.Len()>>16))
	n.body = append(append(n.body, out.Bytes()...), make([]byte, -out.Len()&3)...)
}

// A query in wrappers that were put around it by hand, in any nesting: what is unwrapped is
// that query, and what the wrappers said. More than eight, and gzip in gzip, are refused.
func FuzzUnwrap(f *testing.F) {
	f.Add([]byte{}, []byte("query"), byte(0))
	f.Add([]byte{1, 0}, []byte("query"), byte(0))               // initConnection in invokeWithLayer
	f.Add([]byte{2, 1, 2, 0, 2}, []byte("query"), byte(0))      // gotd's second connection
	f.Add([]byte{7, 0x31, 0x40}, []byte("query"), byte(0))      // gzip inside
	f.Add([]byte{1, 0, 8, 3}, []byte("query"), byte(0))         // zlib around
	f.Add([]byte{7, 2, 7}, []byte("query"), byte(0))            // twice
	f.Add([]byte{0, 1, 2, 3, 4, 5, 6, 7}, []byte{}, byte(0))    // eight
	f.Add([]byte{2, 2, 2, 2, 2, 2, 2, 2, 2}, []byte{}, byte(0)) // nine
	f.Add([]byte{1, 0, 8, 3}, []byte("query"), byte(9))
	pack, packZlib := gzip.NewWriter(nil), zlib.NewWriter(nil)
	f.Fuzz(func(t *testing.T, program, rest []byte, cut byte) {
		query := append([]byte("none"), rest...)
		n := &nest{body: query, pack: pack, packZlib: packZlib}
		for _, b := range program[:min(len(program), 12)] {
			n.around(b)
		}
		whole := slices.Clone(n.body)
		body := n.body[:max(0, len(n.body)-int(cut))]
		budget := NewBudget(testLimits.Inflated)
		u, err := unwrap(body, testLimits.Wrappers, &budget)
		defer u.release()
		if !bytes.Equal(whole[:len(body)], body) {
			t.Fatal("the body belongs to the caller")
		}
		good := n.wraps <= testLimits.Wrappers && n.packing <= 1
		switch {
		case cut > 0: // what is left of the query, if it lies open
			if err == nil && !bytes.HasPrefix(query, u.body) {
				t.Fatalf("%q out of %q", u.body, query)
			}
		case !good:
			var tooMany *limitError
			if err == nil || n.packing <= 1 && !errors.As(err, &tooMany) {
				t.Fatalf("%d wrappers, %d times gzip: %v", n.wraps, n.packing, err)
			}
		case err != nil:
			t.Fatal(err)
		case !bytes.Equal(u.body, query) || u.layer != n.layer || !slices.Equal(u.after, n.after) || (u.init != nil) != (n.inits > 0):
			t.Fatalf("%q, layer %d, after %v, init %v out of %+v", u.body, u.layer, u.after, u.init, n)
		case u.init != nil && (u.init.Str("device_model") != n.device || u.init.Int("api_id") != 9):
			t.Fatalf("%v, not of device %s", u.init, n.device)
		}
	})
}

// The packed bytes of a query, honest or not, packed by the standard library, stored without
// being packed, or any: what comes out is what the standard library unpacks, within the budget,
// of which as much is gone; what is too much is refused.
func FuzzInflate(f *testing.F) {
	pack, packZlib := gzip.NewWriter(nil), zlib.NewWriter(nil)
	store, err := gzip.NewWriterLevel(nil, gzip.NoCompression)
	require.NoError(f, err)
	std := &standard{}
	for _, kind := range []byte{0, 1, 2, 3} {
		f.Add([]byte("some text, some text, some text"), kind, uint16(0), uint16(0), byte(0), uint16(0))
		f.Add([]byte("some text"), kind, uint16(60000), uint16(12), byte(1), uint16(0))
		f.Add([]byte("some text"), kind, uint16(91), uint16(0), byte(0), uint16(100))
		f.Add([]byte("some text"), kind, uint16(91), uint16(0), byte(0), uint16(99))
	}
	f.Add([]byte("\x1f\x8b\x08\x1c\x00\x00\x00\x00\x00\x03\x02\x00ab"), byte(2), uint16(0), uint16(0), byte(0), uint16(0))
	f.Add(storedOnly(f, noise(100), noise(7)), byte(2), uint16(0), uint16(0), byte(0), uint16(1000))
	f.Fuzz(func(t *testing.T, data []byte, kind byte, zeros, at uint16, change byte, limit uint16) {
		data = append(data, make([]byte, int(zeros))...)
		var out bytes.Buffer
		var w interface {
			io.WriteCloser
			Reset(io.Writer)
		}
		switch kind % 4 {
		case 0:
			w = pack
		case 1:
			w = packZlib
		case 3:
			w = store
		}
		if w == nil {
			out.Write(data)
		} else {
			w.Reset(&out)
			_, _ = w.Write(data)
			require.NoError(t, w.Close())
		}
		packed := out.Bytes()
		if len(packed) > 0 {
			packed[int(at)%len(packed)] ^= change
		}
		budget := NewBudget(testLimits.Inflated)
		if limit > 0 {
			budget = NewBudget(int(limit))
		}
		want, wantErr := std.unpack(packed)
		most := budget.left
		if len(want) > min(most, len(packed)*MaxInflateRatio+64) {
			wantErr = budget.bomb()
		}
		before := bytes.Clone(packed)
		got, err := budget.inflate(packed)
		defer got.release()
		if !bytes.Equal(before, packed) || budget.left < 0 || err == nil && budget.left != most-len(got.data) || err != nil && got.data != nil {
			t.Fatalf("%d bytes out of a budget of %d that is %d now: %v", len(got.data), most, budget.left, err)
		}
		var corrupt flate.CorruptInputError
		switch {
		case err == nil && errors.As(wantErr, &corrupt):
			// Codes that are never used may be wrong for klauspost/compress; the checksum
			// says that nothing was lost.
			if w != nil && !bytes.Equal(got.data, data) {
				t.Fatalf("%d bytes out of a stream that does not have them: %v", len(got.data), wantErr)
			}
		case (err == nil) != (wantErr == nil) || err == nil && !bytes.Equal(got.data, want):
			t.Fatalf("%v; by the standard library %v", err, wantErr)
		}
	})
}

// standard has the standard library's readers, which are used again: they are large.
type standard struct {
	gzip gzip.Reader
	zlib io.ReadCloser
	out  bytes.Buffer
}

// unpack is what the standard library makes of a stream.
func (s *standard) unpack(packed []byte) ([]byte, error) {
	var r io.Reader = &s.gzip
	var err error
	switch src := bytes.NewReader(packed); {
	case len(packed) > 3 && packed[0] == 0x1f && packed[1] == 0x8b:
		if packed[3]>>5 != 0 {
			return nil, gzip.ErrHeader // RFC 1952, 2.3.1.2: reserved bits must be zero
		}
		err = s.gzip.Reset(src)
	case s.zlib == nil:
		s.zlib, err = zlib.NewReader(src)
		r = s.zlib
	default:
		err = s.zlib.(zlib.Resetter).Reset(src, nil)
		r = s.zlib
	}
	if err != nil {
		return nil, err
	}
	s.out.Reset()
	_, err = s.out.ReadFrom(r)
	return s.out.Bytes(), err
}
