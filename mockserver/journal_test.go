package mockserver_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"log/slog"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/mockserver"
	"github.com/fakedc/fakedc/mockserver/rawclient"
	"github.com/fakedc/fakedc/scenarios"
)

var update = flag.Bool("update", false, "write the golden files anew")

// numbered replaces identifiers that are drawn at random by 1, 2, 3 in the order
// of their appearance.
type numbered map[int64]int64

func (n numbered) of(id int64) int64 {
	if id == 0 {
		return 0
	}
	if _, ok := n[id]; !ok {
		n[id] = int64(len(n) + 1)
	}
	return n[id]
}

// normalised is a journal as lines of JSON: times count from the beginning, ids in
// the order of their appearance.
func normalised(t *testing.T, events []mockserver.Event) []byte {
	t.Helper()
	keys, sessions, messages, prints := numbered{}, numbered{}, numbered{}, numbered{}
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	began := events[0].Time
	for _, e := range events {
		e.Time = time.Unix(0, 0).UTC().Add(e.Time.Sub(began))
		e.Key, e.Session, e.MsgID = keys.of(e.Key), sessions.of(e.Session), messages.of(e.MsgID)
		e.Print = uint64(prints.of(int64(e.Print)))
		require.NoError(t, enc.Encode(e))
	}
	return out.Bytes()
}

// The journal's form is for tools to read: a change of it is seen here.
func TestJournalGolden(t *testing.T) {
	s := faults(
		scenarios.Rule{Name: "wait once", Match: only(1), Times: 1, Reply: scenarios.FloodWaitReply(3 * time.Second)},
		scenarios.Rule{Name: "late state", Match: scenarios.Match{Method: "updates.getState"}, Delay: time.Second},
	)
	inBubble(t, mockserver.Options{Scenario: s}, func(t *testing.T, b *bubble) {
		c := b.client()
		require.Equal(t, "true", part(t, c, 7, 0, 2, contents(kib)))
		require.Equal(t, "FLOOD_WAIT_3", part(t, c, 7, 1, 2, contents(5)))
		<-time.After(3 * time.Second)
		require.Equal(t, "true", part(t, c, 7, 1, 2, contents(5)))
		require.Equal(t, "FILE_PART_INVALID", part(t, c, 7, 2, 2, contents(5)))
		_, err := c.SendMedia(t.Context(), input(7, 2), "", 1)
		require.NoError(t, err)
		_, err = c.Call(t.Context(), rawclient.NewObject("updates.getState", nil))
		require.NoError(t, err)
		_, err = c.Invoke(t.Context(), []byte{1, 2, 3, 4})
		require.ErrorContains(t, err, "METHOD_NOT_SUPPORTED")
		require.NoError(t, b.SetScenario(nil))
		require.NoError(t, c.Close())
		until(b.Server, func() bool { return b.Connections() == 0 || lastKind(b) == mockserver.EventDisconnect })

		got := normalised(t, b.Journal())
		const golden = "testdata/journal.golden"
		if *update {
			require.NoError(t, os.MkdirAll("testdata", 0o755))
			require.NoError(t, os.WriteFile(golden, got, 0o600))
		}
		want, err := os.ReadFile(golden)
		require.NoError(t, err, "run go test -update")
		require.Equal(t, string(want), string(got))
	})
}

func lastKind(b *bubble) mockserver.EventKind {
	events := b.Journal()
	return events[len(events)-1].Kind
}

func TestJournalSince(t *testing.T) {
	inBubble(t, mockserver.Options{Limits: mockserver.Limits{JournalEvents: 10}}, func(t *testing.T, b *bubble) {
		c := b.client()
		for i := range int32(20) {
			require.Equal(t, "true", part(t, c, 7, i, 30, contents(kib)))
		}
		all := b.Journal()
		require.Len(t, all, 10, "the oldest made room")
		last := all[9].Seq
		require.Equal(t, all[7:], b.JournalSince(last-3))
		require.Empty(t, b.JournalSince(last))
		changed := b.Changed()
		require.Equal(t, "true", part(t, c, 7, 20, 30, contents(kib)))
		<-changed
		require.EqualValues(t, 20, *b.JournalSince(last)[0].Part)
	})
}

// A logger is told of every event at a level that fits it, and never of a key.
func TestLogger(t *testing.T) {
	var out bytes.Buffer // the journal calls one at a time
	logger := slog.New(slog.NewTextHandler(&out, &slog.HandlerOptions{Level: slog.LevelDebug}))
	var secret []byte
	inBubble(t, mockserver.Options{Logger: logger}, func(t *testing.T, b *bubble) {
		c := b.client()
		require.Equal(t, "true", part(t, c, 7, 0, 2, contents(kib)))
		require.Equal(t, "FILE_PART_EMPTY", part(t, c, 7, 1, 2, nil))
		_, err := c.Invoke(t.Context(), []byte{1, 2, 3, 4})
		require.Error(t, err)
		secret = b.key.Value[:]
	})
	text := out.String()
	require.Regexp(t, `level=DEBUG msg=part .*file_id=7 part=0 size=1024 total=2`, text)
	require.Regexp(t, `level=INFO msg=part .*part=1 .*FILE_PART_EMPTY`, text)
	require.Regexp(t, `level=WARN msg=unknown .*#04030201`, text)
	require.NotContains(t, text, "fake-token")
	for _, form := range []string{string(secret), hexOf(secret), strings.ToUpper(hexOf(secret))} {
		require.NotContains(t, text, form)
	}
}
