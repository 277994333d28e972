package gotd_test

import (
	"github.com/fakedc/fakedc/scenarios"
)

// hostileActs are the rules of MTProto that a server can break.
func hostileActs() (all []act) {
	for _, h := range scenarios.HostileCases() {
		does := "reply: { hostile: " + h.Name + " }"
		ends, ok := hostileEnds[h.Name]
		if !ok {
			ends = usualHostileEnds[h.Event]
		}
		switch {
		case gotdBreaks[h.Name]: // see notRun
		case h.Event == scenarios.EventHandshake:
			all = append(all, onKey("handshake", does, ends...))
		default:
			a := oneCall(does, ends...)
			_, a.lies = gotdHostile[h.Name]
			a.lies = a.lies || h.Name == "msg-id-repeated"
			all = append(all, a)
		}
	}
	return all
}

const (
	laterError = "the message is thrown away, and the error that follows a second later goes to the caller"
	believes   = "a known defect: gotd believes the message, which says of a part that it was stored"
)

var usualHostileEnds = map[scenarios.Event][]end{
	scenarios.EventHandshake: {all(completes, "gives the creation up, and begins another")},
	// The call was acknowledged before, so that the end of the connection ends it.
	scenarios.EventCall: {
		overHTTP,
		in("1 connection, saveBigFilePart, 4 threads or 16 threads", unanswered, brokenOff).
			or("500 INTERNAL", unnoticed).
			or(completes, unseen).
			or(gone, "another part was just being written, and gotd repeats no call whose writing fails"),
		all(unanswered, brokenOff).or("500 INTERNAL", unnoticed).or(completes, unseen),
	},
}

const (
	brokenOff = "gotd ends the connection over the message, and does not repeat what was acknowledged"
	unseen    = "it does so before it has looked at the acknowledgement, which came behind the message, and sends the part again"
	unnoticed = "a race in the loop of mtproto/read.go, which looks for a broken message before it waits for the next one: " + laterError
)

// overHTTP no single message can break a rule: messages are packed together.
var overHTTP = in("http", "500 INTERNAL", "over HTTP messages are packed together, so that none can break a rule of its own; the error is what is left of the act")

// hostileEnds are the cases that end otherwise.
var hostileEnds = map[string][]end{
	"respq-no-known-key":     {all(noConnection+"start: create auth key: key fingerprint not found", "gotd takes that for final, as it is")},
	"session-other":          {all("500 INTERNAL", laterError)},
	"session-zero":           {all("500 INTERNAL", laterError)},
	"msg-id-even":            {all("500 INTERNAL", laterError)},
	"msg-id-old":             {all("500 INTERNAL", laterError)},
	"msg-id-future":          {all("500 INTERNAL", laterError)},
	"container-beyond":       {all("500 INTERNAL", laterError)},
	"padding-short":          {overHTTP, all(whenSent+"400 FILE_PART_${part}_MISSING", believes)},
	"container-in-container": {overHTTP, all(whenSent+"400 FILE_PART_${part}_MISSING", believes)},
	"msg-id-repeated": {overHTTP, all("500 INTERNAL", laterError).
		or(whenSent+"400 FILE_PART_${part}_MISSING", "gotd knows again no more than the last message, and believes the repeated one unless that was it")},
}
