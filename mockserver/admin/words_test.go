package admin

import (
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/mockserver"
)

// Scenarios choose the names of rules and errors: what collects the metrics gets a
// bounded number of series all the same, of bounded names.
func TestLabelsAreBounded(t *testing.T) {
	dc, err := mockserver.New(mockserver.Options{})
	require.NoError(t, err)
	m := newMetrics(dc)
	for i := range 3 * maxWords {
		name := fmt.Sprintf("%c%c%s", 'A'+i%26, 'A'+i/26, strings.Repeat("_", 200))
		m.count(&mockserver.Event{Kind: mockserver.EventPart, Fault: name, Error: "400 " + name, Method: name})
	}
	m.count(&mockserver.Event{Kind: mockserver.EventPart, Fault: "\xff", Error: "400 \xff"})
	series := map[string]int{}
	for _, f := range read(t, m.text()) {
		series[f.GetName()] = len(f.GetMetric())
		for _, one := range f.GetMetric() {
			for _, l := range one.GetLabel() {
				require.LessOrEqual(t, len(l.GetValue()), maxWord)
				require.True(t, utf8.ValidString(l.GetValue()))
			}
		}
	}
	require.Equal(t, maxWords+1, series["fakedc_faults_total"])
	require.Equal(t, maxWords+1, series["fakedc_parts_total"])
	require.Equal(t, 2, series["fakedc_call_seconds"])
}

// What became of a part, by as few names as there are kinds of ends.
func TestVerdictOf(t *testing.T) {
	for want, e := range map[string]mockserver.Event{
		"stored":               {},
		"FLOOD_WAIT_X":         {Error: "420 FLOOD_WAIT_3"},
		"FILE_PART_X_MISSING":  {Error: "400 FILE_PART_12_MISSING"},
		"MD5_CHECKSUM_INVALID": {Error: "400 MD5_CHECKSUM_INVALID"},
		"MINE_X_OURS_X":        {Error: "400 MINE_7_OURS_12"}, // of a scenario, and nowhere listed
		"disturbed":            {Answer: "dropped"},
	} {
		require.Equal(t, want, verdictOf(&e))
	}
	require.Equal(t, "disturbed", verdictOf(&mockserver.Event{Skipped: true}))
	require.Equal(t, "stored", verdictOf(&mockserver.Event{Answer: mockserver.AnswerUsual}))
}

// Only answers that are held back have a delay.
func TestDelaysAreCounted(t *testing.T) {
	dc, err := mockserver.New(mockserver.Options{})
	require.NoError(t, err)
	m := newMetrics(dc)
	m.count(&mockserver.Event{Kind: mockserver.EventPart})
	m.count(&mockserver.Event{Kind: mockserver.EventPart, Delay: 2 * time.Second})
	h := read(t, m.text())["fakedc_answer_delay_seconds"].GetMetric()[0].GetHistogram()
	require.EqualValues(t, 1, h.GetSampleCount())
	require.InDelta(t, 2, h.GetSampleSum(), 0)
}

// What left the journal before anybody asked is missed, and nothing is counted twice.
func TestMissedEventsAreCounted(t *testing.T) {
	dc, err := mockserver.New(mockserver.Options{Limits: mockserver.Limits{JournalEvents: 4}})
	require.NoError(t, err)
	m := newMetrics(dc)
	before := 0.0
	for range 2 {
		for range 10 {
			dc.LimitReached("Connections", "a test")
		}
		families := read(t, m.text())
		missed := families["fakedc_events_missed_total"].GetMetric()[0].GetCounter().GetValue()
		require.Greater(t, missed, before)
		before = missed
		events := dc.Journal()
		all := float64(events[len(events)-1].Seq)
		require.InDelta(t, all, missed+families["fakedc_events_total"].GetMetric()[0].GetCounter().GetValue(), 0)
	}
}
