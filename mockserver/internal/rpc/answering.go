package rpc

import "github.com/fakedc/fakedc/mockserver/internal/tl"

// answering is which message another one answers, 0 for none, and in which thread.
// https://core.telegram.org/api/threads
type answering struct{ to, top int32 }

// answering is what a call that sends says of it. The message need not be there: others, of
// whom a test knows, have sent it.
func (q *query) answering(with peer) (a answering) {
	switch in := q.args.Obj("reply_to"); {
	case in == nil: // layers before 159
		a = answering{q.args.Int("reply_to_msg_id"), q.args.Int("top_msg_id")}
	case in.Name == "inputReplyToMessage":
		a = answering{in.Int("reply_to_msg_id"), in.Int("top_msg_id")}
	}
	if a.to <= 0 {
		return answering{}
	}
	if a.top <= 0 && with.channel != 0 {
		was, _ := q.accounts.said.find(q.account, with.box(), a.to)
		if a.top = was.answers.top; a.top == 0 {
			a.top = was.answers.to
		}
	}
	return a
}

// header is how a message tells of it.
func (a answering) header() *tl.Object {
	f := tl.Fields{"reply_to_msg_id": a.to}
	if a.top > 0 {
		f["reply_to_top_id"] = a.top
	}
	return tl.New("messageReplyHeader", f)
}

// in tells whether a message is in the thread of another one.
func (a answering) in(thread int32) bool { return a.to == thread || a.top == thread }
