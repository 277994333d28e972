package mockserver_test

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/mockserver"
	"github.com/fakedc/fakedc/mockserver/rawclient"
)

// asking is a logger that looks at an upload when the data directory fails.
type asking struct {
	slog.Handler
	look func() bool
	told chan bool
}

func (a *asking) Enabled(context.Context, slog.Level) bool { return true }

func (a *asking) Handle(_ context.Context, r slog.Record) error {
	if r.Level == slog.LevelWarn && r.Message == string(mockserver.EventStore) {
		select {
		case a.told <- a.look():
		default:
		}
	}
	return nil
}

// Who is told that the disk fails holds up no upload, and no upload holds up the journal:
// a verdict waits for both.
func TestDiskFailureIsNotedWithoutLocks(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	a := &asking{told: make(chan bool, 1)}
	dc := mockserver.Start(t, mockserver.Options{DataDir: dir, Logger: slog.New(a), Limits: mockserver.Limits{Uploads: 1}})
	a.look = func() bool {
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		done := make(chan struct{})
		go func() {
			defer close(done)
			_, _ = dc.Upload(8)
		}()
		select {
		case <-done:
			return true
		case <-ctx.Done():
			return false
		}
	}
	c := dial(t, dc, rawclient.Options{})
	require.Equal(t, "true", part(t, c, 7, 0, 1, []byte("first")))
	file := filepath.Join(dir, "uploads/0000000000000001")
	require.NoError(t, os.Remove(file))
	require.NoError(t, os.MkdirAll(filepath.Join(file, "in the way"), 0o700)) // it cannot be deleted
	require.Equal(t, "true", part(t, c, 8, 0, 1, []byte("second")))
	require.True(t, <-a.told, "an upload was locked")
	var text string
	for _, e := range dc.Journal() {
		if e.Kind == mockserver.EventStore && e.Error != "" {
			text = e.Text
		}
	}
	require.True(t, strings.Contains(text, "deleting uploads/0000000000000001"), text)
}
