package main

import (
	"errors"
	"os"
	"time"

	"github.com/spf13/cobra"
)

const execLong = `Start a fake datacenter, run a command against it, stop it and judge what the
command's client did.

The command finds in its environment FAKEDC_ADDR (HOST:PORT), FAKEDC_HOST,
FAKEDC_PORT, FAKEDC_DC, FAKEDC_PUBLIC_KEY (PEM), FAKEDC_PUBLIC_KEY_FILE,
FAKEDC_FINGERPRINT, FAKEDC_SEED, FAKEDC_ADMIN (the URL of the admin API) with
FAKEDC_ADMIN_TOKEN, with --socks FAKEDC_PROXY (socks5://HOST:PORT), and for each
client FAKEDC_SESSION_NAME, a session that needs neither the key nor a login:
FAKEDC_SESSION_TELETHON, for one. Its input and output are its own; the verdict
goes to stderr, and before the command runs what "fakedc lint" warns of in the
scenario, which is no failure. SIGINT, SIGTERM and SIGHUP go on to it, and what it
did until then is judged. It may ask something on a terminal: Ctrl-C is its own
then, and Ctrl-Z does nothing. If its output goes to a pipe, as to a pager, it
gets the terminal once it asks.

The verdict is about what the scenario expects, its rules that never fired, faults
that the command injected over the admin API, did not take out and that never
fired, upload rules that were broken and methods that nobody knows. Whether uploads
are complete counts only where the scenario expects it (expect: [upload: complete]),
or with --require-upload; otherwise an upload that no fault has touched and that is
not complete is a warning, and so is it if no client connected. Reports have the
verdict and how the command ended.

Exit codes: 0, all is well; 1, the verdict is bad; 2, wrong flags or a wrong
scenario; 3, an address or a file, or a command that cannot be started; 4, the
command ran out of time; 5, the command failed though the verdict is good. With
--crash a failure of fakedc itself is 2, too.`

const execExample = `  fakedc exec -- go test ./upload/...
  fakedc exec --scenario builtin:flood-wait -- node upload.js
  fakedc exec --require-upload -- python upload.py
  fakedc exec --scenario mine.yaml --report junit=fakedc.xml -- go test ./...
  fakedc exec --fault 'part=2: 1*drop(after-store)' --timeout 1m -- pytest -q`

func newExec() *cobra.Command {
	var f serveFlags
	var timeout time.Duration
	var requireUpload bool
	var reports reportFlags
	cmd := &cobra.Command{
		Use: "exec [FLAGS] -- COMMAND [ARGS]", DisableFlagsInUseLine: true, Short: "Run a command against a fake datacenter and judge it",
		Long: execLong, Example: execExample, Args: takes(manyArgs, "COMMAND"),
	}
	f.addTo(cmd)
	f.accounts = 16
	cmd.Flags().DurationVar(&timeout, "timeout", 0, "how long the command may take, such as 90s; 0 is as long as it likes (the default)")
	cmd.Flags().BoolVar(&requireUpload, "require-upload", false, "fail, with exit code 1, unless an upload came in this run and every one is complete")
	reports.addTo(cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if f.limits.help {
			return writeData(cmd, f.limits.text(newTerminal(cmd.OutOrStdout())))
		}
		if err := errors.Join(checkTimeout(timeout), reports.check()); err != nil {
			return err
		}
		scenario, err := f.scenario.load()
		if err != nil {
			return err
		}
		if err := f.outputs(reports); err != nil {
			return err
		}
		f.scenario.tell(cmd.ErrOrStderr())
		tr := trial{flags: &f, scenario: scenario, command: args, timeout: timeout, stdin: cmd.InOrStdin(), stdout: cmd.OutOrStdout(), stderr: cmd.ErrOrStderr()}
		ctx, stop := untilHangup(cmd.Context())
		defer stop()
		o, err := tr.run(ctx)
		if err != nil {
			return err
		}
		stderr, t := cmd.ErrOrStderr(), newTerminal(cmd.ErrOrStderr())
		warned := o.look(requireUpload, scenario)
		writeVerdict(stderr, t, o.server, o.verdict)
		if !o.neverStarted() {
			warnAll(stderr, os.Getenv, t, warned)
		}
		return errors.Join(tr.judge(o), reports.write(stderr, judged{o.server, o.verdict, tr.ending(o)}), f.writeRecord())
	}
	return cmd
}
