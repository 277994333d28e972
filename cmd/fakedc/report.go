package main

import (
	"encoding/json"
	"encoding/xml"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/fakedc/fakedc/mockserver"
	"github.com/fakedc/fakedc/scenarios/oracle"
)

// reportFlags name files that the verdict is written to at the end.
type reportFlags struct{ wanted []string }

func (f *reportFlags) addTo(cmd *cobra.Command) {
	cmd.Flags().StringArrayVar(&f.wanted, "report", nil, "write the verdict to a file at the end, as `KIND=FILE`: junit=F or json=F")
}

// check looks at the flags before anything begins.
func (f *reportFlags) check() error {
	for _, w := range f.wanted {
		if kind, file, ok := strings.Cut(w, "="); !ok || file == "" || kind != "junit" && kind != "json" {
			return usageErrorf("--report %s: expected junit=FILE or json=FILE", w)
		}
	}
	return nil
}

// write writes all reports.
func (f *reportFlags) write(server *mockserver.Server, v oracle.Verdict) error {
	for _, w := range f.wanted {
		kind, file, _ := strings.Cut(w, "=")
		make := junitReport
		if kind == "json" {
			make = jsonReport
		}
		data, err := make(server, v)
		if err != nil {
			return ioErrorf("making the report %s: %w", w, err)
		}
		if err := writeFile(file, data); err != nil {
			return err
		}
	}
	return nil
}

// runReport is the JSON form.
type runReport struct {
	Version string              `json:"version"`
	RunID   string              `json:"run_id"`
	Passed  bool                `json:"passed"`
	Verdict oracle.Verdict      `json:"verdict"`
	Uploads []mockserver.Upload `json:"uploads"`
}

func jsonReport(server *mockserver.Server, v oracle.Verdict) ([]byte, error) {
	data, err := json.MarshalIndent(runReport{version(), server.RunID(), v.Passed(), v, server.Uploads()}, "", "  ")
	return append(data, '\n'), err
}

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

// junitReport has a case for each upload and for each check.
func junitReport(server *mockserver.Server, v oracle.Verdict) ([]byte, error) {
	s := junitSuite{Name: "fakedc"}
	if v.Scenario != "" {
		s.Name += " " + v.Scenario
	}
	for _, u := range server.Uploads() {
		s.Cases = append(s.Cases, junitCase{Class: "fakedc.upload", Name: fmt.Sprintf("upload %d", u.Ordinal),
			Output: fmt.Sprintf("%s stored, %d refused, %s missing", count(u.Report.Stored, "part"), u.Report.RefusedCount, count(u.Report.MissingCount, "part"))})
	}
	for _, c := range v.Checks {
		one := junitCase{Class: "fakedc." + string(c.Kind), Name: c.Name}
		var lines []string
		for _, f := range c.Findings {
			line := f.Text
			if f.URL != "" {
				line += " (" + f.URL + ")"
			}
			lines = append(lines, line)
		}
		if c.Bad() && len(lines) > 0 {
			one.Failure = &junitFailure{lines[0], strings.Join(lines, "\n")}
			s.Failures++
		} else {
			one.Output = strings.Join(lines, "\n")
		}
		s.Cases = append(s.Cases, one)
	}
	s.Tests = len(s.Cases)
	data, err := xml.MarshalIndent(junitSuites{Tests: s.Tests, Failures: s.Failures, Suites: []junitSuite{s}}, "", "  ")
	return append([]byte(xml.Header), append(data, '\n')...), err
}
