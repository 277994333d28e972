// Package rawclient is an MTProto client that is driven by hand.
//
// It exists for three readers: a test that has to send what no library would
// send, the demo, and a conformance suite that is pointed at any server. So
// every layer can be used alone, and every field that a layer fills in can be
// replaced:
//
//   - Conn.SendRaw and Conn.ReadRaw: bytes on the socket, below everything.
//   - Conn.SendFrame and Conn.RecvFrame: transport packets; Frame falsifies
//     lengths, sequence numbers, checksums and padding.
//   - CreateKey and KeyExchange: the auth key, whole or step by step, with a
//     Tamper hook before each message leaves.
//   - Session: encrypted messages; Envelope replaces salt, session, msg_id,
//     seqno, padding, length, msg_key and auth_key_id.
//   - Client: queries and answers. It resends after bad_server_salt, takes
//     containers and gzip apart, acknowledges, and knows the calls of an upload.
//
// Levels below Client start no goroutine: they read when they are asked to. A
// Client owns one that reads and one that acknowledges; Close ends both before
// it returns. All times come from package time and all blocking is on channels
// or the connection, so everything runs inside a testing/synctest bubble over
// net.Pipe.
//
// What it must not know: anything of the server it talks to. It shares the TL
// tables and the block cipher mode with fakedc's server and nothing else; the
// transports, the key exchange and the envelope are written here a second time,
// so that one mistake cannot hide on both sides.
package rawclient
