package rawclient

import (
	"bufio"
	"context"
	"crypto/rand"
	"crypto/rsa"
	"io"
	"net"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/gotd/td/bin"
	"github.com/gotd/td/crypto"
	"github.com/gotd/td/mtproxy/obfuscated2"
	"github.com/gotd/td/proto/codec"
	"github.com/gotd/td/transport"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// peer is a server's end made of gotd's code: nothing of this package takes
// part in reading what this package wrote, or the other way round.
type peer struct {
	t      testing.TB
	socket net.Conn
	rw     io.ReadWriter
	codec  transport.Codec
	dc     int16
	sent   int64 // last msg_id
}

// peers are all the ways a connection can be made.
var peers = map[string]Options{
	"abridged":                          {Transport: Abridged},
	"intermediate":                      {Transport: Intermediate},
	"padded":                            {Transport: Padded, Padding: gotdPadding},
	"full":                              {Transport: Full},
	"obfuscated abridged":               {Transport: Abridged, Obfuscated: true, DC: 2},
	"obfuscated intermediate":           {Transport: Intermediate, Obfuscated: true, DC: -3},
	"obfuscated padded":                 {Transport: Padded, Obfuscated: true, Padding: gotdPadding},
	"websocket abridged":                {Transport: Abridged, WebSocket: true},
	"websocket obfuscated abridged":     {Transport: Abridged, WebSocket: true, Obfuscated: true},
	"websocket obfuscated intermediate": {Transport: Intermediate, WebSocket: true, Obfuscated: true},
	"websocket obfuscated padded":       {Transport: Padded, WebSocket: true, Obfuscated: true, Padding: gotdPadding},
}

// gotdPadding is as much as gotd's padded codec takes: it strips 0 to 3 bytes,
// where 0 to 15 are allowed. TestUnpad covers the rest.
func gotdPadding() int { return 3 }

func gotdCodec(t Transport) transport.Codec {
	switch t {
	case Abridged:
		return codec.Abridged{}
	case Intermediate:
		return codec.Intermediate{}
	case Padded:
		return codec.PaddedIntermediate{}
	}
	return &codec.Full{}
}

// pair connects a Conn with a peer over net.Pipe. The peer takes in the preamble
// when serve starts.
func pair(t testing.TB, o Options) (*Conn, *peer) {
	ours, theirs := net.Pipe()
	c, err := NewConn(ours, o)
	require.NoError(t, err)
	t.Cleanup(func() { _ = c.Close(); _ = theirs.Close() })
	return c, &peer{t: t, socket: theirs, rw: theirs, codec: gotdCodec(o.Transport)}
}

// serve runs f at the peer's end, after the preamble. The returned function
// waits for it.
func (p *peer) serve(o Options, f func()) (wait func()) {
	var done sync.WaitGroup
	done.Go(func() {
		if err := p.accept(o); err != nil {
			assert.NoError(p.t, err, "preamble")
			return
		}
		f()
	})
	return done.Wait
}

func (p *peer) accept(o Options) error {
	if o.WebSocket {
		if err := p.acceptWebSocket(); err != nil {
			return err
		}
	}
	if !o.Obfuscated {
		return p.codec.ReadHeader(p.rw)
	}
	rw, meta, err := obfuscated2.Accept(p.rw, nil)
	if err != nil {
		return err
	}
	assert.Equal(p.t, o.Transport.tag(), meta.Protocol, "protocol in the obfuscated2 header")
	p.rw, p.dc = rw, int16(meta.DC)
	return nil
}

func (p *peer) acceptWebSocket() error {
	r := bufio.NewReader(p.socket)
	req, err := http.ReadRequest(r)
	if err != nil {
		return err
	}
	ws, err := websocket.Accept(&hijacked{conn: p.socket, r: r, header: http.Header{}}, req, &websocket.AcceptOptions{Subprotocols: []string{"binary"}})
	if err != nil {
		return err
	}
	assert.Equal(p.t, "/apiws", req.URL.Path)
	assert.Equal(p.t, "binary", ws.Subprotocol())
	p.rw = websocket.NetConn(context.Background(), ws, websocket.MessageBinary)
	p.t.Cleanup(func() { _ = ws.CloseNow() })
	return nil
}

// hijacked is the little of an http.ResponseWriter that an upgrade needs.
type hijacked struct {
	conn   net.Conn
	r      *bufio.Reader
	header http.Header
	status int
}

func (h *hijacked) Header() http.Header         { return h.header }
func (h *hijacked) Write(b []byte) (int, error) { return h.conn.Write(b) }
func (h *hijacked) WriteHeader(status int)      { h.status = status }

func (h *hijacked) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	res := &http.Response{StatusCode: h.status, ProtoMajor: 1, ProtoMinor: 1, Header: h.header}
	if err := res.Write(h.conn); err != nil {
		return nil, nil, err
	}
	return h.conn, bufio.NewReadWriter(h.r, bufio.NewWriter(h.conn)), nil
}

// Send, Recv and Close make a peer what gotd's exchange wants as a connection.
func (p *peer) Send(_ context.Context, b *bin.Buffer) error { return p.codec.Write(p.rw, b) }
func (p *peer) Recv(_ context.Context, b *bin.Buffer) error { return p.codec.Read(p.rw, b) }
func (p *peer) Close() error                                { return p.socket.Close() }

// recv returns the next frame, nil at the end.
func (p *peer) recv() []byte {
	var b bin.Buffer
	if err := p.codec.Read(p.rw, &b); err != nil {
		return nil
	}
	return b.Copy()
}

// send may meet a client that has closed already.
func (p *peer) send(frame []byte) { _ = p.codec.Write(p.rw, &bin.Buffer{Buf: frame}) }

// open decrypts a client's message with gotd's cipher.
func (p *peer) open(key *AuthKey, frame []byte) *crypto.EncryptedMessageData {
	data, err := crypto.NewServerCipher(rand.Reader).DecryptFromBuffer(gotdKey(key), &bin.Buffer{Buf: frame})
	if err != nil {
		assert.NoError(p.t, err, "decrypting a client's message")
		return &crypto.EncryptedMessageData{}
	}
	return data
}

// seal encrypts a server's message with gotd's cipher.
func (p *peer) seal(key *AuthKey, session int64, seqNo int32, body []byte) []byte {
	var b bin.Buffer
	err := crypto.NewServerCipher(rand.Reader).Encrypt(gotdKey(key), crypto.EncryptedMessageData{
		SessionID: session, MessageID: p.nextID(), SeqNo: seqNo,
		MessageDataLen: int32(len(body)), MessageDataWithPadding: body,
	}, &b)
	assert.NoError(p.t, err)
	return b.Buf
}

func (p *peer) nextID() int64 {
	p.sent = max(MsgID(time.Now()), p.sent+4)
	return p.sent | 1
}

func gotdKey(k *AuthKey) crypto.AuthKey { return crypto.Key(k.Value).WithID() }

// testRSA is one RSA key for all tests.
var testRSA = sync.OnceValue(func() *rsa.PrivateKey {
	k, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	return k
})

// testKey is an auth key of random bytes.
func testKey(t testing.TB) *AuthKey {
	var value [256]byte
	_, err := rand.Read(value[:])
	require.NoError(t, err)
	return NewAuthKey(value, 0x1122334455667788)
}

// deadline bounds a test that waits for an answer.
func deadline(t testing.TB) context.Context {
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	t.Cleanup(cancel)
	return ctx
}
