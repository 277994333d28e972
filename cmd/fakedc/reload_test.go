//go:build unix

package main

import (
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"

	"github.com/fakedc/fakedc/scenarios"
)

// looked has a watch look at a file, and fails where that waits for somebody to write it.
func looked(t *testing.T, w *fileWatch, name string, want bool) {
	t.Helper()
	changed := make(chan bool, 1)
	go func() { changed <- w.changed([]string{name}) }()
	select {
	case got := <-changed:
		require.Equal(t, want, got)
	case <-time.After(patience):
		t.Fatal("it waits for somebody to write")
	}
}

// What a shell makes of <(command) was read once, and has nothing more to say.
func TestWatchOfAPipe(t *testing.T) {
	name := filepath.Join(t.TempDir(), "pipe")
	require.NoError(t, unix.Mkfifo(name, 0o600))
	looked(t, &fileWatch{}, name, false)
}

func TestWatchOfAFileThatChanges(t *testing.T) {
	for what, tt := range map[string]struct {
		becomes func(name string) error
		want    bool
	}{
		"another text": {func(name string) error { return os.WriteFile(name, []byte("second"), 0o600) }, true},
		"nothing":      {os.Remove, false},
		"a pipe": {func(name string) error {
			if err := os.Remove(name); err != nil {
				return err
			}
			return unix.Mkfifo(name, 0o600)
		}, false},
		"longer than memory": {func(name string) error { return os.Truncate(name, 256*scenarios.MaxFileSize) }, true},
	} {
		t.Run(what, func(t *testing.T) {
			name := filepath.Join(t.TempDir(), "live.yaml")
			require.NoError(t, os.WriteFile(name, []byte("first"), 0o600))
			w := &fileWatch{}
			looked(t, w, name, false)
			require.NoError(t, tt.becomes(name))
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			looked(t, w, name, tt.want)
			runtime.ReadMemStats(&after)
			require.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(16*scenarios.MaxFileSize))
			looked(t, w, name, false)
		})
	}
}
