package scenarios

import (
	"fmt"
	"strings"
)

// explainWire says what a reply is that is not about the call but about its message, its session or its connection.
func (r *Reply) explainWire() string {
	switch r.Kind {
	case ReplyTransportError:
		return fmt.Sprintf("The answer is the transport error %d, four bytes that name no call.", r.Code)
	case ReplyBadServerSalt:
		return "The salt changes, and the message is refused for carrying the old one."
	case ReplyBadMsg:
		return fmt.Sprintf("The message is refused with bad_msg_notification %d.", r.Code)
	case ReplyDuplicate:
		return "The answer comes twice, under one msg_id."
	case ReplyGzip:
		return "The answer comes packed."
	case ReplyGarbage:
		return fmt.Sprintf("The answer is %d bytes that mean nothing.", r.Size)
	case ReplyWrongMsgKey:
		return "The answer comes under a msg_key of other bytes, so that it has to be thrown away."
	case ReplyNewSession:
		return "The session begins anew, and the client is told that the call has to be sent again."
	case ReplyReorder:
		return fmt.Sprintf("The answer comes behind %d later ones of the session, or after %v.", r.Count, MaxReorderTime)
	case ReplyHostile:
		return explainHostile(r.Message)
	case ReplyRefuse:
		return map[DropHow]string{
			DropFIN: "The connection is closed at once.", DropRST: "The connection is reset at once.",
			DropStall: "The connection stays open, and nothing ever comes over it.",
		}[r.How]
	}
	return ""
}

// explainDrop says how a connection goes away.
func (r *Reply) explainDrop() string {
	how := map[DropHow]string{DropFIN: "closed", DropRST: "reset", DropStall: "left open, with nothing coming over it any more,"}[r.How]
	when := map[DropPoint]string{
		DropBeforeStore: "before the call is carried out", DropAfterStore: "after the call was carried out, before the answer",
		DropMidAnswer: "after the call was carried out, in the middle of the answer",
	}[r.Drop]
	return fmt.Sprintf("The connection is %s %s.", how, when)
}

// explainChoices says what one of several replies is.
func (r *Rule) explainChoices() string {
	total := 0.0
	for i := range r.OneOf {
		total += r.OneOf[i].weight()
	}
	said := make([]string, len(r.OneOf))
	for i := range r.OneOf {
		one := *r
		one.Reply = r.OneOf[i].Reply
		text := one.Reply.explain()
		if r.aboutStore() {
			text = append(text, one.explainStore()...)
		}
		said[i] = fmt.Sprintf("%g in %g: %s", r.OneOf[i].weight(), total, strings.Join(text, " "))
	}
	return "The reply is one of these, by the seed: " + strings.Join(said, " ")
}

// explainJitter says how late an answer is that is not always as late.
func (j *Jitter) explain() string {
	switch j.Kind {
	case JitterUniform:
		return fmt.Sprintf("The answer comes between %v and %v late.", j.From, j.To)
	case JitterLognormal:
		return fmt.Sprintf("The answer comes late: half of them by more than %v, a few far longer (sigma %g), none by more than %v.", j.Median, j.Sigma, j.Max)
	}
	return ""
}

// explainCaller says who calls, and where.
func (m *Match) explainCaller() []string {
	var said []string
	add := func(n *Numbers, form string, by *numbering) {
		if !n.IsZero() {
			said = append(said, fmt.Sprintf(form, explainNumbers(n, by)))
		}
	}
	if m.Big != nil {
		said = append(said, map[bool]string{true: "of big files only", false: "of small files only"}[*m.Big])
	}
	if m.SHA256 != "" {
		said = append(said, "with the SHA-256 "+m.SHA256)
	}
	add(&m.FileSize, "of a file that is announced with %s bytes", &byNumber)
	add(&m.Conn, "over the %s connection", &byOrdinal)
	add(&m.Session, "in the %s session", &byOrdinal)
	add(&m.DC, "at datacenter %s", &byNumber)
	add(&m.Client.APIID, "from an application with api_id %s", &byNumber)
	if m.Client.Device != "" {
		said = append(said, "from a device that calls itself "+m.Client.Device)
	}
	if m.Client.App != "" {
		said = append(said, "from an application of version "+m.Client.App)
	}
	add(&m.Client.Layer, "in layer %s", &byNumber)
	return said
}
