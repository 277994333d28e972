package scenarios

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"time"

	"go.yaml.in/yaml/v4"
)

// delayDraft is a delay that is no single duration, while its keys are read.
type delayDraft struct {
	jitter Jitter
	hold   Hold
	chosen string
}

var delayFields = object[delayDraft]{prefix: "delay", fields: []field[delayDraft]{
	{"uniform", kindTwoDurations, "any delay between two", distribution(JitterUniform, decodeUniform)},
	{"hold_until", kindMapping, "until other calls have come", decodeHold},
	{"lognormal", kindMapping, "most delays about the median, a few far longer", distribution(JitterLognormal, decodeLognormal)},
}}

var lognormalFields = object[Jitter]{prefix: "delay.lognormal", fields: []field[Jitter]{
	{"median", kindDuration, "half of the delays are longer", scalar(parseDuration, func(j *Jitter) *time.Duration { return &j.Median })},
	{"sigma", kindNumber, "standard deviation of the logarithm, 0.5 for mild and 1.5 for wild", scalar(parseSigma, func(j *Jitter) *float64 { return &j.Sigma })},
	{"max", kindDuration, "no delay is longer", scalar(parseDuration, func(j *Jitter) *time.Duration { return &j.Max })},
}}

// decodeDelay reads a duration or a distribution of them.
func decodeDelay(d *decoder, n *yaml.Node, into *Rule) {
	if d.resolve(n).Kind != yaml.MappingNode {
		scalar(parseDuration, func(r *Rule) *time.Duration { return &r.Delay })(d, n, into)
		return
	}
	var draft delayDraft
	before := len(d.errs)
	delayFields.decode(d, n, &draft)
	if draft.chosen == "" && len(d.errs) == before {
		d.fail(n, "the delay is empty: it needs uniform, lognormal or hold_until", "")
	}
	into.Jitter, into.Hold = draft.jitter, draft.hold
}

// distribution is a key of which a delay has exactly one.
func distribution(k JitterKind, decode func(*decoder, *yaml.Node, *Jitter)) func(*decoder, *yaml.Node, *delayDraft) {
	return func(d *decoder, n *yaml.Node, into *delayDraft) {
		if into.chosen != "" {
			d.fail(n, "a delay has one distribution, and this one has "+into.chosen+" already", "")
			return
		}
		into.chosen, into.jitter.Kind = d.path, k
		decode(d, n, &into.jitter)
	}
}

func decodeUniform(d *decoder, n *yaml.Node, into *Jitter) {
	list := d.resolve(n)
	if list.Kind != yaml.SequenceNode || len(list.Content) != 2 {
		d.fail(n, d.kind.expected()+", found "+describe(list), "")
		return
	}
	for i, at := range []*time.Duration{&into.From, &into.To} {
		scalar(parseDuration, func(*Jitter) *time.Duration { return at })(d, list.Content[i], into)
	}
}

func decodeLognormal(d *decoder, n *yaml.Node, into *Jitter) {
	before := len(d.errs)
	lognormalFields.decode(d, n, into)
	for i := range lognormalFields.fields {
		if key := lognormalFields.fields[i].key; !d.has(lognormalFields.path(key)) && len(d.errs) == before {
			d.fail(n, "a lognormal delay needs "+key, "")
			return
		}
	}
}

// parseSigma reads a number that may have a fraction.
func parseSigma(text string) (float64, error) {
	v, err := strconv.ParseFloat(text, 64)
	if err != nil || math.IsInf(v, 0) || math.IsNaN(v) {
		return 0, errors.New("expected a number such as 0.5 or 1")
	}
	return v, nil
}

// maxSigma is a spread beyond which nearly every delay is 0 or the longest.
const maxSigma = 10

// delay checks how long an answer is held back.
func (c *checker) delay(r *Rule) {
	c.duration("delay", r.Delay)
	j := &r.Jitter
	if j.IsZero() {
		return
	}
	if r.Delay != 0 {
		c.fail("delay", "the rule has a fixed delay and a jitter: use one of the two")
	}
	switch j.Kind {
	case JitterUniform:
		c.duration("delay.uniform", j.From)
		c.duration("delay.uniform", j.To)
		if j.From >= j.To && !c.partial(c.rule) {
			c.fail("delay.uniform", fmt.Sprintf("the first delay, %s, is not shorter than the second, %s", j.From, j.To))
		}
	case JitterLognormal:
		c.lognormal(j)
	default:
		c.fail("delay", fmt.Sprintf("%d is not a kind of jitter", j.Kind))
	}
}

func (c *checker) lognormal(j *Jitter) {
	if c.partial(c.rule) {
		return
	}
	c.duration("delay.lognormal.median", j.Median)
	c.duration("delay.lognormal.max", j.Max)
	if j.Median == 0 {
		c.fail("delay.lognormal.median", "the median is 0, and then every delay is")
	}
	if j.Max < j.Median {
		c.fail("delay.lognormal.max", fmt.Sprintf("%s is less than the median, %s", j.Max, j.Median))
	}
	if !(j.Sigma > 0 && j.Sigma <= maxSigma) {
		c.fail("delay.lognormal.sigma", fmt.Sprintf("%.6g is not above 0 and up to %d", j.Sigma, maxSigma))
	}
}

func (c *checker) duration(path string, v time.Duration) {
	if v < 0 {
		c.fail(path, fmt.Sprintf("%s is negative", v))
	} else if v > maxDelay {
		c.fail(path, fmt.Sprintf("%s is longer than %s; to never answer, reply with none", v, maxDelay))
	}
}
