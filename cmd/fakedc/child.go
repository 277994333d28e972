package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/fakedc/fakedc/mockserver"
	"github.com/fakedc/fakedc/scenarios"
	"github.com/fakedc/fakedc/scenarios/oracle"
)

// killAfter is how long a command has to end that was asked to. signalGap is how far
// apart the end of the context and our own word of the signal that ended it can be.
const (
	killAfter = 5 * time.Second
	signalGap = 100 * time.Millisecond
)

// trial is one run of a command against a server of its own.
type trial struct {
	flags          *serveFlags
	scenario       *scenarios.Scenario
	command        []string
	timeout        time.Duration // 0: none
	stdin          io.Reader
	stdout, stderr io.Writer // nil: nowhere, and nobody waits for what holds them open
}

// outcome is what came of it.
type outcome struct {
	server   *mockserver.Server // closed
	verdict  oracle.Verdict
	err      error // of the command
	timedOut bool
}

// run serves, runs the command and stops. The error is that of the server.
func (tr *trial) run(ctx context.Context) (o outcome, err error) {
	running, err := tr.flags.open(tr.scenario, nil)
	if err != nil {
		return o, err
	}
	defer running.close()
	dir, err := os.MkdirTemp("", "fakedc-")
	if err != nil {
		return o, ioErrorf("making a directory for the key: %w", err)
	}
	defer func() { _ = os.RemoveAll(dir) }()
	keyFile := filepath.Join(dir, "public-key.pem")
	if err := os.WriteFile(keyFile, []byte(running.ready.RSA.PEM), 0o600); err != nil {
		return o, ioErrorf("writing the key: %w", err)
	}
	broken := make(chan error, 1)
	running.admin.serve(func(err error) { broken <- ioErrorf("serving the admin API: %w", err) })
	served := running.doors.serve(running.server)
	o.server = running.server
	closeServer := sync.OnceValue(running.closeServer)
	o.err, o.timedOut = tr.child(ctx, environment(running.ready, keyFile), func() { _ = closeServer() })
	err = closeServer()
	for range running.doors {
		err = errors.Join(err, <-served)
	}
	o.verdict = running.admin.verdict(o.server)
	select {
	case b := <-broken:
		err = errors.Join(err, b)
	default:
	}
	return o, err
}

// environment is what the command is told.
func environment(r ready, keyFile string) []string {
	home := r.DCs[0]
	env := []string{
		"FAKEDC_ADDR=" + home.Addr, "FAKEDC_HOST=" + home.Host, "FAKEDC_PORT=" + strconv.Itoa(home.Port), "FAKEDC_DC=" + strconv.Itoa(home.ID),
		"FAKEDC_PUBLIC_KEY=" + r.RSA.PEM, "FAKEDC_PUBLIC_KEY_FILE=" + keyFile, "FAKEDC_FINGERPRINT=" + r.RSA.Fingerprint,
		"FAKEDC_SEED=" + strconv.FormatUint(r.readySeed, 10), // for "fakedc session", whatever seed the scenario has
	}
	if r.SOCKS != "" { // FAKEDC_SOCKS would be where a fakedc that the command starts listens
		env = append(env, "FAKEDC_PROXY=socks5://"+r.SOCKS)
	}
	if r.Admin != nil {
		env = append(env, "FAKEDC_ADMIN="+r.Admin.URL, "FAKEDC_ADMIN_TOKEN="+r.Admin.Token)
	}
	for client, session := range r.Sessions {
		env = append(env, "FAKEDC_SESSION_"+strings.ToUpper(client)+"="+session)
	}
	return env
}

// child runs the command. A signal goes on to it, with all that it started; a second
// one, or the end of its time, ends it. What is left of it then comes too late to be
// judged, and its connections are not ended by its client: late has the server closed
// before.
func (tr *trial) child(ctx context.Context, env []string, late func()) (err error, timedOut bool) {
	cmd := exec.Command(tr.command[0], tr.command[1:]...)
	cmd.Env = append(withoutFlags(os.Environ()), env...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = tr.stdin, tr.stdout, tr.stderr
	all := ownGroup(cmd)
	defer all.back()
	signals := make(chan os.Signal, 4)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	if !signal.Ignored(syscall.SIGHUP) {
		signal.Notify(signals, syscall.SIGHUP)
	}
	defer signal.Stop(signals)
	if err := all.start(); err != nil {
		return &startError{err}, false
	}
	ended := make(chan error, 1)
	go func() { ended <- all.wait() }()
	defer all.kill() // what it left behind
	var over, alone, kill <-chan time.Time
	if tr.timeout > 0 {
		over = time.After(tr.timeout)
	}
	done, asked := ctx.Done(), false
	for {
		select {
		case err := <-ended:
			return err, timedOut
		case s := <-signals:
			if asked && s != syscall.SIGHUP { // see untilHangup
				all.kill()
			}
			asked = true
			all.pass(s)
		case <-done: // by a signal, which goes on as it is, or without one
			done = nil
			alone, kill = time.After(signalGap), time.After(killAfter)
		case <-alone:
			if !asked {
				asked = true
				all.ask()
			}
		case <-over:
			timedOut = true
			late()
			all.ask()
			kill = time.After(killAfter)
		case <-kill:
			all.kill()
		}
	}
}

// checkTimeout refuses a time that is none: a script that counts it down may get there, and
// must not be given all the time that it likes.
func checkTimeout(d time.Duration) error {
	if d < 0 {
		return usageErrorf("--timeout %v: a command cannot end before it begins; 0 is as long as it likes", d)
	}
	return nil
}

// startError is a command that could not be started.
type startError struct{ err error }

func (e *startError) Error() string { return e.err.Error() }

// neverStarted tells that there was no command that could have done anything.
func (o *outcome) neverStarted() bool { return errors.As(o.err, new(*startError)) }

// onlyUnknown tells that the verdict is bad for nothing but methods that fakedc does not
// answer, which is not the client's fault.
func (o *outcome) onlyUnknown() bool {
	return !o.verdict.Passed() && !slices.ContainsFunc(o.verdict.Checks, func(c oracle.Check) bool {
		return c.Bad() && c.Kind != oracle.CheckUnknownMethod
	})
}

// judge turns an outcome into the error that has its exit code.
func (tr *trial) judge(o outcome) error {
	var start *startError
	switch {
	case errors.As(o.err, &start):
		return ioErrorf("starting the command: %w", start.err)
	case o.timedOut:
		return &exitError{exitTimeout, fmt.Errorf("the command ran out of time after %v", tr.timeout)}
	case o.onlyUnknown() && o.err != nil:
		return failedf("the command failed, perhaps because fakedc does not answer all that it called: %w; see above", o.err)
	case o.onlyUnknown():
		return failedf(`nothing is wrong but that fakedc does not answer all that was called; see above. A scenario with "allow: {unknown_methods: [...]}" lets that pass`)
	case !o.verdict.Passed() && o.err != nil:
		return failedf("the client did not do what is expected of it, and the command failed, too: %w; see above", o.err)
	case !o.verdict.Passed():
		return failedf("the client did not do what is expected of it; see above")
	case o.err != nil:
		return &exitError{exitCommand, fmt.Errorf("the command failed, though nothing was wrong with what it sent: %w", o.err)}
	}
	return nil
}
