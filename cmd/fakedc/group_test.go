package main

import (
	"bufio"
	"context"
	"io"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// heirEnv has TestHeir be a command, or what that starts.
const heirEnv = "FAKEDC_TEST_HEIR"

// TestHeir is run by another one.
func TestHeir(t *testing.T) {
	switch os.Getenv(heirEnv) {
	case "parent":
		cmd := exec.Command(os.Args[0], "-test.run", "^TestHeir$")
		cmd.Env = append(os.Environ(), heirEnv+"=child")
		cmd.Stdout = os.Stdout
		require.NoError(t, cmd.Run())
	case "child":
		_, err := os.Stdout.WriteString("here\n")
		require.NoError(t, err)
		<-time.After(time.Hour)
	default:
		t.Skip("it is run by the next one")
	}
}

// What a command has started ends with it when it is told to: a child that outlived it would
// go on with its tests.
func TestCommandEndsWithAllThatItStarted(t *testing.T) {
	r, w, err := os.Pipe()
	require.NoError(t, err)
	defer func() { _ = r.Close() }()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	done := make(chan struct{})
	go func() {
		defer close(done)
		tr := &trial{command: []string{os.Args[0], "-test.run", "^TestHeir$"}, stdout: w}
		_, _ = tr.child(ctx, []string{heirEnv + "=parent"}, func() {})
		_ = w.Close() // ours: the others have it as long as they live
	}()
	out := bufio.NewReader(r)
	line, err := out.ReadString('\n')
	require.NoError(t, err)
	require.Equal(t, "here", strings.TrimSpace(line))
	cancel()
	<-done
	end := make(chan error, 1)
	go func() { _, err := io.Copy(io.Discard, out); end <- err }()
	select {
	case err := <-end:
		require.NoError(t, err)
	case <-time.After(patience):
		t.Fatal("somebody still has the stream of the command")
	}
}
