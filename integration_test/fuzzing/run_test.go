package main

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"os"
	"os/signal"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// TestMain is the fuzzer's double where the environment says so: it prints, says that
// it is there, and waits to be interrupted.
func TestMain(m *testing.M) {
	said, is := os.LookupEnv("FUZZING_DOUBLE")
	if !is {
		os.Exit(m.Run())
	}
	if is := os.Getenv("FUZZING_DOUBLE_WORKER"); is != "" {
		withWorker(is)
		return
	}
	interrupted, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	fmt.Print(said)
	conn, err := net.Dial("tcp", os.Getenv("FUZZING_DOUBLE_READY"))
	if err != nil {
		panic(err)
	}
	_ = conn.Close()
	<-interrupted.Done()
	fmt.Print(two)
}

func double(t *testing.T, said string) slice {
	t.Helper()
	t.Setenv("FUZZING_DOUBLE", said)
	self, err := os.Executable()
	require.NoError(t, err)
	return slice{target: target{Package: "p", Name: "FuzzX"}, binary: self, dir: t.TempDir(), each: "1h", parallel: 1, lastWord: lastWord}
}

// listen is where doubles say that they are there. Nobody waits for one for ever.
func listen(t *testing.T) net.Listener {
	t.Helper()
	there, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { _ = there.Close() })
	require.NoError(t, there.(*net.TCPListener).SetDeadline(time.Now().Add(time.Minute)))
	t.Setenv("FUZZING_DOUBLE_READY", there.Addr().String())
	return there
}

// A run that is interrupted is counted to its last line.
func TestInterruptedRunIsCounted(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("a process cannot be interrupted")
	}
	s := double(t, warm)
	ctx, stop := context.WithCancel(t.Context())
	ready := listen(t)
	go func() {
		_, _ = ready.Accept()
		stop()
	}()
	l := emptyPage(t)
	c := &runner{page: l}
	o, _, err := s.run(ctx, c.counter(s.target))
	require.EqualError(t, err, "context canceled", "it ended well, because it was asked to")
	require.EqualValues(t, 680218, o.execs)
	rows, err := l.read()
	require.NoError(t, err)
	require.EqualValues(t, 680218, rows[0].Execs)
	require.EqualValues(t, 65, rows[0].Seconds)
}

// A fuzzer counts from its start; the page is told what is new.
func TestCounterAddsWhatIsNew(t *testing.T) {
	l := emptyPage(t)
	x := target{Package: "p", Name: "FuzzX"}
	for range 2 { // two runs
		add := (&runner{page: l}).counter(x)
		require.NoError(t, add(output{execs: 10, elapsed: 1500 * time.Millisecond, corpus: 3}))
		require.NoError(t, add(output{execs: 10, elapsed: 1500 * time.Millisecond, corpus: 3}))
		require.NoError(t, add(output{execs: 25, elapsed: 3 * time.Second, corpus: 4}))
	}
	rows, err := l.read()
	require.NoError(t, err)
	rows[0].Last = never
	require.Equal(t, table{{x, 50, 6, never, 4, 0}}, rows)
}

const module = `package p

import "testing"

func FuzzGood(f *testing.F) {
	f.Add([]byte("a"))
	f.Fuzz(func(t *testing.T, b []byte) {
		if len(b) > 2 && b[0] == 'x' && b[1] == 'y' {
			return
		}
	})
}

func FuzzBad(f *testing.F) {
	f.Add([]byte("a"))
	f.Fuzz(func(t *testing.T, b []byte) {
		if len(b) > 0 && b[0] != 'a' {
			t.Fatal("it does not begin with a")
		}
	})
}
`

// The fuzzer of the Go that is installed says what is read here: a good target is
// counted, a bad one is a finding whose input stays where go test looks for it.
func TestWithTheRealFuzzer(t *testing.T) {
	root := t.TempDir()
	// A module of a new name: of one that was fuzzed before go knows the inputs.
	name := fmt.Sprintf("fuzzed-%d.example.com", time.Now().UnixNano())
	for path, text := range map[string]string{"go.mod": "module " + name + "\n\ngo 1.25\n", "sub/p.go": "package p\n", "sub/p_test.go": module} {
		require.NoError(t, os.MkdirAll(filepath.Dir(filepath.Join(root, path)), 0o755))
		require.NoError(t, os.WriteFile(filepath.Join(root, path), []byte(text), 0o644))
	}
	targets, err := find(root)
	require.NoError(t, err)
	inCache, err := (&builder{root: root}).cacheDir(t.Context(), "sub")
	require.NoError(t, err)
	t.Cleanup(func() { _ = os.RemoveAll(filepath.Dir(inCache)) })
	l := emptyPage(t)
	err = campaign(t.Context(), flags{root: root, each: "2000x", parallel: 1}, l, targets)
	require.Equal(t, findings(1), err)

	rows, err := l.read()
	require.NoError(t, err)
	require.Len(t, rows, 2)
	bad, good := rows[0], rows[1]
	require.Equal(t, "FuzzBad", bad.Name)
	require.Equal(t, 1, bad.Findings)
	require.Zero(t, good.Findings)
	require.GreaterOrEqual(t, good.Execs, int64(2000))
	require.Less(t, good.Execs, int64(4000))
	require.Greater(t, good.Corpus, 1, "the module's own packages are instrumented")
	inputs, err := filepath.Glob(filepath.Join(root, "sub/testdata/fuzz/FuzzBad/*"))
	require.NoError(t, err)
	require.Len(t, inputs, 1)
	text, err := os.ReadFile(inputs[0])
	require.NoError(t, err)
	require.True(t, bytes.HasPrefix(text, []byte("go test fuzz v1\n")))
}
