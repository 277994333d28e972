package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"
	"unicode"

	"github.com/fakedc/fakedc/scenarios"
)

// Exit codes; see doc.go.
const (
	exitFailed = 1
	exitUsage  = 2
	exitIO     = 3
	// Of exec alone: the command ran out of time, or failed though the server had
	// nothing to say against it.
	exitTimeout = 4
	exitCommand = 5
)

// exitError is an error that knows its exit code.
type exitError struct {
	code int
	err  error
}

func (e *exitError) Error() string { return e.err.Error() }
func (e *exitError) Unwrap() error { return e.err }

func failedf(format string, args ...any) error {
	return &exitError{code: exitFailed, err: fmt.Errorf(format, args...)}
}

func usageErrorf(format string, args ...any) error {
	return &exitError{code: exitUsage, err: fmt.Errorf(format, args...)}
}

func ioErrorf(format string, args ...any) error {
	return &exitError{code: exitIO, err: fmt.Errorf(format, args...)}
}

// report writes an error, on one line but for those of a scenario, and returns the
// exit code. An error without a code of its own comes from the parsing of the
// command line.
func report(stderr io.Writer, err error) int {
	if err == nil {
		return 0
	}
	code := exitUsage
	if e := (*exitError)(nil); errors.As(err, &e) {
		code = e.code
	} else if errors.As(err, new(*fs.PathError)) {
		code = exitIO // of "completion", which writes by itself
	}
	var list scenarios.ErrorList
	if errors.As(err, &list) {
		for _, e := range list {
			fmt.Fprintln(stderr, oneLine(e.Error())) // file:line:column comes first, where editors look for it
		}
		return code
	}
	fmt.Fprintln(stderr, "fakedc: "+oneLine(strings.ReplaceAll(err.Error(), "\n", "; "))) // several that were joined
	return code
}

// oneLine makes text fit for one line of a terminal: what a client or a file
// says must not move the cursor.
func oneLine(text string) string {
	text = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case !unicode.IsGraphic(r):
			return unicode.ReplacementChar
		}
		return r
	}, strings.TrimSpace(text))
	return text
}
