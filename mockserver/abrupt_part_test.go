package mockserver_test

import (
	"context"
	cryptorand "crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"slices"
	"time"

	"github.com/fakedc/fakedc/mockserver/rawclient"
	"github.com/fakedc/fakedc/scenarios"
)

// visitor is a client with one file of three parts and one session, which outlives its
// connections: what is not answered it sends again, as the very same message.
type visitor struct {
	s       *storm
	n       int
	file    int64
	size    int
	session int64
	msgID   int64
	content int32
	open    []asked
}

// asked is a part that is not answered.
type asked struct {
	rawclient.Inner
	index int32
}

func (s *storm) visit(n int) *visitor {
	v := &visitor{s: s, n: n, size: kib, file: rand.Int64(), session: rand.Int64()}
	if n%16 == 0 {
		v.size = len(partNoise) // read in two pieces, see wire
	}
	return v
}

// ask puts parts among those that wait for an answer.
func (v *visitor) ask(parts ...int32) {
	for _, i := range parts {
		body, err := rawclient.Encode(228, rawclient.NewObject("upload.saveBigFilePart", rawclient.Fields{
			"file_id": v.file, "file_part": i, "file_total_parts": int32(3), "bytes": partOf(v.file, i, v.size),
		}))
		if err != nil {
			panic(err) // the schema has it
		}
		v.open = append(v.open, asked{rawclient.Inner{MsgID: v.nextID(), SeqNo: 2*v.content + 1, Body: body}, i})
		v.content++
	}
}

func (v *visitor) nextID() int64 {
	v.msgID = max(v.msgID+4, rawclient.MsgID(time.Now()))
	return v.msgID
}

func (v *visitor) seal(m rawclient.Inner) []byte {
	frame, _, err := rawclient.Seal(v.s.key, rawclient.Sealed{
		Salt: v.s.salt, SessionID: v.session, MsgID: m.MsgID, SeqNo: m.SeqNo, Body: m.Body,
	}, cryptorand.Reader)
	if err != nil {
		panic(err) // there is no randomness
	}
	return frame
}

// send sends all that is not answered.
func (v *visitor) send(ctx context.Context, c *rawclient.Conn) error {
	for _, a := range v.open {
		if err := c.SendFrame(ctx, v.seal(a.Inner)); err != nil {
			return err
		}
	}
	return nil
}

// finish comes back until all is answered: by TCP, over any transport but HTTP, which
// would have to ask for late answers.
func (v *visitor) finish(ctx context.Context) error {
	var err error
	for range 8 {
		if err = v.again(ctx); err == nil || ctx.Err() != nil {
			break
		}
	}
	return err
}

// again does so once.
func (v *visitor) again(ctx context.Context) error {
	v.s.back.Add(1)
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	c, _, err := v.s.dial(routes[(v.n+1)%(len(routes)-1)], byFIN)
	if err != nil {
		return err
	}
	defer func() { _ = c.Close() }()
	if err := v.send(ctx, c); err != nil {
		return err
	}
	return v.receive(ctx, c)
}

// receive takes answers until all is answered.
func (v *visitor) receive(ctx context.Context, c *rawclient.Conn) error {
	for len(v.open) > 0 {
		frame, err := c.RecvFrame(ctx)
		if err != nil {
			return fmt.Errorf("file %d, %d parts are not answered: %w", v.file, len(v.open), err)
		}
		messages, err := v.unseal(frame)
		if err != nil {
			return err
		}
		for _, m := range messages {
			if err := v.take(m); err != nil {
				return err
			}
		}
	}
	return nil
}

func (v *visitor) unseal(frame []byte) ([]rawclient.Message, error) {
	sealed, err := rawclient.Open(v.s.key, frame)
	if err != nil {
		return nil, err
	}
	return rawclient.Unpack(sealed)
}

// ping sends one and waits for its answer.
func (v *visitor) ping(ctx context.Context, c *rawclient.Conn) error {
	if err := c.SendFrame(ctx, v.seal(rawclient.Inner{MsgID: v.nextID(), SeqNo: 2 * v.content, Body: pingBody(1)})); err != nil {
		return err
	}
	const pongID = 0x347773c5
	for {
		frame, err := c.RecvFrame(ctx)
		if err != nil {
			return fmt.Errorf("waiting for a pong: %w", err)
		}
		messages, err := v.unseal(frame)
		if err != nil || slices.ContainsFunc(messages, func(m rawclient.Message) bool { return m.Constructor() == pongID }) {
			return err
		}
	}
}

// take notes an answer in the ledger.
func (v *visitor) take(m rawclient.Message) error {
	const (
		resultID = 0xf35c6d01
		trueID   = 0x997275b5
		badMsgID = 0xa7eff811
	)
	switch m.Constructor() {
	case badMsgID:
		return fmt.Errorf("file %d: a message was refused: %x", v.file, m.Body)
	case resultID:
		id := int64(binary.LittleEndian.Uint64(m.Body[4:]))
		i := slices.IndexFunc(v.open, func(a asked) bool { return a.MsgID == id })
		if i < 0 {
			return nil // a second time, to another question for it
		}
		if got := binary.LittleEndian.Uint32(m.Body[12:]); got != trueID {
			return fmt.Errorf("file %d part %d was answered %x", v.file, v.open[i].index, m.Body[12:])
		}
		v.s.ledger.keep(promise{v.file, v.open[i].index, v.size})
		v.open = slices.Delete(v.open, i, i+1)
	}
	return nil
}

// containerCut leaves in a container of three parts, of which none arrived then.
func (s *storm) containerCut(ctx context.Context, n int) error {
	v := s.visit(n)
	v.ask(0, 1, 2)
	var inner []rawclient.Inner
	for _, a := range v.open {
		inner = append(inner, a.Inner)
	}
	whole := v.seal(rawclient.Inner{MsgID: v.nextID(), SeqNo: 2 * v.content, Body: rawclient.Container(inner...)})
	_, err := v.cut(ctx, whole, func(r *rand.Rand, _, header, n int) int { return header + 56 + r.IntN(n-56) })
	if err != nil {
		return err
	}
	return v.finish(ctx)
}

// sentAndGone sends three parts, alone or in a container, and waits for nothing.
func (s *storm) sentAndGone(ctx context.Context, n int) error {
	v := s.visit(n)
	v.ask(0, 1, 2)
	c, cut, _, err := s.connect(n)
	if err != nil {
		return err
	}
	defer func() { _ = c.Close() }()
	if n%2 == 0 {
		err = v.send(ctx, c)
	} else {
		err = c.SendFrame(ctx, v.seal(rawclient.Inner{MsgID: v.nextID(), SeqNo: 2 * v.content,
			Body: rawclient.Container(v.open[0].Inner, v.open[1].Inner, v.open[2].Inner)}))
	}
	if err != nil {
		return err
	}
	cut.sever()
	return v.finish(ctx)
}

// parting is a connection that is to end.
type parting struct {
	*severed
	conn *rawclient.Conn
}

func (p parting) end() {
	p.sever()
	_ = p.conn.Close() // what there is above the socket has to hear of it
}

// leave sends what is asked and returns the connection, to be ended.
func (v *visitor) leave(ctx context.Context) (parting, error) {
	c, cut, _, err := v.s.connect(v.n)
	if err != nil {
		return parting{}, err
	}
	return parting{cut, c}, v.send(ctx, c)
}

// inAnswer leaves when a few bytes of an answer have come. Over a pipe the server is
// writing the others then.
func (s *storm) inAnswer(ctx context.Context, n int) error {
	v := s.visit(n)
	c, cut, _, err := s.connect(n)
	if err != nil {
		return err
	}
	defer func() { _ = c.Close() }()
	v.ask(0)
	if err := v.send(ctx, c); err != nil {
		return err
	}
	if err := v.receive(ctx, c); err != nil { // and with it that the session is new
		return err
	}
	v.ask(1)
	if err := v.send(ctx, c); err != nil {
		return err
	}
	_ = cut.SetReadDeadline(time.Now().Add(20 * time.Second))
	if _, err := io.ReadFull(cut.Conn, make([]byte, 1+n%40)); err != nil {
		return fmt.Errorf("waiting for an answer: %w", err)
	}
	cut.sever()
	return v.finish(ctx)
}

// drop is what a scenario does to the first attempt of each part: part 0 by FIN, part 1
// by RST, and part 2 leaves the client with a connection over which nothing comes.
func drop(at scenarios.DropPoint) (rules []scenarios.Rule) {
	for i, how := range []scenarios.DropHow{scenarios.DropFIN, scenarios.DropRST, scenarios.DropStall} {
		rules = append(rules, scenarios.Rule{
			Match: scenarios.Match{Part: scenarios.Exactly(int64(i)), Attempt: scenarios.Exactly(1)}, Reply: scenarios.DropHowReply(at, how),
		})
	}
	return rules
}

const (
	beforeStore = scenarios.DropBeforeStore
	afterStore  = scenarios.DropAfterStore
	midAnswer   = scenarios.DropMidAnswer
)

// scenarioDrops has the server end connections at some point of a part. Every second client
// does not wait for that.
func scenarioDrops(at scenarios.DropPoint) func(*storm, int, int) error {
	return func(s *storm, first, n int) error {
		in, err := s.dc.Inject(drop(at)...)
		if err != nil {
			return err
		}
		defer in.Remove()
		err = victims(func(s *storm, ctx context.Context, n int) error {
			v := s.visit(n)
			v.ask(int32(n % 3))
			cut, err := v.leave(ctx)
			if err != nil {
				return err
			}
			if n%3 == 2 { // the server has stalled: nothing else will tell
				err = s.await(ctx, func() bool { _, begun := s.dc.Upload(v.file); return begun })
			} else if n%2 == 0 {
				_ = cut.SetReadDeadline(time.Now().Add(20 * time.Second))
				if _, err = io.Copy(io.Discard, cut.Conn); !errors.Is(err, os.ErrDeadlineExceeded) {
					err = nil // whichever way it ended
				}
			}
			if err != nil {
				return fmt.Errorf("the server did not drop the connection: %w", err)
			}
			cut.end()
			return v.finish(ctx)
		})(s, first, n)
		if fired := in.Fired(); err == nil && fired != n {
			err = fmt.Errorf("the scenario dropped %d of %d", fired, n)
		}
		return err
	}
}
