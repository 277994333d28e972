package main

import (
	"context"
	"errors"
	"io"

	"github.com/spf13/cobra"
)

// run is the whole command: it returns the exit code. When ctx ends, whatever is
// under way stops gracefully.
func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	root := newRoot()
	root.SetArgs(append([]string{}, args...)) // for nil it would take those of the process
	root.SetIn(stdin)
	root.SetOut(stdout)
	root.SetErr(stderr)
	var help error // cobra has no way back for it
	root.SetHelpFunc(func(cmd *cobra.Command, _ []string) { help = writeHelp(cmd) })
	return report(stderr, errors.Join(root.ExecuteContext(ctx), help))
}

const rootLong = `fakedc is a fake Telegram datacenter for testing uploads. Unmodified clients
connect to it over MTProto, it judges every part by the documented rules, and a
scenario makes chosen calls go wrong.

Each flag of each command can be set by an environment variable, too:
FAKEDC_LISTEN stands for --listen, FAKEDC_READY_FILE for --ready-file. Flags that
may be given several times take a value from each line of theirs. A variable that
is empty counts as one that is not set.`

const rootExample = `  fakedc demo                                   see what it does, in seconds
  fakedc serve                                  run one for your client
  fakedc serve --scenario builtin:flood-wait    one that makes parts wait
  fakedc rules                                  read the rules it judges by`

func newRoot() *cobra.Command {
	root := &cobra.Command{
		Use:           "fakedc COMMAND",
		Short:         "A fake Telegram datacenter for testing uploads",
		Long:          rootLong,
		Example:       rootExample,
		Version:       versionLine(),
		SilenceErrors: true,
		SilenceUsage:  true,

		SuggestionsMinimumDistance: 2, // letters
		Args:                       knownCommand,
		RunE:                       needsCommand,
		PersistentPreRunE:          fromEnvironment,
	}
	root.SetVersionTemplate("{{.Version}}\n") // as the command says it
	root.SetFlagErrorFunc(flagError)
	root.SetUsageFunc(writeUsage)
	root.AddCommand(newServe(), newExec(), newWait(), newShrink(), newSession(), newDemo(), newRules(), newScenarios(), newLint(), newDoctor(), newExplain(), newSchema(), newConform(), newVersion())
	root.SetHelpCommand(newHelp())
	root.InitDefaultCompletionCmd()
	for _, c := range root.Commands() {
		if c.Name() == "completion" { // it takes every word for a shell, and says nothing
			c.Args, c.RunE = knownCommand, needsCommand
			c.SuggestionsMinimumDistance = root.SuggestionsMinimumDistance
		}
	}
	return root
}

// needsCommand explains a command that does nothing without another one.
func needsCommand(cmd *cobra.Command, _ []string) error {
	cmd.SetOut(cmd.ErrOrStderr()) // nobody asked for it: it is no data
	_ = cmd.Help()
	return usageErrorf("no command given; see above")
}
