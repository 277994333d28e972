package aftertests

import (
	"bytes"
	"os"
	"os/exec"
	"runtime"
	"runtime/pprof"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// role has the tests' own binary be a package with one test.
const role = "AFTERTESTS_ROLE"

func TestMain(m *testing.M) {
	switch os.Getenv(role) {
	case "panic":
		os.Exit(Main(m, func() int64 { return 1 }))
	case "provoked":
		Provoked()
		os.Exit(Main(m, func() int64 { return 1 }))
	}
	os.Exit(Main(m, func() int64 { return 0 }))
}

// play runs one test in a process of its own.
func play(t *testing.T, test, as string) (output string, code int) {
	t.Helper()
	cmd := exec.Command(os.Args[0], "-test.run", "^"+test+"$")
	cmd.Env = append(os.Environ(), role+"="+as)
	out, _ := cmd.CombinedOutput()
	return string(out), cmd.ProcessState.ExitCode()
}

// TestIdle is what the others run.
func TestIdle(t *testing.T) {}

// TestLoses is run by another one.
func TestLoses(t *testing.T) {
	if os.Getenv(role) != "lose" {
		t.Skip("it loses a goroutine")
	}
	never := make(chan int)
	go func() { <-never }()
	// Lost is what waits. A goroutine that has not come to its wait is not lost yet.
	for !waiting("aftertests.TestLoses.func1") {
		runtime.Gosched()
	}
}

// waiting tells whether a goroutine waits for a channel in the function of that name.
func waiting(function string) bool {
	stacks := make([]byte, 64<<10)
	stacks = stacks[:runtime.Stack(stacks, true)]
	for stack := range bytes.SplitSeq(stacks, []byte("\n\n")) {
		if bytes.Contains(stack, []byte(" [chan receive")) && bytes.Contains(stack, []byte(function+"(")) {
			return true
		}
	}
	return false
}

func TestContainedPanicFails(t *testing.T) {
	out, code := play(t, "TestIdle", "panic")
	require.Equal(t, 1, code, out)
	require.Contains(t, out, "1 panic was contained that no test had asked for")
	out, code = play(t, "TestIdle", "provoked")
	require.Zero(t, code, out)
}

// Without the experiment a lost goroutine is no failure; with it, it is, and is told.
func TestLostGoroutineFails(t *testing.T) {
	out, code := play(t, "TestLoses", "lose")
	if pprof.Lookup("goroutineleak") == nil {
		require.Zero(t, code, out)
		return
	}
	require.Equal(t, 1, code, out)
	require.Contains(t, out, "1 goroutine is lost")
	require.Contains(t, out, "aftertests.TestLoses.func1")
}

func TestSaysWhatIsWrong(t *testing.T) {
	var w bytes.Buffer
	require.True(t, panicked(&w, provoked.Load()))
	require.Empty(t, w.String())
	require.False(t, panicked(&w, provoked.Load()+2))
	require.True(t, strings.HasPrefix(w.String(), "2 panics"))
}
