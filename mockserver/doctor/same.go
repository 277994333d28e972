package doctor

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/fakedc/fakedc/mockserver/internal/observe"
	"github.com/fakedc/fakedc/scenarios"
	"github.com/fakedc/fakedc/validator"
)

// Bounds of what is told of one thing that happened many times.
const (
	maxEvents   = 20 // of a finding
	maxBreaches = 64 // of an upload
)

// breach is an upload rule that parts broke, and were answered the same.
type breach struct {
	rule, answer string
	why          string // of the first, "" where the journal has none
	part         int32  // the first
	parts        map[int32]bool
	count        int
	events       []int64
}

// breaks notes which rules a part broke. The oracle does so too, but keeps no more
// than 20 calls of a run: what another upload did would be lost behind them.
func (f *file) breaks(e *Event) {
	for rule, id := range e.Rules {
		answer := answerText(e)
		i := slices.IndexFunc(f.broken, func(b *breach) bool { return b.rule == id && b.answer == answer })
		if i < 0 {
			if len(f.broken) >= maxBreaches {
				continue
			}
			i = len(f.broken)
			f.broken = append(f.broken, &breach{rule: id, answer: answer, why: observe.Why(e, rule), part: *e.Part, parts: map[int32]bool{}})
		}
		b := f.broken[i]
		b.count++
		if len(b.parts) < maxParts {
			b.parts[*e.Part] = true
		}
		if len(b.events) < maxEvents {
			b.events = append(b.events, e.Seq)
		}
	}
}

// breaches are the findings about rules of a mode.
func (f *file) breaches(rules map[string]validator.Rule, mode validator.Mode) (out []Finding) {
	for _, b := range f.broken {
		r := rules[b.rule]
		if r.Mode != mode {
			continue
		}
		x := Finding{Kind: KindRule, Part: &b.part, Events: b.events, URL: r.Source,
			Text: fmt.Sprintf("%s: %s broke the rule and was answered %s", b.rule, scenarios.PartName(int64(b.part)), b.answer)}
		if b.why != "" {
			x.Text = fmt.Sprintf("%s: %s: answered %s", b.rule, b.why, b.answer)
		}
		if b.count > 1 {
			x.severally(b.count, "in all", slices.Sorted(maps.Keys(b.parts)))
		}
		out = append(out, x)
	}
	return out
}

// severally says that a finding was made more than once.
func (x *Finding) severally(count int, howMany string, parts []int32) {
	x.Count, x.Parts = count, parts
	x.Text += fmt.Sprintf("; %d times %s", count, howMany)
	if len(parts) > 1 {
		x.Text += ", " + scenarios.PartNumbers(parts)
	}
}

// together makes one of findings that say the same of several parts.
func together(all []Finding) (out []Finding) {
	at := map[string]int{} // in out
	same := map[int][]Finding{}
	for _, x := range all {
		if x.Part == nil || x.Count > 0 {
			out = append(out, x)
			continue
		}
		key := strings.Join([]string{string(x.Kind), x.Scenario, x.URL, strings.ReplaceAll(x.Text, scenarios.PartName(int64(*x.Part)), "it")}, "\x00")
		i, known := at[key]
		if !known {
			i = len(out)
			at[key] = i
			out = append(out, x)
		}
		same[i] = append(same[i], x)
	}
	for i, found := range same {
		if len(found) == 1 {
			continue
		}
		x := &out[i]
		x.Events = nil
		parts := map[int32]bool{}
		for _, one := range found {
			parts[*one.Part] = true
			x.Events = append(x.Events, one.Events...)
		}
		x.Events = x.Events[:min(len(x.Events), maxEvents)]
		howMany := "in all"
		if found[0].more {
			howMany = "or more"
		}
		x.severally(len(found), howMany, slices.Sorted(maps.Keys(parts)))
	}
	return out
}
