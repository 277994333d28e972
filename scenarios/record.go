package scenarios

import (
	"fmt"
	"strconv"
	"strings"
	"sync"
)

// Recorder writes down what a scenario did, as a scenario that does it again without chance, and asks for the same. It is safe
// for concurrent use.
type Recorder struct {
	mu    sync.Mutex
	calls map[string]int // by method, of those that carry no part
	fired map[string]int // rules that were written down, by the same
	rules []string
	more  int
	rest  string // see Keep
}

// Note takes in a call and what was decided about it. It has to be told of every call.
func (r *Recorder) Note(c *Call, d *Decision) {
	r.mu.Lock()
	defer r.mu.Unlock()
	key := c.indexKey()
	if !c.HasPart {
		if r.calls == nil {
			r.calls, r.fired = map[string]int{}, map[string]int{}
		}
		if _, known := r.calls[key]; !known && len(r.calls) >= maxMethods {
			return
		}
		r.calls[key]++
	}
	act := d.yaml()
	switch {
	case d.Rule < 0 || act == "":
		return
	case len(r.rules) >= MaxRules, c.HasPart && c.Part < 0: // a match cannot ask for such a part
		r.more++
		return
	}
	r.rules = append(r.rules, fmt.Sprintf("  - { name: %s, %s, %s }\n", quoted(fmt.Sprintf("%d: %s", len(r.rules)+1, clipName(d.RuleName, maxName-20))), r.match(c, key), act))
}

// match is the match of one call and no other.
func (r *Recorder) match(c *Call, key string) string {
	if c.HasPart {
		return fmt.Sprintf("match: { method: %s, file: %d, part: %d, attempt: %d }", c.Method, c.FileOrdinal, c.Part, c.Attempt)
	}
	// A call that a rule above answered is not counted by one below.
	nth := r.calls[key] - r.fired[key]
	r.fired[key]++
	if c.Event != EventCall {
		return fmt.Sprintf("match: { event: %s }, per: server, nth: %d", c.Event, nth)
	}
	return fmt.Sprintf("match: { method: %s }, per: server, nth: %d", strconv.Quote(c.Method), nth)
}

// YAML is the scenario. The order in which files begin has to be the same when it is played again.
func (r *Recorder) YAML(name string) []byte {
	r.mu.Lock()
	defer r.mu.Unlock()
	var b strings.Builder
	fmt.Fprintf(&b, "fakedc: %d\nname: %s\ndescription: What happened in one run, without chance.\n", FormatVersion, quoted(name))
	if r.more > 0 {
		fmt.Fprintf(&b, "# %d further faults did not fit.\n", r.more)
	}
	if len(r.rules) == 0 {
		return []byte(b.String() + "rules: []\n" + r.rest)
	}
	return []byte(b.String() + "rules:\n" + strings.Join(r.rules, "") + r.rest)
}

// quoted writes a text so that it is read as it is, and not as the name of a parameter.
func quoted(text string) string { return strconv.Quote(strings.ReplaceAll(text, "${", "$${")) }

// yaml writes what was decided as keys of a rule, nothing if that is nothing.
func (d *Decision) yaml() string {
	var keys []string
	if d.Delay > 0 {
		keys = append(keys, "delay: "+d.Delay.String())
	}
	if d.Bandwidth > 0 {
		keys = append(keys, fmt.Sprintf("bandwidth: %dB/s", d.Bandwidth))
	}
	switch {
	case d.Corrupt != CorruptNot:
		keys = append(keys, "store: { corrupt: "+d.Corrupt.String()+" }")
	case d.LoseAfter > 0:
		keys = append(keys, "store: { lose_after: "+d.LoseAfter.String()+" }")
	case d.Store != StoreDefault:
		keys = append(keys, "store: "+d.Store.String())
	}
	if reply := d.Reply.yaml(); reply != "" {
		keys = append(keys, "reply: { "+reply+" }")
	}
	return strings.Join(keys, ", ")
}

// yaml writes the keys of a reply.
func (r *Reply) yaml() string {
	how := ""
	if r.How != DropFIN {
		how = ", how: " + r.How.String()
	}
	switch r.Kind {
	case ReplyNormal:
		return ""
	case ReplyError:
		return fmt.Sprintf("error: { code: %d, message: %s }", r.Code, quoted(r.Message))
	case ReplyBool:
		return fmt.Sprintf("answer: %t", r.Answer)
	case ReplyDrop:
		return "drop: " + r.Drop.String() + how
	case ReplyRefuse:
		return "refuse: true" + how
	case ReplyTransportError, ReplyBadMsg:
		return fmt.Sprintf("%s: %d", r.Kind, r.Code)
	case ReplyGarbage:
		return fmt.Sprintf("garbage: %d", r.Size)
	case ReplyReorder:
		return fmt.Sprintf("reorder: %d", r.Count)
	case ReplyHostile:
		return "hostile: " + r.Message
	}
	return r.Kind.String() + ": true"
}
