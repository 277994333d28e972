package main

import (
	"io"
	"os"
	"strings"
	"unicode/utf8"

	"golang.org/x/term"
)

// defaultWidth is assumed where the width of a terminal is unknown, in columns.
const defaultWidth = 80

// terminal is a stream and what may be written to it. It is for one goroutine.
type terminal struct {
	w      io.Writer
	person bool // somebody looks at it
	live   bool // the cursor may be moved
	color  bool
	width  int // columns
}

// newTerminal looks at a stream. See https://no-color.org for the variable.
func newTerminal(w io.Writer) *terminal {
	t := &terminal{w: w, width: defaultWidth}
	f, ok := w.(*os.File)
	if !ok || !term.IsTerminal(int(f.Fd())) || os.Getenv("TERM") == "dumb" {
		return t
	}
	t.person, t.live, t.color = true, true, true
	if v, set := os.LookupEnv("NO_COLOR"); set && v != "" {
		t.live, t.color = false, false
	}
	if width, _, err := term.GetSize(int(f.Fd())); err == nil && width > 0 {
		t.width = max(40, min(width, 100))
	}
	return t
}

// style is an SGR sequence: https://en.wikipedia.org/wiki/ANSI_escape_code#SGR
type style string

const (
	plain   style = ""
	bold    style = "1"
	dim     style = "2"
	red     style = "31"
	green   style = "32"
	yellow  style = "33"
	magenta style = "35"
	cyan    style = "36"
)

// paint colours text, if the stream takes colours.
func (t *terminal) paint(s style, text string) string {
	if !t.color || s == plain {
		return text
	}
	return "\x1b[" + string(s) + "m" + text + "\x1b[0m"
}

// wrap breaks text into lines of at most width columns, each after indent. A word
// that is longer, such as a URL, gets a line of its own.
func wrap(text, indent string, width int) string {
	var b strings.Builder
	column := 0
	for word := range strings.FieldsSeq(text) {
		n := utf8.RuneCountInString(word)
		switch {
		case column == 0:
			b.WriteString(indent)
			column = utf8.RuneCountInString(indent)
		case column+1+n > width:
			b.WriteString("\n" + indent)
			column = utf8.RuneCountInString(indent)
		default:
			b.WriteByte(' ')
			column++
		}
		b.WriteString(word)
		column += n
	}
	if column > 0 {
		b.WriteByte('\n')
	}
	return b.String()
}

// bullet is wrap for an item of a list: what follows its first line stands under its text.
func bullet(text, indent string, width int) string {
	return strings.Replace(wrap(text, indent+"  ", width), indent+"  ", indent+"- ", 1)
}
