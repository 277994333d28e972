// Package gogram_test has gogram, as published, upload to fakedc. It takes no RSA key
// from its caller and no address for its further connections: a ready session and the
// proxy are its ways in, and datacenter 4 is where it takes an address to be that it
// does not know.
package gogram_test

import (
	"math/rand/v2"
	"net"
	"strconv"
	"testing"

	"github.com/amarnathcjd/gogram/telegram"
	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/mockserver"
)

// start starts the datacenter that gogram wants.
func start(t *testing.T, o mockserver.Options) *mockserver.Server {
	t.Helper()
	o.DC = 4
	return mockserver.Start(t, o)
}

// client is one that is logged in when it is returned.
func client(t *testing.T, dc *mockserver.Server, config telegram.ClientConfig, bot bool) *telegram.Client {
	t.Helper()
	ready, err := dc.Session(mockserver.SessionOptions{DC: dc.DC(), Bot: bot})
	require.NoError(t, err)
	config.StringSession, err = ready.For("gogram")
	require.NoError(t, err)
	config.MemorySession, config.DisableCache, config.LogLevel = true, true, telegram.LogNone
	c, err := telegram.NewClient(config)
	require.NoError(t, err)
	t.Cleanup(func() { _ = c.Stop() })
	me, err := c.GetMe()
	require.NoError(t, err)
	require.Equal(t, ready.UserID, me.ID)
	require.Equal(t, bot, me.Bot)
	return c
}

// proxied is to go through a SOCKS5 proxy, all of whose destinations are the server: gogram
// has Telegram's addresses compiled in, and takes them before those that it is told.
func proxied(t *testing.T, dc *mockserver.Server) telegram.ClientConfig {
	t.Helper()
	l, err := mockserver.Listen()
	require.NoError(t, err)
	go func() { _ = dc.ServeSOCKS(l) }() // ErrClosed
	host, text, err := net.SplitHostPort(l.Addr().String())
	require.NoError(t, err)
	port, err := strconv.Atoi(text)
	require.NoError(t, err)
	return telegram.ClientConfig{Proxy: &telegram.Socks5Proxy{BaseProxy: telegram.BaseProxy{Host: host, Port: port}}}
}

// contents are the bytes of a file that is told from all others.
func contents(n int) []byte {
	b := make([]byte, n)
	_, _ = rand.NewChaCha8([32]byte{byte(n), byte(n >> 8), byte(n >> 16)}).Read(b) // it does not fail
	return b
}
