package doctor

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// leftInTrouble is an upload that ended when a part was answered an error of the server's
// own, which the client could have outlived.
func (f *file) leftInTrouble() (x Finding, found bool) {
	for _, n := range slices.Sorted(maps.Keys(f.parts)) {
		if p := f.parts[n]; !p.stored && passes(p.last.Error) {
			return Finding{Kind: KindGaveUp, Part: &n, Events: []int64{p.last.Seq}, Scenario: "server-error", URL: "https://core.telegram.org/api/errors#500-internal",
				Text: fmt.Sprintf("part %d was answered %s, which is the server's own trouble and passes, and has not been sent again", n, nameOf(p.last.Error))}, true
		}
	}
	return x, false
}

// passes tells an error that is no fault of the call's: 500, and what is below zero.
func passes(err string) bool {
	return strings.HasPrefix(err, "500 ") || strings.HasPrefix(err, "-")
}
