package scenarios

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const threeReplies = "reply: { one_of: [ { weight: 6, error: FILE_PART_EMPTY }, { weight: 3, flood_wait: 2s, premium: true }, { drop: after-store, how: rst } ] }"

func TestChoiceFromAFile(t *testing.T) {
	r := parseRule(t, threeReplies)
	require.Equal(t, Reply{}, r.Reply)
	require.Equal(t, []Choice{
		{6, ErrorReply("FILE_PART_EMPTY")}, {3, CustomErrorReply(420, "FLOOD_PREMIUM_WAIT_2")}, {0, DropHowReply(DropAfterStore, DropRST)},
	}, r.OneOf)
	c := r.clone()
	c.OneOf[0].Weight = 7
	require.Equal(t, 6, r.OneOf[0].Weight, "a clone shares nothing")
}

// Weights are shares, and which part gets which answer does not depend on the order of calls.
func TestChoiceIsAHash(t *testing.T) {
	const parts = 8000
	choices := func(seed uint64, backwards bool) (met [parts]Reply) {
		e := mustCompile(t, seed, parseRule(t, threeReplies))
		for i := range met {
			if backwards {
				i = parts - 1 - i
			}
			met[i] = e.Decide(bigPart(int32(i), parts)).Reply
		}
		return met
	}
	met := choices(42, false)
	require.Equal(t, met, choices(42, true))
	require.NotEqual(t, met, choices(43, false))
	count := map[string]int{}
	for _, r := range met {
		count[r.Kind.String()+r.Message]++
		if r.Kind == ReplyError {
			require.NotZero(t, r.Code, "found for a choice, too")
		}
	}
	require.InDelta(t, 0.6*parts, count["errorFILE_PART_EMPTY"], 200)
	require.InDelta(t, 0.3*parts, count["errorFLOOD_PREMIUM_WAIT_2"], 200)
	require.InDelta(t, 0.1*parts, count["drop"], 200)
}

// The choice and the chance are independent: of the lucky calls, each answer gets its share.
func TestChoiceIsNotTheChance(t *testing.T) {
	e := mustCompile(t, 42, parseRule(t, "chance: 10%, "+strings.Replace(threeReplies, "weight: 6", "weight: 4", 1)))
	first, lucky := 0, 0
	for part := range int32(8000) {
		if d := e.Decide(bigPart(part, 8000)); d.Rule == 0 {
			lucky++
			if d.Reply.Message == "FILE_PART_EMPTY" {
				first++
			}
		}
	}
	require.InDelta(t, 0.5, float64(first)/float64(lucky), 0.1)
}

// No draw falls through, and a choice with no weight has a weight of 1.
func TestChooseEnds(t *testing.T) {
	choices := []Choice{{Reply: NoReply()}, {1, AnswerReply(false)}}
	require.Equal(t, NoReply(), choose(choices, 0))
	require.Equal(t, NoReply(), choose(choices, 0.49))
	require.Equal(t, AnswerReply(false), choose(choices, 0.5))
	require.Equal(t, AnswerReply(false), choose(choices, 1))
}

func TestValidateChoices(t *testing.T) {
	for want, r := range map[string]Rule{
		"rules[0].reply: the rule has a reply and a choice of replies: use one of the two": {Reply: refuse, OneOf: []Choice{{1, refuse}, {1, NoReply()}}},
		"rules[0].reply.one_of: a choice is of 2 to 100 replies":                           {OneOf: make([]Choice, 101)},
		"rules[0].reply.one_of[1].weight: -1 is not in 1..1000000":                         {OneOf: []Choice{{1, refuse}, {-1, NoReply()}}},
		"rules[0].reply.one_of[0]: the choice has no reply":                                {OneOf: []Choice{{1, Reply{}}, {1, NoReply()}}},
		"rules[0].reply.one_of[1].drop: expected before-store, after-store or mid-answer":  {OneOf: []Choice{{1, refuse}, {1, DropReply(9)}}},
	} {
		require.EqualError(t, (&Scenario{Rules: []Rule{r}}).Validate(), want)
	}
}
