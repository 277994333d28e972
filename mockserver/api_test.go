package mockserver_test

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"net"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/mockserver"
	"github.com/fakedc/fakedc/mockserver/rawclient"
	"github.com/fakedc/fakedc/scenarios"
	"github.com/fakedc/fakedc/validator"
)

// Whatever is wrong with Options is said by name, and no server comes of it.
func TestNewRefuses(t *testing.T) {
	small, err := rsa.GenerateKey(rand.Reader, 1024)
	require.NoError(t, err)
	for want, o := range map[string]mockserver.Options{
		"datacenter -1 in Options":   {DC: -1},
		"datacenter 1001 in Options": {DC: 1001},
		`Options.Store is "tape"`:    {Store: "tape"},
		"Options.Key":                {Key: small},
		`"strict"`:                   {Profile: "strict"},
		`"backwards"`:                {Ordering: "backwards"},
		`"part.siz"`:                 {Rules: map[string]validator.Mode{"part.siz": validator.Off}},
		"Options.Scenario":           {Scenario: &scenarios.Scenario{Rules: []scenarios.Rule{{Reply: scenarios.ErrorReply("NOPE")}}}},
		"Options.Rand":               {Rand: strings.NewReader("")},
	} {
		t.Run(want, func(t *testing.T) {
			s, err := mockserver.New(o)
			require.ErrorContains(t, err, want)
			require.True(t, strings.HasPrefix(err.Error(), "mockserver: "), err.Error())
			require.Nil(t, s)
		})
	}
	_, err = mockserver.New(mockserver.Options{Key: &rsa.PrivateKey{PublicKey: rsa.PublicKey{N: big.NewInt(0), E: 3}}})
	require.Error(t, err, "a key that is none")
}

// The zero Options: loopback, a key that clients can be given, DC 2, no faults.
func TestZeroOptions(t *testing.T) {
	dc := mockserver.Start(t, mockserver.Options{})
	host, port, err := net.SplitHostPort(dc.Addr())
	require.NoError(t, err)
	require.True(t, net.ParseIP(host).IsLoopback())
	require.NotEqual(t, "0", port)
	require.Equal(t, 2, dc.DC())
	require.Zero(t, dc.Seed())
	require.Empty(t, dc.Uploads())
	require.Len(t, dc.RunID(), 36)
	_, ok := dc.Upload(0)
	require.False(t, ok)

	key := dc.PublicKey()
	block, rest := pem.Decode([]byte(key.PEM))
	require.Empty(t, rest)
	require.Equal(t, "RSA PUBLIC KEY", block.Type)
	parsed, err := x509.ParsePKCS1PublicKey(block.Bytes)
	require.NoError(t, err)
	require.True(t, key.RSA.Equal(parsed))

	config, err := dial(t, dc, rawclient.Options{}).GetConfig(t.Context())
	require.NoError(t, err)
	require.EqualValues(t, 2, config.ThisDC)
	require.Equal(t, dc.Addr(), fmt.Sprintf("%s:%d", config.DCOptions[0].IPAddress, config.DCOptions[0].Port))
	require.False(t, config.DCOptions[0].IPv6)
}

// Two servers do not share anything but the key.
func TestServersAreApart(t *testing.T) {
	a, b := mockserver.Start(t, mockserver.Options{}), mockserver.Start(t, mockserver.Options{DC: 4})
	require.NotEqual(t, a.Addr(), b.Addr())
	require.NotEqual(t, a.RunID(), b.RunID())
	_, err := upload(t.Context(), dial(t, a, rawclient.Options{}), 1, contents(10), kib)
	require.NoError(t, err)
	require.Len(t, a.Uploads(), 1)
	require.Empty(t, b.Uploads())
	require.Equal(t, 2, a.Uploads()[0].DC)
	require.Equal(t, 4, b.DC())
}

func TestSeed(t *testing.T) {
	own := uint64(7)
	dc, err := mockserver.New(mockserver.Options{Seed: 5, Scenario: &scenarios.Scenario{Seed: &own}})
	require.NoError(t, err)
	require.EqualValues(t, 7, dc.Seed())
	require.NoError(t, dc.SetScenario(&scenarios.Scenario{}))
	require.EqualValues(t, 5, dc.Seed())
	require.NoError(t, dc.SetScenario(nil))
	require.EqualValues(t, 5, dc.Seed())
}

// until waits for something that comes with an event.
func until(dc *mockserver.Server, done func() bool) {
	for {
		changed := dc.Changed()
		if done() {
			return
		}
		<-changed
	}
}

// Close ends listeners and connections, waits for them, and can be called again,
// also by many at once.
func TestClose(t *testing.T) {
	dc, err := mockserver.New(mockserver.Options{})
	require.NoError(t, err)
	require.Empty(t, dc.Addr(), "it does not listen yet")
	l, err := mockserver.Listen()
	require.NoError(t, err)
	served := make(chan error, 1)
	go func() { served <- dc.Serve(l) }()
	c, err := net.Dial("tcp", l.Addr().String())
	require.NoError(t, err)
	defer c.Close()
	until(dc, func() bool { return len(dc.Journal()) > 0 })
	require.Equal(t, l.Addr().String(), dc.Addr())
	require.Equal(t, 1, dc.Connections())
	closed := make(chan error, 3)
	for range 3 {
		go func() { closed <- dc.Close() }()
	}
	for range 3 {
		require.NoError(t, <-closed)
	}
	require.ErrorIs(t, <-served, mockserver.ErrClosed)
	require.Zero(t, dc.Connections())
	_, err = c.Read(make([]byte, 1))
	require.Error(t, err)
	require.NoError(t, dc.Close())
}

func TestServeAfterClose(t *testing.T) {
	dc, err := mockserver.New(mockserver.Options{})
	require.NoError(t, err)
	require.NoError(t, dc.Close())
	l, err := mockserver.Listen()
	require.NoError(t, err)
	require.ErrorIs(t, dc.Serve(l), mockserver.ErrClosed)
	_, err = l.Accept()
	require.ErrorIs(t, err, net.ErrClosed, "the listener is not left open")
	here, there := net.Pipe()
	dc.ServeConn(there)
	_, err = here.Read(make([]byte, 1))
	require.Error(t, err)
	require.Zero(t, dc.Connections())
}

// A listener that somebody else closes ends Serve, and not the server.
func TestListenerClosedByOthers(t *testing.T) {
	dc, err := mockserver.New(mockserver.Options{})
	require.NoError(t, err)
	l, err := mockserver.Listen()
	require.NoError(t, err)
	require.NoError(t, l.Close())
	err = dc.Serve(l)
	require.ErrorIs(t, err, net.ErrClosed)
	require.False(t, errors.Is(err, mockserver.ErrClosed))
	require.NoError(t, dc.Close())
}

// starved is a listener whose first Accept fails, as with no file descriptor left.
type starved struct {
	net.Listener
	failed atomic.Int32
}

func (f *starved) Accept() (net.Conn, error) {
	if f.failed.Add(1) <= 2 {
		return nil, errors.New("too many open files")
	}
	return f.Listener.Accept()
}

func TestServeOutlivesAcceptErrors(t *testing.T) {
	dc, err := mockserver.New(mockserver.Options{})
	require.NoError(t, err)
	l, err := mockserver.Listen()
	require.NoError(t, err)
	served := make(chan error, 1)
	go func() { served <- dc.Serve(&starved{Listener: l}) }()
	c, err := net.Dial("tcp", l.Addr().String())
	require.NoError(t, err)
	defer c.Close()
	until(dc, func() bool { return len(dc.Journal()) > 0 })
	require.NoError(t, dc.Close())
	require.ErrorIs(t, <-served, mockserver.ErrClosed)
}

// Connections beyond the limit are closed at once, and the journal says which
// limit it was.
func TestConnectionsAreLimited(t *testing.T) {
	dc, err := mockserver.New(mockserver.Options{Limits: mockserver.Limits{Connections: 1}})
	require.NoError(t, err)
	_, there := net.Pipe()
	done := make(chan struct{})
	go func() { defer close(done); dc.ServeConn(there) }()
	until(dc, func() bool { return dc.Connections() > 0 })
	here, second := net.Pipe()
	dc.ServeConn(second)
	_, err = here.Read(make([]byte, 1))
	require.Error(t, err)
	last := dc.Journal()[len(dc.Journal())-1]
	require.Equal(t, mockserver.EventLimit, last.Kind)
	require.Contains(t, last.Text, "Connections")
	require.NoError(t, dc.Close())
	<-done
}
