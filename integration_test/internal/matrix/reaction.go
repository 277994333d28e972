package matrix

import (
	"fmt"
	"strings"
)

// Transport puts a round trip without faults into words.
func Transport(r Record) string {
	if r.Result.OK && r.Kept && r.Returned {
		return fmt.Sprintf("OK %.1f s", r.Result.Seconds)
	}
	if r.Result.OK && r.Kept {
		return "**reads back other bytes**"
	}
	return ending(r)
}

// Reaction puts what a client did about a fault into words.
func Reaction(f Fault, r Record) string {
	if len(r.Events) == 0 {
		return "fault not met, " + ending(r)
	}
	w := &watcher{fault: f, ok: r.Result.OK, first: r.Events[0], last: r.Events[0]}
	for _, e := range r.Events[1:] {
		w.see(e)
	}
	return strings.Join(w.end(r), ", ")
}

// ending says how the driver saw it end.
func ending(r Record) string {
	e := r.Result.Error
	switch {
	case e == nil && r.Kept:
		return "completes"
	case e == nil:
		return "**reports success, but the file is not there**"
	case e.Class == timedOut:
		return "hangs until the timeout"
	case e.Class == driverFailed:
		return "driver failed: " + shorten(e.Message)
	}
	return "fails: " + nameOf(*e)
}
