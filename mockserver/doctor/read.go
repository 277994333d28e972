package doctor

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/fakedc/fakedc/mockserver/internal/journal"
)

// Event is one thing that happened, a line of the file.
type Event = journal.Event

// Header is the first line of a journal file.
type Header = journal.Header

// maxLine bounds a line, in bytes. The longest that is written has a stack in it.
const maxLine = 1 << 20

// FormatError says where a file is no journal, and why.
type FormatError struct {
	Line   int // from 1
	Reason string
}

// Error begins with the number of the line.
func (e *FormatError) Error() string { return fmt.Sprintf("line %d: %s", e.Line, e.Reason) }

// Reader reads a journal file, line by line.
type Reader struct {
	// Header is its first line.
	Header Header

	lines *bufio.Scanner
	line  int
	end   *journal.End
	cut   bool
}

// NewReader reads the first line. Errors are *FormatError, or those of r.
func NewReader(r io.Reader) (*Reader, error) {
	x := &Reader{lines: bufio.NewScanner(r)}
	x.lines.Buffer(make([]byte, 0, 64<<10), maxLine)
	x.lines.Split(wholeLines)
	text, err := x.next()
	switch {
	case errors.Is(err, io.EOF):
		return nil, &FormatError{1, "the file is empty"}
	case err != nil:
		return nil, err
	}
	if err := json.Unmarshal(text, &x.Header); err != nil || x.Header.Format == 0 {
		return nil, &FormatError{1, `this is no journal: the first line has no "fakedc_journal"; "fakedc serve --journal FILE" writes one`}
	}
	if x.Header.Format != journal.Format {
		return nil, &FormatError{1, fmt.Sprintf("the journal has format %d; this version of fakedc reads format %d", x.Header.Format, journal.Format)}
	}
	return x, nil
}

// wholeLines leaves the end of each line in place: a last line without one was cut
// off while it was written.
func wholeLines(data []byte, atEOF bool) (advance int, token []byte, err error) {
	if i := bytes.IndexByte(data, '\n'); i >= 0 {
		return i + 1, data[:i+1], nil
	}
	if atEOF && len(data) > 0 {
		return len(data), data, nil
	}
	return 0, nil, nil
}

func (x *Reader) next() ([]byte, error) {
	if !x.lines.Scan() {
		switch err := x.lines.Err(); {
		case errors.Is(err, bufio.ErrTooLong):
			return nil, &FormatError{x.line + 1, fmt.Sprintf("the line is longer than %d bytes", maxLine)}
		case err != nil:
			return nil, err
		}
		return nil, io.EOF
	}
	x.line++
	return x.lines.Bytes(), nil
}

// Next returns the next event, and io.EOF after the last one. Kinds and fields that
// are not known yet are no error.
func (x *Reader) Next() (Event, error) {
	text, err := x.next()
	if err != nil {
		return Event{}, err
	}
	if x.end != nil {
		return Event{}, &FormatError{x.line, "there is something behind the last line"}
	}
	var line struct {
		Event
		End    bool  `json:"end"`
		Events int64 `json:"events"`
	}
	if err := json.Unmarshal(text, &line); err != nil {
		if !bytes.HasSuffix(text, []byte("\n")) {
			x.cut = true // the process was killed while it wrote
			return Event{}, io.EOF
		}
		return Event{}, &FormatError{x.line, "this is no event: " + err.Error()}
	}
	if line.End {
		x.end = &journal.End{End: true, Events: line.Events}
		return x.Next() // nothing more must come
	}
	if line.Kind == "" {
		return Event{}, &FormatError{x.line, "this is no event: it has no kind"}
	}
	return line.Event, nil
}

// Whole tells, after the last event, that the server was closed and nothing is
// missing. Otherwise it was killed, or still runs.
func (x *Reader) Whole() bool { return x.end != nil && !x.cut }
