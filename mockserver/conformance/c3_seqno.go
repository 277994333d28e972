package conformance

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/fakedc/fakedc/mockserver/rawclient"
)

func seqnoCases() []Case {
	const anchor = "#message-sequence-number-msg-seqno"
	const notice = pageAbout + "#notice-of-ignored-error-message"
	return []Case{
		test("query with an even seqno", "A query is content-related: with an even seqno it is refused with bad_msg_notification 35.", notice,
			refusedMessage(35, func(*peer) rawclient.Envelope {
				return rawclient.Envelope{Body: getConfig(), SeqNo: rawclient.Ptr(int32(4))}
			})),
		test("acknowledgement with an odd seqno", "A msgs_ack is not content-related: with an odd seqno it is refused with bad_msg_notification 34.", notice,
			refusedMessage(34, func(p *peer) rawclient.Envelope {
				return rawclient.Envelope{Body: rawclient.MsgsAck(1), SeqNo: rawclient.Ptr(p.NextSeqNo(true))}
			})),
		test("seqno too low", "A seqno below that of an earlier message is refused with bad_msg_notification 32.", notice, seqnoLow),
		test("seqno too high", "A seqno above that of a later message is refused with bad_msg_notification 33.", notice, seqnoHigh),
		test("acknowledgement with an even seqno", "A msgs_ack with an even seqno is taken.", anchor, evenAck),
		test("container with an even seqno", "A container with an even seqno is taken, and so are odd ones in it.", anchor, evenContainer),
		test("server's content-related messages", "A rpc_result has an odd seqno, as it has to be acknowledged.", pageDescription+"#content-related-message", oddResult),
		test("server's service messages", "A pong has an even seqno, as it has not to be acknowledged.", pageDescription+"#content-related-message", evenPong),
		test("server counts", "A server's seqno is twice the content-related messages before, and one more for such a one.", anchor, serverCounts),
	}
}

// ordered sends two queries whose msg_ids and seqnos are chosen, the first of which
// is good, and demands that the second is refused.
func ordered(ctx context.Context, e *Env, code int32, first, second func(p *peer, ids [2]int64) rawclient.Envelope) error {
	p := must(e.peer(ctx))
	ids := [2]int64{p.NextMsgID(), p.NextMsgID()}
	one := first(p, ids)
	one.Body = getConfig()
	sent := must(p.post(ctx, one))
	must2(p.result(ctx, sent.MsgID))
	p.NextSeqNo(true) // the fence's ping must lie above both
	for range 20 {
		p.NextSeqNo(true)
	}
	two := second(p, ids)
	two.Body = getConfig()
	sent = must(p.post(ctx, two))
	return p.refused(ctx, sent, code, 0)
}

func seqnoLow(ctx context.Context, e *Env) error {
	return ordered(ctx, e, 32,
		func(_ *peer, ids [2]int64) rawclient.Envelope {
			return rawclient.Envelope{MsgID: &ids[0], SeqNo: rawclient.Ptr(int32(21))}
		},
		func(_ *peer, ids [2]int64) rawclient.Envelope {
			return rawclient.Envelope{MsgID: &ids[1], SeqNo: rawclient.Ptr(int32(5))}
		})
}

func seqnoHigh(ctx context.Context, e *Env) error {
	return ordered(ctx, e, 33,
		func(_ *peer, ids [2]int64) rawclient.Envelope {
			return rawclient.Envelope{MsgID: &ids[1], SeqNo: rawclient.Ptr(int32(5))}
		},
		func(_ *peer, ids [2]int64) rawclient.Envelope {
			return rawclient.Envelope{MsgID: &ids[0], SeqNo: rawclient.Ptr(int32(21))}
		})
}

// noNotice demands that nothing is said against what was sent.
func (p *peer) noNotice(ctx context.Context) error {
	for _, m := range must(p.fence(ctx)) {
		if _, ok := readBadMsg(m.Body); ok {
			return fmt.Errorf("expected the message to be taken; got %s", describe(m.Body))
		}
	}
	return nil
}

func evenAck(ctx context.Context, e *Env) error {
	p := must(e.peer(ctx))
	m := must(p.askConfig(ctx))
	must(p.say(ctx, rawclient.MsgsAck(m.MsgID)))
	return p.noNotice(ctx)
}

func evenContainer(ctx context.Context, e *Env) error {
	p := must(e.peer(ctx))
	query := p.inner(getConfig(), true)
	ack := p.inner(rawclient.MsgsAck(4), false)
	must(p.say(ctx, rawclient.Container(query, ack)))
	must2(p.result(ctx, query.MsgID))
	return p.noNotice(ctx)
}

func oddResult(ctx context.Context, e *Env) error {
	p := must(e.peer(ctx))
	m := must(p.askConfig(ctx))
	if !m.ContentRelated() {
		return fmt.Errorf("expected an odd seqno of rpc_result; got %d", m.SeqNo)
	}
	return nil
}

func evenPong(ctx context.Context, e *Env) error {
	p := must(e.peer(ctx))
	m := must(p.ping(ctx))
	if m.ContentRelated() {
		return fmt.Errorf("expected an even seqno of pong; got %d", m.SeqNo)
	}
	return nil
}

func serverCounts(ctx context.Context, e *Env) error {
	p := must(e.peer(ctx))
	var all []rawclient.Message
	for range 3 {
		m := must(p.askConfig(ctx))
		a := must(p.ping(ctx))
		all = append(append(all, m, a), p.inbox...)
		p.inbox = nil
	}
	slices.SortFunc(all, func(a, b rawclient.Message) int { return cmp.Compare(a.MsgID, b.MsgID) })
	content := int32(0)
	for _, m := range all {
		want := 2 * content
		if m.ContentRelated() {
			want++
			content++
		}
		if m.SeqNo != want {
			return fmt.Errorf("expected seqno %d of %s, after %d content-related messages; got %d", want, describe(m.Body), content, m.SeqNo)
		}
	}
	if content < 3 {
		return fmt.Errorf("expected three content-related answers; counted %d", content)
	}
	return nil
}
