package gotd_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gotd/td/tg"
	"github.com/gotd/td/tgerr"

	"github.com/fakedc/fakedc/mockserver"
)

// An empty file has no part, and a file of no parts is refused when it is used:
// gotd sends nothing and names 0 parts, as a small file and as a stream.
// https://core.telegram.org/api/files#uploading-files (FILE_PARTS_INVALID)
func TestNoBytes(t *testing.T) {
	t.Parallel()
	dc, c := start(t, mockserver.Options{})
	for kind, file := range map[string]tg.InputFileClass{
		"known size": uploadBytes(t, c.API(), 1, nil),
		"stream":     streamLive(t, c.API(), 1, nil),
	} {
		t.Run(kind, func(t *testing.T) {
			_, err := send(deadline(t), c.API(), file)
			requireError(t, err, tgerr.New(400, "FILE_PARTS_INVALID"))
			require.Empty(t, dc.Uploads())
			unharmed(t, dc)
		})
	}
}
