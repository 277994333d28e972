// Package drivers runs the drivers of client libraries against a fake datacenter, for
// the tests in the folders of those clients.
//
// A driver is a program that takes one job, as JSON on stdin, does it with its
// library's own high-level calls, and answers with one line of JSON. The manifest
// beside it says how it is started and which transports it offers. contract.py is
// what the drivers in Python share.
//
// It knows the public API of mockserver and scenarios, and no client.
package drivers
