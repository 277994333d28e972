// Package mockserver is a fake Telegram datacenter for tests of upload code.
//
// It listens on loopback and speaks MTProto, so that a client library connects to
// it unmodified, makes an auth key, logs in and uploads. Every part is judged by
// the rules of package validator; what goes wrong on purpose is said by a
// scenario of package scenarios.
//
//	func TestUpload(t *testing.T) {
//		dc := mockserver.Start(t, mockserver.Options{})
//		upload(dc.Addr(), dc.PublicKey().PEM) // the code under test
//		for _, u := range dc.Uploads() {
//			if !u.Report.Complete {
//				t.Errorf("parts are missing: %v", u.Report.Missing)
//			}
//		}
//	}
//
// Any bot token of the form 123:abc and any phone number log in, the latter with
// the code 12345. A ready session ([Server.Session]) needs neither a login
// nor the RSA key. There is one datacenter, number 2, at the address of the
// listener, unless Options.MoreDCs asks for others, each with a listener of its
// own. [Server.ServeSOCKS] is a proxy that leads to them and nowhere else.
//
// # Time
//
// Time is that of package time: real, or that of a testing/synctest bubble when
// the server is made inside one and the connections are net.Pipe (see
// [Server.ServeConn]). Then FLOOD_WAIT_30 takes no time.
//
// # Restarts
//
// With Options.DataDir a server that is made anew goes on where the last one was:
// auth keys, logins, uploads and documents are on disk before clients are told of
// them.
//
// # Safety
//
// A server binds loopback only, opens no connection of its own, and holds
// whatever a client does within [Limits]. It is for tests: its RSA key is public,
// so what is sent to it is not secret.
//
// # How it is built
//
// A connection is run by internal/link: wire makes frames of bytes, handshake
// makes auth keys, envelope opens messages, session orders them, rpc answers
// them, upload judges and stores parts, fault does what the scenario says, disk keeps
// what is to outlive the server. Each of these knows nothing of the ones before it; only link, this package and the
// command start goroutines or touch sockets.
package mockserver
