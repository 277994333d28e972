package main

import (
	"strings"

	"github.com/spf13/cobra"

	"github.com/fakedc/fakedc/scenarios"
)

// builtinPrefix is how --scenario tells a built-in from a file.
const builtinPrefix = "builtin:"

const scenariosLong = `List the built-in scenarios, or print the file of one: a good start for a
scenario of your own.`

const scenariosExample = `  fakedc scenarios
  fakedc scenarios flood-wait > mine.yaml
  fakedc serve --scenario mine.yaml`

func newScenarios() *cobra.Command {
	return &cobra.Command{
		Use:     "scenarios [NAME]",
		Short:   "List the built-in scenarios, or print one",
		Long:    scenariosLong,
		Example: scenariosExample,
		Args:    takes(1),
		ValidArgsFunction: func(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
			if len(args) > 0 {
				return nil, cobra.ShellCompDirectiveNoFileComp
			}
			return scenarios.Builtins(), cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 1 {
				return printScenario(cmd, args[0])
			}
			return listScenarios(cmd)
		},
	}
}

func printScenario(cmd *cobra.Command, name string) error {
	source, err := scenarios.BuiltinSource(strings.TrimPrefix(name, builtinPrefix))
	if err != nil {
		return scenarioError(err)
	}
	return writeData(cmd, string(source))
}

func listScenarios(cmd *cobra.Command) error {
	t := newTerminal(cmd.OutOrStdout())
	var b strings.Builder
	for i, name := range scenarios.Builtins() {
		s, err := scenarios.Builtin(name)
		if err != nil {
			return scenarioError(err)
		}
		if i > 0 {
			b.WriteByte('\n')
		}
		b.WriteString(t.paint(bold, builtinPrefix+name) + "\n")
		b.WriteString(wrap(s.Description, "    ", t.width))
	}
	return writeData(cmd, b.String())
}

// scenarioError gives a scenario's error its exit code, whatever it is: the
// scenario that was asked for cannot be had.
func scenarioError(err error) error {
	return &exitError{code: exitUsage, err: err}
}

// scenarioName is how a scenario is called in words and in the ready line.
func scenarioName(s *scenarios.Scenario) string {
	if s == nil {
		return ""
	}
	return s.Name
}

// completeScenario offers the built-ins beside files.
func completeScenario(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	var names []string
	for _, n := range scenarios.Builtins() {
		names = append(names, builtinPrefix+n)
	}
	return names, cobra.ShellCompDirectiveDefault
}
