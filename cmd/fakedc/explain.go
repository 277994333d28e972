package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/fakedc/fakedc/scenarios"
)

const explainLong = `Say in plain words what a scenario does, rule by rule, or what a fault in one
line does. Parts are told with both numbers that people use: part 2, the third
part. FILE may be - for stdin.`

const explainExample = `  fakedc explain mine.yaml
  fakedc explain builtin:flood-wait
  fakedc explain --fault 'part>10: 10%flood_wait(3s)->delay(200ms)'`

func newExplain() *cobra.Command {
	var faults []string
	cmd := &cobra.Command{
		Use:               "explain FILE",
		Short:             "Say in plain words what a scenario does",
		Long:              explainLong,
		Example:           explainExample,
		ValidArgsFunction: completeScenario,
	}
	cmd.Flags().StringArrayVar(&faults, "fault", nil, "in place of FILE a `FAULT` in one line, as of serve and exec")
	cmd.Args = func(cmd *cobra.Command, args []string) error {
		switch {
		case len(faults) == 0:
			return takes(1, "FILE")(cmd, args)
		case len(args) > 0:
			return usageErrorf("%s and --fault: a FILE or a --fault, not both", args[0])
		}
		return nil
	}
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		e, err := explainedFaults(faults)
		if len(faults) == 0 {
			e, err = explainedFile(args[0], cmd.InOrStdin())
		}
		if err != nil {
			return scenarioError(err)
		}
		return writeData(cmd, explanationText(newTerminal(cmd.OutOrStdout()), e))
	}
	return cmd
}

func explainedFaults(faults []string) (*scenarios.Explanation, error) {
	e, err := scenarios.ExplainFaults(faults)
	if err != nil {
		return nil, fmt.Errorf("--fault: %w", err)
	}
	return e, nil
}

func explainedFile(file string, stdin io.Reader) (*scenarios.Explanation, error) {
	name, src, err := scenarioSource(file, stdin)
	if err != nil {
		return nil, err
	}
	return scenarios.Explain(name, src)
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
