package doctor

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/fakedc/fakedc/scenarios"
	"github.com/fakedc/fakedc/scenarios/oracle"
)

// notCome is said of parts when the server was closed before they came.
const notCome = "had not come when the server was closed"

// heldBack are the parts whose answers the scenario still held back when the server was
// closed: whoever sends no more before it has them does as it should.
func (f *file) heldBack() (parts []int32) {
	if f.cut.IsZero() {
		return nil
	}
	for n, p := range f.parts {
		if p.last.Waits || p.last.Time.Add(p.last.Delay).After(f.cut) {
			parts = append(parts, n)
		}
	}
	slices.Sort(parts)
	return parts
}

// atIt is how soon before the server was closed the last call must have come of a client that
// was still at it, if it was no slower before.
const atIt = time.Second

// busy tells that the client was: nobody knows what it would have done next.
func (f *file) busy() bool { return !f.cut.IsZero() && f.cut.Sub(f.last) < max(atIt, f.gap) }

// waiting tells of a part that the client was to send again when the server was closed, and
// not yet.
func (f *file) waiting(p *part) bool {
	wait := oracle.WaitOf(nameOf(p.last.Error))
	return wait > 0 && !f.cut.IsZero() && !p.stored && p.last.Time.Add(wait).After(f.cut)
}

// keptWaiting is the first such part, nil if there is none.
func (f *file) keptWaiting() *part {
	for _, n := range slices.Sorted(maps.Keys(f.parts)) {
		if p := f.parts[n]; f.waiting(p) {
			return p
		}
	}
	return nil
}

// didAsItShould tells that a client which was stopped in the middle had given no reason to
// think that it would not have gone on.
func (f *file) didAsItShould() bool {
	return len(f.heldBack()) > 0 || f.busy() || f.keptWaiting() != nil
}

// waited words that, for an upload that did not get any further, after findings.
func (f *file) waited() (note string, waited bool) {
	if f.used > 0 || f.cut.IsZero() {
		return "", false
	}
	if p := f.keptWaiting(); p != nil && f.excused {
		parts, were := f.absent(), "was"
		if len(parts) > 1 {
			were = "were"
		}
		return fmt.Sprintf("upload %d: %s %s not stored when the server was closed, in a wait that it had told the client to keep: %s",
			f.Story.File, scenarios.PartNumbers(parts), were, nameOf(p.last.Error)), true
	}
	held, missing := f.heldBack(), f.neverSent()
	switch {
	case len(missing) == 0:
		return "", false
	case len(held) == 0 && f.excused:
		return fmt.Sprintf("upload %d: %s %s, %s after the last call", f.Story.File, scenarios.PartNumbers(missing), notCome, seconds(f.cut.Sub(f.last))), true
	case len(held) == 0:
		return "", false
	}
	answers := "the answer"
	if len(held) > 1 {
		answers = "the answers"
	}
	return fmt.Sprintf("upload %d: %s %s, which still held back %s to %s", f.Story.File, scenarios.PartNumbers(missing), notCome, answers, scenarios.PartNumbers(held)), true
}
