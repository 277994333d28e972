package mtcute_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/integration_test/internal/drivers"
	"github.com/fakedc/fakedc/mockserver"
)

// The six errors of https://core.telegram.org/method/upload.saveBigFilePart: the
// upload ends with the library's one class for all errors of the server, which has
// code and name, and nothing is sent to Saved Messages.
func TestRefusals(t *testing.T) {
	big, small := drivers.NewFile(t, bigSize), drivers.NewFile(t, smallSize)
	t.Run("small file", func(t *testing.T) {
		t.Parallel()
		requireRefusal(t, "file-part-invalid", "FILE_PART_INVALID", small)
	})
	for scenario, name := range map[string]string{
		"file-parts-invalid": "FILE_PARTS_INVALID", "file-part-empty": "FILE_PART_EMPTY", "file-part-invalid": "FILE_PART_INVALID",
		"file-part-size-changed": "FILE_PART_SIZE_CHANGED", "file-part-size-invalid": "FILE_PART_SIZE_INVALID", "file-part-too-big": "FILE_PART_TOO_BIG",
	} {
		t.Run(scenario, func(t *testing.T) {
			t.Parallel()
			requireRefusal(t, scenario, name, big)
		})
	}
}

func requireRefusal(t *testing.T, scenario, name string, f drivers.File) {
	t.Helper()
	dc := drivers.Builtin(t, scenario)
	requireRPCError(t, drivers.Only(t).Run(t, dc, f, drivers.Job{Action: "upload"}), 400, name)
	u := drivers.Upload(t, dc)
	require.False(t, u.Report.Finalised)
	require.Equal(t, 1, drivers.Part(t, u, 2).Attempts, "a refused part is not tried again")
	require.Contains(t, drivers.Part(t, u, 2).Error, name)
	// Other workers do not hear of it: what they send until the process ends is a
	// matter of time.
	require.Equal(t, 1, u.Report.RefusedCount)
}

// requireRPCError checks an error that mtcute threw for an answer of the server.
func requireRPCError(t *testing.T, r drivers.Result, code int, name string) {
	t.Helper()
	require.False(t, r.OK, "mtcute threw nothing, %s was expected", name)
	require.Equal(t, "RpcError", r.Error.Class)
	require.Equal(t, code, r.Error.Code)
	require.Contains(t, r.Error.Message, name)
}

// A part that was answered with true and lost shows when the file is used. The
// library throws it and does not save that part again.
func TestPartLost(t *testing.T) {
	t.Parallel()
	dc, f := drivers.Builtin(t, "part-lost"), drivers.NewFile(t, bigSize)
	r := drivers.Only(t).Run(t, dc, f, drivers.Job{Action: "upload"})
	requireRPCError(t, r, 400, "FILE_PART_3_MISSING")
	u := drivers.Upload(t, dc)
	require.Equal(t, []int32{3}, u.Report.Missing)
	require.Equal(t, 1, drivers.Part(t, u, 3).Attempts)
	require.False(t, u.Report.Finalised)
}

// The library waits as long as it is told to and sends that part again.
func TestFloodWait(t *testing.T) {
	t.Parallel()
	dc, f := drivers.Builtin(t, "flood-wait"), drivers.NewFile(t, bigSize)
	r := drivers.Only(t).Run(t, dc, f, drivers.Job{})
	drivers.RequireTransferred(t, dc, r, f)
	attempts := drivers.Attempts(dc, 3)
	require.Len(t, attempts, 2)
	require.GreaterOrEqual(t, attempts[1].Time.Sub(attempts[0].Time), 3*time.Second)
	require.Empty(t, drivers.Upload(t, dc).Report.Repeated)
}

// A connection that breaks with an answer in flight: the library connects again with
// the same session and asks with msgs_state_req what became of its queries. So a
// part that was stored is not sent again, its answer is; one that did not arrive is
// sent again, and only that.
func TestConnectionBreaks(t *testing.T) {
	f := drivers.NewFile(t, bigSize)
	for scenario, attempts := range map[string]int{"drop-after-store": 1, "drop-before-store": 2} {
		t.Run(scenario, func(t *testing.T) {
			t.Parallel()
			dc := drivers.Builtin(t, scenario)
			r := drivers.Only(t).Run(t, dc, f, drivers.Job{})
			u := drivers.RequireTransferred(t, dc, r, f)
			require.Equal(t, 1, dropped(dc), "the connection did break")
			require.Equal(t, attempts, drivers.Part(t, u, 4).Attempts)
			require.Equal(t, 1, drivers.Part(t, u, 4).TimesStored)
			require.Empty(t, u.Report.Repeated)
		})
	}
}

// dropped counts the connections that the scenario broke.
func dropped(dc *mockserver.Server) (n int) {
	for _, e := range drivers.Events(dc, mockserver.EventDisconnect) {
		if e.Text == "dropped by the scenario" {
			n++
		}
	}
	return n
}

// The answer boolFalse is an error of the library's own, and the upload ends.
func TestAnswerFalse(t *testing.T) {
	t.Parallel()
	dc, f := drivers.Builtin(t, "answer-false"), drivers.NewFile(t, bigSize)
	r := drivers.Only(t).Run(t, dc, f, drivers.Job{Action: "upload"})
	require.False(t, r.OK)
	require.Equal(t, "Error", r.Error.Class)
	require.Contains(t, r.Error.Message, "Failed to upload part")
	require.Equal(t, 1, drivers.Part(t, drivers.Upload(t, dc), 5).Attempts)
}
