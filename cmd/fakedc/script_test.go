package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	commands := map[string]func(){"fakedc": main, "upload": uploadMain, "failing": failingMain, "crowd": crowdMain}
	if commands[filepath.Base(os.Args[0])] == nil {
		// A failure of fakedc itself ends it: no test is to pass in spite of one.
		if err := os.Setenv(envName("crash"), "true"); err != nil {
			panic(err)
		}
		// What nohup has ignored, processes that are started would ignore, too, and a server
		// that is to end by it would not.
		if signal.Ignored(syscall.SIGHUP) {
			signal.Notify(make(chan os.Signal, 1), syscall.SIGHUP)
		}
	}
	testscript.Main(m, commands)
}

// TestScripts drives the command as a process of its own: exit codes, streams and
// signals as a shell meets them.
func TestScripts(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("the scripts stop servers by signals and ask a shell, neither of which Windows has")
	}
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		RequireExplicitExec: true,
		Setup: func(e *testscript.Env) error {
			e.Values[servingKey] = &beside{}
			e.Setenv(envName("crash"), "true")
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exitcode": exitCodeCmd,
			"serve":    serveCmd,
			"signal":   signalCmd,
			"await":    awaitCmd,
			"halt":     haltCmd, // testscript's own stop would end the script, and well
		},
	})
}

// patience is how long a process may take for what it does at once.
const patience = 20 * time.Second

// process is a serve that runs beside a script.
type process struct {
	cmd  *exec.Cmd
	out  *bufio.Reader
	errs *lines
}

// beside is the serve of one script; scripts run in parallel.
type beside struct{ *process }

// servingKey is where a script has it.
const servingKey = "serving"

func running(ts *testscript.TestScript) *beside { return ts.Value(servingKey).(*beside) }

// serveCmd starts "fakedc serve ARGS", waits for the ready line and puts its
// address into $ADDR.
func serveCmd(ts *testscript.TestScript, neg bool, args []string) {
	path, err := lookPath(ts, "fakedc")
	ts.Check(err)
	p := &process{cmd: exec.Command(path, append([]string{"serve"}, args...)...), errs: newLines()}
	p.cmd.Dir, p.cmd.Stderr = ts.Getenv("WORK"), p.errs
	p.cmd.Env = append(os.Environ(), "PATH="+ts.Getenv("PATH"))
	out, err := p.cmd.StdoutPipe()
	ts.Check(err)
	p.out = bufio.NewReader(out)
	ts.Check(p.cmd.Start())
	ts.Defer(func() { _ = p.cmd.Process.Kill(); _ = p.cmd.Wait() })
	running(ts).process = p
	line, err := p.out.ReadBytes('\n')
	ts.Check(err)
	var r ready
	ts.Check(json.Unmarshal(line, &r))
	if r.Event != "ready" || r.PID != p.cmd.Process.Pid {
		ts.Fatalf("the first line is not that of process %d: %s", p.cmd.Process.Pid, line)
	}
	ts.Setenv("ADDR", r.DCs[0].Addr)
	ts.Setenv("SCENARIO", r.Scenario)
}

func lookPath(ts *testscript.TestScript, name string) (string, error) {
	for _, dir := range filepath.SplitList(ts.Getenv("PATH")) {
		path := filepath.Join(dir, name)
		if info, err := os.Stat(path); err == nil && info.Mode()&0o111 != 0 {
			return path, nil
		}
	}
	return "", exec.ErrNotFound
}

// exitCodeCmd runs a command line and expects an exit code.
func exitCodeCmd(ts *testscript.TestScript, neg bool, args []string) {
	code := 0
	if err := ts.Exec(args[1], args[2:]...); err != nil {
		var exit *exec.ExitError
		if !errors.As(err, &exit) {
			ts.Fatalf("%v", err)
		}
		code = exit.ExitCode()
	}
	if strconv.Itoa(code) != args[0] {
		ts.Fatalf("exit code %d of %q, not %s", code, args[1:], args[0])
	}
}

// signalCmd sends INT, TERM or HUP.
func signalCmd(ts *testscript.TestScript, neg bool, args []string) {
	ts.Check(running(ts).cmd.Process.Signal(map[string]os.Signal{
		"INT": syscall.SIGINT, "TERM": syscall.SIGTERM, "HUP": syscall.SIGHUP,
	}[args[0]]))
}

// awaitCmd waits for a line on stderr that has all of its arguments.
func awaitCmd(ts *testscript.TestScript, neg bool, args []string) {
	p := running(ts)
	late := time.After(patience)
	for {
		p.errs.mu.Lock()
		text, wake := p.errs.text.String(), p.errs.wake
		p.errs.mu.Unlock()
		for line := range bytes.SplitSeq([]byte(text), []byte("\n")) {
			if containsAll(string(line), args) {
				return
			}
		}
		select {
		case <-wake:
		case <-late:
			ts.Fatalf("no line with %q within %v:\n%s", args, patience, text)
		}
	}
}

// haltCmd sends a signal and expects exit code 0 and nothing more on stdout.
func haltCmd(ts *testscript.TestScript, neg bool, args []string) {
	signalCmd(ts, false, args)
	p := running(ts)
	defer time.AfterFunc(patience, func() { _ = p.cmd.Process.Kill() }).Stop()
	if rest, _ := p.out.ReadString('\n'); rest != "" {
		ts.Fatalf("more than the ready line on stdout: %q", rest)
	}
	if err := p.cmd.Wait(); err != nil {
		ts.Fatalf("after %s: %v\n%s", args[0], err, p.errs)
	}
	ts.Check(os.WriteFile(ts.MkAbs("stderr.txt"), []byte(p.errs.String()), 0o600))
}
