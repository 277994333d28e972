package doctor

import (
	"fmt"
	"maps"
	"slices"

	"github.com/fakedc/fakedc/mockserver/internal/journal"
)

// resent is that stored parts came again, when nothing had gone wrong. All that came in one
// way are one thing that the client does wrong, as a rule in a loop: told one by one they
// would hide what its upload ended of.
type resent struct {
	Finding // of the first
	way     string
	parts   map[int32]bool
	count   int
}

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
		f.needless = append(f.needless, &resent{way: way, parts: map[int32]bool{}, Finding: Finding{Kind: KindResent, Part: &n, Scenario: "slow-part", Text: text}})
	}
	r := f.needless[i]
	r.count++
	r.parts[n] = true
	if len(r.Events) < maxEvents {
		r.Events = append(r.Events, p.last.Seq, e.Seq)
	}
}

// finding is all of them.
func (r *resent) finding() Finding {
	x := r.Finding
	if r.count > 1 {
		x.severally(r.count, "in all", slices.Sorted(maps.Keys(r.parts)))
	}
	return x
}
