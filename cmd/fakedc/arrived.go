package main

import "github.com/fakedc/fakedc/mockserver"

// arrived is how far an upload has come, as far as its events tell.
type arrived struct {
	stored int   // parts, those that came again counted again
	total  int32 // that a part announced; of a stream only the last does
	told   bool
}

// maxArrived bounds the uploads that are remembered. Beyond it all are forgotten, and one
// that gets a part again after that is told again.
const maxArrived = 1 << 14

// tellComplete says once of an upload that all of its parts are there: nothing else
// would, until a message uses it, and many a test stops before that.
func (w *watcher) tellComplete(e mockserver.Event) {
	if w.format != logText || e.Kind != mockserver.EventPart || !e.Done || e.File == 0 {
		return
	}
	a := w.parts[e.File]
	if a == nil {
		a = &arrived{}
		if w.parts == nil || len(w.parts) >= maxArrived {
			w.parts = map[int]*arrived{}
		}
		w.parts[e.File] = a
		if u, ok := w.server.UploadNumber(e.File); ok { // some may be from before this run
			a.stored = u.Report.Stored
		}
	} else {
		a.stored++
	}
	if e.Total != nil && *e.Total > 0 {
		a.total = *e.Total
	}
	// To ask the server costs as much as the upload has parts: not for each of them.
	if a.told || a.total == 0 || a.stored < int(a.total) {
		return
	}
	u, ok := w.server.UploadNumber(e.File)
	if !ok || !u.Report.Complete {
		return
	}
	a.told = true
	if !u.Report.Finalised { // that has a line of its own
		w.say(green, "%s  file %d: complete, not used yet: %s, %s", e.Time.Format("15:04:05"), e.FileID,
			count(u.Report.Stored, "part"), count(int(u.Report.Bytes), "byte"))
	}
}

// isComplete tells of an upload that all of its parts are known to be there.
func isComplete(u mockserver.Upload) bool { return u.Report.Finalised || u.Report.Complete }
