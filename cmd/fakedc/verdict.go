package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/fakedc/fakedc/mockserver"
	"github.com/fakedc/fakedc/scenarios/oracle"
)

// writeVerdict writes what became of each upload and of each check, for a person.
func writeVerdict(w io.Writer, t *terminal, server *mockserver.Server, v oracle.Verdict) {
	for _, u := range server.Uploads() {
		state := "complete"
		switch {
		case u.Report.Finalised:
			state = "complete and used"
		case !u.Report.Complete:
			state = "incomplete, " + count(u.Report.MissingCount, "part") + " missing"
		}
		repeated := 0
		for _, p := range u.Parts {
			repeated += p.Attempts - 1
		}
		fmt.Fprintf(w, "upload %d: %s stored, %d refused, %d sent again: %s\n", u.Ordinal, count(u.Report.Stored, "part"), u.Report.RefusedCount, repeated, state)
	}
	for _, c := range v.Checks {
		mark := map[oracle.Status]string{oracle.Passed: "ok", oracle.Noted: "note", oracle.Failed: "FAILED", oracle.Pending: "FAILED"}[c.Status]
		if c.Bad() {
			mark = t.paint(bold, mark)
		}
		fmt.Fprintf(w, "%s: %s: %s\n", mark, strings.ReplaceAll(string(c.Kind), "-", " "), oneLine(c.Name))
		for _, f := range c.Findings {
			line := "    " + oneLine(f.Text)
			if f.URL != "" {
				line += " (" + f.URL + ")"
			}
			fmt.Fprintln(w, line)
		}
		if c.More > 0 {
			fmt.Fprintf(w, "    and %d more\n", c.More)
		}
	}
}
