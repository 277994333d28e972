package wire

import (
	"bufio"
	"bytes"
)

// opening is what the first bytes of a stream turned out to be, apart from the transports themselves.
const (
	openingObfuscated = "obfuscated"
	openingGET        = "GET"
)

// httpMethods are the first four bytes of HTTP requests. A client must not draw an obfuscated2 header that starts like
// GET, POST, HEAD or OPTIONS; of the others one in 700 million honest headers is taken for HTTP.
// https://core.telegram.org/mtproto/mtproto-transports#transport-obfuscation
var httpMethods = []string{"HEAD", "PUT ", "DELE", "PATC", "CONN", "TRAC", "PRI "}

// detect looks at the first bytes of a stream, at most eight and never more than it needs, and consumes those that do
// nothing but announce a transport. It returns the name of a transport or one of the openings. io.EOF means that the
// client sent nothing at all.
func detect(in *bufio.Reader) (string, error) {
	b, err := peek(in, 1)
	if err != nil {
		return "", err
	}
	if b[0] == abridgedTag {
		discard(in, 1)
		return nameAbridged, nil
	}
	if b, err = peek(in, 4); err != nil {
		return "", unexpected(err)
	}
	if name, ok := transportByTag([4]byte(b)); ok {
		discard(in, 4)
		return name, nil
	}
	switch string(b) {
	case "GET ":
		return openingGET, nil
	case "POST", "OPTI":
		return nameHTTP, nil
	}
	if err := foreign(b); err != nil {
		return "", err
	}
	if b, err = peek(in, 8); err != nil {
		return "", unexpected(err)
	}
	return detectByEight(b)
}

// foreign recognises by four bytes what can never become a transport.
func foreign(b []byte) error {
	for _, method := range httpMethods {
		if string(b) == method {
			return violation("an HTTP request (%q); of HTTP this port takes only POST /api and websocket upgrades by GET", method)
		}
	}
	// 0x02010316 as a little endian int, which no obfuscated2 header may start with.
	if bytes.Equal(b, []byte{0x16, 0x03, 0x01, 0x02}) {
		return errTLS()
	}
	return nil
}

// detectByEight decides what four bytes could not. Full has no tag; its first frame has sequence number 0, in bytes 4
// to 7, where an obfuscated2 header is never 0.
func detectByEight(b []byte) (string, error) {
	const clientHello = 1
	if bytes.HasPrefix(b, []byte{0x16, 0x03, 0x01}) && b[3] < 0x40 && b[5] == clientHello {
		return "", errTLS()
	}
	if bytes.Equal(b[4:8], []byte{0, 0, 0, 0}) {
		return nameFull, nil
	}
	return openingObfuscated, nil
}

// errTLS is what a TLS client is told, or rather what is told about it.
func errTLS() error {
	return violation("a TLS ClientHello; this port speaks no TLS: use ws:// instead of wss://, and no FakeTLS secret")
}
