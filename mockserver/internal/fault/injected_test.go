package fault

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/scenarios"
)

// Injected rules come before the scenario's, the newest first, count by
// themselves, and survive a change of the scenario.
func TestInjected(t *testing.T) {
	var i Injector
	require.NoError(t, i.Set(with(scenarios.Rule{Name: "scenario", Reply: scenarios.NoReply()}), 1))
	old, err := i.Inject([]scenarios.Rule{{Name: "old", Reply: scenarios.NoReply()}}, 1)
	require.NoError(t, err)
	young, err := i.Inject([]scenarios.Rule{{Times: 1, Reply: scenarios.NoReply()}}, 1)
	require.NoError(t, err)

	require.Equal(t, "injected[0]", i.Plan(part(0)).Rule)
	require.Equal(t, "old", i.Plan(part(0)).Rule, "the young one is used up")
	require.NoError(t, i.Set(nil, 1))
	require.Equal(t, "old", i.Plan(part(0)).Rule)
	require.Equal(t, []int{2, 1}, []int{old.Fired(), young.Fired()})
	i.ForgetFile(1)
	require.Equal(t, "injected[0]", i.Plan(part(0)).Rule, "the file is new again")

	i.Mute(true)
	require.False(t, i.Plan(part(0)).Fired)
	require.True(t, i.Muted())
	i.Mute(false)
	old.Remove()
	old.Remove()
	require.False(t, i.Plan(part(0)).Fired)
	require.Equal(t, 2, old.Fired(), "what it did is still known")
}

// Rules without a name get names that no others in force have, so that each has a chance of its own; what was removed,
// and what other spaces have, changes none of them.
func TestInjectedNames(t *testing.T) {
	none := scenarios.Rule{Chance: 0.5, Reply: scenarios.NoReply()}
	named := scenarios.Rule{Name: "injected[1]", Reply: scenarios.NoReply()}
	for name, tc := range map[string]struct {
		inject [][]scenarios.Rule
		remove int // after the first so many
		want   []string
	}{
		"one":                       {[][]scenarios.Rule{{none}}, 0, []string{"injected[0]"}},
		"behind one with a name":    {[][]scenarios.Rule{{named, none}}, 0, []string{"injected[1]", "injected[2]"}},
		"ahead of one with a name":  {[][]scenarios.Rule{{none, none, {Name: "injected[0]", Reply: scenarios.NoReply()}}}, 0, []string{"injected[1]", "injected[2]", "injected[0]"}},
		"one by one":                {[][]scenarios.Rule{{none}, {none}, {none}}, 0, []string{"injected[0]", "injected[1]", "injected[2]"}},
		"several, twice":            {[][]scenarios.Rule{{none, none}, {none, none}}, 0, []string{"injected[0]", "injected[1]", "injected[2]", "injected[3]"}},
		"when a name is taken":      {[][]scenarios.Rule{{named}, {none}, {none}}, 0, []string{"injected[1]", "injected[0]", "injected[2]"}},
		"when another was removed":  {[][]scenarios.Rule{{none}, {none}}, 1, []string{"injected[0]", "injected[0]"}},
		"when others were, in turn": {[][]scenarios.Rule{{none}, {none}, {none}}, 2, []string{"injected[0]", "injected[1]", "injected[0]"}},
	} {
		t.Run(name, func(t *testing.T) {
			var i Injector
			one, other := i.Space(1), i.Space(2)
			_, err := other.InjectRules([]scenarios.Rule{none, none}, 1)
			require.NoError(t, err)
			for kind, inject := range map[string]func([]scenarios.Rule, uint64) (*Injected, error){"injected": i.Inject, "namespace": one.InjectRules} {
				var all []*Injected
				var names []string
				own := func(name string) string { return strings.Replace(name, "injected", kind, 1) }
				for n, rules := range tc.inject {
					rules = slices.Clone(rules)
					for n := range rules {
						rules[n].Name = own(rules[n].Name)
					}
					if tc.remove == n {
						for _, x := range all {
							x.Remove()
						}
					}
					x, err := inject(rules, 1)
					require.NoError(t, err)
					all = append(all, x)
					for _, r := range x.rules {
						names = append(names, r.Name)
					}
				}
				want := slices.Clone(tc.want)
				for n := range want {
					want[n] = own(want[n])
				}
				require.Equal(t, want, names)
			}
		})
	}
}

// Two rules of half a chance each are not lucky together all the time, and are lucky as often as before when all of it
// is done again: of one kind, and a space's with one that is for everybody.
func TestInjectedChances(t *testing.T) {
	for second, other := range map[string]func(i *Injector) func([]scenarios.Rule, uint64) (*Injected, error){
		"injected[1]":  func(i *Injector) func([]scenarios.Rule, uint64) (*Injected, error) { return i.Inject },
		"namespace[0]": func(i *Injector) func([]scenarios.Rule, uint64) (*Injected, error) { return i.Space(1).InjectRules },
	} {
		t.Run(second, func(t *testing.T) {
			drawn := func() (fired []string) {
				var i Injector
				for _, inject := range []func([]scenarios.Rule, uint64) (*Injected, error){i.Inject, other(&i)} {
					_, err := inject([]scenarios.Rule{{Chance: 0.5, Reply: scenarios.NoReply()}}, 1)
					require.NoError(t, err)
				}
				for n := range int32(64) {
					call := part(n)
					call.Account = 1
					fired = append(fired, i.Plan(call).Rule)
				}
				return fired
			}
			fired := drawn()
			require.Contains(t, fired, "injected[0]")
			require.Contains(t, fired, second)
			require.Contains(t, fired, "")
			require.Equal(t, fired, drawn())
		})
	}
}
