package main

import (
	"github.com/spf13/cobra"

	"github.com/fakedc/fakedc/mockserver"
)

// dataDirFlags say what outlives the server, and where.
type dataDirFlags struct {
	dir        string
	noSync     bool
	most, free size
}

func (f *dataDirFlags) addTo(cmd *cobra.Command) {
	f.most, f.free = 8<<30, 1<<30
	flags := cmd.Flags()
	flags.StringVar(&f.dir, "data-dir", "", "a `DIRECTORY` that keeps auth keys, logins, uploads and their parts beyond the end of the server; it is made where there is none (default: nothing is kept)")
	flags.BoolVar(&f.noSync, "no-sync", false, "with --data-dir, do not wait until parts are on the disk: faster, and safe whatever becomes of fakedc, but a crash of the machine may lose or damage what is there")
	flags.Var(&f.most, "disk-bytes", "how much the data directory may take; beyond it parts are answered 500 STORE_FULL")
	flags.Var(&f.free, "disk-free", "how much has to stay free on the disk of the data directory; below it parts are answered 500 STORE_FULL")
}

func (f *dataDirFlags) apply(o *mockserver.Options) {
	o.DataDir, o.NoSync = f.dir, f.noSync
	// The library takes 0 for "not set".
	o.Limits.DiskBytes, o.Limits.DiskFree = max(int64(f.most), 1), max(int64(f.free), 1)
}
