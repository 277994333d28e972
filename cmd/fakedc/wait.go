package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/fakedc/fakedc/mockserver/rawclient"
)

const waitLong = `Wait until a fake datacenter answers, and print its address.

Which one: that of --ready-file, which "fakedc serve --ready-file" writes once it
listens; or --addr; or the address that FAKEDC_LISTEN tells serve to listen on.
Where its admin API is known, from the file or by --admin, that is asked, and no
client's connection is made: rules about connections do not see it. Otherwise it
begins to make an auth key. The URL that "fakedc exec" and serve --env-file have in
FAKEDC_ADMIN goes with their FAKEDC_ADDR, and not with another server.

Exit codes: 2 for flags; 3 if it was interrupted; 4 if nothing answered in time.`

const waitExample = `  fakedc serve --ready-file ready.json & fakedc wait --ready-file ready.json
  fakedc wait --addr 127.0.0.1:4430 --timeout 30s`

// waitFlags are the flags of wait.
type waitFlags struct {
	addr, ready, admin string
	timeout            time.Duration
}

func newWait() *cobra.Command {
	var f waitFlags
	cmd := &cobra.Command{
		Use: "wait", Short: "Wait until a fake datacenter answers",
		Long: waitLong, Example: waitExample, Args: takes(0),
	}
	flags := cmd.Flags()
	flags.StringVar(&f.addr, "addr", "", "the `HOST:PORT` of the server")
	flags.StringVar(&f.ready, "ready-file", "", "the `FILE` that the server writes when it is ready")
	flags.StringVar(&f.admin, "admin", "", "the `ADDRESS` or URL of its admin API")
	flags.DurationVar(&f.timeout, "timeout", 10*time.Second, "how long to wait at the most")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error { return f.run(cmd) }
	return cmd
}

// awaited is what is known of the server.
type awaited struct{ addr, admin string }

func (f *waitFlags) run(cmd *cobra.Command) error {
	if f.addr == "" && f.ready == "" {
		if f.addr = listenAddress(os.Getenv(envName("listen"))); f.addr == "" {
			return usageErrorf("wait for what? Give --ready-file FILE or --addr HOST:PORT")
		}
	}
	if f.addr != "" {
		if _, port, err := net.SplitHostPort(f.addr); err != nil || port == "" {
			return usageErrorf("--addr %s is no HOST:PORT", f.addr)
		}
	}
	if f.timeout <= 0 {
		return usageErrorf("--timeout %v: it has to be more than nothing", f.timeout)
	}
	ctx, cancel := context.WithTimeout(cmd.Context(), f.timeout)
	defer cancel()
	addr, err := f.wait(ctx)
	switch {
	case err == nil:
		return writeData(cmd, addr+"\n")
	case cmd.Context().Err() != nil:
		return ioErrorf("interrupted: %w", err)
	}
	return &exitError{exitTimeout, fmt.Errorf("no fake datacenter after %v: %w", f.timeout, err)}
}

// listenAddress is how a server is reached that listens there; "" if that is not
// to be known.
func listenAddress(listen string) string {
	host, port, err := net.SplitHostPort(listen)
	if err != nil || port == "" || port == "0" {
		return ""
	}
	if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	return net.JoinHostPort(host, port)
}

// wait asks until somebody answers.
func (f *waitFlags) wait(ctx context.Context) (addr string, err error) {
	pause := 20 * time.Millisecond
	for {
		var a awaited
		if a, err = f.find(); err == nil {
			if err = a.ask(ctx); err == nil {
				return a.addr, nil
			}
		}
		if sleep(ctx, pause) != nil {
			return "", err
		}
		pause = min(2*pause, 500*time.Millisecond)
	}
}

// find says where the server is, as far as that is known by now.
func (f *waitFlags) find() (awaited, error) {
	if f.ready == "" {
		return awaited{f.addr, adminURL(f.admin)}, nil
	}
	// A pipe would be waited for beyond the timeout, and can be read once.
	if info, err := os.Stat(f.ready); err == nil && !info.Mode().IsRegular() {
		return awaited{}, fmt.Errorf("%s is no regular file, and is read as often as it takes", f.ready)
	}
	text, err := os.ReadFile(f.ready)
	if err != nil {
		return awaited{}, err
	}
	var r ready
	if err = json.Unmarshal(text, &r); err == nil && len(r.DCs) == 0 {
		err = errors.New("it names no datacenter")
	}
	if err != nil {
		return awaited{}, fmt.Errorf("%s is no ready file: %w", f.ready, err)
	}
	a := awaited{r.DCs[0].Addr, adminURL(f.admin)}
	if a.admin == "" && r.Admin != nil {
		a.admin = r.Admin.URL
	}
	return a, nil
}

// adminURL makes a URL of what --admin takes elsewhere.
func adminURL(text string) string {
	switch {
	case strings.Contains(text, "://"):
		return text
	case listenAddress(text) == "": // "off" too, and a port that nobody knows
		return ""
	}
	return "http://" + listenAddress(text) + "/"
}

// ask asks one time whether the server takes clients.
func (a awaited) ask(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	if a.admin != "" {
		return askAdmin(ctx, a.admin)
	}
	return askDatacenter(ctx, a.addr)
}

func askAdmin(ctx context.Context, admin string) error {
	to, err := url.JoinPath(admin, "readyz")
	if err != nil {
		return err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, to, nil)
	if err != nil {
		return err
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer func() { _ = answer.Body.Close() }()
	text, _ := io.ReadAll(io.LimitReader(answer.Body, 200))
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("%s: %s: %s", to, answer.Status, oneLine(string(text)))
	}
	return nil
}

// askDatacenter takes the first step of making an auth key.
// https://core.telegram.org/mtproto/auth_key
func askDatacenter(ctx context.Context, addr string) error {
	c, err := rawclient.Dial(ctx, addr, rawclient.Options{})
	if err != nil {
		return err
	}
	defer func() { _ = c.Close() }()
	// A nonce that no client has: the server knows by it that no key is wanted.
	question := append(reqPQ, make([]byte, 16)...)
	if err := c.SendPlain(ctx, question); err != nil {
		return err
	}
	answer, err := c.RecvPlain(ctx)
	if err != nil {
		return err
	}
	if !bytes.HasPrefix(answer.Body, append(resPQ, question[4:]...)) {
		return fmt.Errorf("%s answers, but not as a datacenter does", addr)
	}
	return nil
}

// The constructors of question and answer, little-endian: req_pq_multi#be7e8ef1
// and resPQ#05162463. Slices of full capacity: appending copies.
var (
	reqPQ = []byte{0xf1, 0x8e, 0x7e, 0xbe}
	resPQ = []byte{0x63, 0x24, 0x16, 0x05}
)
