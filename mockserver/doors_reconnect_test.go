package mockserver_test

import (
	"bytes"
	"context"
	cryptorand "crypto/rand"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/mockserver"
	"github.com/fakedc/fakedc/mockserver/rawclient"
)

// restless is a session that outlives its connections, as mtcute's do: what was
// not answered is sent again over the next connection, as the very same message.
type restless struct {
	addr    string
	key     *rawclient.AuthKey
	salt    int64
	session int64
	random  *rand.Rand

	msgID   int64
	content int32
	open    []message // neither answered nor given up
	answers map[int64][]byte

	conn       *rawclient.Conn
	reconnects int
	repeats    int
}

type message struct {
	id    int64
	frame []byte
	sent  bool
}

// ask puts a query among those that wait for an answer.
func (r *restless) ask(body []byte) (id int64, err error) {
	r.msgID = max(r.msgID+4, rawclient.MsgID(time.Now()))
	frame, _, err := rawclient.Seal(r.key, rawclient.Sealed{
		Salt: r.salt, SessionID: r.session, MsgID: r.msgID, SeqNo: 2*r.content + 1, Body: body,
	}, cryptorand.Reader)
	r.content++
	r.open = append(r.open, message{id: r.msgID, frame: frame})
	return r.msgID, err
}

// finish sends and receives, and leaves at random, until all is answered.
func (r *restless) finish(ctx context.Context) error {
	defer func() {
		if r.conn != nil {
			_ = r.conn.Close()
		}
		r.conn = nil
	}()
	for len(r.open) > 0 {
		if r.conn == nil || r.random.IntN(3) == 0 {
			if err := r.reconnect(ctx); err != nil {
				return err
			}
		}
		unsent := slices.IndexFunc(r.open, func(m message) bool { return !m.sent })
		if unsent >= 0 && r.random.IntN(4) != 0 {
			r.open[unsent].sent = true
			if err := r.conn.SendFrame(ctx, r.open[unsent].frame); err != nil {
				return err
			}
			continue
		}
		if unsent != 0 { // something is on its way
			if err := r.receive(ctx); err != nil {
				return err
			}
		}
	}
	return nil
}

// reconnect leaves without a word and sends again all that is not answered.
func (r *restless) reconnect(ctx context.Context) (err error) {
	if r.conn != nil {
		_ = r.conn.Close()
		r.reconnects++
	}
	r.conn = nil
	if r.conn, err = rawclient.Dial(ctx, r.addr, rawclient.Options{Transport: rawclient.Intermediate}); err != nil {
		return err
	}
	for _, m := range r.open {
		if m.sent {
			r.repeats++
			if err := r.conn.SendFrame(ctx, m.frame); err != nil {
				return err
			}
		}
	}
	return nil
}

// receive takes one frame in.
func (r *restless) receive(ctx context.Context) error {
	frame, err := r.conn.RecvFrame(ctx)
	if err != nil {
		return err
	}
	sealed, err := rawclient.Open(r.key, frame)
	if err != nil {
		return err
	}
	messages, err := rawclient.Unpack(sealed)
	for _, m := range messages {
		const (
			resultID  = 0xf35c6d01
			badMsgID  = 0xa7eff811
			badSaltID = 0xedab447b
		)
		switch m.Constructor() {
		case badMsgID, badSaltID:
			return fmt.Errorf("a message was refused: %x", m.Body)
		case resultID:
			id := int64(binary.LittleEndian.Uint64(m.Body[4:]))
			r.answers[id] = m.Body[12:]
			r.open = slices.DeleteFunc(r.open, func(o message) bool { return o.id == id })
		}
	}
	return err
}

// A hundred connections of one account upload a hundred files at once and leave at
// random: nothing is lost, and nothing is carried out twice.
func TestHundredConnectionsReconnectAtRandom(t *testing.T) {
	const (
		connections = 100
		parts       = 8
	)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	dc := mockserver.Start(t, mockserver.Options{})
	s, err := dc.Session(mockserver.SessionOptions{})
	require.NoError(t, err)
	first, err := rawclient.ConnectWithKey(ctx, dc.Addr(), rawclient.Options{}, rawclient.NewAuthKey(s.AuthKey, 0), rawclient.ClientOptions{})
	require.NoError(t, err)
	_, err = first.InitConnection(ctx, 228)
	require.NoError(t, err)

	data := make([][]byte, connections)
	sessions := make([]*restless, connections)
	failed := make([]error, connections)
	var all sync.WaitGroup
	for i := range connections {
		data[i] = contents((parts-1)*kib + 1 + i)
		copy(data[i], fmt.Sprintf("file %d", i))
		r := &restless{
			addr: dc.Addr(), key: first.Key(), salt: first.Session().Salt(), session: int64(1000 + i),
			random: rand.New(rand.NewPCG(1, uint64(i))), answers: map[int64][]byte{},
		}
		sessions[i] = r
		all.Go(func() { failed[i] = r.upload(ctx, int64(i), data[i], parts) })
	}
	all.Wait()
	require.NoError(t, first.Close())

	reconnects, repeats := 0, 0
	for i, r := range sessions {
		require.NoError(t, failed[i], "session %d", i)
		reconnects += r.reconnects
		repeats += r.repeats
		u, ok := dc.Upload(int64(i))
		require.True(t, ok)
		require.True(t, u.Report.Finalised)
		got, err := u.Bytes()
		require.NoError(t, err)
		require.True(t, bytes.Equal(data[i], got), "file %d", i)
	}
	t.Logf("%d reconnects, %d messages sent again", reconnects, repeats)
	require.Greater(t, reconnects, connections, "they were restless")
	require.Greater(t, repeats, connections)
	require.Len(t, dc.Uploads(), connections)

	ran := map[string]int{}
	for _, e := range dc.Journal() {
		switch e.Kind {
		case mockserver.EventPart:
			ran[fmt.Sprintf("file %d part %d", e.FileID, *e.Part)]++
		case mockserver.EventFile:
			ran[fmt.Sprintf("file %d as a whole", e.FileID)]++
		case mockserver.EventLimit, mockserver.EventRefused:
			if e.Error != "bad_server_salt" || e.Key != first.Key().ID { // the first message of all
				require.Fail(t, "something was refused", "%+v", e)
			}
		}
	}
	require.Len(t, ran, connections*(parts+1))
	for what, times := range ran {
		require.Equal(t, 1, times, what)
	}
}

// upload sends a file's parts and, when all are answered, the call that makes a
// document of them.
func (r *restless) upload(ctx context.Context, file int64, data []byte, parts int) error {
	for i := range parts {
		body, err := rawclient.Encode(228, rawclient.NewObject("upload.saveBigFilePart", rawclient.Fields{
			"file_id": file, "file_part": int32(i), "file_total_parts": int32(parts),
			"bytes": data[i*kib : min(len(data), (i+1)*kib)],
		}))
		if err != nil {
			return err
		}
		if _, err := r.ask(body); err != nil {
			return err
		}
	}
	if err := r.finish(ctx); err != nil {
		return err
	}
	for id, answer := range r.answers {
		if o, err := rawclient.Decode(answer); err != nil || o.Name != "boolTrue" {
			return fmt.Errorf("message %d was answered with %x", id, answer)
		}
	}
	body, err := rawclient.Encode(228, rawclient.NewObject("messages.uploadMedia", rawclient.Fields{
		"peer": rawclient.NewObject("inputPeerSelf", nil),
		"media": rawclient.NewObject("inputMediaUploadedDocument", rawclient.Fields{
			"file":      rawclient.NewObject("inputFileBig", rawclient.Fields{"id": file, "parts": int32(parts), "name": "a.bin"}),
			"mime_type": "application/octet-stream", "attributes": []any{},
		}),
	}))
	if err != nil {
		return err
	}
	id, err := r.ask(body)
	if err != nil {
		return err
	}
	if err := r.finish(ctx); err != nil {
		return err
	}
	o, err := rawclient.Decode(r.answers[id])
	if err != nil || o.Name != "messageMediaDocument" {
		return fmt.Errorf("messages.uploadMedia was answered with %x", r.answers[id])
	}
	return nil
}
