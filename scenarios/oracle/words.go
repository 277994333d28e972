package oracle

import (
	"fmt"
	"strings"
	"time"

	"github.com/fakedc/fakedc/scenarios"
)

// partName names a part in both ways of counting.
func partName(part int32) string { return scenarios.PartName(int64(part)) }

// answered says what a client got.
func answered(x *Observation) string {
	switch x.Answer {
	case Error:
		return x.Error
	case False:
		return "false"
	case Nothing:
		return "nothing"
	case Dropped:
		if x.Stalled {
			return "by the stall of its connection"
		}
		return "by the end of the connection"
	case Refused:
		return "by a refusal of its message"
	case Garbage:
		return "with bytes that mean nothing"
	}
	return "as usual"
}

// about names the call: a part with its number, another call by its method.
func about(x *Observation) string {
	if x.HasPart {
		return partName(x.Part)
	}
	return x.Method
}

// broke says what was wrong with a call by one of the rules that it broke.
func (x *Observation) broke(rule int) string {
	why := ""
	if rule < len(x.Why) {
		why = strings.TrimSuffix(x.Why[rule], ".")
	}
	switch {
	case why != "":
	case x.HasPart:
		why = partName(x.Part) + " broke the rule"
	default:
		why = "the call broke the rule"
	}
	if x.Kind == Use && x.File == 0 {
		why = fmt.Sprintf("file_id %d: %s", x.FileID, why)
	}
	return why + ": answered " + answered(x)
}

// finding begins a finding about a call.
func (x *Observation) finding(text string, events ...int64) Finding {
	f := Finding{File: x.File, FileID: x.FileID, Text: text, Events: append(events, x.Seq)}
	if x.HasPart {
		part := x.Part
		f.Part = &part
	}
	return f
}

// round makes a duration readable.
func round(d time.Duration) time.Duration {
	if d > time.Second {
		return d.Round(time.Millisecond)
	}
	return d.Round(time.Microsecond)
}
