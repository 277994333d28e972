package matrix

import (
	"github.com/fakedc/fakedc/mockserver"
)

// Record is what one cell saw: the driver's answer and what the server noted.
type Record struct {
	Result Result `json:"result"`
	// Wire is the transport as the server calls it, "" if there was none.
	Wire string `json:"wire,omitempty"`
	// Kept tells that the server has the file that was sent, complete and used.
	Kept bool `json:"kept"`
	// Returned tells that the client read back what it had sent.
	Returned bool `json:"returned"`
	// Events are those that the words are made of.
	Events []mockserver.Event `json:"events,omitempty"`
}

// recordOf looks at a server when its driver has ended.
func recordOf(dc *mockserver.Server, r Result, sha256 string) Record {
	out := Record{Result: r, Returned: r.SHA256 == sha256}
	for _, u := range dc.Uploads() {
		sum, err := u.SHA256()
		out.Kept = out.Kept || err == nil && sum == sha256 && u.Report.Finalised
	}
	journal := dc.Journal()
	for _, e := range journal {
		if e.Kind == mockserver.EventTransport {
			out.Wire = e.Text
		}
	}
	out.Events = decisive(journal)
	return out
}

// decisive leaves out what comes before the first fault, and calls that neither
// repeat a part nor begin a file.
func decisive(journal []mockserver.Event) (kept []mockserver.Event) {
	for i, e := range journal {
		if e.Kind != mockserver.EventPart || e.Fault == "" {
			continue
		}
		kept = append(kept, e)
		for _, later := range journal[i+1:] {
			if decides(e, later) {
				kept = append(kept, later)
			}
		}
		break
	}
	return kept
}

func decides(first, e mockserver.Event) bool {
	switch e.Kind {
	case mockserver.EventFile, mockserver.EventConnect, mockserver.EventAuthKey:
		return true
	case mockserver.EventPart:
		return samePart(first, e) || e.Attempt > 1 || e.Fault != "" || e.File != first.File && e.Attempt == 1 && *e.Part == 0
	}
	return false
}

func samePart(a, b mockserver.Event) bool { return a.File == b.File && *a.Part == *b.Part }

// DriverFailed tells that the cell says nothing about the client.
func (r Record) DriverFailed() bool {
	return r.Result.Error != nil && r.Result.Error.Class == driverFailed
}
