// Package socks is the server's half of a SOCKS5 conversation: it reads where a
// client wants to go and says that it is there. Nothing is ever dialled: whoever
// asks is connected to the fake datacenter, whatever the address.
//
// It knows RFC 1928 and 1929 and the addresses that Telegram publishes for its
// datacenters; it must not know what is spoken afterwards. Deadlines are the
// caller's. Called by mockserver.
package socks
