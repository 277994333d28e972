// Package fault carries out what a scenario decided. It holds the scenario that
// is in force, asks it about each call and says at which points of the call's way
// something is to happen: before the rules, instead of the answer, on the socket.
//
// It knows scenarios; it must not know TL, sessions or how a file is stored.
// Called by rpc, which asks, and by link, which drops connections.
package fault
