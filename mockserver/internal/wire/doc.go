// Package wire turns the bytes of one accepted connection into frames, and frames into bytes, on the server's side.
//
// It knows the transports of https://core.telegram.org/mtproto/mtproto-transports: abridged, intermediate, padded
// intermediate and full, obfuscated2 over the three that can be obfuscated, and all of it inside websocket messages;
// and that of https://core.telegram.org/mtproto/transports#http, where a frame is the body of a POST or of its response.
// All of them share one port: [Accept] looks at the first bytes of a connection and tells them apart.
//
// It must not know what a frame means. It reads of a payload only what the padded intermediate transport forces it to
// (which part of the frame is padding), never a key, a session or a TL constructor.
//
// Package link calls it, and owns everything that has to do with time: wire starts no goroutine, sets no deadline and
// logs nothing. It works over any net.Conn, so a whole server can run over net.Pipe inside a testing/synctest bubble.
//
// # Memory
//
// A length is a claim, and a claim buys nothing. A frame is refused before anything is allocated if it claims more
// than Options.MaxFrame; otherwise the caller's buffer is asked for only when the whole frame, or its first 16 KiB,
// has arrived. See [Conn.ReadFrame]. Between frames a connection holds one read buffer of 1 KiB (a websocket 0.5 KiB
// more), and nothing for writing.
//
// # Security
//
// The first bytes of a connection may come from a browser that was talked into sending HTTP to this port. Whatever
// is neither a websocket upgrade nor an MTProto frame in a POST gets no answer at all, and a refused upgrade gets a status line that repeats nothing of
// the request. Any Origin is welcome: a mock datacenter is used from pages that are served from anywhere, and whoever
// connects still has to prove an auth key.
package wire
