package main

import (
	"context"
	"io"

	"github.com/spf13/cobra"
)

// run is the whole command: it returns the exit code. When ctx ends, whatever is
// under way stops gracefully.
func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	root := newRoot()
	root.SetArgs(args)
	root.SetIn(stdin)
	root.SetOut(stdout)
	root.SetErr(stderr)
	return report(stderr, root.ExecuteContext(ctx))
}

const rootLong = `fakedc is a fake Telegram datacenter for testing uploads. Unmodified clients
connect to it over MTProto, it judges every part by the documented rules, and a
scenario makes chosen calls go wrong.`

const rootExample = `  fakedc demo                                   see what it does, in seconds
  fakedc serve                                  run one for your client
  fakedc serve --scenario builtin:flood-wait    one that makes parts wait
  fakedc rules                                  read the rules it judges by`

func newRoot() *cobra.Command {
	root := &cobra.Command{
		Use:           "fakedc",
		Short:         "A fake Telegram datacenter for testing uploads",
		Long:          rootLong,
		Example:       rootExample,
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          knownCommand,
		RunE: func(cmd *cobra.Command, _ []string) error {
			cmd.SetOut(cmd.ErrOrStderr()) // nobody asked for it: it is no data
			_ = cmd.Help()
			return usageErrorf("no command given; see above")
		},
	}
	root.SetFlagErrorFunc(flagError)
	root.AddCommand(newServe(), newDemo(), newRules(), newScenarios(), newVersion())
	root.SetHelpCommand(newHelp())
	return root
}

// newHelp is cobra's help command, but for a wrong topic, which is an error here.
func newHelp() *cobra.Command {
	return &cobra.Command{
		Use:     "help [COMMAND]",
		Short:   "Explain a command",
		Example: "  fakedc help serve",
		RunE: func(cmd *cobra.Command, args []string) error {
			topic, _, err := cmd.Root().Find(args)
			if err != nil {
				return &exitError{code: exitUsage, err: err}
			}
			if topic == cmd.Root() && len(args) > 0 {
				return unknownCommand(topic, args[0])
			}
			topic.InitDefaultHelpFlag()
			return topic.Help()
		},
	}
}
