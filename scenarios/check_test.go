package scenarios

import (
	"math"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestValidateTakesWhatIsRight(t *testing.T) {
	require.NoError(t, (&Scenario{}).Validate())
	for _, r := range []Rule{
		{Reply: refuse}, {Reply: FloodWaitReply(0)}, {Reply: FloodPremiumWaitReply(time.Hour)}, {Reply: CustomErrorReply(500, "anything at all")},
		{Match: Match{Method: "*", Part: Exactly(0)}, Store: StoreLose}, {Chance: 1, Delay: maxDelay}, {Nth: Exactly(3), Times: 1, Reply: NoReply()},
	} {
		require.NoError(t, (&Scenario{Rules: []Rule{r}}).Validate())
	}
}

// TestValidateFindsWhatGoCanBuild covers what no file can express, and the paths that stand in place of positions.
func TestValidateFindsWhatGoCanBuild(t *testing.T) {
	for _, tt := range []struct {
		rule Rule
		want string
	}{
		{Rule{}, "rules[0]: the rule does nothing: it needs a reply, a delay, a bandwidth, store or goto"},
		{Rule{Per: 99, Reply: refuse}, "rules[0].per: 99 is not a scope"},
		{Rule{Store: 99}, "rules[0].store: 99 is not a store action"},
		{Rule{Reply: Reply{Kind: 99}}, "rules[0].reply: 99 is not a kind of reply"},
		{Rule{Reply: Reply{Kind: ReplyDrop}}, "rules[0].reply.drop: expected before-store, after-store or mid-answer"},
		{Rule{Reply: Reply{Kind: ReplyDrop, Drop: 4}}, "rules[0].reply.drop: expected before-store, after-store or mid-answer"},
		{Rule{Corrupt: 9}, "rules[0].store.corrupt: 9 is not a way to spoil bytes"},
		{Rule{Store: StoreLose, LoseAfter: time.Second}, "rules[0].store: the rule says twice what becomes of the bytes: use one of Store, Corrupt and LoseAfter"},
		{Rule{Reply: DropHowReply(DropAfterStore, 3)}, "rules[0].reply.how: 3 is not a way to drop a connection"},
		{Rule{Reply: TransportErrorReply(404)}, "rules[0].reply.transport_error: 404 is not a transport error: there are -404, -429 and -444"},
		{Rule{Reply: BadMsgReply(21)}, "rules[0].reply.bad_msg: 21 is not a code of bad_msg_notification: there are 16 to 20, 32 to 35 and 64"},
		{Rule{Reply: BadMsgReply(48)}, "rules[0].reply.bad_msg: 48 is a wrong salt: write bad_server_salt: true"},
		{Rule{Reply: GarbageReply(6)}, "rules[0].reply.garbage: 6 is not a multiple of 4 from 4 to 1048576, as the length of a message is"},
		{Rule{Reply: Reply{Kind: ReplyError}}, "rules[0].reply.error: the error has no name"},
		{Rule{Reply: ErrorReply("FILE_PART_EMTPY")}, `rules[0].reply.error: "FILE_PART_EMTPY" is not a documented error: give its code and message (did you mean "FILE_PART_EMPTY"?)`},
		{Rule{Reply: ErrorReply("FILE_PART_X_MISSING")}, `rules[0].reply.error: FILE_PART_X_MISSING needs a number in place of the X (did you mean "FILE_PART_3_MISSING"?)`},
		{Rule{Reply: ErrorReply("FLOOD_WAIT")}, `rules[0].reply.error: "FLOOD_WAIT" is not a documented error: give its code and message (did you mean "FLOOD_WAIT_3"?)`},
		{Rule{Reply: ErrorReply("FLOOD_WAIT_X")}, `rules[0].reply.error: FLOOD_WAIT_X needs a number in place of the X (did you mean "FLOOD_WAIT_3"?)`},
		{Rule{Reply: ErrorReply("FILE_PART_MISSING")}, `rules[0].reply.error: "FILE_PART_MISSING" is not a documented error: give its code and message (did you mean "FILE_PART_3_MISSING"?)`},
		{Rule{Reply: CustomErrorReply(10_000, "A")}, "rules[0].reply.error: 10000 is not an error code such as 400, 420 or -503"},
		{Rule{Reply: CustomErrorReply(400, "A\x00")}, `rules[0].reply.error: the name of an error is at most 256 characters of plain ASCII, found "A\x00"`},
		{Rule{Reply: FloodWaitReply(-3 * time.Second)}, `rules[0].reply.error: "FLOOD_WAIT_-3" must end in whole seconds from 0 to 2147483647`},
		{Rule{Every: -1, Reply: refuse}, "rules[0].every: -1 is not in 0..2147483647"},
		{Rule{After: -1, Reply: refuse}, "rules[0].after: -1 is not in 0..2147483647"},
		{Rule{Times: -1, Reply: refuse}, "rules[0].times: -1 is not in 0..2147483647"},
		{Rule{Chance: math.NaN(), Reply: refuse}, "rules[0].chance: NaN% is not between 0% and 100%"},
		{Rule{Chance: 1.1, Reply: refuse}, "rules[0].chance: 110% is not between 0% and 100%"},
		{Rule{Delay: -1}, "rules[0].delay: -1ns is negative"},
		{Rule{Nth: Numbers{Last: true}, Reply: refuse}, "rules[0].nth: last is only for part"},
		{Rule{Match: Match{Part: Between(9, 4)}, Reply: refuse}, `rules[0].match.part: the range 9..4 goes backwards (did you mean "4..9"?)`},
		{Rule{Name: "a\nb", Reply: refuse}, "rules[0].name: the name holds a character that cannot be printed"},
		{Rule{Name: strings.Repeat("a", 121), Reply: refuse}, "rules[0].name: the name has 121 bytes, and may have 120"},
		{Rule{Match: Match{Method: strings.Repeat("a", 121)}, Reply: refuse}, "rules[0].match.method: the pattern has 121 bytes, and may have 120"},
	} {
		require.EqualError(t, (&Scenario{Rules: []Rule{tt.rule}}).Validate(), tt.want)
	}
}

func TestValidateTop(t *testing.T) {
	err := (&Scenario{Name: "\x00", Description: "\x1b[31m", Links: []string{"javascript:alert(1)"}, Profile: "strict",
		Limits: map[string]int{"upload_max_fileparts_defualt": 1, LimitPartsPremium: 0}}).Validate()
	require.EqualError(t, err, strings.Join([]string{
		"name: the name holds a character that cannot be printed",
		"description: holds a control character",
		`links[0]: expected an http or https address, found "javascript:alert(1)"`,
		`profile: expected docs or observed, found "strict"`,
		`limits: unknown key "upload_max_fileparts_defualt" (did you mean "upload_max_fileparts_default"?)`,
		"limits.upload_max_fileparts_premium: 0 is not in 1..2147483647",
	}, "\n"))
	require.ErrorContains(t, (&Scenario{Rules: make([]Rule, MaxRules+1)}).Validate(), "there are 10001 rules")
}

// TestFloodWaitRoundsUp keeps a wait from becoming shorter than it was asked for.
func TestFloodWaitRoundsUp(t *testing.T) {
	require.Equal(t, "FLOOD_WAIT_2", FloodWaitReply(1001*time.Millisecond).Message)
	require.Equal(t, "FLOOD_WAIT_1", FloodWaitReply(time.Second).Message)
	require.Equal(t, "FLOOD_PREMIUM_WAIT_1", FloodPremiumWaitReply(time.Nanosecond).Message)
}

func TestNamesOfUnknownValues(t *testing.T) {
	require.Equal(t, []string{"unknown", "unknown", "unknown", "unknown"},
		[]string{Scope(99).String(), StoreAction(99).String(), ReplyKind(99).String(), DropPoint(99).String()})
}
