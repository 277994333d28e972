package main

import (
	"encoding/xml"
	"fmt"
	"strings"

	"github.com/fakedc/fakedc/mockserver"
	"github.com/fakedc/fakedc/scenarios/oracle"
	"github.com/fakedc/fakedc/validator"
)

// The JUnit form, as far as CI systems agree on it.
type (
	junitSuites struct {
		XMLName  xml.Name `xml:"testsuites"`
		Tests    int      `xml:"tests,attr"`
		Failures int      `xml:"failures,attr"`
		Suites   []junitSuite
	}
	junitSuite struct {
		XMLName  xml.Name `xml:"testsuite"`
		Name     string   `xml:"name,attr"`
		Tests    int      `xml:"tests,attr"`
		Failures int      `xml:"failures,attr"`
		Cases    []junitCase
	}
	junitCase struct {
		XMLName xml.Name      `xml:"testcase"`
		Class   string        `xml:"classname,attr"`
		Name    string        `xml:"name,attr"`
		Failure *junitFailure `xml:"failure,omitempty"`
		Output  string        `xml:"system-out,omitempty"`
	}
	junitFailure struct {
		Message string `xml:"message,attr"`
		Text    string `xml:",chardata"`
	}
)

// junitReport has a case for the command of exec, for each upload, for each upload rule
// that calls were judged by, and for each other check.
func junitReport(j judged) ([]byte, error) {
	server, v := j.server, j.verdict
	s := junitSuite{Name: "fakedc"}
	if v.Scenario != "" {
		s.Name += " " + v.Scenario
	}
	if j.command != nil {
		one := junitCase{Class: "fakedc.command", Name: "command"}
		if j.command.failed() {
			one.Failure = &junitFailure{j.command.Error, j.command.Error}
			s.Failures++
		}
		s.Cases = append(s.Cases, one)
	}
	announced := announcedTotals(server)
	for _, u := range server.Uploads() {
		s.Cases = append(s.Cases, junitCase{Class: "fakedc.upload", Name: fmt.Sprintf("upload %d", u.Ordinal), Output: uploadLine(u, announced[u.Ordinal])})
	}
	broken := map[string]bool{}
	for _, c := range v.Checks {
		one := junitCase{Class: "fakedc." + string(c.Kind), Name: c.Name}
		if c.Kind == oracle.CheckViolation {
			one.Class = classRule
			broken[c.Name] = true
		}
		lines := findingLines(c)
		if c.Bad() {
			one.Failure = &junitFailure{firstOr(lines, c.String()), strings.Join(lines, "\n")}
			s.Failures++
		} else {
			one.Output = strings.Join(lines, "\n")
		}
		s.Cases = append(s.Cases, one)
	}
	for _, r := range exercisedRules(server) {
		if !broken[r.ID] {
			s.Cases = append(s.Cases, junitCase{Class: classRule, Name: r.ID})
		}
	}
	s.Tests = len(s.Cases)
	data, err := xml.MarshalIndent(junitSuites{Tests: s.Tests, Failures: s.Failures, Suites: []junitSuite{s}}, "", "  ")
	return append([]byte(xml.Header), append(data, '\n')...), err
}

const classRule = "fakedc.rule"

func firstOr(lines []string, other string) string {
	if len(lines) > 0 {
		return lines[0]
	}
	return other
}

// findingLines are the findings of a check, one line for all that say the same.
func findingLines(c oracle.Check) (lines []string) {
	times := map[string]int{}
	for _, f := range c.Findings {
		line := oneLine(f.Text)
		if f.URL != "" {
			line += " (" + f.URL + ")"
		}
		if times[line]++; times[line] == 1 {
			lines = append(lines, line)
		}
	}
	for i, line := range lines {
		if n := times[line]; n > 1 {
			lines[i] = fmt.Sprintf("%s (%d times)", line, n)
		}
	}
	if c.More > 0 {
		lines = append(lines, fmt.Sprintf("and %d more", c.More))
	}
	return lines
}

// exercisedRules are the upload rules in force that some call was judged by.
func exercisedRules(server *mockserver.Server) (rules []validator.Rule) {
	called := map[string]bool{}
	for _, u := range server.Uploads() {
		called["upload.save"+map[bool]string{true: "Big", false: ""}[u.Kind == validator.Big]+"FilePart"] = true
		called["InputFile"] = called["InputFile"] || u.Report.Finalised
	}
	for _, e := range server.Journal() {
		if e.Kind == mockserver.EventFile { // one that was refused, too
			called["InputFile"] = true
		}
	}
	for _, r := range server.Rules() {
		if r.Checked() && r.Mode != validator.Off && judges(r, called) {
			rules = append(rules, r)
		}
	}
	return rules
}

// judges tells whether the rule is about a method that was called. Those about
// photos alone are listed only where they were broken: whether a file was used as
// a photo, nobody notes.
func judges(r validator.Rule, called map[string]bool) bool {
	for method := range called {
		for _, one := range strings.FieldsFunc(r.Method, func(c rune) bool { return c == ' ' || c == ',' }) {
			if called[method] && one == method {
				return true
			}
		}
	}
	return false
}
