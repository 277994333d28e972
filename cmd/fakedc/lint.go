package main

import (
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/fakedc/fakedc/mockserver"
	"github.com/fakedc/fakedc/scenarios"
)

const lintLong = `Check scenario files without running them: all errors of all files, each as
file:line:column with what was probably meant, then warnings about what is
allowed and probably not intended, such as a rule that can never fire. The
commands that take --scenario tell the warnings on stderr, too, and those about
a --fault. A FILE may be - for stdin.

Exit code 2 for errors, 0 for warnings alone (1 with --strict).`

const lintExample = `  fakedc lint mine.yaml
  fakedc lint --strict scenarios/*.yaml builtin:flood-wait
  fakedc lint --json mine.yaml | jq -r '.[] | [.line, .check, .message] | @tsv'`

func newLint() *cobra.Command {
	var asJSON, strict bool
	cmd := &cobra.Command{
		Use: "lint FILE...", Short: "Check scenario files",
		Long: lintLong, Example: lintExample, Args: takes(manyArgs, "FILE"),
		ValidArgsFunction: completeScenario,
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "a JSON array, one object for each finding")
	cmd.Flags().BoolVar(&strict, "strict", false, "warnings fail too")
	cmd.RunE = func(cmd *cobra.Command, files []string) error {
		found := lintFiles(files, cmd.InOrStdin())
		write := writeFindings
		if asJSON {
			write = writeFindingsJSON
		}
		if err := write(cmd, found); err != nil {
			return err
		}
		return verdict(found, strict)
	}
	return cmd
}

// Severities of a finding.
const (
	severityError   = "error"
	severityWarning = "warning"
)

// finding is one thing that lint found, as --json writes it.
type finding struct {
	File string `json:"file"`
	// Line and Column count from 1; 0 where the file could not be read at all.
	Line     int    `json:"line"`
	Column   int    `json:"column"`
	Severity string `json:"severity"`
	// Check names what found a warning.
	Check      string `json:"check,omitempty"`
	Path       string `json:"path,omitempty"`
	Message    string `json:"message"`
	DidYouMean string `json:"did_you_mean,omitempty"`
	text       string
}

// lintFiles returns the errors of all files, then their warnings. What two files include, or
// one does that is named, too, is told of once.
func lintFiles(files []string, stdin io.Reader) []finding {
	found, warnings := []finding{}, []finding{}
	known := mockserver.LintMethods()
	for _, file := range files {
		errs, more := lintFile(file, stdin, known)
		found, warnings = append(found, errs...), append(warnings, more...)
	}
	told := map[finding]bool{}
	return slices.DeleteFunc(append(found, warnings...), func(f finding) bool {
		f.File, f.text = filepath.Clean(f.File), ""
		again := told[f]
		told[f] = true
		return again
	})
}

// scenarioSource is the text of a scenario and what it is called: a file, a built-in one, or
// stdin.
func scenarioSource(file string, stdin io.Reader) (name string, src []byte, err error) {
	if file != "-" {
		src, err = scenarios.Source(file)
		return file, src, err
	}
	// One byte more than allowed is enough to see that there is too much.
	if src, err = io.ReadAll(io.LimitReader(stdin, scenarios.MaxFileSize+1)); err != nil {
		err = fmt.Errorf("reading stdin: %w", err)
	}
	return "stdin", src, err
}

func lintFile(file string, stdin io.Reader, known scenarios.Methods) (errs, warnings []finding) {
	file, src, err := scenarioSource(file, stdin)
	if err != nil {
		return []finding{{File: file, Severity: severityError, Message: err.Error(), text: "fakedc: " + err.Error()}}, nil
	}
	found, err := scenarios.Lint(file, src, known)
	var list scenarios.ErrorList
	if errors.As(err, &list) {
		for _, e := range list {
			errs = append(errs, newFinding(e, severityError, ""))
		}
	}
	return errs, warningsOf(found)
}

func warningsOf(found []scenarios.Warning) (warnings []finding) {
	for i := range found {
		warnings = append(warnings, newFinding(&found[i].Error, severityWarning, found[i].Check))
	}
	return warnings
}

func newFinding(e *scenarios.Error, severity, check string) finding {
	f := finding{
		File: e.File, Line: e.Line, Column: e.Column, Severity: severity, Check: check,
		Path: e.Path, Message: e.What, DidYouMean: e.DidYouMean, text: e.Error(),
	}
	if severity == severityWarning {
		at := fmt.Sprintf("%s:%d:%d: ", e.File, e.Line, e.Column)
		f.text = fmt.Sprintf("%swarning: %s (%s)", at, strings.TrimPrefix(f.text, at), check)
	}
	return f
}

func writeFindings(cmd *cobra.Command, found []finding) error {
	var b strings.Builder
	for _, f := range found {
		b.WriteString(oneLine(f.text) + "\n")
	}
	return writeData(cmd, b.String())
}

func writeFindingsJSON(cmd *cobra.Command, found []finding) error {
	return writeJSON(cmd, "the findings", found)
}

// verdict turns findings into an exit code.
func verdict(found []finding, strict bool) error {
	errs := 0
	for _, f := range found {
		if f.Severity == severityError {
			errs++
		}
	}
	warnings := len(found) - errs
	switch {
	case errs > 0:
		return usageErrorf("%s, %s", count(errs, "error"), count(warnings, "warning"))
	case strict && warnings > 0:
		return failedf("%s, and --strict was asked for", count(warnings, "warning"))
	}
	return nil
}
