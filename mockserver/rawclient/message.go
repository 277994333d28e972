package rawclient

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"fmt"
	"io"

	"github.com/gotd/td/bin"
)

// Message is a message that was received.
type Message struct {
	Salt      int64
	SessionID int64
	MsgID     int64
	SeqNo     int32
	Body      []byte
	Padding   int // random bytes behind Body; 0 inside a container
}

// ContentRelated tells whether the message has to be acknowledged.
//
// https://core.telegram.org/mtproto/description#content-related-message
func (m Message) ContentRelated() bool { return m.SeqNo&1 == 1 }

// Constructor is the id that the body begins with, 0 for an empty body.
func (m Message) Constructor() uint32 {
	if len(m.Body) < 4 {
		return 0
	}
	return binary.LittleEndian.Uint32(m.Body)
}

// Constructors of the service messages that are written or read here.
//
// https://core.telegram.org/mtproto/service_messages
const (
	idContainer     = 0x73f1f8dc
	idGzipPacked    = 0x3072cfa1
	idMsgsAck       = 0x62d6b459
	idHTTPWait      = 0x9299359f
	idPing          = 0x7abe77ec
	idPingDelay     = 0xf3427b8c
	idPong          = 0x347773c5
	idRPCResult     = 0xf35c6d01
	idRPCError      = 0x2144ca19
	idNewSession    = 0x9ec20908
	idBadMsg        = 0xa7eff811
	idBadServerSalt = 0xedab447b
	idFutureSalts   = 0xae500895
	idStateInfo     = 0x04deb57d
)

// MaxContainer is the most messages that a container may hold.
//
// https://core.telegram.org/mtproto/service_messages#simple-container
const MaxContainer = 1024

// Inner is a message to put into a container.
type Inner struct {
	MsgID  int64
	SeqNo  int32
	Body   []byte
	Length *int32 // replaces the byte count; nil is the length of Body
}

// Container is the body of a msg_container.
//
// https://core.telegram.org/mtproto/service_messages#simple-container
func Container(messages ...Inner) []byte {
	var b bin.Buffer
	b.PutUint32(idContainer)
	b.PutInt(len(messages))
	for _, m := range messages {
		length := int32(len(m.Body))
		if m.Length != nil {
			length = *m.Length
		}
		b.PutLong(m.MsgID)
		b.PutInt32(m.SeqNo)
		b.PutInt32(length)
		b.Put(m.Body)
	}
	return b.Buf
}

// MsgsAck is the body of an acknowledgement.
//
// https://core.telegram.org/mtproto/service_messages_about_messages#acknowledgment-of-receipt
func MsgsAck(ids ...int64) []byte {
	var b bin.Buffer
	b.PutUint32(idMsgsAck)
	b.PutVectorHeader(len(ids))
	for _, id := range ids {
		b.PutLong(id)
	}
	return b.Buf
}

// Unpack takes a container apart; any other message is returned alone. A
// container in a container is refused, as the documentation wants it.
func Unpack(m Message) ([]Message, error) {
	if m.Constructor() != idContainer {
		return []Message{m}, nil
	}
	b := bin.Buffer{Buf: m.Body[4:]}
	n, err := b.Int()
	if err != nil || n < 0 || n > MaxContainer {
		return nil, &EnvelopeError{fmt.Sprintf("container of %d messages, %d allowed", n, MaxContainer)}
	}
	var out []Message
	for i := range n {
		inner, err := takeInner(&b)
		if err != nil {
			return nil, &EnvelopeError{fmt.Sprintf("message %d of %d in a container: %v", i+1, n, err)}
		}
		if inner.Constructor() == idContainer {
			return nil, &EnvelopeError{"a container inside a container"}
		}
		inner.Salt, inner.SessionID = m.Salt, m.SessionID
		out = append(out, inner)
	}
	return out, nil
}

func takeInner(b *bin.Buffer) (m Message, err error) {
	if m.MsgID, err = b.Long(); err != nil {
		return m, err
	}
	if m.SeqNo, err = b.Int32(); err != nil {
		return m, err
	}
	n, err := b.Int32()
	if err != nil {
		return m, err
	}
	if n < 0 || int(n) > b.Len() {
		return m, fmt.Errorf("says %d bytes, %d are left", n, b.Len())
	}
	m.Body, b.Buf = b.Buf[:n:n], b.Buf[n:]
	return m, nil
}

// maxInflated bounds what a packed answer may grow to: far above any answer of
// an upload, far below what a bomb could do.
const maxInflated = 16 << 20

// GzipPacked is body as gzip_packed, in which form any query may be sent.
//
// https://core.telegram.org/mtproto/service_messages#packed-object
func GzipPacked(body []byte) []byte {
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	_, _ = w.Write(body) // bytes.Buffer takes everything
	_ = w.Close()
	var b bin.Buffer
	b.PutUint32(idGzipPacked)
	b.PutBytes(packed.Bytes())
	return b.Buf
}

// Gunzip undoes GzipPacked; a body that is not packed is returned as it is.
func Gunzip(body []byte) ([]byte, error) { return gunzip(body, maxInflated) }

func gunzip(body []byte, limit int64) ([]byte, error) {
	if (Message{Body: body}).Constructor() != idGzipPacked {
		return body, nil
	}
	b := bin.Buffer{Buf: body[4:]}
	packed, err := b.Bytes()
	if err != nil {
		return nil, fmt.Errorf("rawclient: gzip_packed: %w", err)
	}
	r, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil, fmt.Errorf("rawclient: gzip_packed: %w", err)
	}
	out, err := io.ReadAll(io.LimitReader(r, limit+1))
	if err != nil {
		return nil, fmt.Errorf("rawclient: gzip_packed: %w", err)
	}
	if int64(len(out)) > limit {
		return nil, fmt.Errorf("rawclient: gzip_packed: more than %d bytes unpacked", limit)
	}
	return out, nil
}
