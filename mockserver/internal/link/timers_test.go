package link

import (
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

func TestTimers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var all timers
		var ran atomic.Int32
		all.after(time.Minute, func() { ran.Add(1) })
		cancel := all.after(time.Second, func() { ran.Add(100) })
		cancel()
		cancel()
		<-time.After(time.Minute + 1)
		synctest.Wait()
		require.EqualValues(t, 1, ran.Load(), "on time, and not what was cancelled")
		require.Empty(t, all.pending)

		cancel = all.after(time.Hour, func() { ran.Add(1) })
		all.hurry()
		cancel()
		<-time.After(2 * time.Hour)
		require.EqualValues(t, 2, ran.Load(), "at once, and only once")
		all.after(time.Hour, func() { all.after(time.Hour, func() { ran.Add(1) }) })
		all.hurry()
		require.EqualValues(t, 3, ran.Load(), "and what began to wait only then")
		require.Empty(t, all.pending)
		start := time.Now()

		all.after(time.Hour, func() { ran.Add(100) })
		all.stop()
		all.after(0, func() { ran.Add(100) })()
		<-time.After(2 * time.Hour)
		require.EqualValues(t, 3, ran.Load(), "nothing runs once they are stopped")
		require.Less(t, time.Since(start), 3*time.Hour)
	})
}

// stop waits for what runs just now: afterwards nothing touches the server.
func TestStopWaitsForWhatRuns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var all timers
		var done atomic.Bool
		all.after(time.Second, func() {
			<-time.After(time.Minute)
			done.Store(true)
		})
		<-time.After(2 * time.Second)
		all.stop()
		require.True(t, done.Load())
	})
}

// And for what a reset hurries.
func TestStopWaitsForWhatIsHurried(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var all timers
		var done atomic.Bool
		all.after(time.Hour, func() {
			<-time.After(time.Minute)
			done.Store(true)
		})
		go all.hurry()
		synctest.Wait()
		all.stop()
		require.True(t, done.Load())
	})
}
