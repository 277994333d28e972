package journal

import "time"

// Format numbers the form of journal files. It changes when
// a field changes its meaning or goes; new fields and new kinds of events do not
// change it.
const Format = 1

// Header is the first line of a journal file.
type Header struct {
	// Format is the constant Format.
	Format int `json:"fakedc_journal"`
	// RunID is that of the server, Seed its seed in decimal.
	RunID string `json:"run_id"`
	Seed  string `json:"seed"`
	// Scenario is the name of the first scenario, "" for none; a later one is an
	// event. Profile is that of the upload rules, Rules are the modes of those, by id, that
	// are not what the profile says.
	Scenario string            `json:"scenario"`
	Profile  string            `json:"profile"`
	Rules    map[string]string `json:"rules,omitempty"`
	Started  time.Time         `json:"started"`
}

// End is the last line of a journal file, when the server was closed: without it the file tells
// of a server that still runs, or was killed.
type End struct {
	End    bool      `json:"end"`    // true
	Events int64     `json:"events"` // lines between the first and this one
	Time   time.Time `json:"time"`
}
