package rpc

import (
	"reflect"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/mockserver/internal/journal"
	"github.com/fakedc/fakedc/mockserver/internal/tl"
	"github.com/fakedc/fakedc/scenarios"
)

// A query that is carried out ends with one event that says how long it took,
// whatever became of it; a deliberate delay is not in that.
func TestTook(t *testing.T) {
	state := scenarios.Match{Method: "updates.getState"}
	for name, c := range map[string]struct {
		rule scenarios.Rule // the zero one: none
		body func(d *desk) []byte
		kind journal.Kind
	}{
		"part":           {scenarios.Rule{}, func(*desk) []byte { return onePart() }, journal.KindPart},
		"refused part":   {scenarios.Rule{}, func(*desk) []byte { return badPart() }, journal.KindPart},
		"delayed part":   {scenarios.Rule{Delay: time.Hour}, func(*desk) []byte { return onePart() }, journal.KindPart},
		"call":           {scenarios.Rule{}, nil, journal.KindCall},
		"delayed call":   {scenarios.Rule{Match: state, Delay: time.Hour}, nil, journal.KindCall},
		"unknown method": {scenarios.Rule{}, func(*desk) []byte { return []byte{1, 2, 3, 4} }, journal.KindUnknown},
		"no query":       {scenarios.Rule{}, func(*desk) []byte { return nil }, journal.KindCall},
	} {
		t.Run(name, func(t *testing.T) {
			var s *scenarios.Scenario
			if !reflect.ValueOf(c.rule).IsZero() {
				c.rule.Name = "the rule"
				s = &scenarios.Scenario{Rules: []scenarios.Rule{c.rule}}
			}
			d := loggedIn(t, 228, s)
			d.Since = func(now time.Time) time.Duration {
				require.Equal(t, start, now)
				return 7 * time.Millisecond
			}
			body := d.encode(t, tl.New("updates.getState", nil))
			if c.body != nil {
				body = c.body(d)
			}
			before := d.Journal.Since(0)
			d.send(body)
			timed := 0
			events := d.Journal.Since(int64(len(before)))
			for _, e := range events {
				if e.Took != 0 {
					require.Equal(t, 7*time.Millisecond, e.Took)
					require.Equal(t, c.kind, e.Kind)
					timed++
				}
			}
			require.Equal(t, 1, timed, "%+v", events)
		})
	}
}
