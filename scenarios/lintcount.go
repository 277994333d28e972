package scenarios

import (
	"fmt"
	"math"
)

// maxListed is how many single numbers a set may have to be counted out.
const maxListed = 10_000

// tooFewCalls warns of counters that wait for a call that never comes: a part is called for the first time only once.
func (l *linter) tooFewCalls(r *Rule) bool {
	most, ok := mostCalls(r)
	if !ok {
		return false
	}
	path, first := firstDue(r)
	if first <= most {
		return false
	}
	l.warn(CheckNeverFires, path, fmt.Sprintf("the rule can never fire: at most %s of each %s can match, and it waits for call %d", countOf(most, "call"), r.Per, first), "")
	return true
}

// mostCalls returns how many calls of one scope can match; ok is false where there is no bound.
func mostCalls(r *Rule) (most int64, ok bool) {
	attempts, ok := r.Match.Attempt.exact(maxListed)
	if !ok || !r.Match.plain() {
		return 0, false
	}
	switch r.Per {
	case ScopePart:
		return int64(len(attempts)), true
	case ScopeFile:
		parts, ok := r.Match.Part.exact(maxListed)
		return int64(len(attempts) * len(parts)), ok
	}
	return 0, false
}

// firstDue returns the first matching call that the counters let the rule fire on, and the key that says so.
func firstDue(r *Rule) (path string, first int64) {
	if !r.Nth.IsZero() {
		lowest, _, ok := ends(&r.Nth)
		if !ok {
			lowest = 1
		}
		return "nth", lowest
	}
	path = "after"
	if r.Every > 1 {
		path = "every"
	}
	return path, int64(r.After) + int64(max(r.Every, 1))
}

// counts reports whether anything is counted in the rule's scope.
func (r *Rule) counts() bool {
	return !r.Nth.IsZero() || r.Every != 0 || r.After != 0 || r.Times != 0 || r.Hold.Calls != 0
}

func (l *linter) uselessPer(r *Rule) {
	if !r.counts() && l.written("per") != nil {
		l.warn(CheckUselessKey, "per", "per changes nothing: it says what nth, every, after, times and hold_until count in, and the rule has none of them", "")
	}
}

// uselessTimes warns of a limit that other counters keep the rule below.
func (l *linter) uselessTimes(r *Rule) {
	most := int64(math.MaxInt64)
	why := ""
	if named, ok := r.Nth.exact(maxListed); ok {
		most, why = int64(len(named)), "nth names "+countOf(int64(len(named)), "call")
	}
	if calls, ok := mostCalls(r); ok && calls < most {
		most, why = calls, "at most "+countOf(calls, "call")+" can match"
	}
	if int64(r.Times) > most {
		l.warn(CheckUselessKey, "times", fmt.Sprintf("times changes nothing: %s for each %s", why, r.Per), "")
	}
}

func countOf(n int64, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}
