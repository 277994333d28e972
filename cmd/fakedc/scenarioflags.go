package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/fakedc/fakedc/mockserver"
	"github.com/fakedc/fakedc/scenarios"
)

// scenarioFlags say what goes wrong.
type scenarioFlags struct {
	scenarios, faults, params []string

	files    []string // that were read, without the built-ins
	warnings []finding
	told     map[string]bool // the text of those that untold returned last
	watch    fileWatch
}

// changed tells whether a file is not any more what it was when it was read.
func (f *scenarioFlags) changed() bool { return f.watch.changed(f.files) }

// addTo adds the flags to a command.
func (f *scenarioFlags) addTo(cmd *cobra.Command, standard ...string) {
	flags := cmd.Flags()
	flags.StringArrayVar(&f.scenarios, "scenario", standard, "what goes wrong: a `FILE`, or builtin:NAME (see \"fakedc scenarios\"); several are laid over each other, the first on top")
	flags.StringArrayVar(&f.faults, "fault", nil, "a `FAULT` in one line, tried before those of scenarios, such as 'part=2: 1*error(FILE_PART_SIZE_INVALID)' or 'part>10: 10%flood_wait(3s)->delay(200ms)'")
	flags.StringArrayVar(&f.params, "param", nil, "a value for a parameter of the first scenario, as `NAME=VALUE`")
	// The only error is a flag that was not added above.
	_ = cmd.RegisterFlagCompletionFunc("scenario", completeScenario)
}

// any tells whether anything goes wrong.
func (f *scenarioFlags) any() bool { return len(f.scenarios)+len(f.faults) > 0 }

// load reads what the flags name: nil if nothing goes wrong.
func (f *scenarioFlags) load() (*scenarios.Scenario, error) {
	files, warnings := f.files, f.warnings
	f.files, f.warnings = nil, nil
	s, err := f.read()
	if err != nil {
		f.files, f.warnings = files, warnings // they stay, and may be put right
	}
	f.watch.changed(f.files)
	return s, err
}

func (f *scenarioFlags) read() (*scenarios.Scenario, error) {
	params := map[string]string{}
	for _, p := range f.params {
		name, value, ok := strings.Cut(p, "=")
		if !ok {
			return nil, usageErrorf("--param %s: expected NAME=VALUE", p)
		}
		params[name] = value
	}
	if len(params) > 0 && len(f.scenarios) == 0 {
		return nil, usageErrorf("--param: there is no --scenario that has parameters")
	}
	var all []*scenarios.Scenario
	if len(f.faults) > 0 {
		s, err := parseFaults(f.faults)
		if err != nil {
			return nil, err
		}
		all = append(all, s)
	}
	for _, name := range f.scenarios {
		s, files, found, err := scenarios.LoadLinted(name, params, mockserver.LintMethods())
		if err != nil {
			return nil, scenarioError(err)
		}
		f.warnings = append(f.warnings, warningsOf(found)...)
		params = nil // they are the first one's
		f.remember(files)
		all = append(all, s)
	}
	if len(all) == 0 {
		return nil, nil
	}
	merged := all[0]
	if len(all) > 1 {
		merged = scenarios.Merge(all...)
		if err := merged.Validate(); err != nil {
			return nil, scenarioError(fmt.Errorf("the scenarios do not go together: %w", err))
		}
	}
	found, err := scenarios.LintFaults(f.faults, merged, mockserver.LintMethods())
	if err != nil {
		return nil, scenarioError(fmt.Errorf("--fault: %w", err))
	}
	f.warnings = append(warningsOfFaults(found), f.warnings...)
	return merged, nil
}

// warningsOfFaults are those about --fault, in the words of lint.
func warningsOfFaults(found []scenarios.FaultWarning) (warnings []finding) {
	for _, w := range found {
		w.What = "warning: " + w.What
		warnings = append(warnings, finding{text: fmt.Sprintf("--%v (%s)", &w.FaultError, w.Check)})
	}
	return warnings
}

// untold are the warnings about what was read last, in the words of lint, without those
// that were told of what was read before.
func (f *scenarioFlags) untold() (texts []string) {
	told := map[string]bool{}
	for _, w := range f.warnings {
		if text := oneLine(w.text); !told[text] {
			told[text] = true
			if !f.told[text] {
				texts = append(texts, text)
			}
		}
	}
	f.told = told
	return texts
}

// tell writes them.
func (f *scenarioFlags) tell(stderr io.Writer) {
	t := newTerminal(stderr)
	for _, text := range f.untold() {
		fmt.Fprintln(stderr, t.paint(yellow, text))
	}
}

// parseFaults makes a scenario of faults in one line.
func parseFaults(faults []string) (*scenarios.Scenario, error) {
	s := &scenarios.Scenario{Name: "--fault"}
	for _, text := range faults {
		rules, err := scenarios.ParseFault(text)
		if err != nil {
			return nil, scenarioError(fmt.Errorf("--fault: %w", err))
		}
		s = scenarios.Merge(s, &scenarios.Scenario{Rules: rules})
	}
	return s, nil
}

// remember notes files to be watched.
func (f *scenarioFlags) remember(files []string) {
	for _, file := range files {
		if !strings.HasPrefix(file, builtinPrefix) {
			f.files = append(f.files, file)
		}
	}
}
