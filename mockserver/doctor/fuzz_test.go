package doctor_test

import (
	"encoding/json"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/mockserver/doctor"
	"github.com/fakedc/fakedc/mockserver/internal/journal"
)

// lineByLine reads a journal that is all there: how many events, the number of the first
// line that makes no sense (0: none), and whether it is whole.
func lineByLine(text string) (events, bad int, whole bool) {
	lines := strings.SplitAfter(text, "\n")
	if last := len(lines) - 1; lines[last] == "" {
		lines = lines[:last]
	}
	var head journal.Header
	if len(lines) == 0 || json.Unmarshal([]byte(lines[0]), &head) != nil || head.Format != journal.Format {
		return 0, 1, false
	}
	for i, line := range lines[1:] {
		var event journal.Event
		var end journal.End
		err := errors.Join(json.Unmarshal([]byte(line), &event), json.Unmarshal([]byte(line), &end))
		switch {
		case whole:
			return events, i + 2, false
		case err != nil && i == len(lines)-2 && !strings.HasSuffix(line, "\n"):
			return events, 0, false // cut off while it was written
		case err != nil, event.Kind == "" && !end.End:
			return events, i + 2, false
		case end.End:
			whole = true
		default:
			events++
		}
	}
	return events, 0, whole
}

// A journal of any lines: the events that a reader finds who has all of it, the same first
// line that is wrong, and the same word on whether it is whole.
func FuzzReader(f *testing.F) {
	f.Add("")
	f.Add(header + `{"seq":1,"kind":"part"}` + "\n" + `{"end":true,"events":1}` + "\n")
	f.Add(header + `{"seq":1,"kind":"part"}` + "\n" + `{"end":tr`)
	f.Add(header + `{"end":true,"events":0}` + "\n" + `{"seq":1,"kind":"part"}`)
	f.Add(header + "\n{\"kind\":7}\n")
	f.Add(`{"fakedc_journal":2}` + "\n")
	f.Fuzz(func(t *testing.T, text string) {
		events, bad, whole := lineByLine(text)
		r, err := doctor.NewReader(strings.NewReader(text))
		n := 0
		for err == nil {
			if _, err = r.Next(); err == nil {
				n++
			}
		}
		if bad == 0 {
			if err != io.EOF || n != events || r.Whole() != whole { //nolint:errorlint // never wrapped
				t.Fatalf("%d events, %v; line by line %d, whole: %v", n, err, events, whole)
			}
			return
		}
		var format *doctor.FormatError
		require.ErrorAs(t, err, &format)
		if format.Line != bad || n != events {
			t.Fatalf("%d events, then %v; line by line %d, then line %d is wrong", n, err, events, bad)
		}
	})
}
