package main

import (
	"fmt"
	"io"

	"github.com/fakedc/fakedc/mockserver"
	"github.com/fakedc/fakedc/scenarios/oracle"
)

// writeVerdict writes what became of each upload and of each check, for a person.
func writeVerdict(w io.Writer, t *terminal, server *mockserver.Server, v oracle.Verdict) {
	for _, u := range server.Uploads() {
		fmt.Fprintln(w, uploadLine(u))
	}
	for _, c := range v.Checks {
		mark := markOf(c.Status)
		if c.Bad() {
			mark = t.paint(bold, mark)
		}
		fmt.Fprintf(w, "%s: %s\n", mark, oneLine(c.Title()))
		for _, line := range findingLines(c) {
			fmt.Fprintln(w, "    "+line)
		}
	}
}

// uploadLine sums an upload up.
func uploadLine(u mockserver.Upload) string {
	return fmt.Sprintf("upload %d: %s stored, %d refused, %d sent again: %s",
		u.Ordinal, count(u.Report.Stored, "part"), u.Report.RefusedCount, sentAgain(u), stateOf(u))
}

func sentAgain(u mockserver.Upload) (n int) {
	for _, p := range u.Parts {
		n += p.Attempts - 1
	}
	return n
}

func stateOf(u mockserver.Upload) string {
	switch {
	case u.Report.Finalised:
		return "complete and used"
	case u.Report.Complete:
		return "complete"
	}
	return "incomplete, " + count(u.Report.MissingCount, "part") + " missing"
}
