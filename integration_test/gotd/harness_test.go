package gotd_test

import (
	"context"
	"net"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gotd/td/telegram"
	"github.com/gotd/td/telegram/dcs"
	"github.com/gotd/td/tg"

	"github.com/fakedc/fakedc/mockserver"
	"github.com/fakedc/fakedc/scenarios"
)

// What an application gets from my.telegram.org; any numbers do here.
const (
	appID   = 17349
	appHash = "344583e45741c457fe1862106095a5eb"
)

const botToken = "123456:a-token-for-tests"

// patience bounds a test that hangs. In a bubble it is simulated time.
const patience = 9 * time.Minute

// options points a client at a server that listens: what the README shows.
func options(t *testing.T, dc *mockserver.Server) telegram.Options {
	t.Helper()
	host, port, err := net.SplitHostPort(dc.Addr())
	require.NoError(t, err)
	number, err := strconv.Atoi(port)
	require.NoError(t, err)
	return telegram.Options{
		DC:         dc.DC(),
		DCList:     dcs.List{Options: []tg.DCOption{{ID: dc.DC(), IPAddress: host, Port: number}}},
		PublicKeys: []telegram.PublicKey{{RSA: dc.PublicKey().RSA}},
		// gotd gives a connection and its auth key 15 s, most of which it takes
		// itself to prove the prime on a machine that is busy and has -race.
		DialTimeout:     patience,
		ExchangeTimeout: patience,
	}
}

// connect runs a client until the test ends, or until stop is called; both fail
// the test if the client did not end as it was told to.
func connect(t *testing.T, o telegram.Options) (c *telegram.Client, stop func()) {
	t.Helper()
	c = telegram.NewClient(appID, appHash, o)
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	ready, ended := make(chan struct{}), make(chan struct{})
	var err error
	go func() {
		defer close(ended)
		err = c.Run(ctx, func(ctx context.Context) error {
			close(ready)
			<-ctx.Done()
			return nil
		})
	}()
	stop = func() {
		t.Helper()
		cancel()
		<-ended
		require.NoError(t, err, "the client ended by itself")
	}
	t.Cleanup(stop)
	select {
	case <-ready:
	case <-ended:
		require.NoError(t, err, "the client did not get ready")
	case <-time.After(patience):
		require.Fail(t, "the client does not get ready")
	}
	return c, stop
}

// bot connects a client and logs it in.
func bot(t *testing.T, o telegram.Options) *telegram.Client {
	t.Helper()
	c, _ := connect(t, o)
	_, err := c.Auth().Bot(deadline(t), botToken)
	require.NoError(t, err)
	return c
}

// serve runs a server that waits as long as the client may take to make a key: on
// a machine that is busy, gotd has been seen to prove a prime for 20 s.
func serve(t *testing.T, o mockserver.Options) *mockserver.Server {
	t.Helper()
	o.Limits.DetectTime, o.Limits.HandshakeTime = patience, patience
	return mockserver.Start(t, o)
}

// start runs a server and a client that is logged in.
func start(t *testing.T, o mockserver.Options) (*mockserver.Server, *telegram.Client) {
	t.Helper()
	dc := serve(t, o)
	return dc, bot(t, options(t, dc))
}

// builtin is a built-in scenario.
func builtin(t *testing.T, name string) *scenarios.Scenario {
	t.Helper()
	s, err := scenarios.Builtin(name)
	require.NoError(t, err)
	return s
}

// deadline is the test's context, with an end.
func deadline(t *testing.T) context.Context {
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	t.Cleanup(cancel)
	return ctx
}
