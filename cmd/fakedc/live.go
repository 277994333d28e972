package main

import (
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/fakedc/fakedc/mockserver"
)

const (
	// maxLive is how many uploads have a line at once.
	maxLive = 8
	// liveFor is how long after its last part an upload has one.
	liveFor = 10 * time.Second
	// frame is how often lines are drawn anew.
	frame = 100 * time.Millisecond
)

// liveUploads draws a line for each upload that is under way, below what was said
// before, and over the lines of the time before. It is for terminals alone, and for
// one goroutine.
type liveUploads struct {
	t     *terminal
	drawn int // lines
	rates map[int]*rate
}

// rate is how fast an upload has become lately.
type rate struct {
	at    time.Time
	bytes int64
	speed float64 // bytes per second
}

// clear makes room for something to be said.
func (l *liveUploads) clear() {
	if l.drawn > 0 {
		fmt.Fprintf(l.t.w, "\x1b[%dA\x1b[J", l.drawn) // up, and erase to the end of the screen
		l.drawn = 0
	}
}

// draw shows what is under way now.
func (l *liveUploads) draw(now time.Time, uploads []mockserver.Upload) {
	var text strings.Builder
	lines, hidden := 0, 0
	current := map[int]*rate{}
	for _, u := range uploads {
		if u.Report.Finalised || now.Sub(u.Changed) > liveFor {
			continue
		}
		r := l.measure(now, u)
		current[u.Ordinal] = r
		if lines == maxLive {
			hidden++
			continue
		}
		text.WriteString(l.line(u, r) + "\n")
		lines++
	}
	l.rates = current
	if hidden > 0 {
		text.WriteString(l.t.paint(dim, "  and "+count(hidden, "upload")+" more") + "\n")
		lines++
	}
	l.clear()
	fmt.Fprint(l.t.w, text.String())
	l.drawn = lines
}

// measure looks at how far an upload has come. What was fast a second ago counts for
// a third.
func (l *liveUploads) measure(now time.Time, u mockserver.Upload) *rate {
	r := l.rates[u.Ordinal]
	if r == nil {
		return &rate{at: now, bytes: u.Report.Bytes}
	}
	passed := now.Sub(r.at).Seconds()
	if passed <= 0 {
		return r
	}
	weight := min(1, passed)
	r.speed += weight * (float64(u.Report.Bytes-r.bytes)/passed - r.speed)
	r.at, r.bytes = now, u.Report.Bytes
	return r
}

func (l *liveUploads) line(u mockserver.Upload, r *rate) string {
	head := fmt.Sprintf("  upload %d ", u.Ordinal)
	parts := count(u.Report.Stored, "part")
	if u.Report.Total > 0 {
		parts = fmt.Sprintf("%d of %s", u.Report.Stored, count(int(u.Report.Total), "part"))
	}
	words := fmt.Sprintf(" %s  %s  %s/s", parts, mebibytes(u.Report.Bytes), mebibytes(int64(max(0, r.speed))))
	if u.Report.RefusedCount > 0 {
		words += fmt.Sprintf("  %d refused", u.Report.RefusedCount)
	}
	width := min(30, l.t.width-utf8.RuneCountInString(head+words)-1)
	if width < 5 || u.Report.Total <= 0 {
		return l.t.fit(head + words)
	}
	full := min(width, width*u.Report.Stored/int(u.Report.Total))
	return head + l.t.paint(green, strings.Repeat("█", full)) + l.t.paint(dim, strings.Repeat("░", width-full)) + words
}

// fit cuts what would begin another line of the terminal.
func (t *terminal) fit(text string) string {
	if r := []rune(text); len(r) >= t.width {
		return string(r[:t.width-1])
	}
	return text
}
