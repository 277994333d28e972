package mockserver_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/mockserver"
	"github.com/fakedc/fakedc/mockserver/rawclient"
	"github.com/fakedc/fakedc/scenarios"
)

// kept is what the journal says of earlier runs.
func (b *bubble) kept() (all [][]mockserver.KeptParts) {
	for _, e := range b.Journal() {
		if e.Kind == mockserver.EventKept {
			all = append(all, e.Kept)
		}
	}
	return all
}

// An upload that an earlier run has left is judged by whoever expects that all of them are
// complete; one that it has completed is none that has begun.
func TestUploadOfAnEarlierRun(t *testing.T) {
	expect := func(b *bubble, want ...string) {
		t.Helper()
		v := b.Verdict()
		require.Equal(t, len(want) == 0, v.Passed())
		for i, f := range v.Checks[0].Findings {
			require.Equal(t, want[i], f.Text)
		}
		require.Len(t, v.Checks[0].Findings, len(want))
	}
	const left = "upload 1, which was there at the start, is not complete: 2 parts are missing: parts 3-4"
	var key *rawclient.AuthKey
	whole := &scenarios.Scenario{Expect: []scenarios.Expectation{{Kind: scenarios.ExpectUpload, Upload: scenarios.UploadComplete}}}
	runs(t, mockserver.Options{Scenario: whole}, func(t *testing.T, b *bubble) {
		c := b.client()
		key = c.Key()
		for i := range int32(3) {
			require.Equal(t, "true", part(t, c, 7, i, 5, contents(chunk)))
		}
		require.Equal(t, "true", part(t, c, 8, 0, 1, contents(5)))
		expect(b, "upload 1 is not complete: 2 parts are missing: parts 3-4")
	}, func(t *testing.T, b *bubble) {
		expect(b, left, "no upload has begun")
		require.Equal(t, "true", part(t, b.again(key), 9, 0, 1, contents(5)))
		expect(b, left)
	}, func(t *testing.T, b *bubble) {
		require.Len(t, b.kept(), 3)
		c := b.again(key)
		for i := int32(3); i < 5; i++ {
			require.Equal(t, "true", part(t, c, 7, i, 5, contents(chunk)))
		}
		expect(b)
		require.NoError(t, b.SetScenario(&scenarios.Scenario{Expect: []scenarios.Expectation{{Kind: scenarios.ExpectUpload, Upload: scenarios.UploadFailed}}}))
		require.Equal(t, "true", part(t, c, 10, 0, 2, contents(chunk)))
		expect(b)
	})
}

// However much earlier runs have left, the journal has room for what happens.
func TestKeptLeavesRoomInTheJournal(t *testing.T) {
	runs(t, mockserver.Options{Limits: mockserver.Limits{JournalEvents: 50}}, func(t *testing.T, b *bubble) {
		c := b.client()
		for i := range int64(60) {
			require.Equal(t, "true", part(t, c, i+1, 0, 1, contents(5)))
		}
	}, func(t *testing.T, b *bubble) {
		require.Len(t, b.kept(), 25)
		_, err := b.Calls("upload.saveBigFilePart")
		require.NoError(t, err)
	})
}
