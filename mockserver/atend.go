package mockserver

import (
	"fmt"
	"runtime"
	"strings"
	"time"

	"github.com/fakedc/fakedc/scenarios/oracle"
)

// AtEnd says what a test does not fail for at its end. The zero value fails it for
// everything: with a scenario that did not do what it is there for, a test that is
// green says nothing.
type AtEnd struct {
	// AllowUnmet lets expectations of the scenario stay unmet: for a test about a
	// client that is known to be wrong.
	AllowUnmet bool
	// AllowUnfired lets rules of the scenario, and injected ones that were not
	// removed, never fire. Those that depend on chance never have to.
	AllowUnfired bool
	// AllowUnused lets a namespace end without a call of its accounts while clients
	// call with accounts of no namespace: for a server that tests with and without
	// one share at once.
	AllowUnused bool
	// AllowUnknown lets clients call methods that nobody knows.
	AllowUnknown bool
}

// allows tells whether a bad check is no failure. Upload rules that were broken are
// for RequireNoViolations: to break them is what many tests are about.
func (a AtEnd) allows(k oracle.CheckKind) bool {
	switch k {
	case oracle.CheckExpectation, oracle.CheckMemory:
		return a.AllowUnmet
	case oracle.CheckRuleFired:
		return a.AllowUnfired
	case oracle.CheckUnknownMethod:
		return a.AllowUnknown
	}
	return true
}

// atEnd says what a test fails for when it is over. One that was skipped, or has failed
// already, is not told a second time.
func (v *view) atEnd(t TB, unfired []string) (reasons []string) {
	a := v.server.options.AtEnd
	if over(t) {
		return nil
	}
	if reasons = v.judge(func(c *oracle.Check) bool { return !a.allows(c.Kind) }); len(reasons) > 0 {
		return append(reasons, "that is how it was at the end of the test; mockserver.Options.AtEnd can allow it")
	}
	if len(unfired) > 0 && !a.AllowUnfired {
		reasons = append(reasons, fmt.Sprintf("injected rules that never fired: %s; remove them, or see mockserver.Options.AtEnd", strings.Join(unfired, ", ")))
	}
	return reasons
}

// closeTime is how long Close may take at the end of a test.
const closeTime = 10 * time.Second

// closeFor closes the server. If that takes too long, the goroutines that are left
// are said: one of them is in the way.
func (s *Server) closeFor(t TB) {
	t.Helper()
	late := time.AfterFunc(closeTime, func() {
		t.Errorf("fakedc: closing the server takes more than %v; these goroutines are left:\n%s", closeTime, ownGoroutines())
	})
	defer late.Stop()
	if err := s.Close(); err != nil {
		t.Errorf("fakedc: %v", err)
	}
}

// ownGoroutines are the stacks of goroutines that run code of this module.
func ownGoroutines() string {
	buf := make([]byte, 1<<20)
	buf = buf[:runtime.Stack(buf, true)]
	var own []string
	for stack := range strings.SplitSeq(string(buf), "\n\n") {
		if strings.Contains(stack, "fakedc/mockserver") {
			own = append(own, stack)
		}
	}
	return fmt.Sprintf("%d\n%s", len(own), strings.Join(own, "\n\n"))
}
