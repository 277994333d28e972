package mockserver_test

import (
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/mockserver"
	"github.com/fakedc/fakedc/mockserver/rawclient"
	"github.com/fakedc/fakedc/scenarios"
	"github.com/fakedc/fakedc/validator"
)

// What a part is answered depends on the profile, the premium and the limits of
// the scenario, else of Options; taking the scenario away brings the latter back.
func TestScenarioSetsTheRules(t *testing.T) {
	yes, no := true, false
	limits := map[string]int{scenarios.LimitPartsDefault: 3, scenarios.LimitPartsPremium: 5}
	// Observed servers take unequal small parts, the documentation does not.
	unequal := func(t *testing.T, c *rawclient.Client, file int64) string {
		require.Equal(t, "true", smallPart(t, c, file, 5, contents(10)))
		return smallPart(t, c, file, 0, contents(1000))
	}
	parts := func(n int32) func(*testing.T, *rawclient.Client, int64) string {
		return func(t *testing.T, c *rawclient.Client, file int64) string {
			return part(t, c, file, 0, n, contents(kib))
		}
	}
	const tooMany, size = "FILE_PARTS_INVALID", "FILE_PART_SIZE_INVALID"
	for name, c := range map[string]struct {
		options       mockserver.Options
		scenario      scenarios.Scenario
		send          func(*testing.T, *rawclient.Client, int64) string
		before, under string
	}{
		"profile":              {mockserver.Options{}, scenarios.Scenario{Profile: scenarios.ProfileDocs}, unequal, "true", size},
		"profile, other way":   {mockserver.Options{Profile: validator.ProfileDocs}, scenarios.Scenario{Profile: scenarios.ProfileObserved}, unequal, size, "true"},
		"profile stays":        {mockserver.Options{Profile: validator.ProfileDocs}, scenarios.Scenario{}, unequal, size, size},
		"premium":              {mockserver.Options{}, scenarios.Scenario{Premium: &yes}, parts(4001), tooMany, "true"},
		"no premium":           {mockserver.Options{Premium: true}, scenarios.Scenario{Premium: &no}, parts(4001), "true", tooMany},
		"premium stays":        {mockserver.Options{Premium: true}, scenarios.Scenario{}, parts(8000), "true", "true"},
		"limit":                {mockserver.Options{}, scenarios.Scenario{Limits: limits}, parts(4), "true", tooMany},
		"limit for premium":    {mockserver.Options{Premium: true}, scenarios.Scenario{Limits: limits}, parts(4), "true", "true"},
		"beyond premium's":     {mockserver.Options{Premium: true}, scenarios.Scenario{Limits: limits}, parts(6), "true", tooMany},
		"more than Telegram's": {mockserver.Options{}, scenarios.Scenario{Limits: map[string]int{scenarios.LimitPartsDefault: 9000}}, parts(9000), tooMany, "true"},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, c.options, func(t *testing.T, b *bubble) {
				client := b.client()
				require.Equal(t, c.before, c.send(t, client, 1))
				require.NoError(t, b.SetScenario(&c.scenario))
				require.Equal(t, c.under, c.send(t, client, 2))
				require.NoError(t, b.SetScenario(nil))
				require.Equal(t, c.before, c.send(t, client, 3))
			})
			// The same from the beginning.
			c.options.Scenario = &c.scenario
			inBubble(t, c.options, func(t *testing.T, b *bubble) { require.Equal(t, c.under, c.send(t, b.client(), 1)) })
		})
	}
}

// One rule at a time can be set from Options.
func TestOptionsRules(t *testing.T) {
	rules := map[string]validator.Mode{"part.size_invalid": validator.ReportOnly}
	inBubble(t, mockserver.Options{Rules: rules}, func(t *testing.T, b *bubble) {
		require.Equal(t, "true", part(t, b.client(), 1, 0, 3, contents(1000)))
		u, _ := b.Upload(1)
		require.Equal(t, 1, u.Report.Violations["part.size_invalid"])
		require.Zero(t, u.Report.RefusedCount)
	})
}

// A scenario that is wrong changes nothing, and says what is wrong with it.
func TestSetScenarioRefuses(t *testing.T) {
	rule := scenarios.Rule{Name: "first", Reply: scenarios.AnswerReply(false)}
	inBubble(t, mockserver.Options{Scenario: faults(rule)}, func(t *testing.T, b *bubble) {
		c := b.client()
		for want, s := range map[string]*scenarios.Scenario{
			"NO_SUCH":  faults(scenarios.Rule{Reply: scenarios.ErrorReply("NO_SUCH")}),
			"profile":  {Profile: "strict"},
			"negative": {Limits: map[string]int{scenarios.LimitPartsDefault: -1}},
		} {
			err := b.SetScenario(s)
			require.ErrorContains(t, err, "mockserver: ", want)
			require.Equal(t, "false", part(t, c, 1, 0, 1, contents(5)))
		}
		for _, e := range b.Journal() {
			require.NotEqual(t, mockserver.EventScenario, e.Kind)
		}
	})
}

// While scenarios are swapped by several goroutines and parts arrive, each part
// meets one of them whole, and the last to be set is what is left: faults, rules
// and premium of the same one.
func TestSetScenarioIsAtomic(t *testing.T) {
	yes, no := true, false
	a := faults(scenarios.Rule{Reply: scenarios.ErrorReply("FILE_PART_EMPTY"), Match: scenarios.Match{Method: "upload.saveBigFilePart"}})
	a.Premium, a.Limits = &yes, map[string]int{scenarios.LimitPartsPremium: 8000}
	z := faults(scenarios.Rule{Reply: scenarios.ErrorReply("FILE_PART_TOO_BIG"), Match: scenarios.Match{Method: "upload.saveBigFilePart"}})
	z.Premium, z.Limits = &no, map[string]int{scenarios.LimitPartsPremium: 7000}
	inBubble(t, mockserver.Options{}, func(t *testing.T, b *bubble) {
		c := b.client()
		require.NoError(t, b.SetScenario(a))
		for range 100 {
			var wg sync.WaitGroup
			for _, s := range []*scenarios.Scenario{a, z, a, z, a, z, a, z} {
				wg.Go(func() { require.NoError(t, b.SetScenario(s)) })
			}
			require.Contains(t, []string{"FILE_PART_EMPTY", "FILE_PART_TOO_BIG"}, part(t, c, 1, 0, 1, contents(5)))
			wg.Wait()
			want := map[string][2]any{"FILE_PART_EMPTY": {8000, true}, "FILE_PART_TOO_BIG": {7000, false}}
			got := part(t, c, 1, 0, 1, contents(5))
			require.Equal(t, want[got], [2]any{premiumParts(t, c), premium(t, c)}, "half of one, half of the other")
		}
	})
}

// premiumParts is a limit that help.getAppConfig tells.
func premiumParts(t *testing.T, c *rawclient.Client) int {
	t.Helper()
	o, err := c.Call(t.Context(), rawclient.NewObject("help.getAppConfig", rawclient.Fields{"hash": int32(0)}))
	require.NoError(t, err)
	for _, v := range o.Obj("config").Objects("value") {
		if v.Str("key") == scenarios.LimitPartsPremium {
			return int(v.Obj("value").Double("value"))
		}
	}
	return 0
}

// premium tells whether the client's account has it, as the client learns it.
func premium(t *testing.T, c *rawclient.Client) bool {
	t.Helper()
	o, err := c.Call(t.Context(), rawclient.NewObject("users.getFullUser", rawclient.Fields{"id": rawclient.NewObject("inputUserSelf", nil)}))
	require.NoError(t, err)
	return o.Objects("users")[0].Bool("premium")
}

// Parts come in any order by default; ordering: sequential refuses what is not
// the next one.
func TestOrdering(t *testing.T) {
	for _, c := range []struct {
		ordering validator.Ordering
		want     []string // of parts 1, 0, 2
	}{
		{"", []string{"true", "true", "true"}},
		{validator.OrderingAny, []string{"true", "true", "true"}},
		{validator.OrderingSequential, []string{"FILE_PART_INVALID", "true", "FILE_PART_INVALID"}},
	} {
		inBubble(t, mockserver.Options{Ordering: c.ordering}, func(t *testing.T, b *bubble) {
			client := b.client()
			var got []string
			for _, i := range []int32{1, 0, 2} {
				got = append(got, part(t, client, 1, i, 4, contents(kib)))
			}
			require.Equal(t, c.want, got, c.ordering)
		})
	}
}
