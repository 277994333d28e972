package conformance_test

import (
	"bufio"
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/hex"
	"fmt"
	"net"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gotd/td/tg"
	"github.com/gotd/td/tgtest"
	"github.com/gotd/td/tgtest/services"
	"github.com/gotd/td/tgtest/services/config"
	"github.com/gotd/td/tgtest/services/file"
	"github.com/gotd/td/transport"

	"github.com/fakedc/fakedc/mockserver/conformance"
)

// childVariable makes the test's own binary serve instead of test.
const childVariable = "FAKEDC_TGTEST_CHILD"

// dc is the number of gotd's datacenter.
const dc = 2

func TestMain(m *testing.M) {
	if os.Getenv(childVariable) != "" {
		if err := serve(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

// serve writes a public key, and for each line on stdin the address of a fresh
// server in place of the former one.
func serve() error {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return err
	}
	fmt.Println(hex.EncodeToString(x509.MarshalPKCS1PublicKey(&key.PublicKey)))
	stop := func() {}
	for in := bufio.NewScanner(os.Stdin); in.Scan(); {
		stop()
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return err
		}
		ctx, cancel := context.WithCancel(context.Background())
		stop = cancel
		server := tgtest.NewServer(tgtest.NewPrivateKey(key), tgtest.UnpackInvoke(dispatcher(l.Addr())), tgtest.ServerOptions{DC: dc})
		go func() { _ = server.Serve(ctx, transport.Listen(l)) }()
		fmt.Println(l.Addr())
	}
	stop()
	return nil
}

// dispatcher has the services that gotd's test server comes with, and a login,
// which it leaves to its users.
func dispatcher(addr net.Addr) *tgtest.Dispatcher {
	tcp := addr.(*net.TCPAddr)
	d := tgtest.NewDispatcher().Fallback(services.NotImplemented)
	config.NewService(&tg.Config{
		ThisDC: dc, DCOptions: []tg.DCOption{{ID: dc, IPAddress: tcp.IP.String(), Port: tcp.Port}},
	}, &tg.CDNConfig{}).Register(d)
	files := file.NewService(file.Config{})
	for _, id := range []uint32{
		tg.UploadSaveFilePartRequestTypeID, tg.UploadSaveBigFilePartRequestTypeID,
		tg.UploadGetFileRequestTypeID, tg.UploadGetFileHashesRequestTypeID,
	} {
		d.Handle(id, files)
	}
	d.Result(tg.AuthImportBotAuthorizationRequestTypeID, &tg.AuthAuthorization{User: &tg.User{ID: 10, Self: true, Bot: true}})
	return d.HandleFunc(tg.AuthSendCodeRequestTypeID, func(server *tgtest.Server, req *tgtest.Request) error {
		return server.SendResult(req, &tg.AuthSentCode{Type: &tg.AuthSentCodeTypeApp{Length: 5}, PhoneCodeHash: rand.Text()})
	})
}

// child is gotd's server in a process of its own.
type child struct {
	cmd *exec.Cmd
	in  *os.File
	out *bufio.Scanner
	key *rsa.PublicKey
}

func startChild(t *testing.T) *child {
	t.Helper()
	in, theirs, err := os.Pipe()
	require.NoError(t, err)
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), childVariable+"=1")
	cmd.Stdin = in
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	_ = in.Close()
	c := &child{cmd: cmd, in: theirs, out: bufio.NewScanner(out)}
	require.True(t, c.out.Scan(), "gotd's server did not start")
	der, err := hex.DecodeString(c.out.Text())
	require.NoError(t, err)
	c.key, err = x509.ParsePKCS1PublicKey(der)
	require.NoError(t, err)
	return c
}

func (c *child) end() {
	_ = c.in.Close()
	_ = c.cmd.Process.Kill()
	_ = c.cmd.Wait()
}

// fresh asks for a new server; false if the process has died.
func (c *child) fresh() (addr string, alive bool) {
	if _, err := c.in.WriteString("\n"); err != nil {
		return "", false
	}
	if !c.out.Scan() {
		return "", false
	}
	return strings.TrimSpace(c.out.Text()), true
}

// gotd runs single cases against gotd's server, each against a fresh one, because
// there are cases that end it.
type gotd struct {
	t *testing.T
	c *child
}

func (g *gotd) target() conformance.Target {
	for range 2 {
		if g.c == nil {
			g.c = startChild(g.t)
		}
		if addr, alive := g.c.fresh(); alive {
			return conformance.Target{Addr: addr, PublicKey: g.c.key, DC: dc}
		}
		g.c.end()
		g.c = nil
	}
	require.Fail(g.t, "gotd's server does not start")
	return conformance.Target{}
}

func (g *gotd) run(id string, o conformance.Options) conformance.Result {
	o.Run = id
	r := conformance.Run(g.t.Context(), g.target(), o)
	require.Len(g.t, r.Results, 1, id)
	return r.Results[0]
}

func (g *gotd) end() {
	if g.c != nil {
		g.c.end()
	}
}
