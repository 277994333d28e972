package main

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// envPrefix begins the names of all variables.
const envPrefix = "FAKEDC_"

// envName is the variable that a flag can be set by: FAKEDC_READY_FILE for
// --ready-file.
func envName(flag string) string {
	return envPrefix + strings.ToUpper(strings.ReplaceAll(flag, "-", "_"))
}

// applyEnvironment sets the flags that are not on the command line to what their
// variables say. An empty variable is none.
func applyEnvironment(cmd *cobra.Command, lookup func(string) (string, bool)) (err error) {
	takesOuter := ledByVariables(cmd, lookup)
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		if err != nil || f.Changed || f.Name == "help" || f.Name == "version" || f.Hidden {
			return
		}
		text, set := lookup(envName(f.Name))
		if !set || text == "" || outerAdmin(f.Name, text) && !takesOuter {
			return
		}
		for _, value := range valuesOf(f, text) {
			if setErr := setByVariable(cmd.Flags(), f, value); setErr != nil && err == nil {
				err = usageErrorf("%s=%q, which stands for --%s: %w", envName(f.Name), text, f.Name, setErr)
			}
		}
	})
	return err
}

// setByVariable sets a flag to one value of its variable. A question is none: a job
// that runs under the variable would be answered, and end well without having run.
func setByVariable(flags *pflag.FlagSet, f *pflag.Flag, value string) error {
	if _, limits := f.Value.(*limitFlag); limits && value == limitHelp {
		return fmt.Errorf("%q is for the command line alone, where it lists the limits and nothing is run; expected NAME=VALUE, such as StoreBytes=4GiB", value)
	}
	err := reworded(flags.Set(f.Name, value))
	if e := (*valueError)(nil); errors.As(err, &e) {
		return errors.New(e.why) // the variable and its value are named already
	}
	return err
}

// outerAdmin tells that a variable was set by another fakedc, for the command
// that it runs: "fakedc exec" says the URL of its admin API by the name that
// would be the address of ours.
func outerAdmin(flag, text string) bool { return flag == "admin" && strings.Contains(text, "://") }

// ledByVariables tells that wait looks for the server that the variables of another fakedc
// are about. One that a flag or a ready file leads to has an admin API of its own.
func ledByVariables(cmd *cobra.Command, lookup func(string) (string, bool)) bool {
	file, _ := lookup(envName("ready-file"))
	return cmd.Name() == "wait" && file == "" && !cmd.Flags().Changed("ready-file") && !cmd.Flags().Changed("addr")
}

// valuesOf are the values of a flag that may be given several times, one a line.
func valuesOf(f *pflag.Flag, text string) []string {
	if f.Value.Type() != "stringArray" {
		return []string{text}
	}
	var values []string
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line != "" {
			values = append(values, line)
		}
	}
	return values
}

// withoutFlags leaves out the variables that stand for flags of this command. They
// were meant for it, and a fakedc that its command starts must not take them, such as
// the file of its journal, for its own.
func withoutFlags(env []string) (rest []string) {
	ours := map[string]bool{}
	for _, cmd := range []*cobra.Command{newServe(), newExec(), newShrink()} {
		cmd.Flags().VisitAll(func(f *pflag.Flag) { ours[envName(f.Name)] = true })
	}
	for _, one := range env {
		if name, _, _ := strings.Cut(one, "="); !ours[name] {
			rest = append(rest, one)
		}
	}
	return rest
}

// refuseEmpty refuses flags that the command line gives nothing: that is a variable of a
// script that was meant to be set, and not the wish to do without the file. Values of other
// types than text refuse it themselves.
func refuseEmpty(cmd *cobra.Command) (err error) {
	cmd.Flags().Visit(func(f *pflag.Flag) {
		empty := f.Value.Type() == "string" && f.Value.String() == ""
		if list, is := f.Value.(pflag.SliceValue); is && f.Value.Type() == "stringSlice" {
			empty = len(list.GetSlice()) == 0
		} else if is { // one of several
			empty = slices.Contains(list.GetSlice(), "")
		}
		if empty && err == nil {
			what, _ := pflag.UnquoteUsage(f)
			err = usageErrorf("--%s is empty; expected %s, or leave the flag out", f.Name, what)
		}
	})
	return err
}

// misspelt finds variables that stand for no flag of any command, and are one letter off
// from one of this command's: whoever set them believes that it is in force.
func misspelt(cmd *cobra.Command, environ []string) (texts []string) {
	known := map[string]bool{}
	for _, c := range cmd.Root().Commands() {
		c.Flags().VisitAll(func(f *pflag.Flag) { known[envName(f.Name)] = true })
	}
	for _, one := range environ {
		name, value, _ := strings.Cut(one, "=")
		flag, ours := strings.CutPrefix(name, envPrefix)
		if !ours || value == "" || known[name] {
			continue
		}
		if near := nearestFlag(cmd, strings.ToLower(strings.ReplaceAll(flag, "_", "-")), 1); near != "" {
			texts = append(texts, fmt.Sprintf("%s stands for no flag (did you mean %q?)", name, envName(near)))
		}
	}
	return texts
}

// fromEnvironment is what runs before each command.
func fromEnvironment(cmd *cobra.Command, _ []string) error {
	if err := refuseEmpty(cmd); err != nil {
		return err
	}
	for _, text := range misspelt(cmd, os.Environ()) {
		fmt.Fprintln(cmd.ErrOrStderr(), "fakedc: warning: "+oneLine(text))
	}
	return applyEnvironment(cmd, os.LookupEnv)
}
