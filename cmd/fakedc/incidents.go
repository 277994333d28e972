package main

import (
	"fmt"
	"strings"

	"github.com/fakedc/fakedc/mockserver"
	"github.com/fakedc/fakedc/scenarios"
)

// maxIncidents bounds the list; nobody reads more.
const maxIncidents = 12

// incidents lists what went wrong with parts, why, and what the client did.
func (d *demoRun) incidents() string {
	var b strings.Builder
	b.WriteString(d.out.paint(bold, "What went wrong, why, and what the client did") + "\n")
	n := 0
	for _, e := range d.events() {
		if e.Error == "" && e.Fault == "" {
			continue
		}
		if n++; n <= maxIncidents {
			b.WriteString("\n" + d.incident(e))
		}
	}
	switch {
	case n == 0:
		b.WriteString("\n  Nothing went wrong.\n")
	case n > maxIncidents:
		fmt.Fprintf(&b, "\n  ... and %d more.\n", n-maxIncidents)
	}
	return b.String()
}

const incidentIndent = "           "

// incident words one event.
func (d *demoRun) incident(e mockserver.Event) string {
	var b strings.Builder
	what := e.Error
	if what == "" {
		what = faultWords(e)
	}
	by := "by the upload rule " + strings.Join(e.Rules, ", ")
	if e.Fault != "" {
		by = fmt.Sprintf("by the scenario's rule %q", e.Fault)
	}
	head := fmt.Sprintf("part %d", *e.Part)
	fmt.Fprintf(&b, "  %s%s\n", d.out.paint(bold, fmt.Sprintf("%-9s", head)), d.out.paint(yellow, oneLine(what)))
	b.WriteString(wrap(by, incidentIndent, d.out.width))
	for _, w := range d.reasons(e) {
		b.WriteString(wrap(w.sentence, incidentIndent, d.out.width))
		if w.source != "" {
			b.WriteString(incidentIndent + d.out.paint(cyan, w.source) + "\n")
		}
	}
	if did := d.uploader.reactionTo(*e.Part, e.Attempt); did != "" {
		b.WriteString(wrap(did, incidentIndent, d.out.width))
	}
	return b.String()
}

// faultWords is what a fault without an error did; the sentence about the part
// that may follow is not repeated here.
func faultWords(e mockserver.Event) string {
	words, _, _ := strings.Cut(e.Text, ". ")
	return strings.TrimSuffix(words, ".")
}

// why is a reason and where it is documented.
type why struct{ sentence, source string }

// reasons are the rules that a part broke or, where a scenario gave the error,
// what the documentation says that the error means.
func (d *demoRun) reasons(e mockserver.Event) (out []why) {
	if e.Fault == "" {
		for i, id := range e.Rules {
			r, ok := d.rules.Rule(id)
			w := why{source: r.Source}
			if i < len(e.Why) {
				w.sentence = e.Why[i]
			}
			if ok {
				out = append(out, w)
			}
		}
		return out
	}
	_, name, _ := strings.Cut(e.Error, " ")
	if info, ok := scenarios.LookupError(name); ok {
		out = append(out, why{sentence: "which means: " + info.Description, source: info.Source})
	}
	return out
}
