package main

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// knownCommand refuses words where a command should be.
func knownCommand(cmd *cobra.Command, args []string) error {
	if len(args) > 0 {
		return unknownCommand(cmd, args[0])
	}
	return nil
}

// manyArgs is no bound.
const manyArgs = math.MaxInt

// takes is the check of a command's arguments: those that it needs, and how many it may
// have. In place of their number it says what is missing, and where that goes.
func takes(most int, needed ...string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) > most {
			return usageErrorf("unexpected argument %q; usage: %s", args[most], cmd.UseLine())
		}
		for i, what := range needed {
			switch {
			case i >= len(args):
				return usageErrorf("%s is missing; usage: %s", what, cmd.UseLine())
			case args[i] == "": // a variable of a script that was meant to be set
				return usageErrorf("%s is empty; usage: %s", what, cmd.UseLine())
			}
		}
		return nil
	}
}

func unknownCommand(cmd *cobra.Command, name string) error {
	hint := fmt.Sprintf("; see %q", cmd.CommandPath()+" --help")
	if near := cmd.SuggestionsFor(name); len(near) > 0 {
		hint = fmt.Sprintf(" (did you mean %q?)", near[0])
	}
	return usageErrorf("unknown command %q%s", name, hint)
}

// flagError words what pflag found wrong.
func flagError(cmd *cobra.Command, err error) error {
	if cmd.HasSubCommands() && cmd.Flags().NArg() > 0 {
		// The flags of a mistyped command are unknown, but that is not the mistake.
		return unknownCommand(cmd, cmd.Flags().Arg(0))
	}
	var missing *pflag.NotExistError
	if errors.As(err, &missing) && inCommand(cmd) {
		return usageErrorf("%w; flags of the command go behind \"--\": %s", err, cmd.UseLine())
	}
	if errors.As(err, &missing) && missing.GetSpecifiedShortnames() == "" {
		near := nearestFlag(cmd, missing.GetSpecifiedName(), 2)
		if cmd.Flags().Lookup("listen") != nil && slices.Contains(listenElsewhere, missing.GetSpecifiedName()) {
			near = "listen"
		}
		if near != "" {
			return usageErrorf("%w (did you mean %q?)", err, "--"+near)
		}
	}
	err = reworded(err)
	if bad := (*valueError)(nil); errors.As(err, &bad) && bad.value == "" {
		return usageErrorf("%w", err) // that the flag is empty refuseEmpty says of others
	}
	return usageErrorf("%w; see %q", err, cmd.CommandPath()+" --help")
}

// inCommand tells that a flag stands behind the word that a command which exec or shrink
// runs begins with.
func inCommand(cmd *cobra.Command) bool {
	before, _, runs := strings.Cut(cmd.Use, " -- COMMAND")
	return runs && cmd.Flags().NArg() > strings.Count(before, " FILE")
}

// listenElsewhere are the names that --listen has in other servers.
var listenElsewhere = []string{"port", "host", "addr", "address", "bind"}

// nearestFlag lets cobra's search for commands look among flags, at most so many letters off.
func nearestFlag(cmd *cobra.Command, name string, letters int) string {
	probe := &cobra.Command{SuggestionsMinimumDistance: letters}
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		probe.AddCommand(&cobra.Command{Use: f.Name, Run: func(*cobra.Command, []string) {}})
	})
	near := probe.SuggestionsFor(name)
	if len(near) == 0 || name == "" {
		return ""
	}
	return near[0]
}

// choice is a flag that takes one of a few words.
type choice struct {
	value string
	words []string
}

func (c *choice) String() string { return c.value }
func (c *choice) Type() string   { return "WORD" }

func (c *choice) Set(s string) error {
	for _, w := range c.words {
		if s == w {
			c.value = w
			return nil
		}
	}
	return fmt.Errorf("it takes %s", strings.Join(c.words, ", "))
}

// addChoice adds a flag for one of words, the first of which is the default, and
// teaches it to the shell.
func addChoice(cmd *cobra.Command, name, usage string, words ...string) *choice {
	c := &choice{value: words[0], words: words}
	cmd.Flags().Var(c, name, usage+": "+strings.Join(words, ", "))
	// The only error is a flag that was not added above.
	_ = cmd.RegisterFlagCompletionFunc(name, cobra.FixedCompletions(words, cobra.ShellCompDirectiveNoFileComp))
	return c
}
