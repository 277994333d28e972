package scenarios

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"go.yaml.in/yaml/v4"
)

// Hold holds answers back until enough calls have come.
type Hold struct {
	// Calls is how many matching calls have to come in the rule's scope; the answers to all of them leave with the last. After
	// MaxHold an answer leaves in any case. 0 holds nothing.
	Calls int
}

// MaxHold is how long a Hold keeps an answer at most.
const MaxHold = 30 * time.Second

// MaxReorder is how many answers one can be overtaken by, and MaxReorderTime how long it waits for them at most.
const (
	MaxReorder     = 64
	MaxReorderTime = 5 * time.Second
)

// maxBandwidth is more than any link has, in bytes per second.
const maxBandwidth = 1 << 40

var kindRate = kind{name: "a rate such as 64KiB/s"}

var holdFields = object[Hold]{prefix: "delay.hold_until", fields: []field[Hold]{
	{"calls", kindWhole, "so many matching calls have come", scalar(parsePositive, func(h *Hold) *int { return &h.Calls })},
}}

// decodeHold reads what an answer waits for.
func decodeHold(d *decoder, n *yaml.Node, into *delayDraft) {
	if into.chosen != "" {
		d.fail(n, "a delay has one distribution, and this one has "+into.chosen+" already", "")
		return
	}
	into.chosen = d.path
	before := len(d.errs)
	holdFields.decode(d, n, &into.hold)
	if into.hold.Calls == 0 && len(d.errs) == before {
		d.fail(n, "hold_until needs calls, the number of calls to wait for", "")
	}
}

// parseRate reads bytes per second.
func parseRate(text string) (int64, error) {
	size, ok := strings.CutSuffix(text, "/s")
	v, err := parseSize(strings.TrimSpace(size))
	switch {
	case !ok || err != nil:
		return 0, errors.New("expected " + kindRate.name)
	case v < 1 || v > maxBandwidth:
		return 0, fmt.Errorf("a rate is 1 to %d bytes per second", int64(maxBandwidth))
	}
	return v, nil
}

// pacing checks how a rule slows calls down.
func (c *checker) pacing(r *Rule) {
	if r.Bandwidth < 0 || r.Bandwidth > maxBandwidth {
		c.fail("bandwidth", fmt.Sprintf("a rate is 1 to %d bytes per second", int64(maxBandwidth)))
	}
	switch {
	case r.Hold.Calls < 0:
		c.fail("delay.hold_until", "the number is negative")
	case r.Hold.Calls > 0 && (r.Delay > 0 || !r.Jitter.IsZero()):
		c.fail("delay", "an answer waits for a time or for calls, not for both: make two rules of it")
	case r.Hold.Calls > 0 && (r.Times > 0 || r.Every > 1 || r.After > 0 || !r.Nth.IsZero() || r.Chance > 0):
		c.fail("delay.hold_until", "the rule counts its calls itself: per says in what, the other counters do not go with it")
	}
	if r.Bandwidth > 0 && !touchesParts(r.Match.method()) {
		c.fail("bandwidth", "only parts have bytes that take their time")
	}
}

// explainPacing says how a rule slows calls down.
func (r *Rule) explainPacing() []string {
	var said []string
	if r.Bandwidth > 0 {
		said = append(said, fmt.Sprintf("The answer comes as late as the bytes would take at %s per second, which all parts of a connection share.", sizeText(r.Bandwidth)))
	}
	if r.Hold.Calls > 0 {
		said = append(said, fmt.Sprintf("The answer waits until %d such calls have come, counted %s, for %v at most.", r.Hold.Calls, r.explainScope(), MaxHold))
	}
	return said
}

// sizeText writes a size in the largest unit that fits.
func sizeText(n int64) string {
	for _, u := range []struct {
		name string
		size int64
	}{{"GiB", 1 << 30}, {"MiB", 1 << 20}, {"KiB", 1 << 10}} {
		if n >= u.size && n%u.size == 0 {
			return fmt.Sprintf("%d %s", n/u.size, u.name)
		}
	}
	return fmt.Sprintf("%d bytes", n)
}
