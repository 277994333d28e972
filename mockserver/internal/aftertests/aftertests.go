package aftertests

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"runtime/pprof"
	"sync/atomic"
	"testing"

	"github.com/fakedc/fakedc/mockserver/internal/words"
)

// provoked counts the panics that tests have asked for.
var provoked atomic.Int64

// Provoked says that a test had a panic contained on purpose.
func Provoked() { provoked.Add(1) }

// Main runs the tests and returns the exit code. Contained tells how many panics were
// contained in this process; more than were provoked are a failure.
//
// Goroutines that wait for what nothing can give them any more are one too, where Go
// was built to look for them: GOEXPERIMENT=goroutineleakprofile, see
// https://go.dev/doc/go1.26#goroutineleak-profiles
func Main(m *testing.M, contained func() int64) int {
	code := m.Run()
	if code == 0 && !(panicked(os.Stderr, contained()) && leaked(os.Stderr)) {
		return 1
	}
	return code
}

// panicked tells whether no panic was contained but those that were provoked.
func panicked(w io.Writer, contained int64) (fine bool) {
	if n := contained - provoked.Load(); n != 0 {
		fmt.Fprintf(w, "%s contained that no test had asked for (see events of kind \"panic\", and mockserver's Options.Strict)\n", words.Were(n, "panic"))
		return false
	}
	return true
}

// leaked tells whether no goroutine is lost, as far as Go looks for such.
func leaked(w io.Writer) (fine bool) {
	profile := pprof.Lookup("goroutineleak")
	if profile == nil {
		return true
	}
	var text bytes.Buffer
	if err := profile.WriteTo(&text, 1); err != nil { // it looks for them now
		fmt.Fprintf(w, "looking for lost goroutines: %v\n", err)
		return false
	}
	if n := profile.Count(); n > 0 {
		fmt.Fprintf(w, "%s lost, with nothing left to be woken by\n%s", words.Are(n, "goroutine"), &text)
		return false
	}
	return true
}
