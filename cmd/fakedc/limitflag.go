package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/fakedc/fakedc/mockserver"
)

// limitFlag is --limit NAME=VALUE, which may be given several times.
type limitFlag struct {
	limits mockserver.Limits
	given  []string
	help   bool // --limit help
}

// limitHelp is what --limit takes for the table of all limits.
const limitHelp = "help"

// newLimitFlag begins with the defaults of a server that serves more than one test.
func newLimitFlag() limitFlag {
	return limitFlag{limits: mockserver.Limits{StoreBytes: serveStoreBytes, Connections: serveConnections}}
}

func (f *limitFlag) addTo(cmd *cobra.Command) {
	*f = newLimitFlag()
	cmd.Flags().Var(f, "limit", "how much of something clients may make the server hold or wait for, as `NAME=VALUE`, such as StoreBytes=4GiB or IdleTime=1h; \"help\" lists all with their defaults")
	// The only error is a flag that was not added above.
	_ = cmd.RegisterFlagCompletionFunc("limit", completeLimit)
}

// Type tells that the variable of the flag may have several lines.
func (f *limitFlag) Type() string   { return "stringArray" }
func (f *limitFlag) String() string { return strings.Join(f.given, " ") }

// Set takes one limit.
func (f *limitFlag) Set(text string) error {
	if text == limitHelp {
		f.help = true
		return nil
	}
	name, value, ok := strings.Cut(text, "=")
	if !ok {
		return fmt.Errorf("expected NAME=VALUE, such as StoreBytes=4GiB; --limit help lists the names")
	}
	if near := nearestLimit(name); near != "" {
		return fmt.Errorf("there is no limit %q (did you mean %q?); --limit help lists all", name, near)
	}
	if err := f.limits.Set(name, value); err != nil {
		return err
	}
	f.given = append(f.given, text)
	return nil
}

// gave tells whether a limit was given.
func (f *limitFlag) gave(name string) bool {
	return slices.ContainsFunc(f.given, func(text string) bool {
		given, _, _ := strings.Cut(text, "=")
		return strings.EqualFold(given, name)
	})
}

// nearestLimit is the limit that was meant by a name that is none, "" if there is no
// such, or nothing wrong.
func nearestLimit(name string) string {
	probe := &cobra.Command{SuggestionsMinimumDistance: 3}
	for _, l := range mockserver.LimitTable() {
		if strings.EqualFold(l.Name, name) {
			return ""
		}
		probe.AddCommand(&cobra.Command{Use: l.Name, Run: func(*cobra.Command, []string) {}})
	}
	if near := probe.SuggestionsFor(name); name != "" && len(near) > 0 {
		return near[0]
	}
	return ""
}

func completeLimit(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	var words []string
	for _, l := range mockserver.LimitTable() {
		words = append(words, fmt.Sprintf("%s=\t%s: %s", l.Name, commandDefault(l), l.About))
	}
	return words, cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveNoSpace
}

// commandDefault is what a limit is without the flag: the command serves more than one
// test, and has defaults of its own for some.
func commandDefault(l mockserver.Limit) string {
	if value := l.In(newLimitFlag().limits); value != "0" && value != "0s" {
		return value
	}
	return l.Default()
}

// text lists all limits for a terminal.
func (f *limitFlag) text(t *terminal) string {
	var b strings.Builder
	for _, l := range mockserver.LimitTable() {
		fmt.Fprintf(&b, "%s\n", t.paint(bold, l.Name+"="+commandDefault(l)))
		unit := l.Unit()
		if least := l.Least(); least != "" {
			unit += ", " + least + " at the least"
		}
		b.WriteString(wrap(fmt.Sprintf("%s: %s; more: %s", unit, l.About, l.Beyond), "    ", t.width))
	}
	return b.String()
}
