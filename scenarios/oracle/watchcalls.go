package oracle

import (
	"fmt"

	"github.com/fakedc/fakedc/scenarios"
)

// callsWatcher counts calls.
type callsWatcher struct {
	want   scenarios.CallsExpected
	counts map[countKey]int
	found  Check
}

// countKey is what is counted apart.
type countKey struct {
	file    int
	part    int32
	account int64
}

func (w *callsWatcher) see(o *Oracle, x *Observation, _ *file, _ *attempt) {
	method := w.want.Method
	if method == "" {
		method = scenarios.DefaultMethod
	}
	if !scenarios.MatchGlob(method, x.Method) {
		return
	}
	k := countKey{account: x.Account}
	switch w.want.Per {
	case scenarios.ScopePart:
		k.file, k.part = x.File, x.Part
	case scenarios.ScopeFile:
		k.file = x.File
	case scenarios.ScopeServer:
		k.account = 0
	}
	if _, known := w.counts[k]; !known && len(w.counts) >= MaxCalls {
		o.tooMany = true
		return
	}
	w.counts[k]++
	if n := w.counts[k]; n == w.want.AtMost+1 { // once for each, not once for each further call
		w.found.fail(x.finding(about(x) + w.tooMany(n)))
	}
}

// tooMany says of a call that it was one too many. Where others are counted with it, it is
// not the one that was called so often.
func (w *callsWatcher) tooMany(n int) string {
	if w.want.Per == scenarios.ScopePart {
		return " was called more than " + times(w.want.AtMost)
	}
	of := "its " + w.want.Per.String()
	if w.want.Per == scenarios.ScopeServer {
		of = "the server"
	}
	allowed := "1 is allowed"
	if w.want.AtMost != 1 {
		allowed = fmt.Sprintf("%d are allowed", w.want.AtMost)
	}
	return fmt.Sprintf(" was call %d of %s, %s", n, of, allowed)
}

func (w *callsWatcher) check(*Oracle, *State) Check {
	c := w.found.copy()
	if len(w.counts) == 0 {
		c.pend("there was no such call")
	}
	return c
}

// answeredWatcher waits for a call to be answered with an error.
type answeredWatcher struct {
	want scenarios.CallPattern
	seen bool
}

func (w *answeredWatcher) see(_ *Oracle, x *Observation, _ *file, _ *attempt) {
	w.seen = w.seen || matches(&w.want, x)
}

func (w *answeredWatcher) check(*Oracle, *State) Check {
	c := Check{Status: Passed}
	if !w.seen {
		c.unprovoked("no such call was answered " + w.want.Error)
	}
	return c
}

// times writes how often.
func times(n int) string {
	if n == 1 {
		return "once"
	}
	return fmt.Sprintf("%d times", n)
}

// sentWatcher counts what succeeds.
type sentWatcher struct {
	want  scenarios.CallPattern
	times int
	ok    map[int64]int // by account
	found Check
}

func (w *sentWatcher) see(o *Oracle, x *Observation, _ *file, _ *attempt) {
	if !x.Done || !matches(&w.want, x) {
		return
	}
	if _, known := w.ok[x.Account]; !known && len(w.ok) >= MaxFiles {
		o.tooMany = true
		return
	}
	if w.ok[x.Account]++; w.ok[x.Account] == w.times+1 {
		w.found.fail(x.finding(fmt.Sprintf("%s succeeded more than %s in one account", about(x), times(w.times))))
	}
}

func (w *sentWatcher) check(*Oracle, *State) Check {
	c := w.found.copy()
	for _, n := range w.ok {
		if n < w.times {
			c.pend(fmt.Sprintf("it succeeded %s in one account, not %s", times(n), times(w.times)))
		}
	}
	if len(w.ok) == 0 {
		c.pend("it has not succeeded")
	}
	return c
}

// neverWatcher looks for what must not happen.
type neverWatcher struct {
	want  scenarios.CallPattern
	found Check
}

func (w *neverWatcher) see(_ *Oracle, x *Observation, _ *file, _ *attempt) {
	if matches(&w.want, x) {
		w.found.fail(x.finding(fmt.Sprintf("%s was called, and answered %s", about(x), answered(x))))
	}
}

func (w *neverWatcher) check(*Oracle, *State) Check { return w.found.copy() }

// matches reports whether a pattern is about a call.
func matches(p *scenarios.CallPattern, x *Observation) bool {
	return (p.Method == "" || scenarios.MatchGlob(p.Method, x.Method)) &&
		(p.Part.IsZero() || x.HasPart && p.Part.Contains(int64(x.Part))) &&
		(p.Error == "" || x.Answer == Error && scenarios.MatchError(p.Error, x.Error))
}

// orderWatcher looks at the order in which methods are first called.
type orderWatcher struct {
	methods []string
	next    int
	found   Check
}

func (w *orderWatcher) see(_ *Oracle, x *Observation, _ *file, _ *attempt) {
	for i := w.next; i < len(w.methods); i++ {
		switch {
		case !scenarios.MatchGlob(w.methods[i], x.Method):
			continue
		case i == w.next:
			w.next++
		default:
			w.found.fail(x.finding(fmt.Sprintf("%s was called before %s", x.Method, w.methods[w.next])))
		}
		return
	}
}

func (w *orderWatcher) check(*Oracle, *State) Check {
	c := w.found.copy()
	if w.next < len(w.methods) {
		c.pend(w.methods[w.next] + " has not been called")
	}
	return c
}
