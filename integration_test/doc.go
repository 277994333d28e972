// Package integration looks at fakedc from outside: who may import whom, the
// files as they are committed, and, in the folders below, real client libraries
// that upload to it.
//
//	gotd/    gotd/td, compiled into the test
//	gramjs/  GramJS under Node.js, installed by npm ci
//
// Clients in other languages are skipped with a reason where they are not
// installed, and missed with a failure where FAKEDC_REQUIRE_CLIENTS=1 is set, as
// .ci/run does.
package integration
