package gramjs_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/integration_test/internal/drivers"
	"github.com/fakedc/fakedc/mockserver"
)

// errorNames are the six of https://core.telegram.org/method/upload.saveBigFilePart,
// each with its built-in scenario and the calls that break its rule, the last of
// which is refused.
var errorNames = []struct {
	name, scenario string
	calls          []call
}{
	{"FILE_PARTS_INVALID", "file-parts-invalid", []call{{File: "1", Part: 0, Total: 4001, Size: 1024}}},
	{"FILE_PART_EMPTY", "file-part-empty", []call{{File: "2", Part: 0, Total: 2, Size: 0}}},
	{"FILE_PART_INVALID", "file-part-invalid", []call{{File: "-4156887774564", Part: 43, Total: 43, Size: 19}}},
	{"FILE_PART_SIZE_CHANGED", "file-part-size-changed", []call{{File: "3", Part: 0, Total: 3, Size: 1024}, {File: "3", Part: 1, Total: 3, Size: 2048}}},
	{"FILE_PART_SIZE_INVALID", "file-part-size-invalid", []call{{File: "4", Part: 0, Total: 3, Size: 1000}}},
	{"FILE_PART_TOO_BIG", "file-part-too-big", []call{{File: "5", Part: 0, Total: 3, Size: 525_312}}},
}

// A rule that is broken is an RPCError of GramJS, with the documented code.
func TestRefusalsByBreakingTheRule(t *testing.T) {
	t.Parallel()
	dc := mockserver.Start(t, mockserver.Options{})
	j := job{DC: drivers.AddressOf(t, dc), As: "bot"}
	for _, e := range errorNames {
		j.Calls = append(j.Calls, e.calls...)
	}
	j.Calls = append(j.Calls, call{File: "6", Part: 42, Total: 43, Size: 19}, call{File: "7", Part: 0, Size: 19, Small: true})
	got := run[[]answer[bool]](t, "parts.js", j)
	require.Len(t, got, len(j.Calls))
	i := 0
	for _, e := range errorNames {
		for range e.calls[1:] {
			require.Nil(t, got[i].Error)
			require.True(t, got[i].Value)
			i++
		}
		requireRPCError(t, got[i].Error, 400, e.name)
		i++
	}
	for ; i < len(got); i++ {
		require.Nil(t, got[i].Error, "what breaks no rule is accepted")
		require.True(t, got[i].Value)
	}
}

// uploadFile and sendFile throw what the scenario says, and GramJS gives up.
func TestRefusalsByScenario(t *testing.T) {
	small, big := drivers.NewFile(t, smallSize), drivers.NewFile(t, bigSize)
	for _, e := range errorNames {
		t.Run(e.scenario, func(t *testing.T) {
			t.Parallel()
			dc := drivers.Builtin(t, e.scenario)
			got := run[[]answer[transferred]](t, "transfer.js", job{DC: drivers.AddressOf(t, dc), As: "user", Steps: []step{
				{How: "uploadFile", Path: big.Path, Workers: 1}, {How: "sendFile", Path: small.Path, Workers: 1},
			}})
			for i, u := range dc.Uploads() {
				requireRPCError(t, got[i].Error, 400, e.name)
				require.False(t, u.Report.Finalised)
				require.Equal(t, []mockserver.PartState{{Index: 2, Attempts: 1, Refused: 1, Error: u.Parts[2].Error}}, u.Parts[2:], "the third part was refused and nothing was sent after it")
				require.Contains(t, u.Parts[2].Error, e.name)
			}
			require.Len(t, dc.Uploads(), 2)
		})
	}
}

// A part that was answered with true and lost shows when the file is used.
func TestPartLost(t *testing.T) {
	t.Parallel()
	dc, big, small := drivers.Builtin(t, "part-lost"), drivers.NewFile(t, bigSize), drivers.NewFile(t, smallSize)
	got := run[[]answer[transferred]](t, "transfer.js", job{DC: drivers.AddressOf(t, dc), As: "user", Steps: []step{
		{How: "sendFile", Path: big.Path, Workers: 4}, {How: "uploadFile", Path: small.Path, Workers: 1},
	}})
	require.Len(t, dc.Uploads(), 2)
	for i, u := range dc.Uploads() {
		requireRPCError(t, got[i].Error, 400, "FILE_PART_3_MISSING")
		require.Equal(t, []int32{3}, u.Report.Missing)
	}
}

// GramJS takes boolFalse for success, and loses the part: what the scenario is for.
func TestAnswerFalseLosesAPart(t *testing.T) {
	t.Parallel()
	dc, small := drivers.Builtin(t, "answer-false"), drivers.NewFile(t, smallSize)
	got := run[[]answer[transferred]](t, "transfer.js", job{DC: drivers.AddressOf(t, dc), As: "user", Steps: []step{
		{How: "sendFile", Path: small.Path, Workers: 1},
	}})
	requireRPCError(t, got[0].Error, 400, "FILE_PART_5_MISSING")
	require.Equal(t, []int32{5}, dc.Uploads()[0].Report.Missing)
}

// invoke throws a wait that is longer than the client's threshold.
func TestFloodWaitIsThrown(t *testing.T) {
	t.Parallel()
	dc := drivers.Builtin(t, "flood-wait")
	got := run[[]answer[bool]](t, "parts.js", job{
		DC: drivers.AddressOf(t, dc), As: "bot", Params: map[string]any{"floodSleepThreshold": 0},
		Calls: []call{{File: "1", Part: 3, Total: 5, Size: 1024}, {File: "1", Part: 3, Total: 5, Size: 1024}},
	})
	require.NotNil(t, got[0].Error)
	require.True(t, got[0].Error.IsFloodWait)
	require.Equal(t, "FloodWaitError", got[0].Error.Class)
	require.Equal(t, 420, got[0].Error.Code)
	require.Equal(t, 3, got[0].Error.Seconds)
	require.Nil(t, got[1].Error, "the second attempt is not asked to wait")
}

// uploadFile waits by itself and sends the part again.
func TestFloodWaitIsSleptThrough(t *testing.T) {
	t.Parallel()
	dc, small := drivers.Builtin(t, "flood-wait"), drivers.NewFile(t, smallSize)
	got := run[[]answer[transferred]](t, "transfer.js", job{DC: drivers.AddressOf(t, dc), As: "user", Steps: []step{
		{How: "sendFile", Path: small.Path, Workers: 4},
	}})
	require.Nil(t, got[0].Error)
	require.Equal(t, small.SHA256, got[0].Value.SHA256)
	u := dc.Uploads()[0]
	drivers.RequireStored(t, u, small)
	require.Equal(t, 2, u.Parts[3].Attempts)
	attempts := calls(dc, 3)
	require.Len(t, attempts, 2)
	require.GreaterOrEqual(t, attempts[1].Time.Sub(attempts[0].Time), 3*time.Second)
}

// A connection that breaks with an answer in flight: GramJS connects again and
// sends the part again, and nothing is lost.
func TestConnectionBreaks(t *testing.T) {
	for _, c := range []struct {
		scenario string
		file     drivers.File
		stored   int // how often at least
	}{
		{"drop-after-store", drivers.NewFile(t, bigSize), 2},
		{"drop-before-store", drivers.NewFile(t, smallSize), 1},
	} {
		t.Run(c.scenario, func(t *testing.T) {
			t.Parallel()
			dc := drivers.Builtin(t, c.scenario)
			got := run[[]answer[transferred]](t, "transfer.js", job{DC: drivers.AddressOf(t, dc), As: "user", Steps: []step{
				{How: "sendFile", Path: c.file.Path, Workers: 4},
			}})
			require.Nil(t, got[0].Error)
			require.Equal(t, c.file.SHA256, got[0].Value.SHA256)
			u := dc.Uploads()[0]
			drivers.RequireStored(t, u, c.file)
			require.GreaterOrEqual(t, u.Parts[4].Attempts, 2)
			require.GreaterOrEqual(t, u.Parts[4].TimesStored, c.stored)
			require.Empty(t, u.Report.RepeatedOtherBytes)
			require.True(t, sameKey(dc), "it comes back with the same auth key")
		})
	}
}

// sameKey tells that no auth key was made after the login. Before it there can be a
// second one, see drivers.Keys.
func sameKey(dc *mockserver.Server) bool {
	login := drivers.Events(dc, mockserver.EventLogin)[0].Seq
	keys := drivers.Events(dc, mockserver.EventAuthKey)
	return len(keys) > 0 && keys[len(keys)-1].Seq < login
}

// calls returns the events of one part.
func calls(dc *mockserver.Server, part int32) (found []mockserver.Event) {
	for _, e := range dc.Journal() {
		if e.Kind == mockserver.EventPart && e.Part != nil && *e.Part == part {
			found = append(found, e)
		}
	}
	return found
}
