package main

import (
	"bufio"
	"context"
	"net"
	"os"
	"os/exec"
	"os/signal"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// What FUZZING_DOUBLE_WORKER makes of the double.
const (
	isWorker     = "it is one"         // and never ends
	leavesOne    = "it leaves one"     // when its connection is closed, or it is interrupted
	nothingMoves = "it leaves one too" // but does not end when it is interrupted
)

// withWorker is a fuzzer's double with a worker that hangs and holds its output.
func withWorker(is string) {
	if is == isWorker {
		conn, err := net.Dial("tcp", os.Getenv("FUZZING_DOUBLE_READY"))
		if err != nil {
			panic(err)
		}
		signal.Ignore(os.Interrupt)
		_, _ = conn.Write([]byte("worker\n"))
		_, _ = conn.Read(make([]byte, 1)) // the test lets go of it at its end
		return
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	worker := exec.Command(os.Args[0])
	worker.Env = append(os.Environ(), "FUZZING_DOUBLE_WORKER="+isWorker)
	worker.Stdout, worker.Stderr = os.Stdout, os.Stderr
	if err := worker.Start(); err != nil {
		panic(err)
	}
	conn, err := net.Dial("tcp", os.Getenv("FUZZING_DOUBLE_READY"))
	if err != nil {
		panic(err)
	}
	_, _ = conn.Write([]byte("fuzzer\n"))
	if is == leavesOne {
		context.AfterFunc(ctx, func() { _ = conn.Close() })
	}
	_, _ = conn.Read(make([]byte, 1))
}

// A worker that hangs holds the output open after its fuzzer has ended. It is ended,
// and nobody waits for it: not when the fuzzer ends, nor when it is told to.
func TestWorkerThatHangs(t *testing.T) {
	if runtime.GOOS == "windows" || runtime.GOOS == "plan9" {
		t.Skip("there are no process groups")
	}
	for _, tt := range []struct {
		name, is string
		end      func(fuzzer net.Conn, stop func())
	}{
		{"its fuzzer ends", leavesOne, func(fuzzer net.Conn, _ func()) { _ = fuzzer.Close() }},
		{"its fuzzer is interrupted", leavesOne, func(_ net.Conn, stop func()) { stop() }},
		{"its fuzzer does not end either", nothingMoves, func(_ net.Conn, stop func()) { stop() }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := double(t, "")
			s.lastWord = 200 * time.Millisecond
			t.Setenv("FUZZING_DOUBLE_WORKER", tt.is)
			there := listen(t)
			ctx, stop := context.WithCancel(t.Context())
			defer stop()
			ended := make(chan error, 1)
			go func() {
				_, _, err := s.run(ctx, func(output) error { return nil })
				ended <- err
			}()
			both := map[string]net.Conn{}
			for range 2 {
				conn, err := there.Accept()
				require.NoError(t, err)
				t.Cleanup(func() { _ = conn.Close() })
				name, err := bufio.NewReader(conn).ReadString('\n')
				require.NoError(t, err)
				both[name] = conn
			}
			tt.end(both["fuzzer\n"], stop)
			select {
			case err := <-ended:
				require.Error(t, err, "that is no run like others")
			case <-time.After(20 * time.Second):
				require.Fail(t, "the run waits for the worker")
			}
			worker := both["worker\n"]
			require.NoError(t, worker.SetReadDeadline(time.Now().Add(20*time.Second)))
			_, err := worker.Read(make([]byte, 1))
			require.NotErrorIs(t, err, os.ErrDeadlineExceeded, "the worker goes on")
		})
	}
}
