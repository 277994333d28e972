package clients_test

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/integration_test/internal/clients"
)

// The test binary is its own client: with this variable it does as it says.
const behave = "CLIENTS_TEST_BEHAVE"

func TestMain(m *testing.M) {
	switch os.Getenv(behave) {
	case "":
		os.Exit(m.Run())
	case "exit":
		fmt.Println("out")
		fmt.Fprintln(os.Stderr, "err")
		os.Exit(3)
	case "forever":
		fmt.Print("not yet: ready\nready\n")
		<-time.After(time.Hour)
	case "flood":
		for range 5 {
			fmt.Print(strings.Repeat("x", 1<<20))
		}
	}
}

func command(t *testing.T, what string) clients.Command {
	t.Helper()
	self, err := os.Executable()
	require.NoError(t, err)
	return clients.Command{Path: self, Env: []string{behave + "=" + what}}
}

func TestRunTellsHowItEnded(t *testing.T) {
	r := clients.Run(t, command(t, "exit"))
	require.Equal(t, clients.Result{Stdout: "out\n", Stderr: "err\n", ExitCode: 3}, r)
}

func TestRunUntilALine(t *testing.T) {
	c := command(t, "forever")
	c.Until = "ready"
	r := clients.Run(t, c)
	require.NotZero(t, r.ExitCode)
	require.Contains(t, r.Stdout, "ready\n")
}

func TestRunKeepsABoundOfTheOutput(t *testing.T) {
	r := clients.Run(t, command(t, "flood"))
	require.Zero(t, r.ExitCode)
	require.Len(t, r.Stdout, 4<<20)
}

// recorder is a test that may fail without failing this one.
type recorder struct {
	testing.TB
	fatal, skipped string
}

func (r *recorder) Fatalf(format string, args ...any) { r.fatal = fmt.Sprintf(format, args...) }
func (r *recorder) Skip(args ...any)                  { r.skipped = fmt.Sprint(args...) }

func TestRunKillsAtTheLimit(t *testing.T) {
	c := command(t, "forever")
	c.Limit = 200 * time.Millisecond
	r := &recorder{TB: t}
	started := time.Now()
	clients.Run(r, c)
	require.Contains(t, r.fatal, "was killed after")
	require.Less(t, time.Since(started), 30*time.Second)
}

func TestMissing(t *testing.T) {
	t.Setenv(clients.RequireEnv, "")
	r := &recorder{TB: t}
	clients.NeedTool(r, "no-such-tool-of-fakedc")
	require.Contains(t, r.skipped, "no-such-tool-of-fakedc")
	require.Empty(t, r.fatal)

	t.Setenv(clients.RequireEnv, "1")
	r = &recorder{TB: t}
	clients.NeedFile(r, "no/such/file", "install it")
	require.Contains(t, r.fatal, "install it")
	require.Empty(t, r.skipped)
}
