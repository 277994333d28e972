package fault

import (
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/scenarios"
)

func part(index int32) *scenarios.Call {
	return &scenarios.Call{
		Method: "upload.saveBigFilePart", HasPart: true, Part: index, Total: 10, Size: 1024,
		FileOrdinal: 1, Attempt: 1, Session: 1, Connection: 1, Account: 1,
	}
}

func with(rules ...scenarios.Rule) *scenarios.Scenario { return &scenarios.Scenario{Rules: rules} }

// Where on a part's way each action acts: Skip is before the rules.
func TestPlan(t *testing.T) {
	no, yes := false, true
	tooBig := &Error{400, "FILE_PART_TOO_BIG"}
	for name, c := range map[string]struct {
		rule scenarios.Rule
		want Plan
	}{
		"error":                 {scenarios.Rule{Reply: scenarios.ErrorReply("FILE_PART_TOO_BIG")}, Plan{Skip: true, Error: tooBig}},
		"error, kept":           {scenarios.Rule{Reply: scenarios.ErrorReply("FILE_PART_TOO_BIG"), Store: scenarios.StoreKeep}, Plan{Error: tooBig}},
		"error, lost":           {scenarios.Rule{Reply: scenarios.ErrorReply("FILE_PART_TOO_BIG"), Store: scenarios.StoreLose}, Plan{Skip: true, Lose: true, Error: tooBig}},
		"own error":             {scenarios.Rule{Reply: scenarios.CustomErrorReply(-503, "Timeout")}, Plan{Skip: true, Error: &Error{-503, "Timeout"}}},
		"flood wait":            {scenarios.Rule{Reply: scenarios.FloodWaitReply(1500 * time.Millisecond)}, Plan{Skip: true, Error: &Error{420, "FLOOD_WAIT_2"}}},
		"premium wait":          {scenarios.Rule{Reply: scenarios.FloodPremiumWaitReply(3 * time.Second)}, Plan{Skip: true, Error: &Error{420, "FLOOD_PREMIUM_WAIT_3"}}},
		"false":                 {scenarios.Rule{Reply: scenarios.AnswerReply(false)}, Plan{Skip: true, Answer: &no}},
		"false, kept":           {scenarios.Rule{Reply: scenarios.AnswerReply(false), Store: scenarios.StoreKeep}, Plan{Answer: &no}},
		"true":                  {scenarios.Rule{Reply: scenarios.AnswerReply(true)}, Plan{Answer: &yes}},
		"true, lost":            {scenarios.Rule{Reply: scenarios.AnswerReply(true), Store: scenarios.StoreLose}, Plan{Lose: true, Answer: &yes}},
		"none":                  {scenarios.Rule{Reply: scenarios.NoReply()}, Plan{Silent: true}},
		"none, lost":            {scenarios.Rule{Reply: scenarios.NoReply(), Store: scenarios.StoreLose}, Plan{Silent: true, Lose: true}},
		"drop before":           {scenarios.Rule{Reply: scenarios.DropReply(scenarios.DropBeforeStore)}, Plan{Skip: true, Drop: true}},
		"drop after":            {scenarios.Rule{Reply: scenarios.DropReply(scenarios.DropAfterStore)}, Plan{Drop: true}},
		"reset":                 {scenarios.Rule{Reply: scenarios.DropHowReply(scenarios.DropBeforeStore, scenarios.DropRST)}, Plan{Skip: true, Drop: true, Exit: Exit{Reset: true}}},
		"stall":                 {scenarios.Rule{Reply: scenarios.DropHowReply(scenarios.DropAfterStore, scenarios.DropStall)}, Plan{Drop: true, Exit: Exit{Stall: true}}},
		"transport error":       {scenarios.Rule{Reply: scenarios.TransportErrorReply(-429)}, Plan{Skip: true, Exit: Exit{TransportError: -429}}},
		"transport error, kept": {scenarios.Rule{Reply: scenarios.TransportErrorReply(-429), Store: scenarios.StoreKeep}, Plan{Exit: Exit{TransportError: -429}}},
		"salt":                  {scenarios.Rule{Reply: scenarios.BadServerSaltReply()}, Plan{Skip: true, Exit: Exit{BadSalt: true}}},
		"bad message":           {scenarios.Rule{Reply: scenarios.BadMsgReply(33)}, Plan{Skip: true, Exit: Exit{BadMsg: 33}}},
		"twice":                 {scenarios.Rule{Reply: scenarios.DuplicateReply()}, Plan{Exit: Exit{Twice: true}}},
		"packed":                {scenarios.Rule{Reply: scenarios.GzipReply()}, Plan{Pack: true}},
		"spoilt":                {scenarios.Rule{Reply: scenarios.WrongMsgKeyReply(), Store: scenarios.StoreLose}, Plan{Lose: true, Exit: Exit{Spoil: true}}},
		"lose":                  {scenarios.Rule{Store: scenarios.StoreLose}, Plan{Lose: true}},
		"lose later":            {scenarios.Rule{LoseAfter: time.Minute}, Plan{LoseAfter: time.Minute}},
		"corrupt":               {scenarios.Rule{Corrupt: scenarios.CorruptZero}, Plan{Corrupt: scenarios.CorruptZero}},
		"delay":                 {scenarios.Rule{Delay: time.Second}, Plan{Delay: time.Second}},
		"delayed error":         {scenarios.Rule{Delay: time.Second, Reply: scenarios.ErrorReply("FILE_PART_TOO_BIG")}, Plan{Skip: true, Error: tooBig, Delay: time.Second}},
	} {
		t.Run(name, func(t *testing.T) {
			c.rule.Name = "named"
			c.want.Fired, c.want.Rule = true, "named"
			var i Injector
			require.NoError(t, i.Set(with(c.rule), 1))
			require.Equal(t, c.want, i.Plan(part(0)))
		})
	}
}

func TestNothingFires(t *testing.T) {
	var i Injector
	require.Equal(t, Plan{}, i.Plan(part(0)), "no scenario")
	i.ForgetFile(1)
	s, fired := i.Scenario()
	require.Nil(t, s)
	require.Nil(t, fired)

	other := scenarios.Rule{Match: scenarios.Match{Part: scenarios.Exactly(5)}, Reply: scenarios.NoReply()}
	require.NoError(t, i.Set(with(other), 1))
	require.Equal(t, Plan{}, i.Plan(part(0)), "another part")
	require.Equal(t, "rules[0]", i.Plan(part(5)).Rule, "a rule without a name has its place")
	_, fired = i.Scenario()
	require.Equal(t, []int{1}, fired)
}

// A scenario that is wrong leaves the former one in force, counters and all.
func TestSetRefuses(t *testing.T) {
	var i Injector
	require.NoError(t, i.Set(with(scenarios.Rule{Name: "once", Times: 1, Reply: scenarios.NoReply()}), 1))
	require.True(t, i.Plan(part(0)).Fired)
	err := i.Set(with(scenarios.Rule{Reply: scenarios.ErrorReply("NO_SUCH_ERROR")}), 1)
	require.ErrorContains(t, err, "fault: ")
	require.ErrorContains(t, err, "NO_SUCH_ERROR")
	require.False(t, i.Plan(part(1)).Fired, "used up, not started again")
	require.NoError(t, i.Set(with(scenarios.Rule{Times: 1, Reply: scenarios.NoReply()}), 1))
	require.True(t, i.Plan(part(1)).Fired, "fresh counters")
	require.NoError(t, i.Set(nil, 1))
	require.False(t, i.Plan(part(2)).Fired)
}

// Garbage is the same in every run, and other garbage for another part.
func TestGarbageIsAHash(t *testing.T) {
	var i Injector
	require.NoError(t, i.Set(with(scenarios.Rule{Reply: scenarios.GarbageReply(64)}), 1))
	first, again, other := i.Plan(part(0)), i.Plan(part(0)), i.Plan(part(1))
	require.Equal(t, 64, first.Garbage)
	require.False(t, first.Skip)
	require.Equal(t, first, again)
	require.NotEqual(t, first.Noise, other.Noise)
}

// What was given and what is handed out can be changed without changing what is
// in force.
func TestScenarioIsACopy(t *testing.T) {
	var i Injector
	given := with(scenarios.Rule{Name: "a", Reply: scenarios.NoReply()})
	require.NoError(t, i.Set(given, 1))
	given.Rules[0].Name = "b"
	s, _ := i.Scenario()
	require.Equal(t, "a", s.Rules[0].Name)
	s.Rules[0].Name = "c"
	again, _ := i.Scenario()
	require.Equal(t, "a", again.Rules[0].Name)
}

// The scenario's own seed wins over the server's, and is what chance hangs on.
func TestSeed(t *testing.T) {
	own := uint64(7)
	faults := func(s *scenarios.Scenario, seed uint64) (fired []bool) {
		var i Injector
		require.NoError(t, i.Set(s, seed))
		for n := range int32(64) {
			fired = append(fired, i.Plan(part(n)).Fired)
		}
		return fired
	}
	chance := with(scenarios.Rule{Chance: 0.5, Reply: scenarios.NoReply()})
	seeded := chance.Clone()
	seeded.Seed = &own
	require.Equal(t, faults(chance, 7), faults(seeded, 1))
	require.Equal(t, faults(chance, 7), faults(chance, 7))
	require.NotEqual(t, faults(chance, 7), faults(chance, 8))
}

// A file that is gone is not counted any more.
func TestForgetFile(t *testing.T) {
	var i Injector
	require.NoError(t, i.Set(with(scenarios.Rule{Times: 1, Reply: scenarios.NoReply()}), 1))
	require.True(t, i.Plan(part(0)).Fired)
	require.False(t, i.Plan(part(0)).Fired)
	i.ForgetFile(1)
	require.True(t, i.Plan(part(0)).Fired)
}

// While scenarios are swapped, each call is decided by one of them.
func TestSwappingUnderCalls(t *testing.T) {
	a := with(scenarios.Rule{Name: "a", Reply: scenarios.ErrorReply("FILE_PART_TOO_BIG")})
	b := with(scenarios.Rule{Name: "b", Reply: scenarios.NoReply()})
	var i Injector
	require.NoError(t, i.Set(a, 1))
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for n := range int32(500) {
				p := i.Plan(part(n))
				if (p.Rule == "a") != (p.Error != nil) || (p.Rule == "b") != p.Silent || !p.Fired {
					t.Errorf("half a decision: %+v", p)
				}
				i.ForgetFile(1)
			}
		})
	}
	for range 100 {
		require.NoError(t, i.Set(b, 1))
		require.NoError(t, i.Set(a, 1))
	}
	wg.Wait()
}
