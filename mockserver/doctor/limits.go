package doctor

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/fakedc/fakedc/mockserver/internal/journal"
)

// reached are limits of the server's, by name, that somebody came to: fakedc closed a
// connection then, refused a call or forgot something, which is no fault of a client's that is
// slow because it has much to do.
type reached map[string]*atLimit

type atLimit struct {
	count int
	first Event
}

// maxLimits is more than there are.
const maxLimits = 100

// add takes in that one was reached, unless it is told elsewhere.
func (r *reached) add(e *Event) {
	if e.Sign == journal.SignForgotten {
		return
	}
	name, _, _ := strings.Cut(e.Text, ": ")
	one := (*r)[name]
	if one == nil {
		if len(*r) >= maxLimits {
			return
		}
		if *r == nil {
			*r = reached{}
		}
		one = &atLimit{first: *e}
		(*r)[name] = one
	}
	one.count++
}

func (r reached) notes() (all []string) {
	for _, name := range slices.Sorted(maps.Keys(r)) {
		one := r[name]
		times := "once"
		if one.count > 1 {
			times = fmt.Sprintf("%d times", one.count)
		}
		first := ""
		if one.first.Conn != 0 {
			first = fmt.Sprintf(", first by connection %d", one.first.Conn)
		}
		_, what, _ := strings.Cut(one.first.Text, ": ")
		all = append(all, fmt.Sprintf("fakedc's own limit %s was reached %s%s: %s", name, times, first, what))
	}
	return all
}
