package scenarios

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Error is one thing that is wrong with a scenario.
type Error struct {
	// File is the name that was given to Parse; empty for a scenario built in Go.
	File string
	// Line and Column count from 1, columns in characters. 0 for a scenario built in Go.
	Line, Column int
	// Path is the place in the structure, such as rules[2].match.part; empty where the whole file is meant.
	Path string
	// What says what is wrong.
	What string
	// DidYouMean is a likely correction, or empty.
	DidYouMean string
}

// Error writes file:line:column: what (did you mean "x"?), or the path in place of the position if there is none.
func (e *Error) Error() string {
	var b strings.Builder
	if e.Line > 0 {
		fmt.Fprintf(&b, "%s:%d:%d: ", e.File, e.Line, e.Column)
	}
	if e.Path != "" {
		b.WriteString(e.Path + ": ")
	}
	b.WriteString(e.What)
	if e.DidYouMean != "" {
		fmt.Fprintf(&b, " (did you mean %s?)", strconv.Quote(e.DidYouMean))
	}
	return b.String()
}

// ErrorList is everything that is wrong with a scenario, sorted by position: first the file itself, then those that it includes, in
// the order in which they are.
type ErrorList []*Error

// Error writes one error per line.
func (l ErrorList) Error() string {
	lines := make([]string, len(l))
	for i, e := range l {
		lines[i] = e.Error()
	}
	return strings.Join(lines, "\n")
}

// Unwrap lets errors.As find each single Error.
func (l ErrorList) Unwrap() []error {
	errs := make([]error, len(l))
	for i, e := range l {
		errs[i] = e
	}
	return errs
}

// maxErrors bounds how many errors of one file are listed; nobody reads more, and a file of junk could have 100,000.
const maxErrors = 100

// sorted returns the list by position, the file itself first, without repetitions (an anchor used twice is wrong only once), or nil if it is empty.
func (l ErrorList) sorted(file string) error {
	if len(l) == 0 {
		return nil
	}
	order := map[string]int{file: 0}
	for _, e := range l {
		if _, known := order[e.File]; !known {
			order[e.File] = len(order)
		}
	}
	slices.SortStableFunc(l, func(a, b *Error) int {
		return cmp.Or(cmp.Compare(order[a.File], order[b.File]), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
	l = slices.CompactFunc(l, func(a, b *Error) bool {
		return a.Line > 0 && a.File == b.File && a.Line == b.Line && a.Column == b.Column && a.What == b.What
	})
	return l
}

// hintedError is an error of a value parser that knows a likely correction.
type hintedError struct{ what, didYouMean string }

func (e *hintedError) Error() string { return e.what }

// hintOf returns the correction that err carries, if any.
func hintOf(err error) string {
	var hinted *hintedError
	if errors.As(err, &hinted) {
		return hinted.didYouMean
	}
	return ""
}

// maxQuoted bounds how much of a file's own text an error repeats.
const maxQuoted = 60

// quote repeats text from a file in an error: escaped, and cut where it is long.
func quote(text string) string {
	if len(text) <= maxQuoted {
		return strconv.Quote(text)
	}
	cut := maxQuoted
	for cut > 0 && !utf8.RuneStart(text[cut]) {
		cut--
	}
	return strconv.Quote(text[:cut]) + "..."
}
