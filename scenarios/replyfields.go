package scenarios

import (
	"errors"
	"fmt"
	"math"
	"time"

	"go.yaml.in/yaml/v4"
)

// replyDraft is a reply while its keys are read.
type replyDraft struct {
	reply Reply
	// chosen is the key that says what the reply is; there must be exactly one.
	chosen string
	wait   time.Duration
	// premium is the node of `premium`, which says something only beside flood_wait.
	premium   *yaml.Node
	isPremium bool
}

// replyFields is the reply of a rule.
var replyFields = object[replyDraft]{prefix: "reply", fields: []field[replyDraft]{
	alternative("error", kindError, "answers with an rpc_error", decodeError),
	alternative("flood_wait", kindDuration, "answers FLOOD_WAIT_X, in whole seconds", decodeWait),
	alternative("answer", kindBool, "answers true or false", chooses(ReplyBool, parseBool, func(r *Reply) *bool { return &r.Answer })),
	alternative("none", kindBool, "never answers, always true", decodeNone),
	alternative("drop", kindDrop, "closes the connection", chooses(ReplyDrop, word(dropNames[1:], DropBeforeStore), func(r *Reply) *DropPoint { return &r.Drop })),
	{"premium", kindBool, "makes flood_wait FLOOD_PREMIUM_WAIT_X", func(d *decoder, n *yaml.Node, into *replyDraft) {
		into.premium = n
		scalar(parseBool, func(r *replyDraft) *bool { return &r.isPremium })(d, n, into)
	}},
}}

var errorFields = object[Reply]{prefix: "reply.error", fields: []field[Reply]{
	{"code", kindWhole, "code of the error", scalar(parseCode, func(r *Reply) *int { return &r.Code })},
	{"message", kindText, "name of the error", scalar(parseText, func(r *Reply) *string { return &r.Message })},
}}

// alternative is a key of which a reply has exactly one.
func alternative(key string, k kind, doc string, decode func(*decoder, *yaml.Node, *replyDraft)) field[replyDraft] {
	return field[replyDraft]{key, k, doc, func(d *decoder, n *yaml.Node, into *replyDraft) {
		if into.chosen != "" {
			d.fail(n, fmt.Sprintf("a rule gives one reply, and this one has %s already: make two rules of it", into.chosen), "")
			return
		}
		into.chosen = key
		decode(d, n, into)
	}}
}

// chooses returns the decoder of a reply that is told by one value.
func chooses[V any](k ReplyKind, parse func(string) (V, error), at func(*Reply) *V) func(*decoder, *yaml.Node, *replyDraft) {
	read := scalar(parse, func(r *replyDraft) *V { return at(&r.reply) })
	return func(d *decoder, n *yaml.Node, into *replyDraft) {
		into.reply.Kind = k
		read(d, n, into)
	}
}

func decodeError(d *decoder, n *yaml.Node, into *replyDraft) {
	into.reply.Kind = ReplyError
	if d.resolve(n).Kind != yaml.MappingNode {
		scalar(parseText, func(r *replyDraft) *string { return &r.reply.Message })(d, n, into)
		return
	}
	errorFields.decode(d, n, &into.reply)
	for i := range errorFields.fields {
		if key := errorFields.fields[i].key; !d.has(errorFields.path(key)) {
			d.fail(n, "the long form of an error needs "+key, "")
		}
	}
	if into.reply.Code == 0 {
		// That was reported above; without a name the checks do not report it again.
		into.reply.Message = ""
	}
}

func decodeWait(d *decoder, n *yaml.Node, into *replyDraft) {
	into.reply.Kind = ReplyError
	scalar(parseWait, func(r *replyDraft) *time.Duration { return &r.wait })(d, n, into)
}

func decodeNone(d *decoder, n *yaml.Node, into *replyDraft) {
	into.reply.Kind = ReplyNone
	none := true
	scalar(parseBool, func(*replyDraft) *bool { return &none })(d, n, into)
	if !none {
		d.fail(n, "none can only be true; leave it out to answer", "")
	}
}

// decodeReply reads the whole reply and turns the draft into it.
func decodeReply(d *decoder, n *yaml.Node, into *Rule) {
	var draft replyDraft
	before := len(d.errs)
	replyFields.decode(d, n, &draft)
	switch {
	case draft.chosen == "flood_wait" && draft.isPremium:
		draft.reply = FloodPremiumWaitReply(draft.wait)
	case draft.chosen == "flood_wait":
		draft.reply = FloodWaitReply(draft.wait)
	case draft.premium != nil:
		d.fail(draft.premium, "premium says something only beside flood_wait", "")
	case draft.chosen == "" && len(d.errs) == before:
		d.fail(n, "the reply is empty: it needs one of error, flood_wait, answer, none, drop", "")
	}
	into.Reply = draft.reply
}

// parseWait reads the time of a flood_wait. The wire carries whole seconds in an int.
func parseWait(text string) (time.Duration, error) {
	wait, err := parseDuration(text)
	switch {
	case err != nil:
		return 0, err
	case wait < 0:
		return 0, errors.New("the time to wait is negative")
	case wait%time.Second != 0:
		return 0, errors.New("the wire carries whole seconds")
	case wait > math.MaxInt32*time.Second:
		return 0, fmt.Errorf("the longest time to wait is %ds", math.MaxInt32)
	}
	return wait, nil
}

func parseCode(text string) (int, error) {
	code, err := parseWhole(text)
	switch {
	case err != nil:
		return 0, err
	case code == 0 || code < -maxCode || code > maxCode:
		return 0, errors.New("expected an error code such as 400, 420 or -503")
	}
	return int(code), nil
}
