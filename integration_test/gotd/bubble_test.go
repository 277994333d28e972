package gotd_test

import (
	"context"
	"net"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"github.com/gotd/td/telegram"
	"github.com/gotd/td/telegram/dcs"
	"github.com/gotd/td/tg"

	"github.com/fakedc/fakedc/mockserver"
)

// inBubble runs a test with a server and a client that is logged in, both in one
// testing/synctest bubble with pipes between them: a wait takes no real time.
func inBubble(t *testing.T, o mockserver.Options, test func(*testing.T, *mockserver.Server, *telegram.Client)) {
	t.Helper()
	o.Strict = true
	synctest.Test(t, func(t *testing.T) {
		dc, err := mockserver.New(o)
		require.NoError(t, err)
		t.Cleanup(func() { require.NoError(t, dc.Close()) })
		test(t, dc, bot(t, piped(dc)))
	})
}

// piped points a client at a server that does not listen: the resolver dials a
// pipe whose other end is served.
func piped(dc *mockserver.Server) telegram.Options {
	dial := func(context.Context, string, string) (net.Conn, error) {
		client, server := net.Pipe()
		go dc.ServeConn(server)
		return client, nil
	}
	return telegram.Options{
		DC:         dc.DC(),
		DCList:     dcs.List{Options: []tg.DCOption{{ID: dc.DC(), IPAddress: "127.0.0.1", Port: 443}}}, // looked up, not dialled
		Resolver:   dcs.Plain(dcs.PlainOptions{Dial: dial}),
		PublicKeys: []telegram.PublicKey{{RSA: dc.PublicKey().RSA}},
	}
}
