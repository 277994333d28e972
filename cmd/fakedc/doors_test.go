package main

import (
	"maps"
	"net"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/mockserver"
	"github.com/fakedc/fakedc/mockserver/rawclient"
)

// The ready line names every datacenter, the proxy, and a session for each client:
// the one that the session command makes.
func TestReadyLineNamesAllDoors(t *testing.T) {
	s := startServe(t, "--dcs", "4,5", "--socks", "127.0.0.1:0", "--seed", "7", "--log", "off")
	addr, _, all := readyOf(t, s)
	t.Cleanup(func() { s.end(t, 0) })
	var ids []int
	seen := map[string]bool{}
	for _, v := range all["dcs"].([]any) {
		dc := v.(map[string]any)
		ids = append(ids, int(dc["id"].(float64)))
		seen[dc["addr"].(string)] = true
		require.Equal(t, net.JoinHostPort(dc["host"].(string), strconv.Itoa(int(dc["port"].(float64)))), dc["addr"])
	}
	require.Equal(t, []int{2, 4, 5}, ids)
	seen[all["socks"].(string)] = true
	require.Len(t, seen, 4, "addresses of their own")

	sessions := all["sessions"].(map[string]any)
	for _, client := range mockserver.SessionClients() {
		args := []string{"session", "--client", client, "--addr", addr, "--seed", "7"}
		stdout, _ := command(t, 0, args...)
		require.Equal(t, stdout, sessions[client].(string)+"\n", client)
	}
}

// Each datacenter answers at its address from the first moment on, with the
// addresses of all, and so does the proxy.
func TestServeOpensAllDoors(t *testing.T) {
	s := startServe(t, "--dcs", "4", "--accounts", "2", "--log", "off")
	_, _, all := readyOf(t, s)
	t.Cleanup(func() { s.end(t, 0) })
	for _, v := range all["dcs"].([]any) {
		dc := v.(map[string]any)
		id := int(dc["id"].(float64))
		ready, err := mockserver.NewSession(mockserver.SessionOptions{DC: id, Account: 2})
		require.NoError(t, err)
		c, err := rawclient.ConnectWithKey(t.Context(), dc["addr"].(string), rawclient.Options{}, rawclient.NewAuthKey(ready.AuthKey, 0), rawclient.ClientOptions{})
		require.NoError(t, err)
		t.Cleanup(func() { _ = c.Close() })
		config, err := c.InitConnection(t.Context(), 0)
		require.NoError(t, err)
		require.EqualValues(t, id, config.ThisDC)
		require.Len(t, config.DCOptions, 4)
		for _, o := range config.DCOptions {
			require.NotEqualValues(t, 443, o.Port, "the address that is told where none is known")
		}
		ok, err := c.SaveBigFilePart(t.Context(), 1, 0, 1, []byte("x"))
		require.NoError(t, err)
		require.True(t, ok)
	}
	third, err := mockserver.NewSession(mockserver.SessionOptions{Account: 3})
	require.NoError(t, err)
	addr := all["dcs"].([]any)[0].(map[string]any)["addr"].(string)
	c, err := rawclient.ConnectWithKey(t.Context(), addr, rawclient.Options{}, rawclient.NewAuthKey(third.AuthKey, 0), rawclient.ClientOptions{})
	require.NoError(t, err)
	t.Cleanup(func() { _ = c.Close() })
	_, err = c.GetConfig(t.Context())
	require.ErrorContains(t, err, "-404", "--accounts 2")
}

// A scenario's own seed decides chances, not sessions: what was pasted into a test
// stays good when the scenario changes.
func TestSessionsFollowTheFlag(t *testing.T) {
	path := write(t, t.TempDir(), "s.yaml", "fakedc: 1\nname: own\nseed: 9\n", 0o644)
	s := startServe(t, "--seed", "7", "--scenario", path, "--log", "off")
	_, _, all := readyOf(t, s)
	s.end(t, 0)
	stdout, _ := command(t, 0, "session", "--client", "pyrogram", "--seed", "7")
	require.Equal(t, strings.TrimSpace(stdout), all["sessions"].(map[string]any)["pyrogram"])
}

// Only a number is left out of some formats: any other error is one.
func TestSessionsOfNoAddress(t *testing.T) {
	_, err := sessionsOf(mockserver.SessionOptions{Addr: "localhost:80", DC: 300})
	require.ErrorContains(t, err, "IP address")
}

// A datacenter whose number some formats have no room for has sessions of the others.
func TestSessionsThatFit(t *testing.T) {
	s := startServe(t, "--dc", "300", "--log", "off")
	_, _, all := readyOf(t, s)
	s.end(t, 0)
	require.Equal(t, []string{"gogram", "gotd", "grammers", "raw"}, slices.Sorted(maps.Keys(all["sessions"].(map[string]any))))
}

func TestNthAddress(t *testing.T) {
	for _, tc := range []struct {
		address string
		n       int
		want    string
	}{
		{"", 1, ""},
		{"127.0.0.1:0", 3, "127.0.0.1:0"},
		{"127.0.0.1:4430", 0, "127.0.0.1:4430"},
		{"127.0.0.1:4430", 2, "127.0.0.1:4432"},
		{"[::1]:4430", 1, "[::1]:4431"},
		{":4430", 1, ":4431"},
		{"127.0.0.1:http", 1, "127.0.0.1:http"},
		{"no port", 1, "no port"},
	} {
		got, err := nthAddress("--listen", tc.address, tc.n)
		require.NoError(t, err)
		require.Equal(t, tc.want, got)
	}
	_, err := nthAddress("--listen", "127.0.0.1:65534", 2)
	require.ErrorContains(t, err, "there is no port 65536")
}

// Doors that were opened are closed when the next one cannot be.
func TestOpenDoorsClosesWhatItOpened(t *testing.T) {
	taken, err := mockserver.Listen()
	require.NoError(t, err)
	defer taken.Close()
	free, err := mockserver.Listen()
	require.NoError(t, err)
	address := free.Addr().String()
	require.NoError(t, free.Close())
	_, err = openDoors([]int{2}, doorAddresses{listen: address, socks: taken.Addr().String()})
	require.ErrorContains(t, err, "--socks")
	again, err := net.Listen("tcp", address)
	require.NoError(t, err, "it is free again")
	require.NoError(t, again.Close())
}
