package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/fakedc/fakedc/scenarios"
)

const explainLong = `Say in plain words what a scenario does, rule by rule. Parts are told with both
numbers that people use: part 2, the third part. FILE may be - for stdin.`

const explainExample = `  fakedc explain mine.yaml
  fakedc explain builtin:flood-wait`

func newExplain() *cobra.Command {
	return &cobra.Command{
		Use:               "explain FILE",
		Short:             "Say in plain words what a scenario does",
		Long:              explainLong,
		Example:           explainExample,
		Args:              takes(1, "FILE"),
		ValidArgsFunction: completeScenario,
		RunE: func(cmd *cobra.Command, args []string) error {
			name, src, err := scenarioSource(args[0], cmd.InOrStdin())
			if err != nil {
				return scenarioError(err)
			}
			e, err := scenarios.Explain(name, src)
			if err != nil {
				return scenarioError(err)
			}
			return writeData(cmd, explanationText(newTerminal(cmd.OutOrStdout()), e))
		},
	}
}

// explanationText lays an explanation out for a terminal.
func explanationText(t *terminal, e *scenarios.Explanation) string {
	var b strings.Builder
	b.WriteString(t.paint(bold, oneLine(e.Name)) + "\n")
	b.WriteString(wrap(oneLine(e.Description), "    ", t.width))
	if len(e.Setting) > 0 {
		b.WriteString("\n" + wrap(oneLine(strings.Join(e.Setting, " ")), "", t.width))
	}
	for i, r := range e.Rules {
		name := r.Name
		if name == "" {
			name = "(without a name)"
		}
		b.WriteString("\n" + t.paint(bold, fmt.Sprintf("%d. %s", i+1, oneLine(name))) + "\n")
		b.WriteString(wrap(oneLine(r.Text), "    ", t.width))
	}
	b.WriteString("\n" + wrap(e.Closing, "", t.width))
	if len(e.Expect) > 0 {
		b.WriteString("\n" + t.paint(bold, "What a good client does") + "\n")
		for _, sentence := range e.Expect {
			b.WriteString(bullet(oneLine(sentence), "    ", t.width))
		}
	}
	return b.String()
}
