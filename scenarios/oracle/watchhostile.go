package oracle

import (
	"fmt"
	"slices"

	"github.com/fakedc/fakedc/scenarios"
)

// hostileWatcher looks at whether the client notices what the server breaks.
type hostileWatcher struct {
	broken int
	told   []string        // cases that the client is known to have accepted
	lied   map[lied]string // parts that are not stored, and were said to be
	found  Check
}

type lied struct {
	file int
	part int32
}

// see notes what was said of a part; sent again, it was not believed.
func (w *hostileWatcher) see(_ *Oracle, x *Observation, f *file, _ *attempt) {
	if !x.HasPart || f == nil {
		return
	}
	delete(w.lied, lied{f.ordinal, x.Part})
	if x.Hostile == "" {
		return
	}
	if w.lied == nil {
		w.lied = map[lied]string{}
	}
	if len(w.lied) < MaxFiles {
		w.lied[lied{f.ordinal, x.Part}] = x.Hostile
	}
}

// used is told of an upload that was used: a part that was believed to be stored is
// missing there.
func (w *hostileWatcher) used(x *Observation) {
	for at, name := range w.lied {
		if at.file == x.File && x.Answer == Error && scenarios.MatchError("FILE_PART_X_MISSING", x.Error) {
			w.accept(name, x.Seq)
		}
	}
}

// hear is told of what the server broke, and of what the client accepted.
func (w *hostileWatcher) hear(x *Observation) {
	if x.Done {
		w.accept(x.Error, x.Seq)
		return
	}
	w.broken++
}

func (w *hostileWatcher) accept(name string, seq int64) {
	if slices.Contains(w.told, name) {
		return
	}
	w.told = append(w.told, name)
	h, _ := scenarios.LookupHostile(name)
	w.found.fail(Finding{Text: fmt.Sprintf("the client accepted %s, %s: %s", h.Number, h.Name, h.Breaks), URL: h.URL, Events: []int64{seq}})
}

func (w *hostileWatcher) check(*Oracle, *State) Check {
	c := w.found.copy()
	if w.broken == 0 {
		c.unprovoked("the server has not broken any rule so far")
	}
	return c
}
