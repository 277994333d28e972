package mockserver_test

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"io"
	"strings"
	"testing"

	"github.com/gotd/td/bin"
	"github.com/gotd/td/mt"
	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/mockserver"
	"github.com/fakedc/fakedc/mockserver/rawclient"
)

// rawConn opens a connection that sends what it is told to.
func rawConn(t *testing.T, dc *mockserver.Server, o rawclient.Options) *rawclient.Conn {
	t.Helper()
	c, err := rawclient.Dial(t.Context(), dc.Addr(), o)
	require.NoError(t, err)
	t.Cleanup(func() { _ = c.Close() })
	return c
}

func rawSession(t *testing.T, dc *mockserver.Server, key *rawclient.AuthKey) *rawclient.Session {
	t.Helper()
	s, err := rawclient.NewSession(rawConn(t, dc, rawclient.Options{}), key, 0)
	require.NoError(t, err)
	return s
}

// next returns the next message that is not one of those that any session brings.
func next(t *testing.T, s *rawclient.Session) rawclient.Message {
	t.Helper()
	for {
		m, err := s.Recv(t.Context())
		require.NoError(t, err)
		switch m.Constructor() {
		case mt.NewSessionCreatedTypeID, mt.MsgsAckTypeID:
			continue
		}
		return m
	}
}

// code reads the error_code of a bad_msg_notification or a bad_server_salt.
func code(t *testing.T, m rawclient.Message) int {
	t.Helper()
	b := &bin.Buffer{Buf: m.Body}
	switch m.Constructor() {
	case mt.BadMsgNotificationTypeID:
		var v mt.BadMsgNotification
		require.NoError(t, v.Decode(b))
		return v.ErrorCode
	case mt.BadServerSaltTypeID:
		var v mt.BadServerSalt
		require.NoError(t, v.Decode(b))
		return v.ErrorCode
	}
	require.Fail(t, "no notification", "%#x", m.Constructor())
	return 0
}

func encoded(t *testing.T, name string, fields rawclient.Fields) []byte {
	t.Helper()
	b, err := rawclient.Encode(228, rawclient.NewObject(name, fields))
	require.NoError(t, err)
	return b
}

func partBody(t *testing.T, file int64, index, total int32, data []byte) []byte {
	t.Helper()
	return encoded(t, "upload.saveBigFilePart", rawclient.Fields{"file_id": file, "file_part": index, "file_total_parts": total, "bytes": data})
}

// Queries that cannot be understood are answered with an error that says so, and
// the connection goes on.
func TestHostileQueries(t *testing.T) {
	dc := mockserver.Start(t, mockserver.Options{AtEnd: mockserver.AtEnd{AllowUnknown: true}})
	c := dial(t, dc, rawclient.Options{})
	part := partBody(t, 1, 0, 2, contents(1024))
	bomb := packedRaw(gzipped(make([]byte, 10<<20+1)))
	for name, tc := range map[string]struct {
		body  []byte
		error string
		kind  mockserver.EventKind
	}{
		"an unknown constructor":        {[]byte{1, 2, 3, 4, 5, 6, 7, 8}, "METHOD_NOT_SUPPORTED: #04030201", mockserver.EventUnknown},
		"a method that is not answered": {[]byte{0xd3, 0x41, 0xe1, 0xad}, "METHOD_NOT_SUPPORTED", mockserver.EventUnknown},
		"a part cut short":              {part[:len(part)-512], "INPUT_FETCH_ERROR", mockserver.EventCall},
		"a part of claimed 16 MiB":      {append(bytes.Clone(part[:20]), 0xfe, 0xff, 0xff, 0xff), "INPUT_FETCH_ERROR", mockserver.EventCall},
		"a part without bytes":          {part[:20], "INPUT_FETCH_ERROR", mockserver.EventCall},
		"a constructor alone":           {part[:4], "INPUT_FETCH_ERROR", mockserver.EventCall},
		"a gzip bomb":                   {bomb, "INPUT_FETCH_ERROR", mockserver.EventCall},
		"gzip in gzip":                  {rawclient.GzipPacked(rawclient.GzipPacked(part)), "INPUT_FETCH_ERROR", mockserver.EventCall},
		"gzip of nothing":               {rawclient.GzipPacked(nil), "INPUT_FETCH_ERROR", mockserver.EventCall},
		"gzip that is none":             {packedRaw([]byte("not a stream")), "INPUT_FETCH_ERROR", mockserver.EventCall},
		"gzip cut short":                {packedRaw(gzipped(part)[:20]), "INPUT_FETCH_ERROR", mockserver.EventCall},
		"a wrong checksum in gzip":      {packedRaw(spoiled(gzipped(part))), "INPUT_FETCH_ERROR", mockserver.EventCall},
		"nine wrappers":                 {wrapped(part, 9), "INPUT_FETCH_ERROR", mockserver.EventCall},
		"a thousand wrappers":           {wrapped(part, 1000), "INPUT_FETCH_ERROR", mockserver.EventCall},
	} {
		t.Run(name, func(t *testing.T) {
			beside(t, dc, func() {
				_, err := c.Invoke(t.Context(), tc.body)
				var e *rawclient.RPCError
				require.ErrorAs(t, err, &e)
				require.EqualValues(t, 400, e.Code)
				require.True(t, strings.HasPrefix(e.Message, tc.error), e.Message)
				awaitEvent(t, dc, tc.kind, tc.error)
				require.NoError(t, c.Ping(t.Context(), 1), "the connection goes on")
			})
		})
	}
	_, found := dc.Upload(1)
	require.False(t, found, "nothing of it was taken for a part")
}

func gzipped(b []byte) []byte {
	var out bytes.Buffer
	w, _ := gzip.NewWriterLevel(&out, gzip.BestSpeed)
	_, _ = w.Write(b)
	_ = w.Close()
	return out.Bytes()
}

// spoiled breaks the checksum at the end of a gzip stream.
func spoiled(b []byte) []byte {
	b[len(b)-8] ^= 1
	return b
}

func packedRaw(stream []byte) []byte {
	var b bin.Buffer
	b.PutID(0x3072cfa1)
	b.PutBytes(stream)
	return b.Buf
}

// wrapped puts n invokeWithoutUpdates around a query.
func wrapped(query []byte, n int) []byte {
	var b []byte
	for range n {
		b = binary.LittleEndian.AppendUint32(b, 0xbf9459b7)
	}
	return append(b, query...)
}

// Messages that lie about themselves are refused with the code that the
// documentation has for it; the connection and its session go on.
func TestHostileContainers(t *testing.T) {
	dc := mockserver.Start(t, mockserver.Options{})
	key := dial(t, dc, rawclient.Options{}).Key()
	s := rawSession(t, dc, key)
	for name, body := range map[string]func() []byte{
		"a lying length": func() []byte {
			return rawclient.Container(rawclient.Inner{MsgID: s.NextMsgID(), SeqNo: 1, Body: pingBody(1), Length: rawclient.Ptr(int32(1 << 30))})
		},
		"a lying number": func() []byte { return append(rawclient.Container()[:4], 0xff, 3, 0, 0) },
		"a container in a container": func() []byte {
			return rawclient.Container(rawclient.Inner{MsgID: s.NextMsgID(), Body: rawclient.Container()})
		},
		"1025 pings": func() []byte {
			var many []rawclient.Inner
			for range 1025 {
				many = append(many, rawclient.Inner{MsgID: s.NextMsgID(), SeqNo: 1, Body: pingBody(1)})
			}
			return rawclient.Container(many...)
		},
	} {
		t.Run(name, func(t *testing.T) {
			beside(t, dc, func() {
				_, err := s.Send(t.Context(), rawclient.Envelope{Body: body()})
				require.NoError(t, err)
				require.Equal(t, 64, code(t, next(t, s)))
				_, err = s.Send(t.Context(), rawclient.Envelope{Body: pingBody(2)})
				require.NoError(t, err)
				require.EqualValues(t, mt.PongTypeID, next(t, s).Constructor())
			})
		})
	}
	require.Contains(t, awaitEvent(t, dc, mockserver.EventRefused, "bad_msg_notification 64").Text, "container")
}

// What does not open under its key ends the connection without a word, whatever is
// wrong with it. https://core.telegram.org/mtproto/security_guidelines
func TestMessagesThatDoNotOpen(t *testing.T) {
	dc := mockserver.Start(t, mockserver.Options{})
	key := dial(t, dc, rawclient.Options{}).Key()
	for name, e := range map[string]rawclient.Envelope{
		"a wrong msg_key":         {MsgKey: &[16]byte{1, 2, 3}},
		"a negative length":       {Length: rawclient.Ptr(int32(-4))},
		"a length beyond the end": {Length: rawclient.Ptr(int32(1 << 30))},
		"a length of no words":    {Length: rawclient.Ptr(int32(11))},
		"too little padding":      {Padding: rawclient.Ptr(4)},
		"too much padding":        {Padding: rawclient.Ptr(1028)},
	} {
		t.Run(name, func(t *testing.T) {
			beside(t, dc, func() {
				s := rawSession(t, dc, key)
				e.Body = pingBody(1)
				_, err := s.Send(t.Context(), e)
				require.NoError(t, err)
				_, err = s.Recv(t.Context())
				require.ErrorIs(t, err, io.EOF, "nothing is answered")
				awaitEvent(t, dc, mockserver.EventRefused, "not a valid message")
			})
		})
	}
}

// A key that the server does not know is answered -404 and the connection goes on:
// gotd makes a new key on it.
func TestUnknownAuthKey(t *testing.T) {
	dc := mockserver.Start(t, mockserver.Options{})
	beside(t, dc, func() {
		conn := rawConn(t, dc, rawclient.Options{})
		s, err := rawclient.NewSession(conn, rawclient.NewAuthKey([256]byte{1}, 1), 0)
		require.NoError(t, err)
		_, err = s.Send(t.Context(), rawclient.Envelope{Body: pingBody(1)})
		require.NoError(t, err)
		_, err = s.Recv(t.Context())
		var te *rawclient.TransportError
		require.ErrorAs(t, err, &te)
		require.EqualValues(t, -404, te.Code)
		awaitEvent(t, dc, mockserver.EventRefused, "unknown auth key")

		key, err := rawclient.CreateKey(t.Context(), conn, rawclient.KeyOptions{PublicKey: dc.PublicKey().RSA})
		require.NoError(t, err, "on the same connection")
		c, err := rawclient.NewClient(conn, key, rawclient.ClientOptions{})
		require.NoError(t, err)
		require.NoError(t, c.Ping(t.Context(), 1))
		require.NoError(t, c.Close())
	})
}

// The sixteenth protocol error on a connection is its last.
func TestSixteenProtocolErrors(t *testing.T) {
	dc := mockserver.Start(t, mockserver.Options{})
	beside(t, dc, func() {
		conn := rawConn(t, dc, rawclient.Options{})
		s, err := rawclient.NewSession(conn, rawclient.NewAuthKey([256]byte{1}, 1), 0)
		require.NoError(t, err)
		for i := range 16 {
			_, err = s.Send(t.Context(), rawclient.Envelope{Body: pingBody(1)})
			require.NoError(t, err)
			_, err = s.Recv(t.Context())
			var te *rawclient.TransportError
			require.ErrorAs(t, err, &te, "error %d", i+1)
		}
		_, err = s.Recv(t.Context())
		require.ErrorIs(t, err, io.EOF)
		awaitEvent(t, dc, mockserver.EventLimit, "ProtocolErrors: 16")
	})
}
