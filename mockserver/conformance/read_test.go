package conformance

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/mockserver/rawclient"
)

func TestReadBytes(t *testing.T) {
	for name, test := range map[string]struct {
		in    []byte
		want  string
		short bool
	}{
		"short":          {[]byte{3, 'a', 'b', 'c'}, "abc", false},
		"padded":         {[]byte{1, 'a', 0, 0}, "a", false},
		"empty":          {[]byte{0, 0, 0, 0}, "", false},
		"long":           {append([]byte{254, 4, 0, 0}, "wxyz"...), "wxyz", false},
		"nothing":        {nil, "", true},
		"cut":            {[]byte{3, 'a'}, "\x00\x00\x00", true},
		"cut padding":    {[]byte{1, 'a', 0}, "a", true},
		"long that lies": {[]byte{254, 255, 255, 255}, string(make([]byte, 64)), true},
	} {
		r := &reader{b: test.in}
		require.Equal(t, test.want, string(r.bytes()), name)
		require.Equal(t, test.short, r.short, name)
	}
}

func TestReadBadMsg(t *testing.T) {
	b, ok := readBadMsg(value(idBadSalt).i64(8).i32(3).i32(48).i64(-5))
	require.True(t, ok)
	require.Equal(t, badMsg{8, 3, 48, -5}, b)
	b, ok = readBadMsg(value(idBadMsg).i64(8).i32(3).i32(16))
	require.True(t, ok)
	require.Equal(t, badMsg{8, 3, 16, 0}, b)
	for _, wrong := range [][]byte{nil, value(idBadMsg), value(idBadSalt).i64(8).i32(3).i32(48), value(idBadMsg).i64(8).i32(3).i32(16).i32(0), value(idPong).i64(1).i64(2)} {
		_, ok := readBadMsg(wrong)
		require.False(t, ok, "% x", wrong)
	}
}

// What a server sends must not upset the suite, whatever it is.
func FuzzRead(f *testing.F) {
	f.Add([]byte(value(idBadSalt).i64(8).i32(3).i32(48).i64(-5)))
	f.Add([]byte(rawclient.MsgsAck(1, 5)))
	f.Add([]byte(append(value(idRPCResult).i64(4), append(value(idRPCError).i32(400), 3, 'B', 'A', 'D')...)))
	f.Add([]byte(value(idMsgsAck).u32(idVector).i32(1 << 30)))
	f.Add([]byte(value(idDHOK)))
	f.Fuzz(func(t *testing.T, body []byte) {
		require.NotEmpty(t, describe(body))
		require.LessOrEqual(t, len(readAck(body)), len(body)/8+1)
		if _, text, ok := readRPCError(body); ok {
			require.LessOrEqual(t, len(text), len(body))
		}
		readBadMsg(body)
		about(body)
		_, _ = (&shake{KeyExchange: &rawclient.KeyExchange{}}).openInner(body)
	})
}
