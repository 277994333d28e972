package main

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/mockserver"
)

// A flood of what is refused is bounded for each second, and says how much it was; what
// becomes of parts is told in any case.
func TestFloodOfRefusals(t *testing.T) {
	var out bytes.Buffer
	w := &watcher{t: &terminal{w: &out}, format: logText}
	at := time.Unix(1000, 0)
	refused := mockserver.Event{Kind: mockserver.EventRefused, Time: at, Text: "garbage"}
	for range 500 {
		w.tell(refused)
		w.tell(mockserver.Event{Kind: mockserver.EventLimit, Time: at, Text: "too many"})
		w.tell(mockserver.Event{Kind: mockserver.EventCall, Time: at, Error: "400 INPUT_FETCH_ERROR", Text: "cut short"})
		w.tell(mockserver.Event{Kind: mockserver.EventDisconnect, Time: at, Sign: mockserver.SignUntrusted, Text: "who is that?"})
	}
	for range 30 {
		w.tell(mockserver.Event{Kind: mockserver.EventPart, Time: at, Error: "400 FILE_PART_INVALID"})
	}
	require.Equal(t, mostRefusals+30, strings.Count(out.String(), "\n"))
	require.Equal(t, 30, strings.Count(out.String(), "FILE_PART_INVALID"))

	out.Reset()
	refused.Time = at.Add(time.Second)
	w.tell(refused)
	require.Equal(t, "1,980 lines more of that within a second\n"+refused.Time.Format("15:04:05")+"  connection 0: refused: garbage\n", out.String())
	out.Reset()
	w.leftOut(w.flood.rest())
	require.Empty(t, out.String())
}
