package scenarios

import (
	"fmt"

	"go.yaml.in/yaml/v4"
)

// Choice is one of several answers. Which of them a call gets depends on seed, rule, file, part, attempt and method alone,
// as a chance does.
type Choice struct {
	// Weight says how often this one is chosen, measured by the sum of all weights. 0 means 1.
	Weight int
	Reply  Reply
}

const (
	// maxChoices is how many answers a rule may choose from.
	maxChoices = 100
	// maxWeight keeps a sum of weights within what a draw can tell apart.
	maxWeight = 1_000_000
)

func (c *Choice) weight() float64 { return float64(max(c.Weight, 1)) }

// choose returns the reply at a point u of the weights, 0 <= u < 1.
func choose(choices []Choice, u float64) Reply {
	var sum float64
	for i := range choices {
		sum += choices[i].weight()
	}
	u *= sum
	last := len(choices) - 1
	for i := range choices[:last] {
		if u -= choices[i].weight(); u < 0 {
			return choices[i].Reply
		}
	}
	return choices[last].Reply
}

// choiceFields are the keys of the choice with an index: those of a reply, and its weight.
func choiceFields(i int) *object[replyDraft] {
	return &object[replyDraft]{prefix: fmt.Sprintf("reply.one_of[%d]", i), fields: choiceKeys}
}

var choiceKeys = append([]field[replyDraft]{
	{"weight", kindWhole, "how often this one is chosen, measured by all weights, default 1", scalar(parsePositive, func(r *replyDraft) *int { return &r.weight })},
}, oneReplyFields...)

// decodeOneOf reads a list of replies.
func decodeOneOf(d *decoder, n *yaml.Node, into *replyDraft) {
	list := d.resolve(n)
	if list.Kind != yaml.SequenceNode {
		d.fail(n, d.kind.expected()+", found "+describe(list), "")
		return
	}
	into.choices = []Choice{} // even an empty list was meant as a choice
	for i, c := range list.Content[:min(len(list.Content), maxChoices+1)] {
		if d.stopped {
			return
		}
		var draft replyDraft
		fields := choiceFields(i)
		outer := d.enter(fields.prefix, kindMapping, c)
		draft.decode(d, c, fields)
		d.leave(outer)
		into.choices = append(into.choices, Choice{draft.weight, draft.reply})
	}
}

// replies checks the answer of a rule, or each of those that it chooses from.
func (c *checker) replies(r *Rule) {
	if r.OneOf == nil {
		c.reply(&r.Reply)
		c.contradictions(r, &r.Reply)
		return
	}
	if r.Reply.Kind != ReplyNormal {
		c.fail("reply", "the rule has a reply and a choice of replies: use one of the two")
	}
	if n := len(r.OneOf); (n < 2 || n > maxChoices) && !c.partial(c.rule) {
		c.fail("reply.one_of", fmt.Sprintf("a choice is of 2 to %d replies", maxChoices))
		return
	}
	defer func() { c.choice = "" }()
	for i := range r.OneOf {
		c.choice = fmt.Sprintf("reply.one_of[%d]", i)
		c.oneChoice(r, &r.OneOf[i])
	}
}

func (c *checker) oneChoice(r *Rule, choice *Choice) {
	if choice.Weight < 0 || choice.Weight > maxWeight {
		c.fail("reply.weight", fmt.Sprintf("%d is not in 1..%d", choice.Weight, maxWeight))
	}
	if choice.Reply.Kind == ReplyNormal && !c.partial(c.rule) {
		c.fail("reply", "the choice has no reply")
	}
	c.reply(&choice.Reply)
	c.contradictions(r, &choice.Reply)
}
