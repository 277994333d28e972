// Command tgtestserver is gotd's test server under measurement: as it is shipped,
// with the store that comes with it, or throwing parts away.
package main

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"flag"
	"fmt"
	"net"
	"os"

	"github.com/gotd/td/bin"
	"github.com/gotd/td/tg"
	"github.com/gotd/td/tgtest"
	"github.com/gotd/td/tgtest/services"
	"github.com/gotd/td/tgtest/services/config"
	"github.com/gotd/td/tgtest/services/file"
	"github.com/gotd/td/transport"

	"github.com/fakedc/fakedc/integration_test/bench/internal/child"
)

const dc = 2

func main() {
	shipped := flag.Bool("shipped", false, "keep parts, in the store that it comes with")
	flag.Parse()
	if err := run(*shipped); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(shipped bool) error {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return err
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	server := tgtest.NewServer(tgtest.NewPrivateKey(key), tgtest.UnpackInvoke(dispatcher(shipped)), tgtest.ServerOptions{DC: dc})
	go func() { _ = server.Serve(context.Background(), transport.Listen(l)) }() // ends with the process
	return child.Serve(child.Hello{Addr: l.Addr().String(), PublicKey: x509.MarshalPKCS1PublicKey(&key.PublicKey)})
}

func dispatcher(shipped bool) *tgtest.Dispatcher {
	d := tgtest.NewDispatcher().Fallback(services.NotImplemented)
	config.NewService(&tg.Config{ThisDC: dc}, &tg.CDNConfig{}).Register(d)
	d.Result(tg.AuthImportBotAuthorizationRequestTypeID, &tg.AuthAuthorization{User: &tg.User{ID: 10, Self: true, Bot: true}})
	if shipped {
		d.Handle(tg.UploadSaveBigFilePartRequestTypeID, file.NewService(file.Config{}))
		return d
	}
	return d.HandleFunc(tg.UploadSaveBigFilePartRequestTypeID, func(server *tgtest.Server, req *tgtest.Request) error {
		var part tg.UploadSaveBigFilePartRequest
		if err := part.Decode(req.Buf); err != nil {
			return err
		}
		return server.SendResult(req, result{})
	})
}

// result is boolTrue.
type result struct{}

func (result) Encode(b *bin.Buffer) error {
	b.PutID(bin.TypeTrue)
	return nil
}
