package main

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/fakedc/fakedc/mockserver"
	"github.com/fakedc/fakedc/mockserver/admin"
	"github.com/fakedc/fakedc/scenarios/oracle"
)

// adminOff is what --admin takes for no admin API.
const adminOff = "off"

// adminFlags are those of the admin API.
type adminFlags struct {
	addr, token string
	hosts       []string
}

func (f *adminFlags) addTo(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringVar(&f.addr, "admin", "", "the `ADDRESS` of the live page and the admin API, or \"off\" (default 127.0.0.1:0, any free port)")
	flags.StringVar(&f.token, "admin-token", "", "the `TOKEN` that callers of the admin API show (default a random one, in the ready line)")
	flags.StringSliceVar(&f.hosts, "admin-host", nil, "further `NAMES` that the admin API may be called by, such as that of a container")
}

// check refuses limits of what there is not.
func (f *adminFlags) check(limits *limitFlag) error {
	for _, name := range []string{"AdminConnections", "AdminStreams", "AdminBody"} {
		if f.addr == adminOff && limits.gave(name) {
			return usageErrorf("--limit %s with --admin off: there is no admin API then; leave one of them out", name)
		}
	}
	return nil
}

// adminDoor is the address of the admin API; nil is none.
type adminDoor struct {
	net.Listener
	handler *admin.Handler
	server  *http.Server
}

// readyAdmin is how programs reach the admin API.
type readyAdmin struct {
	URL   string `json:"url"`   // ends in /
	Token string `json:"token"` // for Authorization: Bearer
}

// open listens for the admin API. shutdown ends the server.
func (f *adminFlags) open(s *mockserver.Server, shutdown func()) (*adminDoor, error) {
	if f.addr == adminOff {
		return nil, nil
	}
	l, err := listen("--admin", f.addr)
	if err != nil {
		return nil, err
	}
	hosts := []string{hostOf(f.addr)}
	for _, h := range f.hosts {
		hosts = append(hosts, strings.ToLower(h))
	}
	h := admin.New(s, admin.Options{Token: f.token, Hosts: hosts, Shutdown: shutdown, Version: version()})
	return &adminDoor{admin.Listen(s, l), h, &http.Server{
		Handler: h, ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 10 * time.Second, IdleTimeout: time.Minute,
		MaxHeaderBytes: 16 << 10,
	}}, nil
}

func hostOf(addr string) string {
	host, _, _ := net.SplitHostPort(addr)
	return strings.ToLower(host)
}

// ready is nil without an admin API.
func (d *adminDoor) ready() *readyAdmin {
	if d == nil {
		return nil
	}
	return &readyAdmin{"http://" + dialAddress(d.Addr()) + "/", d.handler.Token()}
}

// warning says what must not be missed about an address that others reach, "" for
// any other.
func (d *adminDoor) warning() string {
	if d == nil || isLoopback(d.Addr()) {
		return ""
	}
	return fmt.Sprintf("the admin API listens on %v: other machines reach it, and its token crosses the network unencrypted", d.Addr())
}

// verdict is the server's, and says which faults that were injected never fired.
func (d *adminDoor) verdict(s *mockserver.Server) oracle.Verdict {
	if d == nil {
		return s.Verdict()
	}
	return d.handler.Verdict()
}

// serve answers until close. The error goes to nobody: without it, a server
// still serves its clients.
func (d *adminDoor) serve(failed func(error)) {
	if d == nil {
		return
	}
	go func() {
		if err := d.server.Serve(d.Listener); !errors.Is(err, http.ErrServerClosed) {
			failed(err)
		}
	}()
}

func (d *adminDoor) close() {
	if d != nil {
		_ = d.server.Close()
		_ = d.Listener.Close() // if it was never served
	}
}
