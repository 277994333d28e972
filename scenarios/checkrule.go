package scenarios

import (
	"fmt"
	"math"
	"strings"
	"time"
)

const (
	// maxDelay is how long an answer may be held back; a longer delay is a typing error, `none` never answers at all.
	maxDelay = 24 * time.Hour
	// maxCode bounds error codes to what rpc_error has ever carried.
	maxCode = 9999
	// maxMessage bounds the text of an error.
	maxMessage = 256
)

func (c *checker) checkRule(r *Rule) {
	c.name(r.Name)
	c.match(&r.Match)
	c.checkEvent(r)
	c.pacing(r)
	c.counters(r)
	c.delay(r)
	c.replies(r)
	c.storeAction(r)
	c.stored(r)
	if !r.does() && !c.partial(c.rule) {
		c.fail("", "the rule does nothing: it needs a reply, a delay, a bandwidth, store or goto")
	}
}

func (c *checker) match(m *Match) {
	if len(m.Method) > maxName {
		c.fail("match.method", fmt.Sprintf("the pattern has %d bytes, and may have %d", len(m.Method), maxName))
	} else if bad := badGlobByte(m.Method); bad != 0 {
		c.fail("match.method", fmt.Sprintf("no method has %q in its name; * and ? stand for others", bad))
	} else if m.needsPart() && !touchesParts(m.method()) {
		c.failHint("match", fmt.Sprintf("part, total, size, file_size, big and data can never match: %s does not upload parts", quote(m.Method)), SuggestMethod(m.Method, partMethods))
	}
	c.numbers("match.part", &m.Part, 0, "parts are numbered from 0")
	c.numbers("match.total", &m.Total, -1, "a total is 0 or more, or -1 for a stream")
	c.numbers("match.size", &m.Size, 0, "a size is 0 or more")
	c.numbers("match.file_size", &m.FileSize, 1, "a size is 1 or more")
	c.numbers("match.file", &m.File, 1, "files are numbered from 1")
	c.numbers("match.attempt", &m.Attempt, 1, "attempts are numbered from 1")
	if _, ok := parseDigest(m.SHA256); !ok && m.SHA256 != "" {
		c.fail("match.data.sha256", "expected "+kindDigest.name+", found "+quote(m.SHA256))
	}
	c.caller(m)
}

// caller checks what a match asks of who calls.
func (c *checker) caller(m *Match) {
	c.numbers("match.conn", &m.Conn, 1, "connections are numbered from 1")
	c.numbers("match.session", &m.Session, 1, "sessions are numbered from 1")
	c.numbers("match.dc", &m.DC, 1, "datacenters are numbered from 1")
	c.numbers("match.client.api_id", &m.Client.APIID, 1, "an api_id is 1 or more")
	c.numbers("match.client.layer", &m.Client.Layer, 1, "layers are numbered from 1")
	for _, g := range [][2]string{{"match.client.device", m.Client.Device}, {"match.client.app", m.Client.App}} {
		if what := badName(g[1]); what != "" {
			c.fail(g[0], strings.Replace(what, "name", "pattern", 1))
		}
	}
}

func (c *checker) numbers(path string, n *Numbers, least int64, why string) {
	for _, s := range n.Spans {
		switch {
		case s.From > s.To:
			c.failHint(path, fmt.Sprintf("the range %d..%d goes backwards", s.From, s.To), Span{s.To, s.From}.String())
		case s.From < least:
			c.fail(path, fmt.Sprintf("%d is too small: %s", s.From, why))
		}
	}
	if n.Last && path != "match.part" {
		c.fail(path, "last is only for part")
	}
}

func (c *checker) counters(r *Rule) {
	if int(r.Per) >= len(scopeNames) {
		c.fail("per", fmt.Sprintf("%d is not a scope", r.Per))
	}
	c.numbers("nth", &r.Nth, 1, "calls are counted from 1")
	for _, n := range []struct {
		path  string
		value int
	}{{"every", r.Every}, {"after", r.After}, {"times", r.Times}} {
		if n.value < 0 || n.value > maxCount {
			c.fail(n.path, fmt.Sprintf("%d is not in 0..%d", n.value, maxCount))
		}
	}
	if !r.Nth.IsZero() && r.Every != 0 {
		c.fail("every", "nth says already which calls are meant: use one of the two")
	}
	if !r.Nth.IsZero() && r.After != 0 {
		c.fail("after", "nth says already which calls are meant: use one of the two")
	}
	if r.Chance < 0 || r.Chance > 1 || math.IsNaN(r.Chance) {
		c.fail("chance", fmt.Sprintf("%.6g%% is not between 0%% and 100%%", r.Chance*100))
	}
}

func (c *checker) storeAction(r *Rule) {
	switch {
	case int(r.Store) >= len(storeNames):
		c.fail("store", fmt.Sprintf("%d is not a store action", r.Store))
	case r.aboutStore() && badGlobByte(r.Match.Method) == 0 && !touchesParts(r.Match.method()):
		c.failHint("store", fmt.Sprintf("there is nothing to store: %s does not upload parts", quote(r.Match.Method)), SuggestMethod(r.Match.Method, partMethods))
	}
}

// contradictions looks for a store action that says the contrary of the reply.
func (c *checker) contradictions(rule *Rule, r *Reply) {
	store := rule.Store
	switch {
	case store == StoreDefault && rule.aboutStore() && !(&Decision{Reply: *r}).Stores():
		c.fail("store", "the reply refuses the part, so that nothing is stored that could be corrupted or lost")
	case r.Kind != ReplyDrop:
	case store == StoreKeep && r.Drop == DropBeforeStore:
		c.failHint("store", "keep contradicts drop: before-store", "drop: after-store")
	case store == StoreLose && r.Drop != DropBeforeStore:
		c.failHint("store", "lose contradicts drop: "+r.Drop.String(), "drop: before-store")
	}
}

func (c *checker) reply(r *Reply) {
	switch r.Kind {
	case ReplyError:
		c.errorReply(r)
	case ReplyDrop:
		if (r.Drop < DropBeforeStore || r.Drop > DropMidAnswer) && !c.partial(c.rule) {
			c.fail("reply.drop", "expected "+orList(dropNames[1:]))
		}
		if int(r.How) >= len(howNames) {
			c.fail("reply.how", fmt.Sprintf("%d is not a way to drop a connection", r.How))
		}
	case ReplyReorder:
		if r.Count < 1 || r.Count > MaxReorder {
			c.fail("reply.reorder", fmt.Sprintf("expected 1 to %d answers", MaxReorder))
		}
	case ReplyHostile: // checkEvent looks at it
	case ReplyRefuse:
		if int(r.How) >= len(howNames) {
			c.fail("reply.how", fmt.Sprintf("%d is not a way to end a connection", r.How))
		}
	case ReplyNormal, ReplyBool, ReplyNone, ReplyNewSession:
	default:
		if c.wireReply(r) {
			c.fail("reply", fmt.Sprintf("%d is not a kind of reply", r.Kind))
		}
	}
}

// needsCode is what to do about an error whose code is not known.
const needsCode = "give its code and message"

func (c *checker) errorReply(r *Reply) {
	switch {
	case r.Message == "":
		if !c.partial(c.rule) {
			c.fail("reply.error", "the error has no name")
		}
		return
	case len(r.Message) > maxMessage || strings.ContainsFunc(r.Message, func(c rune) bool { return c < ' ' || c > '~' }):
		c.fail("reply.error", fmt.Sprintf("the name of an error is at most %d characters of plain ASCII, found %s", maxMessage, quote(r.Message)))
		return
	case r.Code < -maxCode || r.Code > maxCode:
		c.fail("reply.error", fmt.Sprintf("%d is not an error code such as 400, 420 or -503", r.Code))
	}
	if wait, ok := waitOf(r.Message); ok && wait != "X" && !validWait(wait) {
		c.fail("reply.error", fmt.Sprintf("%s must end in whole seconds from 0 to %d", quote(r.Message), math.MaxInt32))
		return
	}
	info, known := LookupError(r.Message)
	switch {
	case known && info.HasNumber && info.Name == r.Message:
		c.failHint("reply.error", fmt.Sprintf("%s needs a number in place of the X", r.Message), numbered(r.Message))
	case !known && r.Code == 0:
		c.failHint("reply.error", fmt.Sprintf("%s is not a documented error: %s", quote(r.Message), needsCode), numbered(suggestError(r.Message)))
	}
}

// numbered is the name of an error as it can be answered: with a number in place of the X.
func numbered(name string) string {
	return strings.TrimSuffix(strings.Replace(name+"_", "_X_", "_3_", 1), "_")
}

// waitOf returns the number at the end of an error that tells clients to wait.
func waitOf(message string) (string, bool) {
	for _, prefix := range []string{"FLOOD_WAIT_", "FLOOD_PREMIUM_WAIT_"} {
		if wait, ok := strings.CutPrefix(message, prefix); ok {
			return wait, true
		}
	}
	return "", false
}

func validWait(wait string) bool {
	seconds, err := parseWhole(wait)
	return err == nil && seconds >= 0 && seconds <= math.MaxInt32
}
