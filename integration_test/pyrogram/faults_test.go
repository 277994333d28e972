package pyrogram_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/integration_test/internal/drivers"
	"github.com/fakedc/fakedc/mockserver"
)

// parts is how many parts of 512 KiB, which both libraries use, the file has.
const parts = (drivers.BigSize + 524_287) / 524_288

// refusals are the six of https://core.telegram.org/method/upload.saveBigFilePart,
// each with the class that both libraries have for it.
var refusals = map[string]string{
	"file-parts-invalid":     "FilePartsInvalid",
	"file-part-empty":        "FilePartEmpty",
	"file-part-invalid":      "FilePartInvalid",
	"file-part-size-changed": "FilePartSizeChanged",
	"file-part-size-invalid": "FilePartSizeInvalid",
	"file-part-too-big":      "FilePartTooBig",
}

// A part that is refused ends the upload with neither of them.
func TestRefusals(t *testing.T) {
	f := drivers.NewFile(t, drivers.BigSize)
	drivers.Each(t, func(t *testing.T, c drivers.Client) {
		for scenario, class := range refusals {
			t.Run(scenario, func(t *testing.T) {
				t.Parallel()
				dc := drivers.Builtin(t, scenario)
				got := c.Run(t, dc, f, drivers.Job{Action: "upload"})
				require.Contains(t, got.Note, "in its log: "+class)
				if c.Name == pyrogram {
					requireSwallowed(t, dc, got, f, 2)
					return
				}
				requireDrained(t, dc, got, class)
			})
		}
	})
}

// requireSwallowed checks what Pyrogram does with any error of a part, which is a
// known defect: a worker logs it and goes on, and save_file returns as if nothing
// had been (https://github.com/pyrogram/pyrogram/issues/1436). The file is whole in
// the end only because sendMedia then says FILE_PART_n_MISSING, and send_document
// sends that part again. Whoever calls save_file alone has lost the part.
func requireSwallowed(t *testing.T, dc *mockserver.Server, got drivers.Result, f drivers.File, part int32) {
	t.Helper()
	drivers.RequireUploaded(t, dc, got, f)
	drivers.RequireRepeated(t, dc, part, 2, 0)
	requireMissingAtSend(t, dc, part)
}

// requireDrained checks what kurigram does with it: it raises the first error, but
// only when it has sent all the other parts, the last ones for nothing.
func requireDrained(t *testing.T, dc *mockserver.Server, got drivers.Result, class string) {
	t.Helper()
	require.False(t, got.OK)
	require.Equal(t, class, got.Error.Class, got.Error.Message)
	require.Equal(t, 400, got.Error.Code)
	require.Len(t, dc.Uploads(), 1)
	u := dc.Uploads()[0]
	require.Equal(t, []int32{2}, u.Report.Missing)
	require.Len(t, u.Parts, parts)
	drivers.RequireRepeated(t, dc, 2, 1, 0)
	require.Empty(t, drivers.Events(dc, mockserver.EventFile), "the file was not used")
}

// Waits up to sleep_threshold, 10 s, are slept through, and the same part is sent
// again.
func TestFloodWait(t *testing.T) {
	f := drivers.NewFile(t, drivers.BigSize)
	drivers.Each(t, func(t *testing.T, c drivers.Client) {
		dc := drivers.Builtin(t, "flood-wait")
		drivers.RequireUploaded(t, dc, c.Run(t, dc, f, drivers.Job{Action: "upload"}), f)
		drivers.RequireRepeated(t, dc, 3, 2, 3*time.Second)
	})
}

// FLOOD_PREMIUM_WAIT is newer than Pyrogram, which swallows it as any other error;
// kurigram waits: https://github.com/kurigram-org/kurigram/issues/68
func TestFloodPremiumWait(t *testing.T) {
	f := drivers.NewFile(t, drivers.BigSize)
	drivers.Each(t, func(t *testing.T, c drivers.Client) {
		dc := drivers.Builtin(t, "flood-premium-wait")
		got := c.Run(t, dc, f, drivers.Job{Action: "upload"})
		drivers.RequireUploaded(t, dc, got, f)
		refused := 0
		for _, e := range drivers.Events(dc, mockserver.EventPart) {
			if e.Error == "420 FLOOD_PREMIUM_WAIT_3" {
				refused++
				if c.Name == kurigram {
					drivers.RequireRepeated(t, dc, *e.Part, 2, 3*time.Second)
				}
			}
		}
		require.GreaterOrEqual(t, refused, parts/8)
		if c.Name == kurigram {
			require.NotContains(t, got.Note, "in its log")
			return
		}
		require.Contains(t, got.Note, "in its log: Flood")
		require.Len(t, missingAtSend(dc), refused, "each of them was found missing at sendMedia")
	})
}

// waitTimeout is Session.WAIT_TIMEOUT of both, less what the first call took to
// arrive.
const waitTimeout = 14 * time.Second

// A connection that breaks before the part was stored: both connect again, with the
// same session_id, but send nothing of what was in flight until their own timeout of
// 15 s has passed.
func TestConnectionBreaksBeforeThePartWasStored(t *testing.T) {
	t.Parallel() // with the others that wait for Pyrogram's 15 s
	f := drivers.NewFile(t, drivers.BigSize)
	drivers.Each(t, func(t *testing.T, c drivers.Client) {
		dc := drivers.Builtin(t, "drop-before-store")
		drivers.RequireUploaded(t, dc, c.Run(t, dc, f, drivers.Job{Action: "upload"}), f)
		drivers.RequireRepeated(t, dc, 4, 2, waitTimeout)
		require.Len(t, drivers.Events(dc, mockserver.EventAuthKey), 1)
	})
}

// A connection that breaks after the part was stored: the answer leaves by the
// session's next connection, so that this part need not be sent again.
func TestConnectionBreaksAfterThePartWasStored(t *testing.T) {
	t.Parallel()
	f := drivers.NewFile(t, drivers.BigSize)
	drivers.Each(t, func(t *testing.T, c drivers.Client) {
		dc := drivers.Builtin(t, "drop-after-store")
		drivers.RequireUploaded(t, dc, c.Run(t, dc, f, drivers.Job{Action: "upload"}), f)
		drivers.RequireRepeated(t, dc, 4, 1, 0)
		require.Len(t, drivers.Events(dc, mockserver.EventAuthKey), 1)
	})
}

// A part that was answered with true and lost: both do what the documentation asks
// for, and send it again when sendMedia says which one is missing.
// https://core.telegram.org/api/files#uploading-files
func TestPartLost(t *testing.T) {
	f := drivers.NewFile(t, drivers.BigSize)
	drivers.Each(t, func(t *testing.T, c drivers.Client) {
		dc := drivers.Builtin(t, "part-lost")
		drivers.RequireUploaded(t, dc, c.Run(t, dc, f, drivers.Job{Action: "upload"}), f)
		drivers.RequireRepeated(t, dc, 3, 2, 0)
		requireMissingAtSend(t, dc, 3)
	})
}

// boolFalse is taken for success by both, which is a defect; again it is sendMedia
// that brings it to light, here twice, because the second attempt is answered so too.
func TestAnswerFalse(t *testing.T) {
	f := drivers.NewFile(t, drivers.BigSize)
	drivers.Each(t, func(t *testing.T, c drivers.Client) {
		dc := drivers.Builtin(t, "answer-false")
		got := c.Run(t, dc, f, drivers.Job{Action: "upload"})
		drivers.RequireUploaded(t, dc, got, f)
		drivers.RequireRepeated(t, dc, 5, 3, 0)
		requireMissingAtSend(t, dc, 5, 5)
		require.NotContains(t, got.Note, "in its log")
	})
}

// An answer that never comes: both send the part again after 15 s.
func TestSilentPart(t *testing.T) {
	t.Parallel()
	f := drivers.NewFile(t, drivers.BigSize)
	drivers.Each(t, func(t *testing.T, c drivers.Client) {
		dc := drivers.Builtin(t, "silent-part")
		drivers.RequireUploaded(t, dc, c.Run(t, dc, f, drivers.Job{Action: "upload"}), f)
		drivers.RequireRepeated(t, dc, 2, 2, waitTimeout)
	})
}

// requireMissingAtSend checks what sendMedia found missing, in this order.
func requireMissingAtSend(t *testing.T, dc *mockserver.Server, want ...int32) {
	t.Helper()
	var errors []string
	for _, part := range want {
		errors = append(errors, missing(part))
	}
	require.Equal(t, errors, missingAtSend(dc))
}

func missingAtSend(dc *mockserver.Server) (found []string) {
	for _, e := range drivers.Events(dc, mockserver.EventFile) {
		if strings.HasSuffix(e.Error, "_MISSING") {
			found = append(found, e.Error)
		}
	}
	return found
}

func missing(part int32) string { return fmt.Sprintf("400 FILE_PART_%d_MISSING", part) }
