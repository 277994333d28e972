package main

import (
	"fmt"
	"strings"
	"sync"
)

// progress shows how far the upload is: one line that is drawn over on a
// terminal, a line for each quarter elsewhere. It is safe for concurrent use.
type progress struct {
	mu    sync.Mutex
	t     *terminal
	done  int64 // bytes
	total int64
	told  int64 // quarters
}

func newProgress(t *terminal, total int64) *progress {
	p := &progress{t: t, total: total}
	p.draw()
	return p
}

// add counts bytes that were uploaded.
func (p *progress) add(n int64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.done += n
	p.draw()
}

// say writes a line above the bar.
func (p *progress) say(line string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.clear()
	fmt.Fprintln(p.t.w, "  "+p.t.paint(yellow, oneLine(line)))
	if p.t.live {
		p.draw()
	}
}

// end leaves the last state of the bar above what follows.
func (p *progress) end() {
	p.mu.Lock()
	defer p.mu.Unlock()
	fmt.Fprintln(p.t.w)
	if p.t.live {
		fmt.Fprintln(p.t.w)
	}
}

func (p *progress) clear() {
	if p.t.live {
		fmt.Fprint(p.t.w, "\r\x1b[K")
	}
}

func (p *progress) draw() {
	if p.t.live {
		p.clear()
		fmt.Fprint(p.t.w, bar(p.t, p.done, p.total))
		return
	}
	if quarter := 4 * p.done / p.total; quarter > p.told {
		p.told = quarter
		fmt.Fprintf(p.t.w, "  uploaded %3d%%: %s of %s\n", 25*quarter, mebibytes(p.done), mebibytes(p.total))
	}
}

// bar is the bar, its percentage and its bytes.
func bar(t *terminal, done, total int64) string {
	words := fmt.Sprintf(" %3d%%  %s of %s", 100*done/total, mebibytes(done), mebibytes(total))
	width := min(40, t.width-len(words)-3)
	full := int(int64(width) * done / total)
	return "  " + t.paint(green, strings.Repeat("█", full)) + t.paint(dim, strings.Repeat("░", width-full)) + words
}

func mebibytes(n int64) string { return fmt.Sprintf("%.1f MiB", float64(n)/(1<<20)) }
