package main

import (
	"context"
	"crypto/rsa"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/netip"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/fakedc/fakedc/mockserver"
	"github.com/fakedc/fakedc/mockserver/conformance"
	"github.com/fakedc/fakedc/mockserver/rawclient"
)

const conformLong = `Check whether a server speaks MTProto, and takes uploads, as core.telegram.org
describes it: some four hundred numbered cases, each with its requirement and the
page that says so. Without --addr a fakedc is started and checked.

--run takes sections ("4"), ("4.2"), single cases ("4.2.3") and words of a name,
separated by commas; --list prints the cases instead of running them.

With the variables of "fakedc exec" or of serve --env-file it checks the server that
they are about.

The exit code is 1 if a case fails, or was not finished when it was interrupted.
Cases that fakedc itself is known not to meet, each for a reason, do not count
unless --strict is given.`

const conformExample = `  fakedc conform
  fakedc conform --list --run 1.3
  fakedc conform --addr 127.0.0.1:4430 --key key.pem --dc 2
  jq -r .rsa.pem ready.json | fakedc conform --addr 127.0.0.1:4430 --key -`

// conformFlags are the flags of conform.
type conformFlags struct {
	addr, key, run, token string
	dc, parallel          int
	timeout               time.Duration
	json, force, list     bool
	strict, verbose       bool
}

func newConform() *cobra.Command {
	var f conformFlags
	cmd := &cobra.Command{
		Use: "conform", Short: "Check a server against the documentation of MTProto and of uploads",
		Long: conformLong, Example: conformExample, Args: takes(0),
	}
	flags := cmd.Flags()
	flags.StringVar(&f.addr, "addr", "", "the `HOST:PORT` of the server (default: a fakedc of its own)")
	flags.StringVar(&f.key, "key", "", "the server's public RSA key, as a PEM `FILE` or - for stdin (with --addr)")
	flags.IntVar(&f.dc, "dc", 0, "the `NUMBER` of the server's datacenter; without it the cases about it are skipped (with --addr)")
	flags.StringVar(&f.token, "bot-token", "", "what logs in for the cases about files, a `TOKEN` (default: a made-up one)")
	flags.StringVar(&f.run, "run", "", "the `CASES` to run (default: all)")
	flags.IntVar(&f.parallel, "parallel", 8, "the `NUMBER` of cases that run at once")
	flags.DurationVar(&f.timeout, "timeout", 3*time.Second, "the `TIME` to wait for one answer")
	flags.BoolVar(&f.list, "list", false, "print the cases and run none")
	flags.BoolVar(&f.json, "json", false, "print JSON")
	flags.BoolVar(&f.strict, "strict", false, "known failures of fakedc count, too")
	flags.BoolVar(&f.force, "force", false, "connect to an address that is not on this machine")
	flags.BoolVarP(&f.verbose, "verbose", "v", false, "a line for every case, not only for those that fail")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error { return f.main(cmd) }
	return cmd
}

func (f *conformFlags) main(cmd *cobra.Command) error {
	if f.timeout <= 0 {
		return usageErrorf("--timeout %v: it has to be more than nothing", f.timeout)
	}
	if f.parallel < 1 {
		return usageErrorf("--parallel %d: at least one case runs at once", f.parallel)
	}
	if unmatched := conformance.Unmatched(f.run); len(unmatched) > 0 {
		return usageErrorf("--run: no case goes by %q; see fakedc conform --list", unmatched[0])
	}
	if f.list {
		return f.writeList(cmd, conformance.Select(f.run))
	}
	target, stop, err := f.target(cmd)
	if err != nil {
		return err
	}
	defer stop()
	o := conformance.Options{Run: f.run, Parallel: f.parallel, Patience: f.timeout}
	if !f.strict {
		o.Known = conformance.Known()
	}
	report := conformance.Run(cmd.Context(), target, o)
	if err := f.write(cmd, report); err != nil {
		return err
	}
	failed, all := len(report.Failures()), count(len(report.Results), "case")
	switch {
	case report.Unfinished > 0 && failed > 0:
		return failedf("interrupted: %d of %s failed, %d were not finished", failed, all, report.Unfinished)
	case report.Unfinished > 0:
		return failedf("interrupted: %d of %s were not finished", report.Unfinished, all)
	case failed > 0:
		return failedf("%d of %s failed", failed, all)
	}
	return nil
}

// target is the server to check: the one of --addr, or one of our own.
func (f *conformFlags) target(cmd *cobra.Command) (t conformance.Target, stop func(), err error) {
	if f.addr == "" {
		if f.key != "" || f.dc != 0 {
			return t, nil, usageErrorf("--key and --dc, or FAKEDC_KEY and FAKEDC_DC, describe the server of --addr, which is missing")
		}
		return ownTarget()
	}
	readKey, err := f.keySource(cmd.InOrStdin())
	if err != nil {
		return t, nil, err
	}
	if err := f.checkAddr(); err != nil {
		return t, nil, err
	}
	key, err := readKey()
	if err != nil {
		return t, nil, err
	}
	if err := answers(cmd.Context(), f.addr, f.timeout); err != nil {
		return t, nil, err
	}
	return conformance.Target{Addr: f.addr, PublicKey: key, DC: f.dc, BotToken: f.token}, func() {}, nil
}

// keySource says where the server's key is read. The variables that "fakedc exec" and
// serve --env-file set have it beside the address, for that address alone.
func (f *conformFlags) keySource(stdin io.Reader) (func() (*rsa.PublicKey, error), error) {
	text, file := os.Getenv("FAKEDC_PUBLIC_KEY"), os.Getenv("FAKEDC_PUBLIC_KEY_FILE")
	switch {
	case f.key != "":
		return func() (*rsa.PublicKey, error) { return loadPublicKey("--key", f.key, stdin) }, nil
	case f.addr != os.Getenv(envName("addr")):
		return nil, usageErrorf("--addr needs the server's public RSA key: --key FILE")
	case text != "":
		return func() (*rsa.PublicKey, error) { return publicKeyIn("FAKEDC_PUBLIC_KEY", []byte(text)) }, nil
	case file != "":
		return func() (*rsa.PublicKey, error) { return loadPublicKey("FAKEDC_PUBLIC_KEY_FILE", file, nil) }, nil
	}
	return nil, usageErrorf("%s, which stands for --addr, needs the server's public RSA key: --key FILE, FAKEDC_PUBLIC_KEY or FAKEDC_PUBLIC_KEY_FILE", envName("addr"))
}

// ownTarget starts a fakedc.
func ownTarget() (t conformance.Target, stop func(), err error) {
	server, err := mockserver.New(mockserver.Options{})
	if err != nil {
		return t, nil, failedf("starting fakedc: %w", err)
	}
	l, err := listen("--listen", "")
	if err != nil {
		return t, nil, err
	}
	served := make(chan struct{})
	go func() {
		defer close(served)
		_ = server.Serve(l) // ends with Close
	}()
	stop = func() {
		_ = server.Close()
		<-served
	}
	return conformance.Target{Addr: l.Addr().String(), PublicKey: server.PublicKey().RSA, DC: server.DC()}, stop, nil
}

// checkAddr keeps the cases, some of which are rude, from servers of other people.
func (f *conformFlags) checkAddr() error {
	host, _, err := net.SplitHostPort(f.addr)
	if err != nil {
		return usageErrorf("--addr %s: %w; it takes HOST:PORT", f.addr, err)
	}
	ip, err := netip.ParseAddr(host)
	if f.force || host == "localhost" || err == nil && ip.IsLoopback() {
		return nil
	}
	return usageErrorf("--addr %s is not on this machine: the cases send malformed and hostile messages; "+
		"--force sends them nevertheless, which only the server's owner should do", f.addr)
}

// answers tells early that nobody listens.
func answers(ctx context.Context, addr string, patience time.Duration) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	c, err := rawclient.Dial(ctx, addr, rawclient.Options{})
	if err != nil {
		return ioErrorf("--addr: %w", err)
	}
	_ = c.Close()
	return nil
}

func (f *conformFlags) writeList(cmd *cobra.Command, cases []conformance.Case) error {
	if f.json {
		return writeConformJSON(cmd, cases)
	}
	t := newTerminal(cmd.OutOrStdout())
	var b strings.Builder
	for _, c := range cases {
		fmt.Fprintf(&b, "%-7s %s\n", c.ID, t.paint(bold, c.Name))
		b.WriteString(wrap(c.Requirement, "        ", t.width))
		b.WriteString("        " + t.paint(cyan, c.URL) + "\n")
	}
	return writeData(cmd, b.String())
}

func writeConformJSON(cmd *cobra.Command, v any) error {
	text, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return ioErrorf("writing JSON: %w", err)
	}
	return writeData(cmd, string(text)+"\n")
}

func (f *conformFlags) write(cmd *cobra.Command, r conformance.Report) error {
	if f.json {
		return writeConformJSON(cmd, r)
	}
	return writeData(cmd, conformText(newTerminal(cmd.OutOrStdout()), r, f.verbose))
}

// conformText tells a report to a person.
func conformText(t *terminal, r conformance.Report, verbose bool) string {
	var b strings.Builder
	for _, one := range r.Results {
		if one.Status != conformance.Pass && one.Status != conformance.Unfinished || verbose {
			writeResult(&b, t, one)
		}
	}
	fmt.Fprintf(&b, "%s against %s in %v: %d passed, %d failed", count(len(r.Results), "case"), r.Addr, r.Duration.Round(100*time.Millisecond), r.Passed, r.Failed-r.KnownFailed)
	if r.KnownFailed > 0 {
		fmt.Fprintf(&b, ", %d known to fail", r.KnownFailed)
	}
	if r.Skipped > 0 {
		fmt.Fprintf(&b, ", %d skipped", r.Skipped)
	}
	if r.Unfinished > 0 {
		fmt.Fprintf(&b, ", %d not finished", r.Unfinished)
	}
	return b.String() + "\n"
}

func writeResult(b *strings.Builder, t *terminal, r conformance.Result) {
	word, colour := strings.ToUpper(string(r.Status)), map[conformance.Status]style{conformance.Pass: green, conformance.Fail: red, conformance.Skip: yellow}[r.Status]
	switch {
	case r.Status == conformance.Fail && r.Known != "":
		word, colour = "KNOWN", yellow
	case r.Status == conformance.Unfinished:
		word, colour = "LEFT", yellow
	}
	fmt.Fprintf(b, "%s %-7s %s\n", t.paint(colour, fmt.Sprintf("%-5s", word)), r.ID, r.Name)
	if r.Status == conformance.Pass {
		return
	}
	const indent = "              "
	b.WriteString(wrap(r.Requirement, indent, t.width))
	b.WriteString(wrap(oneLine(r.Detail), indent, t.width))
	if r.Known != "" {
		b.WriteString(wrap("known: "+r.Known, indent, t.width))
	}
	b.WriteString(indent + t.paint(cyan, r.URL) + "\n")
}
