// Package matrix runs every client against every transport and every fault, and
// writes down what it saw: integration_test/MATRIX.md.
//
// A client is a folder of integration_test with a manifest.json, which names a
// driver: a program that takes one job, as JSON on stdin, does it with its library's
// own high-level calls, and answers with one line of JSON. Each cell of the matrix
// has a server and a driver of its own. Its words are derived from the server's
// journal and the driver's answer; nothing here knows a client by name.
//
//	client.go    manifests
//	driver.go    one job of one driver, under a deadline
//	fault.go     the faults, which are built-in scenarios
//	cell.go      one cell: server, driver, record
//	record.go    what a cell saw
//	reaction.go  the words for it; watcher.go walks through the events for them
//	report.go    all cells, and what an older run left
//	markdown.go  the page; parse.go reads it
//	run.go       several cells at a time
//
// It knows the public API of mockserver and scenarios. It is called by
// integration_test/cmd/matrix. What clients must do is asserted by the tests in
// their folders, not here.
package matrix
