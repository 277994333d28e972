package main

import (
	"fmt"
	"strings"

	"github.com/fakedc/fakedc/mockserver"
)

// wrongSalt is how clients learn their first salt: nothing went wrong.
// https://core.telegram.org/mtproto/service_messages_about_messages#notice-of-ignored-error-message
const wrongSalt = "bad_server_salt"

// line words an event for a person, or returns "" for what goes as it should.
func (w *watcher) line(e mockserver.Event) string {
	switch e.Kind {
	case mockserver.EventPart:
		return partLine(e)
	case mockserver.EventFile:
		return w.fileLine(e)
	case mockserver.EventFault:
		return fmt.Sprintf("%s: %s%s", e.Method, e.Text, scenarioNote(e))
	case mockserver.EventCall:
		return w.callLine(e)
	case mockserver.EventUnknown:
		return fmt.Sprintf("%s: %s", e.Text, e.Error)
	case mockserver.EventRefused:
		if e.Error == wrongSalt {
			return ""
		}
		return fmt.Sprintf("connection %d: refused: %s", e.Conn, reason(e))
	case mockserver.EventDisconnect:
		if leftAtOnce(e) {
			return fmt.Sprintf("connection %d: %s", e.Conn, e.Text)
		}
	case mockserver.EventLayer:
		return fmt.Sprintf("connection %d: %s", e.Conn, e.Text)
	case mockserver.EventLimit:
		return "limit reached: " + reason(e)
	case mockserver.EventPanic:
		return "fakedc failed, please report it: " + reason(e)
	case mockserver.EventStore:
		return reason(e)
	case mockserver.EventScenario:
		return "scenario: " + e.Text
	}
	return ""
}

// callLine tells of a call that was refused for what it is. Every client may ask whether it
// is logged in (401) and which datacenter is its own (303), and the scenario's errors, which
// have no reason, are told by the fault.
func (w *watcher) callLine(e mockserver.Event) string {
	if e.Error != "" && strings.HasPrefix(e.Method, "upload.save") { // a part that nobody has judged
		return fmt.Sprintf("connection %d: %s refused: %s", e.Conn, e.Method, reason(e))
	}
	if e.Error == "" || e.Text == "" || strings.HasPrefix(e.Error, "401 ") || strings.HasPrefix(e.Error, "303 ") {
		return ""
	}
	if e.MsgID == w.unused && e.MsgID != 0 {
		return "" // it is told of its file
	}
	name := e.Method
	if name == "" { // it did not come to that
		name = fmt.Sprintf("connection %d: a call", e.Conn)
	}
	return name + " refused: " + reason(e)
}

// leftAtOnce tells of a client that saw the server's key and wanted no more of it.
func leftAtOnce(e mockserver.Event) bool { return e.Sign == mockserver.SignUntrusted }

// partLine tells of a part that was refused, or that the scenario meddled with.
func partLine(e mockserver.Event) string {
	name := fmt.Sprintf("file %d: part %s", e.FileID, partOf(e))
	switch {
	case e.Error != "" && e.Fault != "":
		return fmt.Sprintf("%s refused: %s%s", name, e.Error, scenarioNote(e))
	case e.Error != "":
		return fmt.Sprintf("%s refused: %s: %s", name, e.Error, e.Text)
	case e.Fault != "":
		return fmt.Sprintf("%s: %s%s", name, e.Text, scenarioNote(e))
	case e.Text != "":
		return fmt.Sprintf("%s stored, but: %s", name, e.Text)
	}
	return ""
}

func partOf(e mockserver.Event) string {
	switch {
	case e.Part == nil:
		return "?"
	case e.Total == nil || *e.Total < 0:
		return fmt.Sprint(*e.Part)
	}
	return fmt.Sprintf("%d of %d", *e.Part, *e.Total)
}

func (w *watcher) fileLine(e mockserver.Event) string {
	if e.Error != "" {
		w.unused = e.MsgID
		return fmt.Sprintf("file %d: not finished: %s: %s", e.FileID, e.Error, e.Text)
	}
	line := fmt.Sprintf("file %d: finished", e.FileID)
	if u, ok := w.upload(e); ok {
		r := u.Report
		line += fmt.Sprintf(": %s, %s", count(r.Stored, "part"), count(int(r.Bytes), "byte"))
		if n := r.RefusedCount; n > 0 {
			line += fmt.Sprintf(", %d refused", n)
		}
		if n := len(r.Repeated); n > 0 {
			line += fmt.Sprintf(", %d repeated", n)
		}
	}
	if e.Text != "" {
		line += ", but: " + e.Text
	}
	return line
}

// upload is the one that an event is about. Others may have the same file_id: by the other
// method, in another account or datacenter.
func (w *watcher) upload(e mockserver.Event) (mockserver.Upload, bool) {
	if u, ok := w.server.Upload(e.FileID); !ok || u.Ordinal == e.File {
		return u, ok
	}
	for _, u := range w.server.Uploads() {
		if u.Ordinal == e.File {
			return u, true
		}
	}
	return mockserver.Upload{}, false
}

// scenarioNote says that a fault was meant.
func scenarioNote(e mockserver.Event) string {
	if e.Fault == "" {
		return " [scenario]"
	}
	return fmt.Sprintf(" [scenario: %s]", e.Fault)
}

func reason(e mockserver.Event) string {
	var parts []string
	for _, s := range []string{e.Error, e.Text} {
		if s != "" {
			parts = append(parts, s)
		}
	}
	return strings.Join(parts, ": ")
}

// styleOf is the colour of an event.
func styleOf(e mockserver.Event) style {
	switch {
	case e.Kind == mockserver.EventPanic:
		return red
	case e.Fault != "", e.Kind == mockserver.EventUnknown, e.Kind == mockserver.EventLayer, e.Kind == mockserver.EventLimit:
		return yellow
	case e.Error != "", e.Kind == mockserver.EventRefused:
		return red
	case e.Kind == mockserver.EventFile:
		return green
	}
	return plain
}
