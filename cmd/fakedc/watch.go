package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/fakedc/fakedc/mockserver"
	"github.com/fakedc/fakedc/scenarios"
)

// Formats of --log.
const (
	logText = "text"
	logJSON = "json"
	logOff  = "off"
)

// watcher tells a person, or a program, what happens to a server. It is for one
// goroutine.
type watcher struct {
	server  *mockserver.Server
	t       *terminal
	format  string
	verbose bool
	seen    int64        // number of the newest event that was told
	refused int          // parts
	unused  int64        // msg_id of the newest call whose file was refused, which is told
	live    *liveUploads // nil: not on a terminal
	flood   flood
	parts   map[int]*arrived // by the upload's ordinal
}

// note is a line of --log json that is no event of the journal.
type note struct {
	Kind string `json:"kind"`
	Text string `json:"text"`
}

func (w *watcher) say(s style, format string, args ...any) {
	if w.format == logText {
		w.makeRoom()
		fmt.Fprintln(w.t.w, w.t.paint(s, oneLine(fmt.Sprintf(format, args...))))
	}
}

// warn says what must not be missed, with --log off too.
func (w *watcher) warn(format string, args ...any) {
	text := oneLine(fmt.Sprintf(format, args...))
	if w.format == logJSON {
		w.json(note{Kind: "warning", Text: text})
		return
	}
	w.makeRoom()
	fmt.Fprintln(w.t.w, w.t.paint(yellow, "fakedc: warning: "+text))
}

// lint tells warnings about a scenario, in the words of lint.
func (w *watcher) lint(texts []string) {
	for _, text := range texts {
		if w.format == logJSON {
			w.json(note{Kind: "warning", Text: text})
			continue
		}
		w.makeRoom()
		fmt.Fprintln(w.t.w, w.t.paint(yellow, text))
	}
}

func (w *watcher) json(v any) {
	line, err := json.Marshal(v)
	if err != nil {
		line = []byte(`{"kind":"warning","text":"an event could not be written"}`)
	}
	fmt.Fprintf(w.t.w, "%s\n", line)
}

// banner tells where the server is and how clients find it.
func (w *watcher) banner(r ready, d doors, snippets, sessionCommand string) {
	for _, o := range d {
		if !isLoopback(o.Addr()) {
			w.warn("listening on %v: other machines can connect, log in and fill the memory", o.Addr())
		}
	}
	if w.format != logText {
		return
	}
	fmt.Fprint(w.t.w, snippetsText(w.t, r, snippets))
	fmt.Fprintln(w.t.w)
	w.say(bold, "fakedc %s: a fake Telegram datacenter (DC %d) listens on %v", r.Version, d[0].dc, d[0].Addr())
	for _, o := range d[1:] {
		if o.dc == 0 {
			w.say(plain, "a SOCKS5 proxy that leads nowhere but here listens on %v", o.Addr())
			continue
		}
		w.say(plain, "DC %d listens on %v", o.dc, o.Addr())
	}
	w.say(plain, "RSA key fingerprint %s (0x%s)", r.RSA.Fingerprint, r.RSA.FingerprintHex)
	w.say(plain, "rules: profile %q; scenario: %s", r.Profile, orNone(r.Scenario))
	w.say(plain, "log in with any bot token such as 123456:abc, or any phone number and code 12345")
	w.say(plain, "or take a login without a login: %s", sessionCommand)
	if snippets == snippetsAuto && !w.t.person {
		w.say(plain, "what to paste for a client: fakedc serve --snippets telethon")
	}
	if r.Admin != nil {
		w.say(cyan, "live page: %s#%s", r.Admin.URL, r.Admin.Token)
	}
	w.say(dim, "press Ctrl-C to stop")
}

func orNone(name string) string {
	if name == "" {
		return "none"
	}
	return fmt.Sprintf("%q", name)
}

// makeRoom takes the lines away that would stand in the middle of what is said.
func (w *watcher) makeRoom() {
	if w.live != nil {
		w.live.clear()
	}
}

// show draws the uploads that are under way.
func (w *watcher) show() {
	if w.live != nil {
		w.live.draw(time.Now(), w.server.UploadParts(nil))
	}
}

// frames ticks as often as show is to be called; without a terminal never.
func (w *watcher) frames() (ticks <-chan time.Time, stop func()) {
	if w.live == nil {
		return nil, func() {}
	}
	t := time.NewTicker(frame)
	return t.C, t.Stop
}

// catchUp tells what happened since the last time.
func (w *watcher) catchUp() {
	for _, e := range w.server.JournalSince(w.seen) {
		w.seen = e.Seq
		if e.Kind == mockserver.EventPart && (e.Error != "" || e.Skipped) {
			w.refused++
		}
		w.tell(e)
		w.tellComplete(e)
	}
}

func (w *watcher) tell(e mockserver.Event) {
	switch {
	case w.format == logJSON:
		w.json(e)
	case w.format == logText && w.verbose:
		w.say(styleOf(e), "%s", mockserver.Line(e))
	case w.format == logText:
		line := w.line(e)
		if line == "" {
			return
		}
		ok, before := w.flood.admits(e)
		w.leftOut(before)
		if ok {
			w.say(styleOf(e), "%s  %s", e.Time.Format("15:04:05"), line)
		}
	}
}

// reloaded tells how it ended that a scenario was read again, with the new warnings.
func (w *watcher) reloaded(err error, warnings []string) {
	w.lint(warnings)
	var list scenarios.ErrorList
	switch {
	case err == nil: // the journal has it
	case errors.As(err, &list):
		for _, e := range list {
			w.warn("the scenario stays as it was: %v", e)
		}
	default:
		w.warn("the scenario stays as it was: %v", err)
	}
}

// farewell sums up at the end.
func (w *watcher) farewell() {
	w.leftOut(w.flood.rest())
	uploads, complete, used := w.server.UploadParts(nil), 0, 0
	for _, u := range uploads {
		if isComplete(u) {
			complete++
		}
		if u.Report.Finalised {
			used++
		}
	}
	w.say(plain, "stopped: %s, %d complete, %d used; %s refused", count(len(uploads), "upload"), complete, used, count(w.refused, "part"))
}

// count writes a number of things.
func count(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%s %ss", grouped(int64(n)), thing)
}
