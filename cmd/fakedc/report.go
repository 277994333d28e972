package main

import (
	"encoding/json"
	"io"
	"os"
	"slices"
	"strconv"
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

// judged is what reports are about.
type judged struct {
	server  *mockserver.Server
	verdict oracle.Verdict
	command *ending // nil: none was run
}

// passed tells that all is well. With a command exec has another exit code than 0 if not.
func (j judged) passed() bool { return j.verdict.Passed() && !j.command.failed() }

// write writes all reports, and what GitHub shows of a workflow's step if this is
// one.
func (f *reportFlags) write(stderr io.Writer, j judged) error {
	for _, w := range f.wanted {
		kind, file, _ := strings.Cut(w, "=")
		make := junitReport
		if kind == "json" {
			make = jsonReport
		}
		data, err := make(j)
		if err != nil {
			return ioErrorf("making the report %s: %w", w, err)
		}
		if err := writeFile(file, data); err != nil {
			return err
		}
	}
	return reportToGitHub(stderr, os.Getenv, j)
}

// runReport is the JSON form.
type runReport struct {
	Version string         `json:"version"`
	RunID   string         `json:"run_id"`
	Passed  bool           `json:"passed"`
	Command *ending        `json:"command,omitempty"`
	Verdict oracle.Verdict `json:"verdict"`
	Uploads []reportUpload `json:"uploads"`
}

// ended says of what has not come true by the end that it failed, as the other reports do.
func ended(v oracle.Verdict) oracle.Verdict {
	v.Checks = slices.Clone(v.Checks)
	for i := range v.Checks {
		if v.Checks[i].Status == oracle.Pending {
			v.Checks[i].Status = oracle.Failed
		}
	}
	return v
}

// reportUpload has file_id as text too, as the admin API has: it may not fit the 53 bits of
// a JavaScript number.
type reportUpload struct {
	FileIDString string `json:"file_id_string"`
	mockserver.Upload
}

func jsonReport(j judged) ([]byte, error) {
	uploads := []reportUpload{}
	for _, u := range j.server.Uploads() {
		uploads = append(uploads, reportUpload{strconv.FormatInt(u.FileID, 10), u})
	}
	data, err := json.MarshalIndent(runReport{version(), j.server.RunID(), j.passed(), j.command, ended(j.verdict), uploads}, "", "  ")
	return append(data, '\n'), err
}
