package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/signal"
	"slices"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"github.com/fakedc/fakedc/mockserver"
	"github.com/fakedc/fakedc/scenarios"
	"github.com/fakedc/fakedc/validator"
)

const serveLong = `Run a fake datacenter until it is interrupted.

The first line on stdout is one JSON object, written once it listens: address,
RSA key, datacenters, seed, ready sessions. Nothing else goes to stdout. On
stderr there is, on a terminal, a snippet to paste for each client, and then a
line for each part or other call that is refused, each fault of the scenario,
each upload that has all its parts and each that a message or the like has used,
which is "finished".

A live page shows each upload as a map of its parts, and can inject faults; its
address is on stderr, and that of the admin API in JSON behind it, with the
token that it asks for, is "admin" in the ready line. Both are on loopback only
unless --admin says otherwise.

Any bot token of the form 123:abc logs in, and any phone number with the code
12345; "fakedc session" gives a client a login without a login. When a file of
the scenario changes, and on SIGHUP, it is read again and put in force with
fresh counters; if it is wrong, the former one stays. What "fakedc lint" warns
of in it is told on stderr. A scenario that is put by the admin API or the live
page takes its place, until one of its files changes: what comes last wins.
Without --scenario SIGHUP ends the server, as SIGINT and SIGTERM do. At the end
it says what became of what the scenario expects; "fakedc exec" makes an exit
code of that.

With --data-dir auth keys, logins, uploads and their parts survive a restart,
however the server ended: a part that was answered true is on disk. Clients go
on with their sessions, and uploads where they were. The bytes of parts are
there too, up to --limit DiskBytes, in place of memory.

Exit codes: 2 for flags, or a scenario that cannot be loaded; 3 for an address
that cannot be used, a data directory that is damaged, in use or not fakedc's,
or another file that cannot be read. With --crash a failure of fakedc itself
ends it, too, with a stack and 2, which is what Go has for a panic.`

const serveExample = `  fakedc serve
  fakedc serve --listen 127.0.0.1:4430 --scenario builtin:flood-wait
  fakedc serve --fault 'part=2: 1*error(FILE_PART_SIZE_INVALID)'
  fakedc serve --ready-file ready.json & fakedc wait --ready-file ready.json
  FAKEDC_LISTEN=0.0.0.0:4430 FAKEDC_ADVERTISE=172.17.0.1:14430 fakedc serve
  fakedc serve --scenario mine.yaml --log json 2> events.jsonl
  fakedc serve --admin 127.0.0.1:4431 --admin-token "$TOKEN"
  fakedc serve --listen 127.0.0.1:4430 --data-dir ./fakedc-data
  fakedc serve --limit StoreBytes=4GiB --limit PartTime=5m
  fakedc serve --profile docs --ordering sequential --store digest
  fakedc serve --listen 127.0.0.1:4430 --dcs 4,5 --socks 127.0.0.1:1080`

// Limits of a server that serves more than one test.
const (
	serveStoreBytes  = 1 << 30
	serveConnections = 4096
)

// prepare has the last word about a server: for tests that make one fail.
var prepare = func(*mockserver.Options) {}

// serveFlags are the flags of serve.
type serveFlags struct {
	listen, socks, key, record    string
	advertise, journal            string
	files                         readyFiles
	reports                       reportFlags
	scenario                      scenarioFlags
	data                          dataDirFlags
	admin                         adminFlags
	limits                        limitFlag
	premium, verbose, strict      bool
	seed                          uint64
	dc, accounts                  int
	dcs                           []int
	profile, ordering, store, log *choice
	snippets                      *choice
	recorder                      *scenarios.Recorder
	journalTo                     io.Writer // nil without --journal
}

func newServe() *cobra.Command {
	var f serveFlags
	cmd := &cobra.Command{
		Use: "serve", Short: "Run a fake datacenter until interrupted",
		Long: serveLong, Example: serveExample, Args: takes(0),
	}
	f.addTo(cmd)
	flags := cmd.Flags()
	flags.StringVar(&f.files.ready, "ready-file", "", "a `FILE` that is there while the server listens, with the ready line")
	flags.StringVar(&f.files.env, "env-file", "", "a `FILE` for shells to read, with the variables that \"fakedc exec\" sets; the key is in FILE.pem")
	flags.IntVar(&f.accounts, "accounts", 16, "the `NUMBER` of users, and of bots, that \"fakedc session\" has a login for")
	f.reports.addTo(cmd)
	f.log = addChoice(cmd, "log", "how events are written to stderr", logText, logJSON, logOff)
	f.snippets = addChoice(cmd, "snippets", "which client's snippet to print, where auto is all on a terminal and none elsewhere", append([]string{snippetsAuto, "all", "none"}, snippetNames()...)...)
	flags.BoolVarP(&f.verbose, "verbose", "v", false, "a line for every event, with --log text")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error { return f.run(cmd) }
	return cmd
}

// addTo adds the flags that say what the server is like.
func (f *serveFlags) addTo(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringVar(&f.listen, "listen", "", "the `ADDRESS` to listen on (default 127.0.0.1:0, any free port)")
	flags.StringVar(&f.advertise, "advertise", "", "the `IP:PORT` that clients are told, where that is not --listen: a forwarded or mapped port; further datacenters take the ports that follow")
	flags.StringVar(&f.socks, "socks", "", "the `ADDRESS` of a SOCKS5 proxy that leads nowhere but here, for clients whose addresses are compiled in")
	f.scenario.addTo(cmd)
	f.admin.addTo(cmd)
	f.data.addTo(cmd)
	f.limits.addTo(cmd)
	flags.BoolVar(&f.strict, "crash", false, "end the process, with exit code 2 and a stack, if fakedc itself fails, rather than one connection: for fakedc's own tests and for reports of its defects")
	flags.BoolVar(&f.premium, "premium", false, "every account has Telegram Premium: 8000 parts instead of 4000")
	f.profile = addProfile(cmd)
	f.ordering = addChoice(cmd, "ordering", "the order in which parts have to come", string(validator.OrderingAny), string(validator.OrderingSequential))
	f.store = addChoice(cmd, "store", "what is kept of parts, their bytes (as far as --limit StoreBytes goes) or only a digest of each, which leaves md5_checksum unchecked", string(mockserver.StoreMemory), string(mockserver.StoreDigest))
	flags.Uint64Var(&f.seed, "seed", 0, "the `NUMBER` that decides every chance in a scenario")
	flags.IntVar(&f.dc, "dc", 2, "the `NUMBER` of the datacenter, 1 to 1000; where there are several, of the one where all accounts live")
	flags.IntSliceVar(&f.dcs, "dcs", nil, "the `NUMBERS` of further datacenters, such as 4,5, on ports of their own: those after the first's, if --listen names one")
	flags.StringVar(&f.key, "key", "", "a private RSA key of 2048 bits, as a PEM `FILE` that only you can read (default: fakedc's public test key)")
	flags.StringVar(&f.journal, "journal", "", "a `FILE` that everything that happens is written to, a line of JSON each, by one server at a time; see \"fakedc doctor\"")
	flags.StringVar(&f.record, "record", "", "the `FILE` that the faults which fired are written to at the end, as a scenario without chance that expects the same")
}

func (f *serveFlags) run(cmd *cobra.Command) error {
	if f.limits.help {
		return writeData(cmd, f.limits.text(newTerminal(cmd.OutOrStdout())))
	}
	if err := f.reports.check(); err != nil {
		return err
	}
	scenario, err := f.scenario.load()
	if err != nil {
		return err
	}
	if err := f.outputs(f.reports); err != nil {
		return err
	}
	again := make(chan os.Signal, 1) // to read the scenario
	until := untilHangup
	if len(f.scenario.scenarios) > 0 {
		until = context.WithCancel
		signal.Notify(again, syscall.SIGHUP)
		defer signal.Stop(again)
	}
	ctx, stop := until(cmd.Context())
	defer stop()
	if err := f.files.clear(ctx); err != nil {
		return err
	}
	o, err := f.open(scenario, stop)
	if err != nil {
		return err
	}
	defer o.close()
	defer context.AfterFunc(ctx, o.hurry)() // what is written by then may keep us from closing it
	defer f.files.remove()
	failed := make(chan error, 1)
	o.admin.serve(func(err error) {
		failed <- err
		stop()
	})
	served := o.doors.serve(o.server) // before anybody is told
	if err := f.files.write(o.ready); err != nil {
		return err
	}
	if err := o.ready.write(cmd); err != nil { // the last: whoever reads it goes on to the files
		return err
	}
	t := newTerminal(cmd.ErrOrStderr())
	t.w = newUnread(ctx, t.w)
	w := &watcher{server: o.server, t: t, format: f.log.value, verbose: f.verbose}
	if w.t.live && w.format == logText {
		w.live = &liveUploads{t: w.t}
	}
	w.banner(o.ready, o.doors, f.snippets.value, f.sessionCommand(o.ready))
	if text := o.admin.warning(); text != "" {
		w.warn("%s", text)
	}
	w.lint(f.scenario.untold())
	err = errors.Join(f.untilDone(ctx, o, served, again, w), f.writeRecord())
	select {
	case broken := <-failed:
		return ioErrorf("serving the admin API: %w", broken)
	default:
		return err
	}
}

// sessionCommand is a command line that makes a session of this server.
func (f *serveFlags) sessionCommand(r ready) string {
	line := "fakedc session --client telethon --addr " + r.DCs[0].Addr
	if f.seed != 0 {
		line += fmt.Sprintf(" --seed %d", f.seed)
	}
	if r.DCs[0].ID != 2 {
		line += fmt.Sprintf(" --dc %d", r.DCs[0].ID)
	}
	return line
}

func (f *serveFlags) newServer(scenario *scenarios.Scenario) (*mockserver.Server, error) {
	o := mockserver.Options{
		Scenario: scenario,
		Profile:  validator.Profile(f.profile.value), Ordering: validator.Ordering(f.ordering.value),
		Premium: f.premium, Store: mockserver.StoreKind(f.store.value), Seed: f.seed, DC: f.dc,
		MoreDCs: f.dcs, ReadyAccounts: f.accounts,
		Limits: f.limits.limits, Strict: f.strict,
	}
	if err := errors.Join(f.data.apply(&o, &f.limits), f.admin.check(&f.limits)); err != nil {
		return nil, err
	}
	if f.journalTo != nil {
		o.Journal = f.journalTo
	}
	if f.record != "" {
		f.recorder = &scenarios.Recorder{}
		o.Recorder = f.recorder
	}
	if err := f.numbers(); err != nil {
		return nil, err
	}
	if f.key != "" {
		key, err := loadKey(f.key)
		if err != nil {
			return nil, err
		}
		o.Key = key
	}
	prepare(&o)
	server, err := mockserver.New(o)
	if broken := (*mockserver.DataDirError)(nil); errors.As(err, &broken) {
		return nil, ioErrorf("--data-dir: %w", broken.Unwrap())
	}
	if full := (*fs.PathError)(nil); errors.As(err, &full) {
		return nil, ioErrorf("--journal: %w", full) // nothing else is written to by then
	}
	if err != nil {
		return nil, usageErrorf("%w", err) // all that can be wrong came from a flag or the scenario
	}
	return server, nil
}

// numbers refuses what the library would, in the words of the flags. It takes 0 for "not set".
func (f *serveFlags) numbers() error {
	if err := checkDC("--dc", f.dc); err != nil {
		return err
	}
	for i, dc := range f.dcs {
		if err := checkDC("--dcs", dc); err != nil {
			return err
		}
		if dc == f.dc || slices.Contains(f.dcs[:i], dc) {
			return usageErrorf("--dcs %d: that datacenter is there already; the first one is that of --dc, %d", dc, f.dc)
		}
	}
	if f.accounts < 1 || f.accounts > 10000 {
		return usageErrorf("--accounts %d: it takes 1 to 10000", f.accounts)
	}
	return nil
}

func checkDC(flag string, dc int) error {
	if dc < 1 || dc > 1000 {
		return usageErrorf("%s %d: datacenters are numbered 1 to 1000", flag, dc)
	}
	return nil
}

// rulesProfile is the profile in force: the scenario's, if it has one.
func (f *serveFlags) rulesProfile(s *scenarios.Scenario) string {
	if s != nil && s.Profile != "" {
		return s.Profile
	}
	return f.profile.value
}

// untilDone serves until ctx ends, or until serving fails.
func (f *serveFlags) untilDone(ctx context.Context, o *opened, served <-chan error, again <-chan os.Signal, w *watcher) error {
	server := o.server
	look := time.NewTicker(reloadEvery)
	defer look.Stop()
	frames, stopFrames := w.frames()
	defer stopFrames()
	for {
		changed := server.Changed() // before the look: nothing is missed
		w.catchUp()
		select {
		case <-ctx.Done():
			closed := o.closeServer()
			for range o.doors {
				<-served
			}
			w.catchUp()
			w.makeRoom()
			w.live = nil
			w.farewell()
			if f.scenario.any() && f.log.value == logText {
				writeVerdict(w.t.w, w.t, server, o.admin.verdict(server))
			}
			return errors.Join(closed, f.reports.write(w.t.w, judged{server: server, verdict: o.admin.verdict(server)}))
		case err := <-served:
			return errors.Join(err, o.closeServer())
		case <-again:
			w.reloaded(f.reload(server), f.scenario.untold())
		case <-look.C:
			if f.scenario.changed() {
				w.reloaded(f.reload(server), f.scenario.untold())
			}
		case <-frames:
			w.show()
		case <-changed:
		}
	}
}

// reload puts the scenario file in force again.
func (f *serveFlags) reload(server *mockserver.Server) error {
	s, err := f.scenario.load()
	if err != nil {
		return err
	}
	return server.SetScenario(s)
}
