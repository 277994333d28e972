package main

import (
	"bufio"
	"context"
	"crypto/rand"
	"crypto/x509"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"time"

	"github.com/fakedc/fakedc/mockserver/rawclient"
)

// client is logged in to a server and sends messages that were made before.
type client struct {
	login   *rawclient.Client // stays open: one that closes ends tgtest
	conn    net.Conn
	key     *rawclient.AuthKey
	session int64
	salt    int64
	content int32
	lastID  int64
	buffer  *bufio.Reader // what has come is taken together, as clients do
	in      []byte
	unacked []int64 // answers
	blind   bool    // the floor answers with nothing in particular
}

// patience is how long anything may take: tgtest takes minutes for what it keeps.
const patience = 10 * time.Minute

// dial connects to a server and logs in.
func dial(ctx context.Context, p *process) (*client, error) {
	key, err := x509.ParsePKCS1PublicKey(p.hello.PublicKey)
	if err != nil {
		return nil, err
	}
	login, err := rawclient.Connect(ctx, p.hello.Addr, rawclient.Options{}, rawclient.KeyOptions{PublicKey: key}, rawclient.ClientOptions{})
	if err != nil {
		return nil, err
	}
	if _, err := login.InitConnection(ctx, 228); err != nil {
		return nil, err
	}
	if _, err := login.LoginBot(ctx, "123456:bench"); err != nil {
		return nil, err
	}
	c := &client{login: login, key: login.Key(), salt: login.Session().Salt()}
	return c, c.connect(p.hello.Addr)
}

// connect opens a connection with a session of its own.
func (c *client) connect(addr string) (err error) {
	if c.conn, err = net.Dial("tcp", addr); err != nil {
		return err
	}
	c.buffer, c.unacked = bufio.NewReader(c.conn), nil
	var id [8]byte
	_, _ = rand.Read(id[:])
	c.session, c.content = int64(binary.LittleEndian.Uint64(id[:])), 0
	_, err = c.conn.Write([]byte{0xee, 0xee, 0xee, 0xee}) // intermediate
	return err
}

// message is a frame that is ready to be sent.
func (c *client) message(body []byte) ([]byte, error) {
	frame, err := c.seal(body, 2*c.content+1)
	c.content++
	return frame, err
}

func (c *client) seal(body []byte, seqNo int32) ([]byte, error) {
	id := time.Now().Unix() << 32
	c.lastID = max(id, c.lastID+4)
	frame, _, err := rawclient.Seal(c.key, rawclient.Sealed{
		Salt: c.salt, SessionID: c.session, MsgID: c.lastID, SeqNo: seqNo, Body: body,
	}, rand.Reader)
	return append(binary.LittleEndian.AppendUint32(nil, uint32(len(frame))), frame...), err
}

// parts are the messages of a file. pack makes a body of another one.
func (c *client) parts(fileID int64, n, size int, pack func([]byte) []byte, data func(part int) []byte) (frames [][]byte, err error) {
	for i := range n {
		body, err := rawclient.Encode(228, rawclient.NewObject("upload.saveBigFilePart", rawclient.Fields{
			"file_id": fileID, "file_part": int32(i), "file_total_parts": int32(n), "bytes": data(i)[:size],
		}))
		if err != nil {
			return nil, err
		}
		frame, err := c.message(pack(body))
		if err != nil {
			return nil, err
		}
		frames = append(frames, frame)
	}
	return frames, nil
}

func (c *client) pings(n int) (frames [][]byte, err error) {
	for i := range n {
		body := binary.LittleEndian.AppendUint32(nil, 0x7abe77ec) // ping#7abe77ec
		frame, err := c.message(binary.LittleEndian.AppendUint64(body, uint64(i)))
		if err != nil {
			return nil, err
		}
		frames = append(frames, frame)
	}
	return frames, nil
}

// send sends frames with so many unanswered at once, and returns how long each took.
func (c *client) send(frames [][]byte, inFlight int) (took []time.Duration, err error) {
	_ = c.conn.SetDeadline(time.Now().Add(patience))
	var sent []time.Time
	for answered := 0; answered < len(frames); {
		for len(sent) < len(frames) && len(sent)-answered < inFlight {
			sent = append(sent, time.Now())
			if _, err := c.conn.Write(frames[len(sent)-1]); err != nil {
				return nil, err
			}
		}
		for more := true; more && answered < len(frames); more = c.buffer.Buffered() > 0 {
			n, err := c.receive()
			if err != nil {
				return nil, fmt.Errorf("after %d of %d answers: %w", answered, len(frames), err)
			}
			for range min(n, len(frames)-answered) {
				took = append(took, time.Since(sent[answered]))
				answered++
			}
		}
	}
	return took, nil
}

// acknowledge says that all answers have come, and waits until the server has heard it.
func (c *client) acknowledge() error {
	ack, err := c.seal(rawclient.MsgsAck(c.unacked...), 2*c.content)
	if err != nil {
		return err
	}
	ping, err := c.pings(1)
	if err != nil {
		return err
	}
	c.unacked = nil
	if _, err := c.conn.Write(ack); err != nil {
		return err
	}
	_, err = c.send(ping, 1)
	return err
}

// receive reads one frame and returns how many answers are in it.
func (c *client) receive() (answers int, err error) {
	var head [4]byte
	if _, err := io.ReadFull(c.buffer, head[:]); err != nil {
		return 0, err
	}
	n := int(binary.LittleEndian.Uint32(head[:]))
	if n > 1<<20 {
		return 0, fmt.Errorf("a frame of %d bytes", n)
	}
	if cap(c.in) < n {
		c.in = make([]byte, n)
	}
	c.in = c.in[:n]
	if _, err := io.ReadFull(c.buffer, c.in); err != nil {
		return 0, err
	}
	if c.blind {
		return 1, nil
	}
	m, err := rawclient.Open(c.key, c.in)
	if err != nil {
		return 0, err
	}
	all, err := rawclient.Unpack(m)
	if err != nil {
		return 0, err
	}
	for _, m := range all {
		switch m.Constructor() {
		case 0xf35c6d01: // rpc_result
			if len(m.Body) >= 16 && binary.LittleEndian.Uint32(m.Body[12:]) == 0x2144ca19 {
				return 0, errors.New("a part was refused: " + string(m.Body[20:]))
			}
			answers++
			c.unacked = append(c.unacked, m.MsgID)
		case 0x347773c5: // pong
			answers++
		case 0xedab447b, 0xa7eff811: // bad_server_salt, bad_msg_notification
			return 0, fmt.Errorf("the server takes no message of this session: constructor %#x", m.Constructor())
		}
	}
	return answers, nil
}
