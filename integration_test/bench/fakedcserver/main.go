// Command fakedcserver is fakedc under measurement. It knows nothing of gotd's own
// schema, so that building it once more, with other tags, is quick.
package main

import (
	"crypto/x509"
	"flag"
	"fmt"
	"os"

	"github.com/fakedc/fakedc/integration_test/bench/internal/child"
	"github.com/fakedc/fakedc/mockserver"
)

func main() {
	store := flag.String("store", string(mockserver.StoreDigest), "memory or digest")
	flag.Parse()
	if err := run(mockserver.StoreKind(*store)); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(store mockserver.StoreKind) error {
	dc, err := mockserver.New(mockserver.Options{Store: store, Limits: mockserver.Limits{StoreBytes: 8 << 30, Connections: 16_384}})
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
