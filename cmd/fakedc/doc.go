// Command fakedc runs a fake Telegram datacenter for tests of upload code.
//
// What it knows: flags, terminals, signals, exit codes, how to word a result for
// a person and for a program. What it must not know: MTProto, the upload rules,
// the grammar of scenarios; it asks mockserver, mockserver/rawclient,
// mockserver/conformance, mockserver/admin, mockserver/doctor, validator, scenarios
// and its oracle, and imports nothing else of this module.
//
// Data goes to stdout, words for people to stderr. Neither gets colours or cursor
// movements unless it is a terminal and NO_COLOR is unset. Errors are one line
// each. Exit codes:
//
//	0  all went as it should; for serve also: it was interrupted
//	1  demo: the upload did not end as it should; conform: a case failed, or was not finished;
//	   lint --strict: there are warnings; exec: the client did not do what is
//	   expected of it; doctor: the client did something wrong; shrink: there is nothing to shrink
//	2  the command line or a scenario is wrong; with --crash: fakedc itself failed
//	3  an address, a file or a stream could not be used
//	4  exec: the command ran out of time; wait: nobody answered in time
//	5  exec: the command failed, and its client did well
package main
