package clients

import (
	"os"
	"os/exec"
	"testing"
)

// RequireEnv names the variable that turns a missing client into a failure, for
// runs that have installed them all and must not pass by skipping.
const RequireEnv = "FAKEDC_REQUIRE_CLIENTS"

// NeedTool returns the path of a program. Where it is missing the test is skipped,
// or fails if [RequireEnv] is 1.
func NeedTool(t testing.TB, name string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		Missing(t, name+" is not in the PATH")
	}
	return path
}

// NeedFile does the same for a file or folder that an installation makes; command
// is what makes it.
func NeedFile(t testing.TB, path, command string) {
	t.Helper()
	if _, err := os.Stat(path); err != nil {
		Missing(t, path+" is missing: "+command)
	}
}

// Missing skips the test, or fails it if [RequireEnv] is 1.
func Missing(t testing.TB, why string) {
	t.Helper()
	if os.Getenv(RequireEnv) == "1" {
		t.Fatalf("clients: %s (and %s=1)", why, RequireEnv)
		return
	}
	t.Skip(why)
}
