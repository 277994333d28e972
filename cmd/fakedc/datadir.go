package main

import (
	"github.com/spf13/cobra"

	"github.com/fakedc/fakedc/mockserver"
)

// dataDirFlags say what outlives the server, and where.
type dataDirFlags struct {
	dir    string
	noSync bool
}

func (f *dataDirFlags) addTo(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringVar(&f.dir, "data-dir", "", "a `DIRECTORY` that keeps auth keys, logins, uploads and their parts beyond the end of the server; it is made where there is none (default: nothing is kept)")
	flags.BoolVar(&f.noSync, "no-sync", false, "with --data-dir, do not wait until parts are on the disk: faster, and safe whatever becomes of fakedc, but a crash of the machine may lose or damage what is there")
}

func (f *dataDirFlags) apply(o *mockserver.Options) error {
	if f.noSync && f.dir == "" {
		return usageErrorf("--no-sync without --data-dir: there is nothing to sync; name the directory")
	}
	o.DataDir, o.NoSync = f.dir, f.noSync
	return nil
}
