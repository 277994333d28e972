package oracle

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/fakedc/fakedc/scenarios"
)

// retryWatcher looks at how calls that went wrong are made again.
type retryWatcher struct {
	want  scenarios.RetryExpected
	found Check
	seen  int
}

func (w *retryWatcher) see(_ *Oracle, x *Observation, _ *file, last *attempt) {
	if last == nil || !wentWrong(w.want.After, &last.Observation) {
		return
	}
	w.seen++
	w.inTime(x, last)
	for _, same := range w.want.Same {
		switch {
		case !x.HasPart:
		case same == scenarios.SameTotal && x.Total != last.Total:
			w.fail(x, last, fmt.Sprintf("%s came again with file_total_parts %d, before it was %d", about(x), x.Total, last.Total))
		case same == scenarios.SameSize && x.Size != last.Size:
			w.fail(x, last, fmt.Sprintf("%s came again with %d bytes, before it had %d", about(x), x.Size, last.Size))
		case same == scenarios.SameSHA256 && x.Print != last.Print:
			w.fail(x, last, fmt.Sprintf("%s came again with other bytes", about(x)))
		}
	}
}

// inTime looks at when the call came again. Before the answer that names a wait has left
// it is too early, however long that has been.
func (w *retryWatcher) inTime(x *Observation, last *attempt) {
	if last.unheard {
		return // nobody told it how long to wait
	}
	least, most := w.notBefore(&last.Observation), w.want.NotLaterThan
	waited := x.Time.Sub(last.left())
	if last.Waits || waited < 0 { // of two calls at once the later one may be told of first
		if least > 0 {
			w.fail(x, last, fmt.Sprintf("%s was sent again %v after it came, and before it was answered %s: too early", about(x), round(max(0, x.Time.Sub(last.Time))), answered(&last.Observation)))
		}
		return
	}
	if waited < least {
		w.fail(x, last, fmt.Sprintf("%s was sent again %v after it was answered %s: %v too early", about(x), round(waited), answered(&last.Observation), round(least-waited)))
	}
	if most > 0 && waited > most {
		w.fail(x, last, fmt.Sprintf("%s was sent again %v after it was answered %s: %v too late", about(x), round(waited), answered(&last.Observation), round(waited-most)))
	}
}

func (w *retryWatcher) fail(x *Observation, last *attempt, text string) {
	w.found.fail(x.finding(text, last.Seq))
}

// notBefore is how long a client has to wait.
func (w *retryWatcher) notBefore(x *Observation) time.Duration {
	if w.want.NotBefore > 0 {
		return w.want.NotBefore
	}
	return WaitOf(x.Error)
}

func (w *retryWatcher) check(o *Oracle, _ *State) Check {
	c := w.found.copy()
	open, heard := 0, 0
	each := func(a *attempt) {
		switch {
		case !wentWrong(w.want.After, &a.Observation):
		case a.Answer == Dropped && (a.acked || a.again): // the answer came over another connection
			heard++
		default:
			open++
			c.pending(a.finding(about(&a.Observation) + " was answered " + answered(&a.Observation) + ", and has not been sent again"))
		}
	}
	for _, f := range o.inOrder() {
		for _, part := range sortedParts(f) {
			each(f.parts[part])
		}
	}
	for _, a := range o.calls {
		each(a)
	}
	if w.seen == 0 && open == 0 && heard == 0 {
		c.unprovoked("it has not come to that")
	}
	return c
}

func sortedParts(f *file) []int32 {
	parts := make([]int32, 0, len(f.parts))
	for part := range f.parts {
		parts = append(parts, part)
	}
	slices.Sort(parts)
	return parts
}

// wentWrong reports whether a call had the answer that a retry is expected after.
func wentWrong(after string, x *Observation) bool {
	switch after {
	case scenarios.AfterFloodWait:
		return x.Answer == Error && isWait(x.Error)
	case scenarios.AfterError:
		return x.Answer == Error && !isWait(x.Error)
	case scenarios.AfterFalse:
		return x.Answer == False
	case scenarios.AfterDrop:
		return x.Answer == Dropped
	case scenarios.AfterSilence:
		return x.Answer == Nothing
	case scenarios.AfterRefusal:
		return x.Answer == Refused
	case scenarios.AfterGarbage:
		return x.Answer == Garbage
	}
	return x.Answer == Error && scenarios.MatchError(after, x.Error)
}

// isWait tells the errors that say how long to wait.
func isWait(name string) bool {
	return strings.HasPrefix(name, "FLOOD_WAIT_") || strings.HasPrefix(name, "FLOOD_PREMIUM_WAIT_")
}

// WaitOf is how long an error such as FLOOD_WAIT_3 says to wait, 0 for one that does not.
// https://core.telegram.org/api/errors#420-flood
func WaitOf(name string) time.Duration {
	if !isWait(name) {
		return 0
	}
	seconds, err := strconv.ParseInt(name[strings.LastIndexByte(name, '_')+1:], 10, 32)
	if err != nil {
		return 0
	}
	return time.Duration(seconds) * time.Second
}
