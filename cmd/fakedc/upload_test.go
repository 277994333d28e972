package main

import (
	"context"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"net/http"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/fakedc/fakedc/mockserver/rawclient"
)

// uploadMain is a client for scripts: it uploads five parts to FAKEDC_ADDR and sends
// the file. Words on its command line spoil it: "early" does not wait when it is
// told to, "hang" waits for ever, "fail" ends with exit code 7 in any case, "idle"
// does nothing, "half" stops after two parts, "rest" sends those that are missing then,
// "none" logs in and sends nothing, and "ragged" sends four parts of a wrong size, whatever
// is said of them. "unsent" uploads and sends no message, and "second" is another upload of
// the same content. "distrust" knows another RSA key, and "stranger" has an auth key of
// another server. "curious" asks for something that fakedc does not answer, and goes on
// without; "old" speaks a layer that it does not know. "inject" injects a fault first that nothing meets, and "remove" takes it
// out in the end.
func uploadMain() {
	is := func(word string) bool { return slices.Contains(os.Args[1:], word) }
	switch {
	case is("hang"):
		<-time.After(time.Hour) // what nothing can wake, Go ends by itself
	case is("idle"):
	case is("distrust"), is("stranger"):
		fmt.Fprintln(os.Stderr, "upload:", strange(is("stranger")))
		os.Exit(1)
	default:
		if is("inject") {
			callAdmin(http.MethodPost, "api/v1/faults", `{"fault": "part=99: 1*flood_wait(1s)"}`)
		}
		if err := uploadFive(map[bool]int64{true: 2, false: 1}[is("second")], is("early"), is("unsent"), is("ragged"), is("curious"), map[bool]int{true: 140}[is("old")], parts(is("half"), is("rest"), is("none"))); err != nil {
			fmt.Fprintln(os.Stderr, "upload:", err)
			os.Exit(1)
		}
	}
	if is("remove") {
		callAdmin(http.MethodDelete, "api/v1/faults/1", "")
	}
	if is("fail") {
		os.Exit(7)
	}
	fmt.Println("uploaded to", os.Getenv("FAKEDC_HOST")+":"+os.Getenv("FAKEDC_PORT"), "at datacenter", os.Getenv("FAKEDC_DC"))
}

// callAdmin calls the admin API.
func callAdmin(method, path, body string) {
	r, err := http.NewRequest(method, os.Getenv("FAKEDC_ADMIN")+path, strings.NewReader(body))
	if err == nil {
		r.Header = http.Header{"Authorization": {"Bearer " + os.Getenv("FAKEDC_ADMIN_TOKEN")}, "Content-Type": {"application/json"}}
		var answer *http.Response
		if answer, err = http.DefaultClient.Do(r); err == nil && answer.StatusCode >= 300 {
			err = errors.New(answer.Status)
		}
	}
	if err != nil {
		panic(err)
	}
}

// strange is a client that gets nowhere.
func strange(stranger bool) error {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	conn, err := rawclient.Dial(ctx, os.Getenv("FAKEDC_ADDR"), rawclient.Options{})
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close() }()
	if !stranger {
		modulus := new(big.Int).SetBit(new(big.Int), 2047, 1)
		_, err = rawclient.CreateKey(ctx, conn, rawclient.KeyOptions{PublicKey: &rsa.PublicKey{N: modulus, E: 65537}})
		return err
	}
	c, err := rawclient.NewClient(conn, rawclient.NewAuthKey([256]byte{1}, 1), rawclient.ClientOptions{})
	if err != nil {
		return err
	}
	return c.Ping(ctx, 1)
}

// parts are those that are sent of five.
func parts(half, rest, none bool) []int32 {
	switch {
	case none:
		return nil
	case half:
		return []int32{0, 3}
	case rest:
		return []int32{1, 2, 4}
	}
	return []int32{0, 1, 2, 3, 4}
}

func uploadFive(file int64, early, unsent, ragged, curious bool, layer int, parts []int32) error {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	text, err := os.ReadFile(os.Getenv("FAKEDC_PUBLIC_KEY_FILE"))
	if err != nil || string(text) != os.Getenv("FAKEDC_PUBLIC_KEY") {
		return fmt.Errorf("the key's file is not the key: %w", err)
	}
	block, _ := pem.Decode(text)
	key, err := x509.ParsePKCS1PublicKey(block.Bytes)
	if err != nil {
		return err
	}
	c, err := rawclient.Connect(ctx, os.Getenv("FAKEDC_ADDR"), rawclient.Options{}, rawclient.KeyOptions{PublicKey: key}, rawclient.ClientOptions{})
	if err != nil {
		return err
	}
	if _, err := c.InitConnection(ctx, layer); err != nil {
		return err
	}
	if _, err := c.LoginBot(ctx, "123456:script"); err != nil {
		return err
	}
	if curious {
		_, _ = c.Invoke(ctx, []byte{0x3f, 0x0b, 0xda, 0x56}) // account.getAutoDownloadSettings
	}
	if ragged {
		for part := range int32(4) {
			_, _ = c.SaveBigFilePart(ctx, 1, part, 5, make([]byte, 3000))
		}
		return c.Close()
	}
	for _, part := range parts {
		for {
			_, err := c.SaveBigFilePart(ctx, file, part, 5, make([]byte, 1024))
			var rpc *rawclient.RPCError
			if !errors.As(err, &rpc) || rpc.Wait() == 0 {
				if err != nil {
					return err
				}
				break
			}
			if !early {
				<-time.After(rpc.Wait())
			}
		}
	}
	if n := len(parts); unsent || n == 0 || n == 2 { // the file is not whole yet
		return c.Close()
	}
	_, err = c.SendMedia(ctx, rawclient.InputFile{ID: file, Parts: 5, Name: "a", Big: true}, "", 1)
	return errors.Join(err, c.Close())
}
