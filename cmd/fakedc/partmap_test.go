package main

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/mockserver"
	"github.com/fakedc/fakedc/validator"
)

func TestCells(t *testing.T) {
	for name, c := range map[string]struct {
		part     mockserver.PartState
		repeated bool
		waited   int
		want     cell
	}{
		"stored at once":               {mockserver.PartState{Stored: true, TimesStored: 1}, false, 0, cellStored},
		"refused, then stored":         {mockserver.PartState{Stored: true, TimesStored: 1, Refused: 1}, false, 0, cellRefused},
		"waited, then stored":          {mockserver.PartState{Stored: true, TimesStored: 1, Refused: 1}, false, 1, cellWaited},
		"waited and refused":           {mockserver.PartState{Stored: true, TimesStored: 1, Refused: 2}, false, 1, cellRefused},
		"repeated":                     {mockserver.PartState{Stored: true, TimesStored: 2}, true, 0, cellRepeated},
		"lost, then stored":            {mockserver.PartState{Stored: true, TimesStored: 2}, false, 0, cellRefused},
		"refused":                      {mockserver.PartState{Refused: 2}, false, 0, cellFailed},
		"told to wait, and not stored": {mockserver.PartState{Refused: 1}, false, 1, cellFailed},
		"stored and lost":              {mockserver.PartState{TimesStored: 1}, false, 0, cellMissing},
	} {
		require.Equal(t, c.want, cellOf(c.part, c.repeated, c.waited), name)
	}
}

// What a client sent beside the file has no place in its map, and a file without
// any part has a map too.
func TestCellsOfStrangeUploads(t *testing.T) {
	require.Equal(t, []cell{cellMissing, cellMissing}, partCells(mockserver.Upload{}, 2, nil))
	u := mockserver.Upload{
		Parts:  []mockserver.PartState{{Index: -5, Refused: 1}, {Index: 1, Stored: true, TimesStored: 2}, {Index: 2, Refused: 1}},
		Report: validator.Report{Repeated: []int32{1}},
	}
	require.Equal(t, []cell{cellMissing, cellRepeated}, partCells(u, 2, nil))
}

func TestPartMap(t *testing.T) {
	few := []cell{cellStored, cellFailed, cellWaited, cellRefused, cellRepeated, cellMissing, cellStored, cellStored, cellStored, cellStored, cellStored}
	many := make([]cell, 101)
	many[100] = cellStored
	var one bytes.Buffer
	for _, cells := range [][]cell{few, many, {cellStored}} {
		one.WriteString(partMap(newTerminal(&one), cells))
	}
	golden(t, "partmap.golden", one.String())
}

// The signs differ without colours, the colours without signs.
func TestLooksDiffer(t *testing.T) {
	signs, styles := map[string]bool{}, map[style]bool{}
	for _, l := range cellLooks {
		signs[l.sign], styles[l.style] = true, true
	}
	require.Len(t, signs, len(cellLooks))
	require.Len(t, styles, len(cellLooks))
	require.Contains(t, partMap(&terminal{color: true, width: 80}, []cell{cellStored}), "\x1b[32m■\x1b[0m")
}

func TestBar(t *testing.T) {
	term := &terminal{width: 80}
	require.Equal(t, "  ░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░   0%  0.0 MiB of 12.0 MiB", bar(term, 0, 12<<20))
	require.Equal(t, "  ██████████░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░  25%  3.0 MiB of 12.0 MiB", bar(term, 3<<20, 12<<20))
	require.Equal(t, "  ████████████████████████████████████████ 100%  12.0 MiB of 12.0 MiB", bar(term, 12<<20, 12<<20))
	narrow := &terminal{width: 40}
	require.LessOrEqual(t, len([]rune(bar(narrow, 1, 512<<20))), 40)
}

func TestLiveProgressDrawsOverItself(t *testing.T) {
	var b bytes.Buffer
	p := newProgress(&terminal{w: &b, live: true, width: 80}, 4)
	p.add(1)
	p.say("part 0: no\x1banswer")
	p.end()
	const clear = "\r\x1b[K"
	empty, quarter := bar(p.t, 0, 4), bar(p.t, 1, 4)
	require.Equal(t, clear+empty+clear+quarter+clear+"  part 0: no\ufffdanswer\n"+clear+quarter+"\n\n", b.String())
}
