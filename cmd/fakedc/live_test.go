package main

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/mockserver"
	"github.com/fakedc/fakedc/validator"
)

func underWay(n, stored int, total int32, bytes int64, changed time.Time) mockserver.Upload {
	return mockserver.Upload{Ordinal: n, Changed: changed, Report: validator.Report{Stored: stored, Total: total, Bytes: bytes}}
}

// One line for each upload that is under way; what ended, or is quiet, has none.
func TestLiveUploads(t *testing.T) {
	var out bytes.Buffer
	now := time.Unix(1000, 0)
	l := &liveUploads{t: &terminal{w: &out, live: true, width: 80}}
	first := underWay(1, 10, 40, 10<<19, now)
	l.draw(now, []mockserver.Upload{first})
	require.Equal(t, "  upload 1 ███████░░░░░░░░░░░░░░░░░░░░░░░ 10 of 40 parts  5.0 MiB  0.0 MiB/s\n", out.String())

	out.Reset()
	now = now.Add(time.Second)
	first = underWay(1, 20, 40, 20<<19, now)
	first.Report.RefusedCount = 3
	stream := underWay(2, 1, -1, 1<<19, now)
	l.draw(now, []mockserver.Upload{first, stream})
	require.Equal(t, "\x1b[1A\x1b[J"+
		"  upload 1 ██████████░░░░░░░░░░░ 20 of 40 parts  10.0 MiB  5.0 MiB/s  3 refused\n"+
		"  upload 2  1 part  0.5 MiB  0.0 MiB/s\n", out.String())
	for line := range strings.Lines(out.String()[len("\x1b[1A\x1b[J"):]) {
		require.LessOrEqual(t, len([]rune(line)), 80, "or the terminal would break it")
	}

	out.Reset()
	first.Report.Finalised = true
	l.draw(now, []mockserver.Upload{first, underWay(3, 1, 2, 1, now.Add(-time.Minute))})
	require.Equal(t, "\x1b[2A\x1b[J", out.String())
	require.Len(t, l.rates, 0, "nothing is kept of what ended")

	out.Reset()
	var many []mockserver.Upload
	for n := range 50 {
		many = append(many, underWay(n+1, 1, 2, 1, now))
	}
	l.draw(now, many)
	require.Equal(t, maxLive+1, strings.Count(out.String(), "\n"))
	require.Contains(t, out.String(), "  and 42 uploads more\n")
	out.Reset()
	l.clear()
	l.clear()
	require.Equal(t, "\x1b[9A\x1b[J", out.String())
}
