package rawclient

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
)

// maxHead bounds the head of an HTTP response, in bytes. Implementation limit.
const maxHead = 8 << 10

// appendHTTP makes a frame the body of a POST.
//
// https://core.telegram.org/mtproto/transports#http
func (w *framer) appendHTTP(dst []byte, f Frame) ([]byte, error) {
	if f.QuickAck {
		return nil, fmt.Errorf("rawclient: HTTP has no quick acknowledgement; use another transport")
	}
	length := uint32(len(f.Payload))
	if f.Length != nil {
		length = *f.Length
	}
	dst = fmt.Appendf(dst, "POST %s HTTP/1.1\r\nHost: %s\r\nConnection: keep-alive\r\nContent-Length: %d\r\n\r\n", w.path, w.host, length)
	return append(dst, f.Payload...), nil
}

// nextHTTP takes the body of a response, whatever its status: errors are in the
// body too. A response without a body is a packet without a payload.
func (r *deframer) nextHTTP(buf []byte) (Packet, int, error) {
	end := bytes.Index(buf, []byte("\r\n\r\n"))
	switch {
	case end < 0 && len(buf) > maxHead:
		return Packet{}, 0, r.errorf("the head of a response is longer than %d bytes", maxHead)
	case end < 0:
		return Packet{}, 0, nil
	}
	lines := strings.Split(string(buf[:end]), "\r\n")
	if !strings.HasPrefix(lines[0], "HTTP/1.1 ") {
		return Packet{}, 0, r.errorf("%.32q is no status line", lines[0])
	}
	for _, line := range lines[1:] {
		name, value, _ := strings.Cut(line, ":")
		if !strings.EqualFold(name, "Content-Length") {
			continue
		}
		n, err := strconv.ParseUint(strings.TrimSpace(value), 10, 31)
		if err != nil {
			return Packet{}, 0, r.errorf("Content-Length %.32q is no number", value)
		}
		return r.cut(buf, end+4, int(n), 0)
	}
	return Packet{}, 0, r.errorf("a response without a Content-Length")
}
