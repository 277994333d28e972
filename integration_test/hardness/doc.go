// Package hardness has hostile peers press on the real binary all at once, while an
// honest client uploads through it: slow connections, handshakes that nobody finishes,
// and garbage at full speed.
//
//	go test ./integration_test/hardness                    a small crowd, for seconds
//	go test ./integration_test/hardness -long              2,500 peers, two minutes
//	go test ./integration_test/hardness -long -update      and what was measured to ../HARDNESS.md
//
//	hostile_test.go   all together, and what has to hold meanwhile and afterwards
//	server_test.go    fakedc serve in a process of its own, and what /proc and /metrics say of it
//	honest_test.go    the client that notices nothing
//	slow_test.go      connections over which a byte comes now and then
//	half_test.go      auth keys whose making stops half-way
//	garbage_test.go   bytes of no meaning, as fast as they are taken
//
// It must not know anything inside mockserver: it is a user of the public API. It is
// called by nobody.
package hardness
