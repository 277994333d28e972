package gotd_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"sync/atomic"
	"syscall"

	"github.com/coder/websocket"

	"github.com/gotd/td/telegram"
	"github.com/gotd/td/telegram/dcs"
	"github.com/gotd/td/tg"
	"github.com/gotd/td/transport"

	"github.com/fakedc/fakedc/mockserver"
)

// dialer opens pipes to the datacenters of a server. Datacenter N is at 127.0.0.N,
// whatever the port: over HTTP gotd takes one port for all.
type dialer struct{ dc *mockserver.Server }

func (d dialer) DialContext(_ context.Context, _, addr string) (net.Conn, error) {
	to, err := netip.ParseAddrPort(addr)
	if err != nil {
		return nil, err
	}
	ip := to.Addr().As4()
	client, server := net.Pipe()
	reset := new(atomic.Bool)
	go d.dc.ServeConnDC(int(ip[3]), farEnd{server, reset})
	return nearEnd{client, reset}, nil
}

func addressOf(dc int) net.IP { return net.IPv4(127, 0, 0, byte(dc)) }

// farEnd is the server's end of a pipe, which it can reset as it can a socket.
type farEnd struct {
	net.Conn
	reset *atomic.Bool
}

// SetLinger is that of a *net.TCPConn: 0 makes a reset of the end.
func (e farEnd) SetLinger(sec int) error {
	e.reset.Store(sec == 0)
	return nil
}

// nearEnd is the client's end, which sees the reset.
type nearEnd struct {
	net.Conn
	reset *atomic.Bool
}

func (e nearEnd) Read(p []byte) (int, error) {
	n, err := e.Conn.Read(p)
	return n, e.seen("read", err)
}

func (e nearEnd) Write(p []byte) (int, error) {
	n, err := e.Conn.Write(p)
	return n, e.seen("write", err)
}

func (e nearEnd) seen(op string, err error) error {
	if e.reset.Load() && (errors.Is(err, io.EOF) || errors.Is(err, io.ErrClosedPipe)) {
		return &net.OpError{Op: op, Net: "pipe", Err: syscall.ECONNRESET}
	}
	return err
}

// way is one transport of gotd's, over pipes.
type way struct {
	name string
	// resolver makes gotd's own resolver of what dials.
	resolver func(dialer) dcs.Resolver
}

// ways are all transports that gotd has without a proxy in between.
// https://core.telegram.org/mtproto/mtproto-transports
var ways = []way{
	{"abridged", pipedOver(transport.Abridged, false)},
	{"intermediate", pipedOver(transport.Intermediate, false)},
	{"padded", pipedOver(transport.PaddedIntermediate, false)},
	{"full", pipedOver(transport.Full, false)},
	{"obfuscated abridged", pipedOver(transport.Abridged, true)},
	{"obfuscated intermediate", pipedOver(transport.Intermediate, true)},
	{"obfuscated padded", pipedOver(transport.PaddedIntermediate, true)},
	{"websocket", func(d dialer) dcs.Resolver {
		return dcs.Websocket(dcs.WebsocketOptions{DialOptions: &websocket.DialOptions{
			Subprotocols: []string{"binary"}, HTTPClient: overPipes(d),
		}})
	}},
	{"http", func(d dialer) dcs.Resolver { return dcs.HTTP(dcs.HTTPOptions{Client: overPipes(d)}) }},
}

func pipedOver(p dcs.Protocol, obfuscated bool) func(dialer) dcs.Resolver {
	return func(d dialer) dcs.Resolver {
		return dcs.Plain(dcs.PlainOptions{Protocol: p, Obfuscated: obfuscated, Dial: d.DialContext})
	}
}

// httpConnections is how many gotd may have over HTTP. Of its own 16 there are none
// left when several sessions wait: each response may take 25 s.
const httpConnections = 64

func overPipes(d dialer) *http.Client {
	return &http.Client{Transport: &http.Transport{
		DialContext: d.DialContext, MaxConnsPerHost: httpConnections, MaxIdleConnsPerHost: httpConnections,
	}}
}

// along points gotd at all datacenters of a server by one of its transports.
func (w way) along(dc *mockserver.Server) (telegram.Options, error) {
	o := telegram.Options{DC: dc.DC(), Resolver: w.resolver(dialer{dc}), PublicKeys: []telegram.PublicKey{{RSA: dc.PublicKey().RSA}}}
	o.DCList.Domains = map[int]string{}
	for _, id := range dc.DCs() {
		ip := addressOf(id)
		if err := dc.Announce(id, &net.TCPAddr{IP: ip, Port: 443}); err != nil {
			return o, err
		}
		o.DCList.Options = append(o.DCList.Options, tg.DCOption{ID: id, IPAddress: ip.String(), Port: 443})
		o.DCList.Domains[id] = fmt.Sprintf("ws://%v:443/apiws", ip)
	}
	return o, nil
}
