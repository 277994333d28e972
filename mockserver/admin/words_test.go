package admin

import (
	"fmt"
	"strings"
	"testing"
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
