package scenarios

import (
	"math"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// delays asks for n parts in an order of its own and returns their delays by part.
func delays(t *testing.T, seed uint64, r Rule, n int, backwards bool) []time.Duration {
	t.Helper()
	e := mustCompile(t, seed, r)
	found := make([]time.Duration, n)
	for i := range found {
		if backwards {
			i = n - 1 - i
		}
		found[i] = e.Decide(bigPart(int32(i), int32(n))).Delay
	}
	return found
}

// Delays are those of their parts, not of the order in which calls come.
func TestJitterIsAHash(t *testing.T) {
	for _, j := range []Jitter{UniformJitter(time.Second, 3*time.Second), LognormalJitter(time.Second, 1, time.Minute)} {
		r := Rule{Name: "slow", Jitter: j}
		want := delays(t, 42, r, 100, false)
		require.Equal(t, want, delays(t, 42, r, 100, true))
		require.NotEqual(t, want, delays(t, 43, r, 100, false), "another seed")
		r.Name = "other"
		require.NotEqual(t, want, delays(t, 42, r, 100, false), "another rule")
	}
}

// The distributions are what their names say: bounds hold, and quantiles lie where they should.
func TestJitterDistribution(t *testing.T) {
	const n = 10_000
	d := delays(t, 1, Rule{Jitter: UniformJitter(time.Second, 3*time.Second)}, n, false)
	slices.Sort(d)
	require.GreaterOrEqual(t, d[0], time.Second)
	require.LessOrEqual(t, d[n-1], 3*time.Second)
	for q := 1; q < 10; q++ {
		require.InDelta(t, float64(time.Second)*(1+0.2*float64(q)), float64(d[n*q/10]), 0.05*float64(time.Second))
	}

	d = delays(t, 1, Rule{Jitter: LognormalJitter(100*time.Millisecond, 0.5, 250*time.Millisecond)}, n, false)
	slices.Sort(d)
	require.Positive(t, d[0])
	require.InEpsilon(t, 100e6, float64(d[n/2]), 0.05)
	// 0.8413 is the share of a normal distribution below one standard deviation.
	require.InEpsilon(t, 100e6*math.Exp(0.5), float64(d[n*8413/10_000]), 0.05)
	require.Equal(t, 250*time.Millisecond, d[n-1], "cut off")
}

// A chance must not choose the delays: of those that were lucky, half are in the upper half.
func TestJitterIsNotTheChance(t *testing.T) {
	e := mustCompile(t, 7, Rule{Chance: 0.1, Jitter: UniformJitter(time.Second, 3*time.Second)})
	lucky, long := 0, 0
	for part := range int32(8000) {
		if d := e.Decide(bigPart(part, 8000)); d.Rule == 0 {
			lucky++
			if d.Delay > 2*time.Second {
				long++
			}
		}
	}
	require.InDelta(t, 800, lucky, 100)
	require.InDelta(t, 0.5, float64(long)/float64(lucky), 0.1)
}

func TestJitterEnds(t *testing.T) {
	almostOne := math.Nextafter(1, 0)
	u := UniformJitter(0, 1)
	require.Equal(t, time.Duration(0), u.at(0))
	require.Equal(t, time.Duration(1), u.at(almostOne))
	l := LognormalJitter(time.Second, maxSigma, maxDelay)
	require.Equal(t, time.Duration(0), l.at(0))
	require.Equal(t, maxDelay, l.at(almostOne))
	require.Zero(t, (&Jitter{}).at(0.5))
}

func TestJitterFromAFile(t *testing.T) {
	require.Equal(t, UniformJitter(time.Second, 3*time.Second), parseRule(t, "delay: { uniform: [1s, 3s] }").Jitter)
	require.Equal(t, LognormalJitter(200*time.Millisecond, 0.5, 5*time.Second),
		parseRule(t, "delay: { lognormal: { median: 200ms, sigma: 0.5, max: 5s } }").Jitter)
}
