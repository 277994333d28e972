package mockserver_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/mockserver"
	"github.com/fakedc/fakedc/scenarios"
)

// The ring may be as small as it likes: each event is in the file, in order.
func TestJournalFileHasWhatTheRingLost(t *testing.T) {
	scenario, err := scenarios.Builtin("flood-wait")
	require.NoError(t, err)
	var file bytes.Buffer
	s, err := mockserver.New(mockserver.Options{Journal: &file, Seed: 1<<64 - 1, Scenario: scenario, Limits: mockserver.Limits{JournalEvents: 2}})
	require.NoError(t, err)
	for range 5 {
		require.NoError(t, s.SetScenario(nil))
	}
	require.NoError(t, s.Close())
	require.NoError(t, s.Close(), "and it ends once")

	lines := bufio.NewScanner(&file)
	require.True(t, lines.Scan())
	var header mockserver.JournalHeader
	require.NoError(t, json.Unmarshal(lines.Bytes(), &header))
	require.Equal(t, mockserver.JournalFormat, header.Format)
	require.Equal(t, s.RunID(), header.RunID)
	require.Equal(t, "18446744073709551615", header.Seed)
	require.Equal(t, "flood-wait", header.Scenario)
	require.Equal(t, "observed", header.Profile)
	for n := range int64(6) { // and that from the third on the ring lost some
		require.True(t, lines.Scan())
		var e mockserver.Event
		require.NoError(t, json.Unmarshal(lines.Bytes(), &e))
		require.Equal(t, n+1, e.Seq)
	}
	require.True(t, lines.Scan())
	var end mockserver.JournalEnd
	require.NoError(t, json.Unmarshal(lines.Bytes(), &end))
	require.True(t, end.End)
	require.EqualValues(t, 6, end.Events)
	require.False(t, lines.Scan())
}

// fullDisk takes some writes.
type fullDisk struct{ writes int }

var errFull = errors.New("no space left")

func (d *fullDisk) Write(b []byte) (int, error) {
	if d.writes--; d.writes < 0 {
		return 0, errFull
	}
	return len(b), nil
}

// A disk that is full is no reason to refuse a client, and no secret either.
func TestJournalFileThatCannotBeWritten(t *testing.T) {
	_, err := mockserver.New(mockserver.Options{Journal: &fullDisk{}})
	require.ErrorIs(t, err, errFull)
	s, err := mockserver.New(mockserver.Options{Journal: &fullDisk{writes: 1}})
	require.NoError(t, err)
	require.NoError(t, s.SetScenario(nil))
	require.ErrorIs(t, s.Close(), errFull)
}
