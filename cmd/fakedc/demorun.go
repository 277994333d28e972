package main

import (
	"cmp"
	"context"
	"crypto/sha256"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/fakedc/fakedc/mockserver"
	"github.com/fakedc/fakedc/scenarios"
	"github.com/fakedc/fakedc/validator"
)

// demoFile is what the uploaded file is called.
const demoFile = "demo.bin"

// demoRun is one run of the demo.
type demoRun struct {
	flags    *demoFlags
	cmd      *cobra.Command
	server   *mockserver.Server
	addr     string
	scenario *scenarios.Scenario
	out      *terminal // what came of it
	live     *terminal // what happens meanwhile
	rules    *validator.Rulebook

	data     []byte
	uploader *uploader
	readBack []byte
	took     time.Duration // of the upload
}

func newDemoRun(f *demoFlags, cmd *cobra.Command, server *mockserver.Server, addr string, scenario *scenarios.Scenario) *demoRun {
	d := &demoRun{
		flags: f, cmd: cmd, server: server, addr: addr, scenario: scenario,
		out: newTerminal(cmd.OutOrStdout()), live: newTerminal(cmd.ErrOrStderr()),
		rules: validator.MustNew(validator.Options{}), // for where rules come from, whatever their mode
		data:  make([]byte, f.size),
	}
	// No two parts are alike, and each run uploads the same.
	_, _ = rand.NewChaCha8([32]byte{'f', 'a', 'k', 'e', 'd', 'c'}).Read(d.data) // it never fails
	return d
}

func (d *demoRun) run(ctx context.Context) error {
	if err := writeData(d.cmd, d.intro()); err != nil {
		return err
	}
	err := d.upload(ctx)
	if ctx.Err() != nil {
		return failedf("interrupted before the upload ended")
	}
	text, verdict := d.result(err)
	if err := writeData(d.cmd, text); err != nil {
		return err
	}
	return verdict
}

const introIndent = "            "

// intro says what is about to happen.
func (d *demoRun) intro() string {
	f := d.flags
	var b strings.Builder
	fmt.Fprintf(&b, "%s at %s\n\n", d.out.paint(bold, "A fake Telegram datacenter"), d.addr)
	fmt.Fprintf(&b, "  file      %s, %s bytes: %s of %v\n", demoFile, grouped(int64(f.size)), count(f.parts(), "part"), &f.partSize)
	client := fmt.Sprintf("%s with one auth key: %s", count(f.connections, "connection"), transportNames(f.connections))
	b.WriteString("  client    " + strings.TrimLeft(wrap(client, introIndent, d.out.width), " "))
	if d.scenario != nil {
		fmt.Fprintf(&b, "  scenario  %s\n%s", d.out.paint(bold, d.scenario.Name), wrap(d.scenario.Description, introIndent, d.out.width))
	}
	b.WriteByte('\n')
	return b.String()
}

// upload makes the key, sends the parts, makes a file of them and reads it back.
func (d *demoRun) upload(ctx context.Context) error {
	p := newProgress(d.live, int64(d.flags.size))
	defer p.end()
	d.uploader = newUploader(d.addr, d.server.PublicKey().RSA, d.data, d.flags, p)
	defer d.uploader.close()
	start := time.Now()
	if err := d.uploader.send(ctx); err != nil {
		return err
	}
	location, err := d.uploader.finish(ctx)
	if err != nil {
		return err
	}
	d.took = time.Since(start)
	d.readBack, err = d.uploader.read(ctx, location)
	return err
}

// result is the end of the demo: the text for the person and, if anything is not
// as it should be, the error.
func (d *demoRun) result(uploadErr error) (string, error) {
	var b strings.Builder
	u, _ := d.server.Upload(d.uploader.fileID) // nothing arrived: an empty map says so
	cells := partCells(u, d.flags.parts(), waited(d.events()))
	b.WriteString(d.out.paint(bold, "The parts, as the datacenter has them") + "\n\n")
	b.WriteString(partMap(d.out, cells))
	b.WriteString("\n" + d.incidents())
	problem := d.problem(u, uploadErr)
	b.WriteString("\n" + d.summary(u, problem))
	if problem != "" {
		return b.String(), failedf("demo: %s", problem)
	}
	return b.String(), nil
}

// events are those of the uploaded parts, by part and attempt.
func (d *demoRun) events() (out []mockserver.Event) {
	for _, e := range d.server.Journal() {
		if e.Kind == mockserver.EventPart && e.Part != nil {
			out = append(out, e)
		}
	}
	slices.SortStableFunc(out, func(a, b mockserver.Event) int {
		return cmp.Or(cmp.Compare(*a.Part, *b.Part), cmp.Compare(a.Attempt, b.Attempt))
	})
	return out
}

// problem is what is not as it should be, "" for nothing.
func (d *demoRun) problem(u mockserver.Upload, uploadErr error) string {
	switch {
	case uploadErr != nil:
		return uploadErr.Error()
	case !u.Report.Complete:
		return fmt.Sprintf("the client was told that all is well, and %s missing", count(u.Report.MissingCount, "part"))
	case !u.Report.Finalised:
		return "the datacenter made no file of the parts"
	case sha256.Sum256(d.readBack) != sha256.Sum256(d.data):
		return "what was read back is not what was sent"
	}
	return ""
}

// summary is the last paragraph.
func (d *demoRun) summary(u mockserver.Upload, problem string) string {
	var b strings.Builder
	b.WriteString(d.out.paint(bold, "Result") + "\n\n")
	fmt.Fprintf(&b, "  stored     %s, %s bytes\n", count(u.Report.Stored, "part"), grouped(u.Report.Bytes))
	if d.took > 0 {
		fmt.Fprintf(&b, "  took       %.1f s\n", d.took.Seconds())
	}
	sum := sha256.Sum256(d.data)
	fmt.Fprintf(&b, "  sent       sha256 %x...\n", sum[:16])
	if len(d.readBack) > 0 {
		sum = sha256.Sum256(d.readBack)
		fmt.Fprintf(&b, "  read back  sha256 %x...\n", sum[:16])
	}
	verdict := d.out.paint(green, "OK: every part arrived, and the file reads back as it was sent.")
	if problem != "" {
		verdict = d.out.paint(red, "NOT OK:") + " " + problem
	}
	b.WriteString("\n" + verdict + "\n")
	return b.String()
}
