package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/fakedc/fakedc/validator"
)

const rulesLong = `Print every rule that parts and finalising calls are judged by, in the order in
which they are checked: its id, what becomes of a call that breaks it, the error
on the wire, when it is broken, for which methods, where that is documented, and
how sure fakedc is of it.

The profile "docs" is exactly what core.telegram.org says, "observed" (the
default of serve) is what clients meet in the field.`

const rulesExample = `  fakedc rules
  fakedc rules --profile docs
  fakedc rules --json | jq -r '.[] | [.id, .error, .source] | @tsv'`

func newRules() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use: "rules", Short: "Print the upload rules",
		Long: rulesLong, Example: rulesExample, Args: takes(0),
	}
	profile := addProfile(cmd)
	cmd.Flags().BoolVar(&asJSON, "json", false, "a JSON array, one object for each rule")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		book, err := validator.New(validator.Options{Profile: validator.Profile(profile.value)})
		if err != nil {
			return usageErrorf("%w", err)
		}
		if asJSON {
			return writeRulesJSON(cmd, book.Rules())
		}
		return writeData(cmd, rulesText(newTerminal(cmd.OutOrStdout()), book))
	}
	return cmd
}

func addProfile(cmd *cobra.Command) *choice {
	return addChoice(cmd, "profile", "the reading of the rules", string(validator.ProfileObserved), string(validator.ProfileDocs))
}

func writeRulesJSON(cmd *cobra.Command, rules []validator.Rule) error {
	return writeJSON(cmd, "the rules", rules)
}

// rulesText lists a rulebook for a terminal.
func rulesText(t *terminal, book *validator.Rulebook) string {
	var b strings.Builder
	rules := book.Rules()
	fmt.Fprintf(&b, "%d rules, profile %s\n", len(rules), book.Profile())
	for _, r := range rules {
		b.WriteByte('\n')
		b.WriteString(ruleHead(t, r))
		b.WriteString(wrap("when "+r.Condition, "    ", t.width))
		b.WriteString(wrap("in "+r.Method, "    ", t.width))
		b.WriteString("    " + t.paint(cyan, r.Source) + "\n")
		if r.Note != "" {
			b.WriteString(wrap("note: "+r.Note, "    ", t.width))
		}
	}
	return b.String()
}

// ruleHead is the first line of a rule: id, error, what becomes of the call.
func ruleHead(t *terminal, r validator.Rule) string {
	name := "(no error)"
	if r.Error != "" {
		name = fmt.Sprintf("%d %s", r.Code, r.Error)
	}
	what, colour := ruleMode(r)
	return fmt.Sprintf("%s  %s\n    %s; confidence %s\n", t.paint(bold, fmt.Sprintf("%-26s", r.ID)), name, t.paint(colour, what), r.Confidence)
}

// ruleMode says what a mode means.
func ruleMode(r validator.Rule) (string, style) {
	switch r.Mode {
	case validator.Enforce:
		return "refused", green
	case validator.ReportOnly:
		return "accepted and reported", yellow
	case validator.Off:
		return "not looked at", dim
	case validator.Elsewhere:
		return "checked by " + r.CheckedBy, plain
	}
	return string(r.Mode), plain
}
