package doctor

import (
	"strconv"
	"strings"
	"time"
)

// silence is how long nothing comes of an upload that goes on.
const silence = 10 * time.Second

// closedByServer is why connections end that are open when the server is closed.
const closedByServer = "the server was closed"

// cutOff notes that the server was closed while the upload went on: what is missing
// then, the client had no time for.
func (f *file) cutOff(e *Event) {
	due := f.last
	for _, p := range f.parts {
		if at := p.last.Time.Add(p.last.Delay + waitIn(p.last.Error)); at.After(due) {
			due = at
		}
	}
	f.cut = e.Text == closedByServer && e.Time.Before(due.Add(silence))
}

// waitIn is how long an error tells a client to wait, 0 for others.
func waitIn(text string) time.Duration {
	name, ok := strings.CutPrefix(text, "420 ")
	seconds, err := strconv.Atoi(name[strings.LastIndexByte(name, '_')+1:])
	if !ok || err != nil {
		return 0
	}
	return time.Duration(seconds) * time.Second
}
