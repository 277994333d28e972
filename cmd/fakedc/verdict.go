package main

import (
	"fmt"
	"io"

	"github.com/fakedc/fakedc/mockserver"
	"github.com/fakedc/fakedc/scenarios/oracle"
)

// writeVerdict writes what became of each upload and of each check, for a person.
func writeVerdict(w io.Writer, t *terminal, server *mockserver.Server, v oracle.Verdict) {
	announced := announcedTotals(server)
	for _, u := range server.Uploads() {
		fmt.Fprintln(w, uploadLine(u, announced[u.Ordinal]))
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

// announcedTotals are the numbers of parts that each upload was said to have, by its
// ordinal: refused parts say them too, and an upload's Report.Total is only that of parts
// that were stored.
func announcedTotals(server *mockserver.Server) map[int]int32 {
	totals := map[int]int32{}
	for _, e := range server.Journal() {
		if e.Part != nil && e.Total != nil && *e.Total > 0 {
			totals[e.File] = *e.Total
		}
	}
	return totals
}

// uploadLine sums an upload up.
func uploadLine(u mockserver.Upload, announced int32) string {
	return fmt.Sprintf("upload %d: %s stored, %d refused, %d sent again: %s",
		u.Ordinal, count(u.Report.Stored, "part"), u.Report.RefusedCount, sentAgain(u), stateOf(u, announced))
}

func sentAgain(u mockserver.Upload) (n int) {
	for _, p := range u.Parts {
		n += p.Attempts - 1
	}
	return n
}

// stateOf says what an upload lacks, as far as anybody knows.
func stateOf(u mockserver.Upload, announced int32) string {
	switch r := &u.Report; {
	case r.Finalised:
		return "complete and used"
	case r.Complete:
		return "complete"
	case r.Total >= 0 || announced > 0 && r.MissingCount > 0:
		return "incomplete, " + count(r.MissingCount, "part") + " missing"
	case r.MissingCount > 0:
		return "incomplete, at least " + count(r.MissingCount, "part") + " missing"
	}
	return "used in no message, and no part said how many there are"
}
