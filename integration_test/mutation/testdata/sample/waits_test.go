package sample

import (
	"os"
	"os/exec"
	"os/signal"
	"sync"
	"testing"
	"time"
)

// listen makes the runtime listen for signals, as it does in many programs. Then it does
// not notice any more that all goroutines are asleep.
func listen(t *testing.T) {
	c := make(chan os.Signal, 1)
	signal.Notify(c, os.Interrupt)
	t.Cleanup(func() { signal.Stop(c) })
}

func TestRelease(t *testing.T) {
	listen(t)
	var m sync.Mutex
	m.Lock()
	Release(&m)
	m.Lock()
}

// TestWaits waits for what it is told to, and passes if that is nothing.
func TestWaits(t *testing.T) {
	listen(t)
	switch os.Getenv("SAMPLE_WAITS_FOR") {
	case "a lock":
		var m sync.Mutex
		m.Lock()
		m.Lock()
	case "a timer":
		<-time.After(time.Hour)
	case "a pipe":
		r, w, err := os.Pipe()
		check(t, err, nil)
		defer func() { _ = w.Close() }()
		_, _ = r.Read(make([]byte, 1))
	case "a child":
		cmd := exec.Command("cat") // it ends with this process
		_, err := cmd.StdinPipe()
		check(t, err, nil)
		_ = cmd.Run()
	case "a child's signal":
		cmd := exec.Command("cat")
		_, err := cmd.StdinPipe()
		check(t, err, nil)
		check(t, cmd.Start(), nil)
		select {}
	}
}
