package conformance

import (
	"context"
	"errors"
	"fmt"

	"github.com/fakedc/fakedc/mockserver/rawclient"
)

func containerCases() []Case {
	const anchor = "#simple-container"
	const notice = pageAbout + "#notice-of-ignored-error-message"
	refuses := func(name, requirement string, build func(p *peer, good rawclient.Inner) []byte) Case {
		return test(name, requirement, notice, refusesContainer(build))
	}
	return []Case{
		test("container", "Each message of a container is carried out and answered.", anchor, containerOf(3)),
		test("container of one", "A container may hold one message.", anchor, containerOf(1)),
		test("container of a thousand", "A container may hold 1,020 messages.", anchor, containerOf(1020)),
		test("empty container", "A container without messages does no harm.", anchor, harmless(func(*peer) []byte { return rawclient.Container() })),
		test("container of acknowledgements", "A container may hold nothing but service messages.", anchor, harmless(func(p *peer) []byte {
			return rawclient.Container(p.inner(rawclient.MsgsAck(4), false), p.inner(rawclient.MsgsAck(8, 12), false))
		})),
		test("container with a packed query", "A message of a container may be packed.", "#packed-object", containerPacked),
		test("container in any order of numbers", "Messages of a container may have been numbered long before it.", anchor, containerOlder),
		refuses("container in a container", "A container must not hold a container: bad_msg_notification 64, and nothing of it is carried out.", func(p *peer, good rawclient.Inner) []byte {
			return rawclient.Container(good, p.inner(rawclient.Container(p.inner(ping(1), true)), false))
		}),
		test("more than 1,024 messages", "A container of more messages than allowed is refused: bad_msg_notification 64 or transport error -429, and nothing of it is carried out.", notice,
			orFlood(refusesContainer(func(p *peer, good rawclient.Inner) []byte {
				inner := []rawclient.Inner{good}
				for range 1030 {
					inner = append(inner, p.inner(rawclient.MsgsAck(4), false))
				}
				return rawclient.Container(inner...)
			}))),
		refuses("container that ends early", "A container with fewer messages than it says is refused as a whole: bad_msg_notification 64.", func(p *peer, good rawclient.Inner) []byte {
			b := rawclient.Container(good)
			b[4] = 2
			return b
		}),
		refuses("container with a negative number", "A container of a negative number of messages is refused: bad_msg_notification 64.", func(p *peer, good rawclient.Inner) []byte {
			b := rawclient.Container(good)
			copy(b[4:], []byte{0xff, 0xff, 0xff, 0xff})
			return b
		}),
		refuses("inner length too great", "A message of a container that reaches beyond it makes it invalid: bad_msg_notification 64.", func(p *peer, good rawclient.Inner) []byte {
			bad := p.inner(ping(2), true)
			bad.Length = rawclient.Ptr(int32(4000))
			return rawclient.Container(good, bad)
		}),
		refuses("inner length negative", "A message of a container with a negative length makes it invalid: bad_msg_notification 64.", func(p *peer, good rawclient.Inner) []byte {
			bad := p.inner(ping(2), true)
			bad.Length = rawclient.Ptr(int32(-4))
			return rawclient.Container(good, bad)
		}),
		refuses("inner length odd", "The length of a message of a container is divisible by four: bad_msg_notification 64.", func(p *peer, good rawclient.Inner) []byte {
			bad := p.inner(append(ping(2), 1, 2, 3, 4), true)
			bad.Length = rawclient.Ptr(int32(14))
			return rawclient.Container(good, bad)
		}),
		test("inner msg_id above the container's", "The msg_id of a container is above those of its messages: bad_msg_notification 64.", notice, innerAbove),
		test("container's msg_id used before", "A container with the msg_id of an earlier message is refused with bad_msg_notification 19.", notice, containerAgain),
		test("odd seqno of a container", "A container is not content-related: with an odd seqno it is refused with bad_msg_notification 34.", notice,
			refusedMessage(34, func(p *peer) rawclient.Envelope {
				return rawclient.Envelope{Body: rawclient.Container(), SeqNo: rawclient.Ptr(p.NextSeqNo(true))}
			})),
	}
}

// containerOf sends n pings in a container and demands n pongs.
func containerOf(n int) func(context.Context, *Env) error {
	return func(ctx context.Context, e *Env) error {
		p := must(e.peer(ctx))
		var inner []rawclient.Inner
		due := map[int64]bool{}
		for range n {
			id := nextPing()
			inner = append(inner, p.inner(ping(id), true))
			due[id] = true
		}
		must(p.say(ctx, rawclient.Container(inner...)))
		for len(due) > 0 {
			m := must(p.await(ctx, fmt.Sprintf("%d of %d pongs", len(due), n), func(m rawclient.Message) bool { return m.Constructor() == idPong }))
			pong, _ := readPong(m.Body)
			if !due[pong.pingID] {
				return fmt.Errorf("expected one pong for each ping; got another for %d", pong.pingID)
			}
			delete(due, pong.pingID)
		}
		return nil
	}
}

func containerPacked(ctx context.Context, e *Env) error {
	p := must(e.peer(ctx))
	packed := p.inner(rawclient.GzipPacked(getConfig()), true)
	id := nextPing()
	must(p.say(ctx, rawclient.Container(packed, p.inner(ping(id), true))))
	must2(p.result(ctx, packed.MsgID))
	_, err := p.await(ctx, "a pong for the ping beside it", func(m rawclient.Message) bool { return isPong(m, id) })
	return err
}

// containerOlder puts a query that was numbered before other messages left.
func containerOlder(ctx context.Context, e *Env) error {
	p := must(e.peer(ctx))
	query := p.inner(getConfig(), true)
	must(p.fence(ctx))
	must(p.say(ctx, rawclient.Container(query)))
	_, _, err := p.result(ctx, query.MsgID)
	return err
}

// refusesContainer puts a good ping beside what makes the container invalid, and
// demands notice 64 about the container and no pong.
func refusesContainer(build func(p *peer, good rawclient.Inner) []byte) func(context.Context, *Env) error {
	return func(ctx context.Context, e *Env) error {
		p := must(e.peer(ctx))
		must(p.fence(ctx))
		id := nextPing()
		sent := must(p.say(ctx, build(p, p.inner(ping(id), true))))
		return p.refused(ctx, sent, 64, id)
	}
}

// orFlood takes transport error -429 as well, which is there for those who pass a limit
// of containers and service messages.
//
// https://core.telegram.org/mtproto/mtproto-transports#transport-errors
func orFlood(check func(context.Context, *Env) error) func(context.Context, *Env) error {
	return func(ctx context.Context, e *Env) error {
		err := contained(ctx, e, check)
		if flood := new(rawclient.TransportError); errors.As(err, &flood) && flood.Code == -429 {
			return e.serves(ctx)
		}
		return err
	}
}

func innerAbove(ctx context.Context, e *Env) error {
	p := must(e.peer(ctx))
	must(p.fence(ctx))
	outer := p.NextMsgID()
	id := nextPing()
	sent := must(p.post(ctx, rawclient.Envelope{Body: rawclient.Container(p.inner(ping(id), true)), MsgID: &outer}))
	return p.refused(ctx, sent, 64, id)
}

func containerAgain(ctx context.Context, e *Env) error {
	p := must(e.peer(ctx))
	first := p.inner(ping(nextPing()), true)
	id := nextPing()
	second := p.inner(ping(id), true)
	outer := p.NextMsgID()
	for _, in := range []rawclient.Inner{first, second} {
		sent := must(p.post(ctx, rawclient.Envelope{Body: rawclient.Container(in), MsgID: &outer}))
		if in.MsgID == second.MsgID {
			return p.refused(ctx, sent, 19, id)
		}
	}
	return nil
}
