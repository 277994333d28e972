package scenarios

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"go.yaml.in/yaml/v4"
)

// replyDraft is a reply while its keys are read.
type replyDraft struct {
	reply Reply
	// chosen is the key that says what the reply is; there must be exactly one.
	chosen string
	wait   time.Duration
	// migrate is the word of a migration.
	migrate string
	// beside are the keys that say something only beside another one, and where they were found.
	beside    [len(companions)]*yaml.Node
	isPremium bool
	to        int
	// weight is that of a choice, choices are what one_of lists.
	weight  int
	choices []Choice
}

// companions are the keys that say more about another key of a reply.
var companions = [...]struct{ key, of string }{{"premium", "flood_wait"}, {"to", "migrate"}, {"how", "drop or refuse"}}

// replyFields is the reply of a rule.
var replyFields = object[replyDraft]{prefix: "reply", fields: append([]field[replyDraft]{
	alternative("one_of", kindChoices, "gives one of several replies", decodeOneOf),
}, oneReplyFields...)}

// oneReplyFields are the keys of a reply that is no choice.
var oneReplyFields = []field[replyDraft]{
	alternative("error", kindError, "answers with an rpc_error", decodeError),
	alternative("flood_wait", kindDuration, "answers FLOOD_WAIT_X, in whole seconds", decodeWait),
	alternative("answer", kindBool, "answers true or false", chooses(ReplyBool, parseBool, func(r *Reply) *bool { return &r.Answer })),
	alternative("none", kindBool, "never answers, always true", always(ReplyNone)),
	alternative("migrate", kindMigrate, "answers 303 X_MIGRATE_Y", decodeMigrate),
	alternative("drop", kindDrop, "closes the connection", chooses(ReplyDrop, word(dropNames[1:], DropBeforeStore), func(r *Reply) *DropPoint { return &r.Drop })),
	alternative("transport_error", kindTransport, "answers with a transport error", chooses(ReplyTransportError, parseInt, func(r *Reply) *int { return &r.Code })),
	alternative("bad_server_salt", kindTrue, "changes the salt and refuses the message for it", always(ReplyBadServerSalt)),
	alternative("bad_msg", kindBadMsg, "refuses the message with bad_msg_notification", chooses(ReplyBadMsg, parseInt, func(r *Reply) *int { return &r.Code })),
	alternative("duplicate", kindTrue, "sends the answer twice", always(ReplyDuplicate)),
	alternative("gzip", kindTrue, "packs the answer", always(ReplyGzip)),
	alternative("garbage", kindGarbage, "answers with so many bytes that mean nothing", chooses(ReplyGarbage, parseGarbage, func(r *Reply) *int { return &r.Size })),
	alternative("wrong_msg_key", kindTrue, "spoils the msg_key of the answer", always(ReplyWrongMsgKey)),
	alternative("new_session", kindTrue, "begins the session anew", always(ReplyNewSession)),
	alternative("reorder", kindReorder, "sends the answer behind so many later ones", chooses(ReplyReorder, parsePositive, func(r *Reply) *int { return &r.Count })),
	alternative("refuse", kindTrue, "ends the connection at an event", always(ReplyRefuse)),
	alternative("hostile", kindHostile, "breaks a rule of MTProto", chooses(ReplyHostile, oneOf(hostileNames()), func(r *Reply) *string { return &r.Message })),
	companion(0, kindBool, "makes flood_wait FLOOD_PREMIUM_WAIT_X", scalar(parseBool, func(r *replyDraft) *bool { return &r.isPremium })),
	companion(1, kindWhole, "the datacenter that migrate leads to", scalar(parseDC, func(r *replyDraft) *int { return &r.to })),
	companion(2, kindHow, "in which way drop does it, default fin", scalar(word(howNames, DropFIN), func(r *replyDraft) *DropHow { return &r.reply.How })),
}

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

// companion is a key that says more about another one.
func companion(i int, k kind, doc string, decode func(*decoder, *yaml.Node, *replyDraft)) field[replyDraft] {
	return field[replyDraft]{companions[i].key, k, doc, func(d *decoder, n *yaml.Node, into *replyDraft) {
		into.beside[i] = n
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
	before := len(d.errs)
	errorFields.decode(d, n, &into.reply)
	clean := len(d.errs) == before
	for _, f := range []struct {
		key     string
		missing bool
	}{{"code", into.reply.Code == 0}, {"message", into.reply.Message == ""}} {
		if f.missing && clean {
			d.fail(n, "the long form of an error needs "+f.key, "")
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

// always returns the decoder of a reply that needs no value, and so is always true.
func always(k ReplyKind) func(*decoder, *yaml.Node, *replyDraft) {
	return func(d *decoder, n *yaml.Node, into *replyDraft) {
		into.reply.Kind = k
		set := true
		scalar(parseBool, func(*replyDraft) *bool { return &set })(d, n, into)
		if !set {
			d.fail(n, k.String()+" can only be true; leave it out to answer", "")
		}
	}
}

func decodeMigrate(d *decoder, n *yaml.Node, into *replyDraft) {
	scalar(oneOf(migrations), func(r *replyDraft) *string { return &r.migrate })(d, n, into)
}

// decodeReply reads the reply of a rule.
func decodeReply(d *decoder, n *yaml.Node, into *Rule) {
	var draft replyDraft
	draft.decode(d, n, &replyFields)
	into.Reply, into.OneOf = draft.reply, draft.choices
}

// decode reads the whole reply and makes of its keys what they mean together.
func (draft *replyDraft) decode(d *decoder, n *yaml.Node, fields *object[replyDraft]) {
	before := len(d.errs)
	fields.decode(d, n, draft)
	for i, c := range companions {
		if draft.beside[i] != nil && (draft.chosen == "" || !strings.Contains(c.of, draft.chosen)) {
			d.fail(draft.beside[i], c.key+" says something only beside "+c.of, "")
		}
	}
	switch {
	case draft.chosen == "flood_wait" && draft.isPremium:
		draft.reply = FloodPremiumWaitReply(draft.wait)
	case draft.chosen == "flood_wait":
		draft.reply = FloodWaitReply(draft.wait)
	case draft.chosen == "migrate" && draft.beside[1] == nil:
		d.fail(n, "migrate needs to, the number of a datacenter", "")
	case draft.chosen == "migrate":
		draft.reply = MigrateReply(draft.migrate, draft.to)
	case draft.chosen == "" && len(d.errs) == before:
		d.fail(n, "the reply is empty: it needs one of "+strings.Join(replyChoices(fields), ", "), "")
	}
}

// replyChoices are the keys of which a reply has one.
func replyChoices(o *object[replyDraft]) (keys []string) {
	for i := range o.fields {
		key := o.fields[i].key
		if key != "weight" && !slices.ContainsFunc(companions[:], func(c struct{ key, of string }) bool { return c.key == key }) {
			keys = append(keys, key)
		}
	}
	return keys
}

func parseInt(text string) (int, error) {
	v, err := parseWhole(text)
	if err == nil && (v < math.MinInt32 || v > math.MaxInt32) {
		err = fmt.Errorf("%s is too large", quote(text))
	}
	return int(v), err
}

func parseGarbage(text string) (int, error) {
	v, err := parseSize(text)
	if err == nil && (v < 1 || v > MaxGarbage) {
		err = fmt.Errorf("expected 4 to %d bytes", MaxGarbage)
	}
	return int(v), err
}

func parseDC(text string) (int, error) {
	v, err := parsePositive(text)
	if err == nil && v > maxDC {
		err = fmt.Errorf("no datacenter has a number above %d", maxDC)
	}
	return v, err
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
