package matrix

import (
	"fmt"

	"github.com/fakedc/fakedc/scenarios"
)

// Kind is what a fault asks of a client.
type Kind string

// Kinds of faults.
const (
	Refusal Kind = "refusal" // an error: the part was not stored
	Wait    Kind = "wait"    // an error that says when to come again
	No      Kind = "no"      // boolFalse: the part was not stored
	Late    Kind = "late"    // stored, answered late
	Silence Kind = "silence" // neither stored nor answered
	Drop    Kind = "drop"    // the connection breaks
	Loss    Kind = "loss"    // answered with true, and not stored
)

// Fault is one row of the matrix: a built-in scenario.
type Fault struct {
	Name string
	Kind Kind
	// About says on the page what happens.
	About string
}

// Faults returns the rows in their order.
func Faults() []Fault {
	return []Fault{
		{"file-parts-invalid", Refusal, "the third part is refused once: `FILE_PARTS_INVALID`"},
		{"file-part-empty", Refusal, "the same: `FILE_PART_EMPTY`"},
		{"file-part-invalid", Refusal, "the same: `FILE_PART_INVALID`"},
		{"file-part-size-changed", Refusal, "the same: `FILE_PART_SIZE_CHANGED`"},
		{"file-part-size-invalid", Refusal, "the same: `FILE_PART_SIZE_INVALID`"},
		{"file-part-too-big", Refusal, "the same: `FILE_PART_TOO_BIG`"},
		{"flood-wait", Wait, "the fourth part has to wait once: `FLOOD_WAIT_3`"},
		{"flood-premium-wait", Wait, "the eighth call has to wait, here once: `FLOOD_PREMIUM_WAIT_3`"},
		{"answer-false", No, "the sixth part is answered `boolFalse` twice"},
		{"slow-part", Late, "the third part is stored and answered 5 s late"},
		{"silent-part", Silence, "the third part is neither stored nor answered, once"},
		{"drop-before-store", Drop, "the connection breaks before the fifth part is stored"},
		{"drop-after-store", Drop, "the connection breaks after the fifth part was stored, before the answer"},
		{"part-lost", Loss, "the fourth part is answered `boolTrue` and lost: `FILE_PART_3_MISSING` when the file is used"},
	}
}

// scenario is the built-in one, but that each of its rules fires often enough once:
// every eighth call of a file of a hundred parts would take most of a minute.
func (f Fault) scenario() (*scenarios.Scenario, error) {
	s, err := scenarios.Builtin(f.Name)
	if err != nil {
		return nil, fmt.Errorf("matrix: fault %s: %w", f.Name, err)
	}
	for i := range s.Rules {
		if s.Rules[i].Times == 0 {
			s.Rules[i].Times = 1
		}
	}
	return s, nil
}
