// Command fakedcserver is fakedc under measurement. It knows nothing of gotd's own
// schema, so that building it once more, with other tags, is quick.
package main

import (
	"crypto/x509"
	"errors"
	"flag"
	"fmt"
	"os"
	"runtime"
	"runtime/pprof"

	"github.com/fakedc/fakedc/integration_test/bench/internal/child"
	"github.com/fakedc/fakedc/mockserver"
)

func main() {
	store := flag.String("store", string(mockserver.StoreDigest), "memory or digest")
	journal := flag.Int("journal", 0, "how many events the journal keeps, 0 for as many as usual")
	profile := flag.String("memprofile", os.Getenv("MEMPROF"), "write where all allocations were made to `FILE`, at the end")
	cpu := flag.String("cpuprofile", os.Getenv("CPUPROF"), "write where the time went to `FILE`, at the end")
	flag.Parse()
	if *cpu != "" {
		f, err := os.Create(*cpu)
		if err == nil {
			err = pprof.StartCPUProfile(f)
		}
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		defer pprof.StopCPUProfile()
	}
	if *profile != "" {
		runtime.MemProfileRate = 1
	}
	if err := errors.Join(run(mockserver.StoreKind(*store), *journal), write(*profile)); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(store mockserver.StoreKind, journal int) error {
	limits := mockserver.Limits{Connections: 16_384, JournalEvents: journal}
	if store == mockserver.StoreMemory {
		limits.StoreBytes = 8 << 30
	}
	dc, err := mockserver.New(mockserver.Options{Strict: true, Store: store, Limits: limits})
	if err != nil {
		return err
	}
	l, err := mockserver.Listen()
	if err != nil {
		return err
	}
	go func() { _ = dc.Serve(l) }() // ends with the process
	return child.Serve(child.Hello{Addr: l.Addr().String(), PublicKey: x509.MarshalPKCS1PublicKey(dc.PublicKey().RSA)})
}

func write(profile string) error {
	if profile == "" {
		return nil
	}
	f, err := os.Create(profile)
	if err != nil {
		return err
	}
	runtime.GC() // so that what is in use is known
	return errors.Join(pprof.Lookup("allocs").WriteTo(f, 0), f.Close())
}
