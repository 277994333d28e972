package main

import (
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/fakedc/fakedc/scenarios/oracle"
)

// reportToGitHub writes annotations and a summary, in a step of GitHub Actions.
func reportToGitHub(stderr io.Writer, getenv func(string) string, j judged) error {
	if getenv("GITHUB_ACTIONS") != "true" {
		return nil
	}
	if j.command.failed() {
		fmt.Fprintln(stderr, workflowCommand("error", "fakedc: command", oneLine(j.command.Error)))
	}
	for _, c := range j.verdict.Checks {
		if c.Bad() {
			fmt.Fprintln(stderr, annotation(c))
		}
	}
	path := getenv("GITHUB_STEP_SUMMARY")
	if path == "" {
		return nil
	}
	f, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644) // steps share it
	if err != nil {
		return ioErrorf("writing the summary of the step: %w", err)
	}
	_, err = f.WriteString(stepSummary(j))
	if closed := f.Close(); err == nil {
		err = closed
	}
	if err != nil {
		return ioErrorf("writing the summary of the step: %w", err)
	}
	return nil
}

// annotation is a workflow command, which a runner reads from both streams. It
// shows ten of a step: one for each check, then, and not for each finding.
// https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands
func annotation(c oracle.Check) string {
	title := "fakedc: " + oneLine(c.Title())
	text := strings.Join(findingLines(c), "\n")
	if text == "" {
		text = title
	}
	return workflowCommand("error", title, text)
}

// workflowCommand makes an annotation; level is error, warning or notice.
func workflowCommand(level, title, text string) string {
	property := strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C")
	data := strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")
	return "::" + level + " title=" + property.Replace(title) + "::" + data.Replace(text)
}

// stepSummary is Markdown.
func stepSummary(j judged) string {
	server, v := j.server, j.verdict
	var b strings.Builder
	word := "passed"
	if !j.passed() {
		word = "failed"
	}
	name := "fakedc"
	if v.Scenario != "" {
		name += ": " + markdown(v.Scenario)
	}
	fmt.Fprintf(&b, "### %s: %s\n\n", name, word)
	if uploads := server.Uploads(); len(uploads) > 0 {
		announced := announcedTotals(server)
		b.WriteString("| upload | parts | refused | sent again | |\n|---|---|---|---|---|\n")
		for _, u := range uploads {
			fmt.Fprintf(&b, "| %d | %d | %d | %d | %s |\n", u.Ordinal, u.Report.Stored, u.Report.RefusedCount, sentAgain(u), stateOf(u, announced[u.Ordinal]))
		}
		b.WriteByte('\n')
	}
	if len(v.Checks) > 0 || j.command != nil {
		b.WriteString("| | check | |\n|---|---|---|\n")
		if j.command != nil {
			mark := markOf(oracle.Passed)
			if j.command.failed() {
				mark = markOf(oracle.Failed)
			}
			fmt.Fprintf(&b, "| %s | command | %s |\n", mark, markdown(oneLine(j.command.Error)))
		}
		for _, c := range v.Checks {
			fmt.Fprintf(&b, "| %s | %s | %s |\n", markOf(c.Status), markdown(oneLine(c.Title())), markdown(strings.Join(findingLines(c), "\n")))
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// markdown keeps text from being taken for a table's lines or for HTML.
func markdown(text string) string {
	return strings.NewReplacer("|", `\|`, "<", "&lt;", "\n", "<br>").Replace(text)
}

// markOf is a status in a word.
func markOf(s oracle.Status) string {
	switch s {
	case oracle.Passed:
		return "ok"
	case oracle.Noted:
		return "note"
	}
	return "FAILED"
}
