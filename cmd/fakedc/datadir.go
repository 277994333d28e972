package main

import (
	"errors"

	"github.com/spf13/cobra"

	"github.com/fakedc/fakedc/mockserver"
)

// dataDirFlags say what outlives the server, and where.
type dataDirFlags struct {
	dir    directory
	noSync bool
}

// directory is the flag of one that is named: an empty name is a variable that was
// meant to be set, and not the wish to keep nothing.
type directory string

func (d *directory) Type() string   { return "DIRECTORY" }
func (d *directory) String() string { return string(*d) }

func (d *directory) Set(text string) error {
	if text == "" {
		return errors.New("it is empty; name a directory, or leave the flag out to keep nothing")
	}
	*d = directory(text)
	return nil
}

func (f *dataDirFlags) addTo(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.Var(&f.dir, "data-dir", "a `DIRECTORY` that keeps auth keys, logins, uploads and their parts beyond the end of the server; it is made where there is none, and an empty one is closed to other users (default: nothing is kept)")
	flags.BoolVar(&f.noSync, "no-sync", false, "with --data-dir, do not wait until parts are on the disk: faster, and safe whatever becomes of fakedc, but a crash of the machine may lose or damage what is there")
}

func (f *dataDirFlags) apply(o *mockserver.Options, limits *limitFlag) error {
	digest := o.Store == mockserver.StoreDigest
	switch {
	case f.dir == "" && f.noSync:
		return usageErrorf("--no-sync without --data-dir: there is nothing to sync; name the directory")
	case f.dir == "" && limits.gave("DiskBytes"), f.dir == "" && limits.gave("DiskFree"):
		return usageErrorf("--limit DiskBytes and DiskFree are for --data-dir: nothing is on the disk without; name the directory, or say --limit StoreBytes, which is of memory")
	case f.dir == "" && digest && limits.gave("StoreBytes"):
		return usageErrorf("--limit StoreBytes with --store digest: only a digest of each part is kept then; leave it out, or say --store memory")
	case f.dir == "":
		if digest {
			o.Limits.StoreBytes = 0 // the command's own default
		}
		return nil
	case limits.gave("StoreBytes"):
		return usageErrorf("--limit StoreBytes with --data-dir: parts are on the disk then, and take no memory; say --limit DiskBytes, or leave it out")
	}
	o.DataDir, o.NoSync = string(f.dir), f.noSync
	o.Limits.StoreBytes = 0 // the command's own default
	return nil
}
