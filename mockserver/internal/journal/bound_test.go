package journal

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// JournalEvents bounds how many events are kept, and this how long one of them is.
func TestEventsAreBounded(t *testing.T) {
	j := New(10)
	told := []Event{}
	j.Tee(func(e Event) { told = append(told, e) })
	long := strings.Repeat("é", MaxText) // of two bytes
	j.Add(time.Unix(1, 0), Event{Kind: KindCall, Error: long, Text: "x" + long})
	j.Add(time.Unix(1, 0), Event{Kind: KindPanic, Text: long[:MaxText]})
	for _, e := range append(j.Since(0), told...) {
		require.LessOrEqual(t, len(e.Text), MaxText)
		require.LessOrEqual(t, len(e.Error), MaxText)
		require.Equal(t, e.Text, strings.ToValidUTF8(e.Text, "?"))
	}
	require.Equal(t, "x"+long[:MaxText-4]+"...", j.Since(0)[0].Text)
	require.Equal(t, long[:MaxText], j.Since(0)[1].Text)
}
