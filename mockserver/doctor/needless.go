package doctor

import (
	"fmt"
	"maps"
	"slices"

	"github.com/fakedc/fakedc/mockserver/internal/journal"
	"github.com/fakedc/fakedc/scenarios/oracle"
)

// resent is that stored parts came again, when nothing had gone wrong. All that came in one
// way are one thing that the client does wrong, as a rule in a loop: told one by one they
// would hide what its upload ended of.
type resent struct {
	way   string
	first []Finding      // a call each
	parts map[int32]bool // of the calls behind those
	count int
}

// maxFirst is how many calls a resent knows one by one. Of those of a run the oracle tells fewer.
const maxFirst = 2 * oracle.MaxFindings

// resend notes a call of a part that is stored, when nothing has gone wrong since: whoever
// sends again before an answer is late makes a slow server slower.
func (f *file) resend(e *Event, p *part) {
	if p.calls == 0 || !p.stored || p.gone || p.last.Answer != journal.AnswerUsual || p.last.Error != "" {
		return
	}
	if f.befell(&p.last, e) {
		return
	}
	n, other := *e.Part, ""
	if differ(e, &p.last) {
		other = ", with other bytes"
	}
	way, text := "again", ""
	switch after := e.Time.Sub(p.last.Time); {
	case after < 0:
		way, text = "at once", fmt.Sprintf("part %d came twice %s%s, and nothing had gone wrong", n, atOnce, other)
	case p.last.Waits:
		way, text = "held back", fmt.Sprintf("part %d came again after %s%s, when its answer was still held back: the client has too little patience", n, seconds(after), other)
	case after < p.last.Delay:
		way, text = "delayed", fmt.Sprintf("part %d came again after %s%s, when its answer was to take %s: the client has too little patience", n, seconds(after), other, seconds(p.last.Delay))
	case p.last.Delay > 0:
		way, text = "late", fmt.Sprintf("part %d came again %s after its answer left%s, and nothing had gone wrong", n, seconds(after-p.last.Delay), other)
	default:
		text = fmt.Sprintf("part %d came again %s after it was stored%s, and nothing had gone wrong", n, seconds(after), other)
	}
	way += other
	i := slices.IndexFunc(f.needless, func(r *resent) bool { return r.way == way })
	if i < 0 {
		i = len(f.needless)
		f.needless = append(f.needless, &resent{way: way, parts: map[int32]bool{}})
	}
	r := f.needless[i]
	if r.count++; len(r.first) < maxFirst {
		r.first = append(r.first, Finding{Kind: KindResent, Part: &n, Scenario: "slow-part", Text: text, Events: []int64{p.last.Seq, e.Seq}})
	} else {
		r.parts[n] = true
	}
}

// finding is all of them that are not told already, as coming again though their answer was
// acknowledged. If not all of those are, it is all.
func (r *resent) finding(known []Finding) (x Finding, ok bool) {
	told := func(one Finding) bool {
		return slices.ContainsFunc(known, func(k Finding) bool { return k.Kind == KindResent && !k.more && slices.Equal(k.Events, one.Events) })
	}
	left := slices.DeleteFunc(slices.Clone(r.first), told)
	if len(left) == 0 {
		return x, false
	}
	x = left[0]
	if count := r.count - len(r.first) + len(left); count > 1 {
		parts := maps.Clone(r.parts)
		for _, one := range left {
			parts[*one.Part] = true
		}
		for _, one := range left[1:min(len(left), maxEvents/2)] {
			x.Events = append(x.Events, one.Events...)
		}
		x.severally(count, "in all", slices.Sorted(maps.Keys(parts)))
	}
	return x, true
}
