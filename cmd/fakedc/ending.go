package main

import (
	"errors"
	"fmt"
)

// ending is how the command of exec ended, for the reports: to them nothing passed
// that exec ends badly for.
type ending struct {
	ExitCode *int   `json:"exit_code"` // nil: a signal ended it, or it did not start
	TimedOut bool   `json:"timed_out"`
	Error    string `json:"error,omitempty"` // what is wrong with it
}

// ending sums up how the command ended.
func (tr *trial) ending(o outcome) *ending {
	e := &ending{TimedOut: o.timedOut}
	var exit interface{ ExitCode() int } // *exec.ExitError
	switch {
	case o.err == nil:
		e.ExitCode = new(int)
	case errors.As(o.err, &exit) && exit.ExitCode() >= 0:
		code := exit.ExitCode()
		e.ExitCode = &code
	}
	switch {
	case o.neverStarted():
		e.Error = fmt.Sprintf("the command could not be started: %v", o.err)
	case o.timedOut:
		e.Error = fmt.Sprintf("the command ran out of time after %v", tr.timeout)
	case o.err != nil:
		e.Error = fmt.Sprintf("the command failed: %v", o.err)
	}
	return e
}

// failed tells that it ended badly. That of serve, which has none, does not.
func (e *ending) failed() bool { return e != nil && e.Error != "" }
