package main

import "github.com/fakedc/fakedc/mockserver"

// flood keeps what hostile peers provoke from drowning what a person wants to read. The
// journal and --log json have all of it.
type flood struct {
	second int64 // of the events
	told   int
	left   int // left out in that second
}

// mostRefusals is how many lines tell, for each second, what was refused beside parts,
// who made no key after all, and which limits were reached.
const mostRefusals = 20

// admits tells whether an event is told. before is how many were not, in an earlier
// second.
func (f *flood) admits(e mockserver.Event) (ok bool, before int) {
	if e.Kind != mockserver.EventRefused && e.Kind != mockserver.EventLimit && e.Kind != mockserver.EventCall && !leftAtOnce(e) {
		return true, 0
	}
	if second := e.Time.Unix(); second != f.second {
		before = f.rest()
		f.second = second
	}
	if f.told >= mostRefusals {
		f.left++
		return false, before
	}
	f.told++
	return true, before
}

// rest returns how many were left out since the last time.
func (f *flood) rest() (left int) {
	left = f.left
	f.told, f.left = 0, 0
	return left
}

// leftOut tells of them.
func (w *watcher) leftOut(n int) {
	if n > 0 {
		w.say(dim, "%s more of that within a second", count(n, "line"))
	}
}
