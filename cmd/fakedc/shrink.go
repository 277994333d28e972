package main

import (
	"context"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/fakedc/fakedc/scenarios"
	"github.com/fakedc/fakedc/scenarios/oracle"
)

const shrinkLong = `Find the fewest rules of a scenario with which a command still fails.

The command is run as by "fakedc exec", again and again, each time against a
server of its own that has only some of the rules. It fails if it ends with
another exit code than 0, runs out of time, or its client gets a bad verdict;
rules that never fired do not count, nor does what is expected to follow on a
fault that did not come. What is left is written as a scenario, with the rest of
the file as it was; what it includes is always there. A recording of "fakedc exec
--record" is a good thing to begin with.

Exit codes: 0, the scenario was shrunk; 1, the command does not fail with all
rules, or fails without any; 2, wrong flags or a wrong scenario; 3, an address or
a file.`

const shrinkExample = `  fakedc exec --scenario builtin:chaos --record failing.yaml -- node upload.js
  fakedc shrink failing.yaml -- node upload.js > small.yaml
  fakedc shrink failing.yaml --output small.yaml --max-runs 50 -- pytest -q`

// shrinker looks for the fewest rules.
type shrinker struct {
	trial    trial
	src      []byte
	file     string
	runs     int
	known    map[string]bool // which rules fail
	maxRuns  int
	progress io.Writer
}

func newShrink() *cobra.Command {
	var f serveFlags
	var out string
	s := shrinker{trial: trial{flags: &f}}
	cmd := &cobra.Command{
		Use: "shrink FILE [FLAGS] -- COMMAND [ARGS]", DisableFlagsInUseLine: true, Short: "Find the fewest rules with which a command still fails",
		Long: shrinkLong, Example: shrinkExample, Args: takes(manyArgs, "FILE", "COMMAND"), ValidArgsFunction: completeScenario,
	}
	f.addTo(cmd)
	f.accounts = 16
	cmd.Flags().DurationVar(&s.trial.timeout, "timeout", time.Minute, "how long one run may take; 0 is as long as it likes")
	cmd.Flags().IntVar(&s.maxRuns, "max-runs", 200, "how `OFTEN` the command is run at most")
	cmd.Flags().StringVarP(&out, "output", "o", "", "the `FILE` to write (default stdout)")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if f.limits.help {
			return writeData(cmd, f.limits.text(newTerminal(cmd.OutOrStdout())))
		}
		if err := checkTimeout(s.trial.timeout); err != nil {
			return err
		}
		if s.maxRuns < 1 {
			return usageErrorf("--max-runs %d: it takes one run to see that the command fails", s.maxRuns)
		}
		if f.scenario.any() || f.record != "" {
			return usageErrorf("shrink takes its scenario as an argument, and no --scenario, --fault or --record")
		}
		if f.data.dir != "" { // files would be numbered on from those of the run before
			return usageErrorf("shrink takes no --data-dir: each run has to begin with nothing")
		}
		src, err := scenarios.Source(args[0])
		if err != nil {
			return scenarioError(err)
		}
		if err := f.outputs(reportFlags{}, output{"--output", out}); err != nil { // before minutes of work are lost
			return err
		}
		s.file, s.src, s.trial.command, s.progress = args[0], src, args[1:], cmd.ErrOrStderr()
		ctx, stop := untilHangup(cmd.Context())
		defer stop()
		small, err := s.shrink(ctx)
		switch {
		case err != nil:
			return err
		case out != "":
			return writeFile(out, small)
		}
		return writeData(cmd, string(small))
	}
	return cmd
}

// shrink leaves rules out, in pieces that get smaller, as long as it fails without
// them.
func (s *shrinker) shrink(ctx context.Context) ([]byte, error) {
	if _, err := scenarios.ParseFile(s.file, s.src); err != nil {
		return nil, scenarioError(err)
	}
	own, err := scenarios.OwnRules(s.file, s.src)
	if err != nil {
		return nil, scenarioError(err)
	}
	keep := make([]int, own)
	for i := range keep {
		keep[i] = i
	}
	switch fails, err := s.fails(ctx, keep); {
	case err != nil:
		return nil, err
	case !fails:
		return nil, failedf("the command does not fail with all rules of %s, so there is nothing to shrink", s.file)
	}
	if s.runs < s.maxRuns { // nothing of what follows would mean anything
		switch fails, err := s.fails(ctx, nil); {
		case err != nil:
			return nil, err
		case fails:
			return nil, failedf("the command fails without the rules of %s too, so none of them is the reason and there is nothing to shrink", s.file)
		}
	}
	for piece := (len(keep) + 1) / 2; piece > 0 && len(keep) > 0; {
		shrunk := false
		for from := 0; from < len(keep) && s.runs < s.maxRuns; {
			without := append(append([]int{}, keep[:from]...), keep[min(from+piece, len(keep)):]...)
			fails, err := s.fails(ctx, without)
			switch {
			case err != nil:
				return nil, err
			case fails:
				keep, shrunk = without, true
			default:
				from += piece
			}
		}
		if s.runs >= s.maxRuns {
			fmt.Fprintf(s.progress, "stopped after %s; it may get smaller still\n", count(s.runs, "run"))
			break
		}
		if !shrunk || piece > 1 {
			if piece == 1 {
				break
			}
			piece = (piece + 1) / 2
		}
	}
	fmt.Fprintf(s.progress, "%d of %s are left after %s\n", len(keep), count(own, "rule"), count(s.runs, "run"))
	return scenarios.KeepRules(s.file, s.src, keep)
}

// fails runs the command with some of the rules.
func (s *shrinker) fails(ctx context.Context, keep []int) (bool, error) {
	key := fmt.Sprint(keep)
	if fails, known := s.known[key]; known {
		return fails, nil
	}
	src, err := scenarios.KeepRules(s.file, s.src, keep)
	if err != nil {
		return false, scenarioError(err)
	}
	if s.known == nil {
		s.known = map[string]bool{}
	}
	scenario, err := scenarios.ParseFile(s.file, src)
	if err != nil { // a rule that is left out leads to the state of one that is there
		s.known[key] = false
		return false, nil
	}
	scenario.Allow.UnfiredRules = []string{"*"}
	s.runs++
	tr := s.trial
	tr.scenario = scenario
	o, err := tr.run(ctx)
	if err != nil {
		return false, err
	}
	if err := ctx.Err(); err != nil {
		return false, failedf("interrupted")
	}
	fails := o.err != nil || o.timedOut || slices.ContainsFunc(o.verdict.Checks, blames)
	fmt.Fprintf(s.progress, "run %d, %s: %s\n", s.runs, count(len(keep), "rule"), map[bool]string{true: "fails", false: "passes"}[fails])
	s.known[key] = fails
	return fails, nil
}

// blames tells whether a check makes a run fail. What waits for the fault of a rule that was
// left out would make every run without the rule fail, and so may an injected fault that the
// client does not meet without it.
func blames(c oracle.Check) bool {
	return c.Bad() && !c.Unprovoked && c.Kind != oracle.CheckRuleFired
}
