package telethon_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/integration_test/internal/drivers"
	"github.com/fakedc/fakedc/mockserver"
)

// refusals are the six of https://core.telegram.org/method/upload.saveBigFilePart as
// Telethon raises them. The class says which one it is; the message does not.
var refusals = map[string]string{
	"file-parts-invalid":     "FilePartsInvalidError",
	"file-part-empty":        "FilePartEmptyError",
	"file-part-invalid":      "FilePartInvalidError",
	"file-part-size-changed": "FilePartSizeChangedError",
	"file-part-size-invalid": "FilePartSizeInvalidError",
	"file-part-too-big":      "FilePartTooBigError",
}

// Every refusal ends the upload at once: Telethon raises it and sends nothing more.
func TestRefusals(t *testing.T) {
	f := drivers.NewFile(t, drivers.BigSize)
	drivers.Each(t, func(t *testing.T, c drivers.Client) {
		for scenario, class := range refusals {
			t.Run(scenario, func(t *testing.T) {
				t.Parallel()
				dc := drivers.Builtin(t, scenario)
				got := c.Run(t, dc, f, drivers.Job{Action: "upload"})
				if c.Name == older && class == "FilePartTooBigError" {
					// The older release has no class for it, and says the name.
					class = "BadRequestError"
					require.Contains(t, got.Error.Message, "FILE_PART_TOO_BIG")
				}
				requireRaised(t, got, class, 400)
				require.Len(t, dc.Uploads(), 1)
				u := dc.Uploads()[0]
				require.Len(t, u.Parts, 3, "the third part was refused and nothing was sent after it")
				require.Equal(t, 1, u.Parts[2].Attempts)
				require.Equal(t, 1, u.Parts[2].Refused)
				require.Empty(t, drivers.Events(dc, mockserver.EventFile), "nor was the file used")
			})
		}
	})
}

// Waits below flood_sleep_threshold, a minute, are slept through, and the same part
// is sent again.
func TestFloodWait(t *testing.T) {
	f := drivers.NewFile(t, drivers.BigSize)
	drivers.Each(t, func(t *testing.T, c drivers.Client) {
		dc := drivers.Builtin(t, "flood-wait")
		drivers.RequireUploaded(t, dc, c.Run(t, dc, f, drivers.Job{Action: "upload"}), f)
		drivers.RequireRepeated(t, dc, 3, 2, 3*time.Second)
	})
}

// FLOOD_PREMIUM_WAIT ends the upload in releases that do not know it:
// https://github.com/LonamiWebs/Telethon/issues/4417
func TestFloodPremiumWait(t *testing.T) {
	f := drivers.NewFile(t, drivers.SmallSize)
	drivers.Each(t, func(t *testing.T, c drivers.Client) {
		dc := drivers.Builtin(t, "flood-premium-wait")
		got := c.Run(t, dc, f, drivers.Job{Action: "upload"})
		if c.Name == older {
			requireRaised(t, got, "FloodError", 420)
			require.Contains(t, got.Error.Message, "FLOOD_PREMIUM_WAIT_3")
			drivers.RequireRepeated(t, dc, 7, 1, 0)
			return
		}
		drivers.RequireUploaded(t, dc, got, f)
		drivers.RequireRepeated(t, dc, 7, 2, 3*time.Second)
	})
}

// A broken connection: Telethon connects again, under a new session_id, and sends
// what had no answer, nothing else.
func TestConnectionBreaks(t *testing.T) {
	f := drivers.NewFile(t, drivers.BigSize)
	drivers.Each(t, func(t *testing.T, c drivers.Client) {
		for scenario, stored := range map[string]int{"drop-before-store": 1, "drop-after-store": 2} {
			dc := drivers.Builtin(t, scenario)
			got := c.Run(t, dc, f, drivers.Job{Action: "upload"})
			u := drivers.RequireUploaded(t, dc, got, f)
			drivers.RequireRepeated(t, dc, 4, 2, 0)
			require.Equal(t, stored, u.Parts[4].TimesStored, scenario)
			require.Len(t, drivers.Events(dc, mockserver.EventPart), len(u.Parts)+1, "one part was sent twice")
			require.Len(t, drivers.Keys(dc), 1, "by the same auth key")
		}
	})
}

// A part that was answered with true and lost: Telethon raises what sendMedia says,
// and does not send the part again.
func TestPartLost(t *testing.T) {
	f := drivers.NewFile(t, drivers.BigSize)
	drivers.Each(t, func(t *testing.T, c drivers.Client) {
		dc := drivers.Builtin(t, "part-lost")
		got := c.Run(t, dc, f, drivers.Job{Action: "upload"})
		requireRaised(t, got, "FilePartMissingError", 400)
		require.Contains(t, got.Error.Message, "Part 3 of the file is missing")
		require.Equal(t, []int32{3}, dc.Uploads()[0].Report.Missing)
		drivers.RequireRepeated(t, dc, 3, 1, 0)
	})
}

// boolFalse ends the upload with an error of Telethon's own.
func TestAnswerFalse(t *testing.T) {
	f := drivers.NewFile(t, drivers.BigSize)
	drivers.Each(t, func(t *testing.T, c drivers.Client) {
		dc := drivers.Builtin(t, "answer-false")
		got := c.Run(t, dc, f, drivers.Job{Action: "upload"})
		requireRaised(t, got, "RuntimeError", 0)
		require.Equal(t, "Failed to upload file part 5.", got.Error.Message)
		drivers.RequireRepeated(t, dc, 5, 1, 0)
	})
}

// Telethon has no timeout for a request: an answer that never comes holds the upload
// for ever, and it is the driver's watchdog that ends it.
func TestSilentPart(t *testing.T) {
	f := drivers.NewFile(t, drivers.BigSize)
	drivers.Each(t, func(t *testing.T, c drivers.Client) {
		dc := drivers.Builtin(t, "silent-part")
		got := c.Run(t, dc, f, drivers.Job{Action: "upload", Timeout: 12})
		requireRaised(t, got, "Timeout", 0)
		require.Len(t, dc.Uploads()[0].Parts, 3, "nothing was sent after the third part")
		drivers.RequireRepeated(t, dc, 2, 1, 0)
	})
}

func requireRaised(t *testing.T, got drivers.Result, class string, code int) {
	t.Helper()
	require.False(t, got.OK)
	require.Equal(t, class, got.Error.Class, got.Error.Message)
	require.Equal(t, code, got.Error.Code)
}
