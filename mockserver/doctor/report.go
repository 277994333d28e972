package doctor

import (
	"encoding/json"
	"strconv"
	"time"
)

// Report is what a journal tells.
type Report struct {
	// Header is that of the file.
	Header Header `json:"header"`
	// Whole: the server was closed in the end; otherwise it was killed or still runs.
	Whole bool `json:"whole"`
	// Uploads are in the order of their first parts.
	Uploads []Story `json:"uploads"`
	// Findings are those that belong to no upload.
	Findings []Finding `json:"findings,omitempty"`
	// Notes are worth knowing, and nobody's fault.
	Notes []string `json:"notes,omitempty"`
}

// Wrong returns how many findings there are.
func (r *Report) Wrong() int {
	n := len(r.Findings)
	for i := range r.Uploads {
		n += len(r.Uploads[i].Findings)
	}
	return n
}

// Story is one upload.
type Story struct {
	// File is its ordinal on the server, FileID the client's number for it.
	File    int   `json:"file"`
	FileID  int64 `json:"file_id"`
	Account int64 `json:"account"`
	// Total is the announced number of parts, -1 while it is unknown.
	Total int32 `json:"total"`
	// Stored, Refused and Repeated count parts: those that are stored now, without the empty
	// end of a stream, calls that were answered with an error, calls beyond the first of each
	// part.
	Stored   int   `json:"stored"`
	Refused  int   `json:"refused"`
	Repeated int   `json:"repeated"`
	Bytes    int64 `json:"bytes"`
	// Connections that its parts came over.
	Connections int           `json:"connections"`
	Began       time.Time     `json:"began"`
	Took        time.Duration `json:"took"` // nanoseconds, to the last call
	// End is how it ended.
	End End `json:"end"`
	// Timeline has its moments in order; More is how many are left out at the end.
	Timeline []Moment `json:"timeline"`
	More     int      `json:"more,omitempty"`
	// Findings are what the client did wrong.
	Findings []Finding `json:"findings,omitempty"`
}

// MarshalJSON adds file_id as text: it may not fit the 53 bits of a JavaScript number.
func (s Story) MarshalJSON() ([]byte, error) {
	type plain Story
	return json.Marshal(struct {
		FileIDString string `json:"file_id_string"`
		plain
	}{strconv.FormatInt(s.FileID, 10), plain(s)})
}

// End is how an upload ended.
type End string

// The ends.
const (
	Used       End = "used"       // a file was made of it
	Complete   End = "complete"   // all parts are stored
	Incomplete End = "incomplete" // parts are missing, or nobody has said how many there are
)

// Moment is something that happened to an upload.
type Moment struct {
	// At is the time since its first part; To is that of the last event where there
	// were several.
	At time.Duration `json:"at"` // nanoseconds
	To time.Duration `json:"to,omitempty"`
	// Seq are the numbers of the first and the last event.
	Seq  [2]int64 `json:"seq"`
	Text string   `json:"text"`
	// Trouble: it is not the usual course.
	Trouble bool `json:"trouble,omitempty"`
}

// Finding is one thing that the client did wrong.
type Finding struct {
	// Kind groups findings; see the constants.
	Kind Kind `json:"kind"`
	// Text is a sentence for a person.
	Text string `json:"text"`
	// Part is what it is about; nil for the whole upload.
	Part *int32 `json:"part,omitempty"`
	// Count is how often the same was found, of Parts, where it was more than once; Part
	// is the first of them then. 0 for once.
	Count int     `json:"count,omitempty"`
	Parts []int32 `json:"parts,omitempty"`
	// Events are the numbers of the events that show it, the first 20 of them.
	Events []int64 `json:"events,omitempty"`
	// URL is where it is documented, "" for nowhere.
	URL string `json:"url,omitempty"`
	// Scenario is a built-in one that provokes it, "" if none is needed: any server
	// refuses it.
	Scenario string `json:"scenario,omitempty"`

	more bool // there were further ones like it, of this or another upload, that the oracle did not keep
}

// Kind groups findings.
type Kind string

// The kinds of findings.
const (
	KindTooEarly  Kind = "too-early"  // asked again before a wait was over, or with something else
	KindGaveUp    Kind = "gave-up"    // never asked again
	KindRetry     Kind = "retry"      // asked again in a wrong way after another fault
	KindResent    Kind = "resent"     // sent what had arrived
	KindStubborn  Kind = "stubborn"   // sent the same again and again, though it is refused for what it is
	KindNeverSent Kind = "never-sent" // left a part out
	KindHole      Kind = "hole"       // used the file though parts are missing
	KindRule      Kind = "rule"       // broke an upload rule
	KindMigrate   Kind = "migrate"    // did not go where it was sent
	KindLost      Kind = "lost"       // did not send again what the server had lost
	KindTwice     Kind = "twice"      // sent the finished file more than once
	KindConnect   Kind = "connect"    // did not connect again
	KindHostile   Kind = "hostile"    // went on though the server broke a rule of MTProto
)
