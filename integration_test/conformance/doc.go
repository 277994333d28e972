// Package conformance runs the conformance suite against two servers, fakedc and
// the test server of gotd/td (package tgtest), and keeps what came of it in
// ../CONFORMANCE.md:
//
//	go test ./integration_test/conformance -update
//
// gotd's server is the suite's own test: it was written by others, it serves gotd's
// own tests well, and it has defects that are known because they were tried out.
// The suite must find them. Where a case fails there and passes here, the case can
// tell the two apart.
//
//	child_test.go    gotd's server in a process of its own, because some cases end it
//	defects_test.go  the known defects, and the cases that find them
//	table_test.go    CONFORMANCE.md
//
// It must not know anything inside mockserver: it is a user of the public API. It
// is called by nobody. gotd's generated schema takes minutes to compile at the
// first time.
package conformance
