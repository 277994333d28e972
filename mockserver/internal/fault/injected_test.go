package fault

import (
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
