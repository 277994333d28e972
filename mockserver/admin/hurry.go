package admin

import (
	"net/http"
	"time"
)

const (
	// writeTime is how long a caller may take to read one piece of an answer.
	writeTime = 10 * time.Second
	// piece is the longest, in bytes: it makes of writeTime a speed that any caller has who reads at all.
	piece = 16 << 10
)

// hurried is an answer that a caller has to read: who does not would keep its goroutine and its connection for ever.
// The time goes on from piece to piece, so that a long answer may take as long as it needs, and so may what comes
// before it.
type hurried struct {
	http.ResponseWriter
	control *http.ResponseController
}

// hurry makes one. What net/http writes by itself has its time, too: that the body of the call may be sent.
func hurry(w http.ResponseWriter) *hurried {
	h := &hurried{w, http.NewResponseController(w)}
	h.wait()
	return h
}

// wait gives the next write its time. Not every writer has deadlines: those of tests do without.
func (h *hurried) wait() { _ = h.control.SetWriteDeadline(time.Now().Add(writeTime)) }

// WriteHeader writes the head of the answer.
func (h *hurried) WriteHeader(status int) {
	h.wait()
	h.ResponseWriter.WriteHeader(status)
}

// Write writes a part of the answer.
func (h *hurried) Write(p []byte) (written int, err error) {
	for {
		h.wait()
		n, err := h.ResponseWriter.Write(p[:min(piece, len(p))])
		written += n
		if p = p[n:]; err != nil || len(p) == 0 {
			return written, err
		}
	}
}

// FlushError sends what was written.
func (h *hurried) FlushError() error {
	h.wait()
	return h.control.Flush()
}

// Unwrap is for http.ResponseController.
func (h *hurried) Unwrap() http.ResponseWriter { return h.ResponseWriter }
