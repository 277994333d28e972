package main

import (
	"github.com/spf13/cobra"

	"github.com/fakedc/fakedc/mockserver"
	"github.com/fakedc/fakedc/validator"
)

const demoLong = `Upload a file to a fake datacenter and watch what goes wrong.

It starts a fake datacenter on loopback, makes a file in memory and uploads it
over real MTProto: one auth key, several connections, each with a session and a
transport of its own. Meanwhile a scenario refuses a part, makes another wait
(FLOOD_WAIT) and drops a connection after storing a third; the client does about
each what a good client does. It shows

  - a progress bar, and each fault as the client meets it
  - the map of the parts: stored, refused, told to wait, repeated, missing
  - what was refused and why, with the address of the documentation
  - whether the bytes that are read back are those that were sent

and exits with 0, or with 1 if anything is not as it should be. Nothing is
written to disk and nothing leaves this machine.`

const demoExample = `  fakedc demo
  fakedc demo --size 100MiB --rate 0
  fakedc demo --scenario builtin:part-lost
  fakedc demo --scenario mine.yaml --connections 8 --part-size 128KiB`

// Bounds of the demo. Its file is in memory three times: sent, stored, read back.
const (
	demoMaxSize        = 512 << 20
	demoMaxConnections = 32
)

// demoFlags say what is uploaded, and how.
type demoFlags struct {
	scenario    scenarioFlags
	connections int
	size        size
	partSize    size
	rate        size // bytes per second; 0 is no limit
}

func newDemo() *cobra.Command {
	f := demoFlags{size: 12 << 20, partSize: validator.PartSizeMax, rate: 8 << 20}
	cmd := &cobra.Command{
		Use: "demo", Short: "Upload a file to a fake datacenter and watch",
		Long: demoLong, Example: demoExample, Args: takes(0),
	}
	flags := cmd.Flags()
	f.scenario.addTo(cmd, builtinPrefix+"demo")
	flags.Var(&f.size, "size", "how much to upload, up to 512MiB")
	flags.Var(&f.partSize, "part-size", "the size of a part, 1KiB to 512KiB; some break a rule")
	flags.IntVar(&f.connections, "connections", 4, "how many connections to upload over, 1 to 32")
	flags.Var(&f.rate, "rate", "bytes a second, slow enough to watch; 0 is as fast as it goes")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		if err := f.check(); err != nil {
			return err
		}
		return f.run(cmd)
	}
	return cmd
}

// check refuses what is no demo at all. A part size that breaks a rule is let
// through: to see that refused is what the demo is for.
func (f *demoFlags) check() error {
	switch {
	case f.size < 1 || f.size > demoMaxSize:
		return usageErrorf("--size %v: it takes 1B to 512MiB", &f.size)
	case f.partSize < 1<<10 || f.partSize > validator.PartSizeMax:
		return usageErrorf("--part-size %v: it takes 1KiB to 512KiB", &f.partSize)
	case f.connections < 1 || f.connections > demoMaxConnections:
		return usageErrorf("--connections %d: it takes 1 to %d", f.connections, demoMaxConnections)
	case f.parts() > validator.DefaultMaxParts:
		return usageErrorf("--part-size %v makes %s of the file, and Telegram takes %s; take a larger one",
			&f.partSize, count(f.parts(), "part"), grouped(validator.DefaultMaxParts))
	}
	return nil
}

func (f *demoFlags) parts() int { return int((f.size + f.partSize - 1) / f.partSize) }

// run starts the datacenter, lets the demo happen and stops it again.
func (f *demoFlags) run(cmd *cobra.Command) error {
	scenario, err := f.scenario.load()
	if err != nil {
		return err
	}
	f.scenario.tell(cmd.ErrOrStderr())
	server, err := mockserver.New(mockserver.Options{
		Scenario: scenario,
		// The file, and the copies of parts that are being repeated.
		Limits: mockserver.Limits{StoreBytes: int64(f.size) + demoMaxConnections*validator.PartSizeMax},
	})
	if err != nil {
		return usageErrorf("%w", err)
	}
	l, err := listen("--listen", "")
	if err != nil {
		return err
	}
	served := make(chan error, 1)
	go func() { served <- server.Serve(l) }()
	defer func() {
		_ = server.Close()
		<-served
	}()
	d := newDemoRun(f, cmd, server, l.Addr().String(), scenario)
	return d.run(cmd.Context())
}
