package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"
)

// newHelp is cobra's help command, but for a wrong topic, which is an error here.
func newHelp() *cobra.Command {
	return &cobra.Command{
		Use:     "help [COMMAND]",
		Short:   "Explain a command",
		Long:    "Explain a command: what it does, its flags, examples.",
		Example: "  fakedc help serve",
		RunE: func(cmd *cobra.Command, args []string) error {
			topic, rest, err := cmd.Root().Find(args)
			switch {
			case err != nil:
				return &exitError{code: exitUsage, err: err}
			case len(rest) > 0:
				return unknownCommand(topic, rest[0])
			}
			topic.InitDefaultHelpFlag()
			return topic.Help()
		},
	}
}

// writeHelp is --help: what a command is for, then its usage.
func writeHelp(cmd *cobra.Command) error {
	about := cmd.Long
	if about == "" {
		about = cmd.Short
	}
	return writeData(cmd, strings.TrimRight(about, "\n")+"\n\n"+cmd.UsageString())
}

// writeUsage is what follows the description in --help. Unlike cobra's own it
// fits the terminal.
func writeUsage(cmd *cobra.Command) error {
	t := newTerminal(cmd.OutOrStdout())
	var b strings.Builder
	section := func(name, text string) {
		if text != "" {
			b.WriteString(t.paint(bold, name+":") + "\n" + strings.TrimRight(text, "\n") + "\n\n")
		}
	}
	section("Usage", "  "+cmd.UseLine())
	section("Examples", cmd.Example)
	section("Commands", commandList(cmd))
	section("Flags", cmd.LocalFlags().FlagUsagesWrapped(t.width-1))
	if cmd.HasAvailableSubCommands() {
		fmt.Fprintf(&b, "\"%s COMMAND --help\" says more about a command.\n", cmd.CommandPath())
	}
	_, err := fmt.Fprintln(t.w, strings.TrimRight(b.String(), "\n"))
	return err
}

func commandList(cmd *cobra.Command) string {
	var b strings.Builder
	for _, c := range cmd.Commands() {
		if c.IsAvailableCommand() {
			fmt.Fprintf(&b, "  %-11s %s\n", c.Name(), c.Short)
		}
	}
	return b.String()
}
