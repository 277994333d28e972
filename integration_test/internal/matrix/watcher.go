package matrix

import (
	"fmt"
	"slices"
	"strings"

	"github.com/fakedc/fakedc/mockserver"
)

// watcher walks through the events after a fault and says what the client does.
type watcher struct {
	fault Fault
	ok    bool // the driver reports success
	first mockserver.Event
	last  mockserver.Event // the fault, or the last repetition that was said

	again     []mockserver.Event // repetitions of the part that are not said yet
	others    int                // repetitions of other parts
	connected bool               // a new connection came
	rekeyed   bool               // with an auth key of its own
	restarted bool               // a file was begun after the fault
	looped    bool
	refused   *mockserver.Event // the last use of the file, if it was refused and nothing was done since
	uses      int               // how often it was refused
	repairs   int               // how often the part was saved again after such a refusal
	said      []string
}

func (w *watcher) say(format string, args ...any) {
	w.said = append(w.said, fmt.Sprintf(format, args...))
}

func (w *watcher) see(e mockserver.Event) {
	switch e.Kind {
	case mockserver.EventConnect:
		w.connected = true
	case mockserver.EventAuthKey:
		w.rekeyed = true
	case mockserver.EventFile:
		w.flush()
		w.refused = nil
		if e.Error != "" {
			w.refused = &e
			w.uses++
		}
	case mockserver.EventPart:
		w.part(e)
	}
}

func (w *watcher) part(e mockserver.Event) {
	switch {
	case samePart(w.first, e):
		w.again = append(w.again, e)
	case e.File != w.first.File && !w.restarted:
		w.flush()
		w.restarted = true
		w.say("begins the file anew")
	case e.Attempt > 1:
		w.others++
	}
}

// loop is so many repetitions of one part that, if they come to nothing, nobody
// meant them.
const loop = 20

// flush says what the client did with the part since it was last said.
func (w *watcher) flush() {
	n := len(w.again)
	if n == 0 {
		return
	}
	pause := w.again[0].Time.Sub(w.last.Time)
	switch {
	case n >= loop && !w.ok:
		w.looped = true
		w.say("loops: %s calls in %.1f s", thousands(n), w.again[n-1].Time.Sub(w.last.Time).Seconds())
	case w.refused != nil:
		w.repair()
	case w.fault.Kind == Wait:
		w.say("%s", waited(pause, told(w.first.Error)))
	case w.fault.Kind == Drop:
		w.say("%s%s%s", w.comesBack(), repeats(n+w.others), ifLong(pause))
	default:
		w.say("sends it again %s%s", after(pause), times(n))
	}
	w.last, w.again, w.others = w.again[n-1], nil, 0
}

// repair is a part that is saved once more because the file could not be used.
func (w *watcher) repair() {
	if w.repairs == 0 {
		w.ignored()
		w.say("%s at %s", errorOf(*w.refused), methodOf(*w.refused))
		w.say("saves that part again")
	}
	w.repairs++
	w.said[len(w.said)-1] = "saves that part again" + times(w.repairs)
	w.refused = nil
}

// ignored is said of a client that used the file without another word about the
// part. A part that was lost in silence cannot be ignored.
func (w *watcher) ignored() {
	if len(w.said) == 0 && w.fault.Kind != Loss {
		w.say("sends on as if nothing had happened")
	}
}

func (w *watcher) comesBack() string {
	switch {
	case w.rekeyed:
		return "connects again with a new auth key, "
	case w.connected:
		return "connects again, "
	}
	return ""
}

// end says what is left to say, and how it ended.
func (w *watcher) end(r Record) []string {
	w.flush()
	switch {
	case w.looped:
		return w.said
	case w.refused != nil && w.uses >= loop && !w.ok:
		w.ignored()
		return append(w.said, fmt.Sprintf("loops: %s %s times at %s", errorOf(*w.refused), thousands(w.uses), methodOf(*w.refused)))
	case w.refused != nil:
		w.ignored()
		end := ending(r)
		if rest, ok := strings.CutPrefix(end, "fails: "); ok {
			return append(w.said, "fails at "+methodOf(*w.refused)+": "+rest)
		}
		return append(w.said, errorOf(*w.refused)+" at "+methodOf(*w.refused), end)
	case len(w.said) == 0 && r.Kept && w.fault.Kind == Late:
		w.say("waits for the answer")
	case len(w.said) == 0 && r.Kept && w.fault.Kind == Drop:
		// The server had it ready, and there was no second call.
		w.say("%sis given the answer", w.comesBack())
	}
	return slices.Concat(w.said, []string{ending(r)})
}
