package main

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/fakedc/fakedc/mockserver"
	"github.com/fakedc/fakedc/scenarios"
	"github.com/fakedc/fakedc/scenarios/oracle"
)

// short is an upload that is not complete, and what it lacks.
type short struct {
	ordinal int
	fileID  int64
	lacks   string
}

func (s short) String() string {
	return fmt.Sprintf("upload %d is not complete: %s", s.ordinal, s.lacks)
}

// incomplete are the uploads that are not complete, those included that the server has
// forgotten since.
func incomplete(server *mockserver.Server) (out []short) {
	known, used := map[int]bool{}, map[int]bool{}
	for _, u := range server.UploadParts(nil) {
		known[u.Ordinal] = true
		switch {
		case isComplete(u):
		case u.Report.MissingCount > 0:
			out = append(out, short{u.Ordinal, u.FileID, count(u.Report.MissingCount, "part") + " missing: " + scenarios.PartNumbers(u.Report.Missing)})
		default:
			out = append(out, short{u.Ordinal, u.FileID, "it was used in no message, and no part said how many there are"})
		}
	}
	events := server.Journal()
	for _, e := range events {
		if e.Kind == mockserver.EventFile && e.Error == "" {
			used[e.File] = true
		}
	}
	for _, e := range events {
		if e.Kind == mockserver.EventPart && e.File != 0 && !known[e.File] && !used[e.File] {
			known[e.File] = true
			out = append(out, short{e.File, e.FileID, "the server has forgotten it"})
		}
	}
	slices.SortFunc(out, func(a, b short) int { return a.ordinal - b.ordinal })
	return out
}

// happened tells whether there is such an event of this run, or there may have been one
// that has left the journal. What is in a data directory is of earlier runs, too.
func happened(server *mockserver.Server, is func(mockserver.Event) bool) bool {
	events := server.Journal()
	return len(events) > 0 && events[0].Seq > 1 || slices.ContainsFunc(events, is)
}

// anybody tells whether a client has connected.
func anybody(server *mockserver.Server) bool {
	return happened(server, func(e mockserver.Event) bool { return e.Conn != 0 })
}

// begun tells whether a part came, or a file was used.
func begun(server *mockserver.Server) bool {
	return happened(server, func(e mockserver.Event) bool {
		return e.File != 0 && (e.Kind == mockserver.EventPart || e.Kind == mockserver.EventFile)
	})
}

// stuck says why no client got as far as a call, "" if one did, if nobody knows, or if a
// fault of the scenario may have brought it about. It is what went wrong first on the last
// connection on which anything did: whatever comes there afterwards follows from it.
func stuck(server *mockserver.Server) string {
	w, why, conn := &watcher{server: server}, "", int64(-1)
	if happened(server, func(e mockserver.Event) bool {
		if e.Conn != conn && (e.Kind == mockserver.EventRefused || leftAtOnce(e)) {
			if line := w.line(e); line != "" {
				why, conn = line, e.Conn
			}
		}
		return e.Kind == mockserver.EventSession || e.Kind == mockserver.EventHostile || e.Fault != ""
	}) || why == "" {
		return ""
	}
	return "no client got as far as a call: " + why
}

// neverBegun says that there was no upload. A client that was refused what fakedc does not
// answer may have come to its own end there.
func neverBegun(server *mockserver.Server) string {
	text := "no upload has begun"
	if slices.ContainsFunc(server.Journal(), func(e mockserver.Event) bool { return e.Kind == mockserver.EventUnknown }) {
		text += ", perhaps because fakedc does not answer all that was called"
	}
	return text
}

const nobody = "no client connected: the command has tested nothing"

// uploadRequired is the check of --require-upload.
func uploadRequired(server *mockserver.Server) oracle.Check {
	c := oracle.Check{Kind: oracle.CheckExpectation, Name: "an upload came, and every one is complete (--require-upload)", Status: oracle.Passed}
	for _, s := range incomplete(server) {
		if len(c.Findings) >= oracle.MaxFindings {
			c.More++
			continue
		}
		c.Findings = append(c.Findings, oracle.Finding{File: s.ordinal, FileID: s.fileID, Text: s.String()})
	}
	switch {
	case len(c.Findings) > 0:
	case !anybody(server):
		c.Findings = []oracle.Finding{{Text: nobody}}
	case !begun(server):
		c.Findings = []oracle.Finding{{Text: cmp.Or(stuck(server), neverBegun(server))}}
	}
	if len(c.Findings) > 0 {
		c.Status = oracle.Failed
	}
	return c
}

// warnings are what is no failure, as nobody has said what is expected, and yet hardly
// meant. What a fault of the scenario may have brought about is none.
func warnings(server *mockserver.Server, s *scenarios.Scenario) (texts []string) {
	if !anybody(server) {
		return []string{nobody}
	}
	if why := stuck(server); why != "" {
		return []string{why}
	}
	if s != nil && slices.ContainsFunc(s.Expect, func(e scenarios.Expectation) bool { return e.Kind == scenarios.ExpectUpload }) {
		return nil
	}
	meddled := map[int]bool{} // 0: with more than one upload
	for _, e := range server.Journal() {
		if e.Fault != "" {
			meddled[e.File] = true
		}
	}
	more := 0
	for _, u := range incomplete(server) {
		switch {
		case meddled[0] || meddled[u.ordinal]:
		case len(texts) == oracle.MaxFindings:
			more++
		default:
			texts = append(texts, u.String()+`; that is no failure without "expect: [upload: complete]" or --require-upload`)
		}
	}
	if more > 0 {
		texts = append(texts, "and "+count(more, "upload")+" more not complete")
	}
	return texts
}

// warnAll writes warnings; in a step of GitHub Actions as annotations, too.
func warnAll(stderr io.Writer, getenv func(string) string, t *terminal, texts []string) {
	for _, text := range texts {
		fmt.Fprintln(stderr, t.paint(yellow, "fakedc: warning: "+oneLine(text)))
	}
	if getenv("GITHUB_ACTIONS") == "true" && len(texts) > 0 { // one for all: a step shows ten
		fmt.Fprintln(stderr, workflowCommand("warning", "fakedc", strings.Join(texts, "\n")))
	}
}

// look judges what the flag asks for, or else warns of it.
func (o *outcome) look(require bool, s *scenarios.Scenario) (texts []string) {
	if require {
		o.verdict.Checks = append(o.verdict.Checks, uploadRequired(o.server))
		return nil
	}
	return warnings(o.server, s)
}
