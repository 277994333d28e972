package main

import (
	"errors"
	"os"
	"time"

	"github.com/fakedc/fakedc/mockserver"
	"github.com/fakedc/fakedc/scenarios"
)

// opened is a server that listens, with all that tells of it.
type opened struct {
	server  *mockserver.Server
	doors   doors
	admin   *adminDoor // nil: none
	ready   ready
	journal *os.File // nil: none
}

// open makes a server and listens. shutdown is for the admin API.
func (f *serveFlags) open(scenario *scenarios.Scenario, shutdown func()) (_ *opened, err error) {
	o := &opened{}
	defer func() {
		if err != nil {
			o.close()
		}
	}()
	if f.journal != "" {
		if o.journal, err = os.OpenFile(f.journal, os.O_CREATE|os.O_WRONLY, 0o666); err != nil {
			return nil, ioErrorf("--journal: %w", err)
		}
		// Lines of two would be in the midst of each other's; a pipe takes them one by one.
		if info, err := o.journal.Stat(); err == nil && info.Mode().IsRegular() && stillTaken(o.journal) {
			return nil, ioErrorf("--journal %s is that of a server that runs: stop it, or give this one a file of its own", f.journal)
		}
		f.journalTo = &fresh{File: o.journal}
	}
	if o.server, err = f.newServer(scenario); err != nil {
		return nil, err
	}
	if o.doors, err = openDoors(o.server.DCs(), doorAddresses{f.listen, f.advertise, f.socks}); err != nil {
		return nil, err
	}
	if err = o.doors.announce(o.server); err != nil {
		return nil, err
	}
	if o.admin, err = f.admin.open(o.server, shutdown); err != nil {
		return nil, err
	}
	o.ready, err = newReady(o.server, o.doors, scenario, f.rulesProfile(scenario)).withSessions(f.seed)
	if err != nil {
		return nil, ioErrorf("making the ready line: %w", err)
	}
	o.ready.Admin = o.admin.ready()
	return o, nil
}

// stillTaken is taken, but for a server that is about to end: a test's fixture that does not
// wait for the last one may begin the next with the same journal.
func stillTaken(f *os.File) bool {
	for end := time.Now().Add(2 * lastWords); taken(f); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			return true
		}
	}
	return false
}

// fresh empties a file with the first write and no sooner: a server that cannot start,
// because another one has its directory, must not take that one's journal.
type fresh struct {
	*os.File
	begun bool
}

func (f *fresh) Write(p []byte) (int, error) {
	if !f.begun {
		f.begun = true
		// A pipe or a terminal has nothing to be emptied of.
		if info, err := f.Stat(); err == nil && info.Mode().IsRegular() {
			if err := f.Truncate(0); err != nil {
				return 0, err
			}
		}
	}
	return f.File.Write(p)
}

// hurry gives whoever reads the journal lastWords for the rest of it: it may be a pipe that
// nobody reads any more. A file needs no time, and has no deadline.
func (o *opened) hurry() {
	if o.journal != nil {
		_ = o.journal.SetWriteDeadline(time.Now().Add(lastWords))
	}
}

// closeServer ends the server and its journal. Further calls do nothing.
func (o *opened) closeServer() error {
	o.hurry()
	err := o.server.Close()
	if o.journal != nil {
		if closed := o.journal.Close(); !errors.Is(closed, os.ErrClosed) {
			err = errors.Join(err, closed)
		}
	}
	switch {
	case errors.As(err, new(*mockserver.DataDirError)):
		return ioErrorf("%w", err)
	case err != nil:
		return ioErrorf("writing --journal: %w", err)
	}
	return nil
}

// close ends all that is open still.
func (o *opened) close() {
	o.admin.close()
	o.doors.close()
	if o.server != nil {
		_ = o.closeServer() // told before, or something worse is
	} else if o.journal != nil {
		_ = o.journal.Close()
	}
}
