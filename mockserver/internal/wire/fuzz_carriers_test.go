package wire

import (
	"bufio"
	"bytes"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/gotd/td/bin"
	"github.com/gotd/td/mtproxy"
	"github.com/gotd/td/mtproxy/obfuscated2"
	"github.com/stretchr/testify/require"
)

// bare gives a frame that has the shape of an encrypted message, of some bytes that the
// fuzzer chose and many that it did not.
func bare(b []byte, more int) []byte {
	b = append(slices.Concat([]byte("\x01key_id_\x00msg_key_16_bytes"), b), bytes.Repeat([]byte{8}, more)...)
	return b[:24+(len(b)-24)&^15]
}

// What gotd's client sends obfuscated arrives, and gotd's client reads what is answered,
// the quick ack included.
func FuzzObfuscated(f *testing.F) {
	f.Add(byte(0), int16(2), bytes.Repeat([]byte("random"), 11), []byte("payload"), uint16(0), byte(0))
	f.Add(byte(2), int16(-3), bytes.Repeat([]byte("RANDOM"), 11), []byte("p"), uint16(600), byte(5))
	f.Fuzz(func(t *testing.T, which byte, dc int16, random, b []byte, more uint16, chunk byte) {
		tr := transports[int(which)%3]
		var sent bytes.Buffer
		stream := obfuscated2.NewObfuscated2(bytes.NewReader(random), &sent)
		if stream.Handshake(tr.tag, int(dc), mtproxy.Secret{}) != nil {
			return // too little randomness for a header
		}
		client := &client{stream: stream, codec: tr.codec()}
		payload := bare(b, int(more)%2048)
		require.NoError(t, client.send(payload))

		s := newScript(sent.Bytes(), int(chunk))
		conn, err := Accept(s, Options{})
		if err != nil || conn.transport != tr.name || !conn.obfuscated {
			t.Fatalf("%v, %v", conn, err)
		}
		frame, err := conn.ReadFrame(nil)
		if err != nil || !bytes.Equal(frame.Payload, payload) {
			t.Fatalf("%x arrived as %x: %v", payload, frame.Payload, err)
		}
		if _, err := conn.ReadFrame(nil); err != io.EOF { //nolint:errorlint // never wrapped
			t.Fatalf("a second frame, or %v", err)
		}
		require.NoError(t, conn.WriteFrames(payload, payload[:24]))
		sent.Reset()
		sent.Write(s.out.Bytes())
		for _, want := range [][]byte{payload, payload[:24]} {
			if got, err := client.receive(); err != nil || !bytes.Equal(got, want) {
				t.Fatalf("%x was read as %x: %v", want, got, err)
			}
		}
	})
}

// httpBodies is what net/http finds in a stream of requests: the bodies of those that
// carry MTProto up to the first that may not, "preflight" for a browser's question.
func httpBodies(stream []byte) (bodies []string, good bool) {
	in := bufio.NewReader(bytes.NewReader(stream))
	for {
		if _, err := in.Peek(1); err != nil {
			return bodies, true
		}
		r, err := http.ReadRequest(in)
		if err != nil || !slices.Contains(strings.Fields("/api /apiw /apiw1 /api_test /apiw_test /apiw1_test /apiw_test1"), r.URL.Path) {
			return bodies, false
		}
		if r.ProtoMajor < 1 || r.ProtoMajor == 1 && r.ProtoMinor < 1 || len(r.TransferEncoding) > 0 {
			return bodies, false
		}
		if r.Method == "OPTIONS" && r.ContentLength == 0 && r.Header.Get("Access-Control-Request-Method") == "POST" && len(bodies) == 0 {
			bodies = append(bodies, "preflight")
			continue
		}
		if r.Method != "POST" || r.ContentLength < smallestPayload || r.ContentLength > fuzzLimit {
			return bodies, false
		}
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return bodies, false
		}
		bodies = append(bodies, string(body))
	}
}

// Requests behind a POST, in any chunks: the bodies that net/http reads, and the end where
// it finds the first request that is none of ours.
func FuzzHTTP(f *testing.F) {
	const one = "/api HTTP/1.1\r\nHost: x\r\nContent-Length: 8\r\n\r\n12345678"
	f.Add([]byte(" "+one+"POST /apiw1 HTTP/1.1\r\nHost: x\r\nContent-Length: 65536\r\n\r\n"), byte(9))
	f.Add([]byte(" "+one+"POST "+one), byte(1))
	f.Add([]byte(" /api HTTP/1.1\r\n\r\n"), byte(1))
	f.Add([]byte(" "+one+"OPTIONS /api HTTP/1.1\r\nHost: x\r\nAccess-Control-Request-Method: POST\r\n\r\n"), byte(0))
	f.Add([]byte(" /api HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n8\r\n12345678\r\n0\r\n\r\n"), byte(0))
	f.Add([]byte(" /api HTTP/1.1\r\nHost: x\r\nContent-Length: 8\r\nExpect: 100-continue\r\n\r\n12345678"), byte(0))
	f.Fuzz(func(t *testing.T, rest []byte, chunk byte) {
		stream := append([]byte("POST"), rest...)
		if len(stream) > requestBudget {
			return // a bound that net/http does not have
		}
		want, good := httpBodies(stream)
		got := drain(t, stream, int(chunk))
		if len(got.frames) != len(want) || (got.end == endGood) != good {
			t.Fatalf("%d bodies, end %s; net/http reads %q, good: %v", len(got.frames), got.end, want, good)
		}
		for i, frame := range got.frames {
			if frame.Preflight != (want[i] == "preflight") || !frame.Preflight && string(frame.Payload) != want[i] {
				t.Fatalf("body %d is %q, and by net/http %q", i, frame.Payload, want[i])
			}
		}
	})
}

// webSocketFrame is one masked frame of RFC 6455, section 5.2.
func webSocketFrame(fin bool, opcode byte, payload []byte) []byte {
	if fin {
		opcode |= 0x80
	}
	out := []byte{opcode, 0x80 | byte(len(payload))}
	if len(payload) > 125 {
		out = []byte{opcode, 0x80 | 126, byte(len(payload) >> 8), byte(len(payload))}
	}
	mask := []byte{0xa1, 0x52, 0xc3, byte(len(payload))}
	out = append(out, mask...)
	for i, b := range payload {
		out = append(out, b^mask[i%4])
	}
	return out
}

// A stream of frames cut into websocket messages and fragments wherever the program says,
// with pings between them, is read as the same stream without a websocket.
func FuzzWebSocket(f *testing.F) {
	f.Add(byte(0), []byte{0x02, 1, 2, 3, 4, 5, 6, 7, 8}, []byte{3, 1, 0x85, 0x40}, byte(0))
	f.Add(byte(1), []byte{8, 0, 0, 0x80, 1, 2, 3, 4, 5, 6, 7, 8}, []byte{0x3f, 0, 0, 0xc2}, byte(5))
	f.Add(byte(3), []byte{20, 0, 0, 0, 0, 0, 0, 0}, []byte{}, byte(1))
	request := []byte(upgradeRequest("/apiws"))
	f.Fuzz(func(t *testing.T, which byte, rest, program []byte, chunk byte) {
		inner := append(announced(transports[int(which)%len(transports)].name), rest...)
		if len(inner) > 4<<10 {
			return
		}
		outer, opcode, left := slices.Clone(request), byte(2), inner
		for _, b := range program[:min(len(program), 64)] {
			n := min(int(b&0x3f)*3, len(left)) // 0 to 189: both forms of the length
			fin := b&0x40 != 0
			outer = append(outer, webSocketFrame(fin, opcode, left[:n])...)
			left = left[n:]
			if opcode = 0; fin {
				opcode = 2
			}
			if b&0x80 != 0 {
				outer = append(outer, webSocketFrame(true, 9, []byte("ping"))...)
			}
		}
		outer = append(outer, webSocketFrame(true, opcode, left)...)
		want := naiveRead(inner, fuzzLimit)
		if want.transport == "" && want.end == endGood {
			want.end = endCut // a websocket in which nothing was said
		}
		got := drain(t, append(outer, webSocketFrame(true, 8, []byte{3, 232})...), int(chunk))
		if want.transport != nameHTTP {
			compare(t, want, got)
		}
	})
}

// What a server writes is what gotd's codec reads.
func FuzzWriteFrames(f *testing.F) {
	f.Add(byte(0), []byte("12345678"), []byte("12345678abcd"), uint16(0), int32(-404))
	f.Add(byte(3), []byte("123456789012"), []byte("12345678"), uint16(3000), int32(-429))
	f.Fuzz(func(t *testing.T, which byte, a, b []byte, more uint16, code int32) {
		tr := transports[int(which)%len(transports)]
		payloads := [][]byte{bare(a, 0), bare(b, int(more)%8192)}
		w, out := accepted(t, tr.name, Options{Rand: bytes.NewReader(bytes.Repeat(append(a, 1), 64))})
		require.NoError(t, w.WriteFrames(payloads...))
		codec := tr.codec()
		for _, want := range payloads {
			var got bin.Buffer
			if err := codec.Read(&out.out, &got); err != nil || !bytes.Equal(got.Buf, want) {
				t.Fatalf("%x came back as %x: %v", want, got.Buf, err)
			}
		}
		if code < 0 {
			require.NoError(t, w.WriteError(code))
			if err := codec.Read(&out.out, &bin.Buffer{}); err == nil || out.out.Len() > 0 {
				t.Fatalf("a transport error was read as a frame, or in part: %v", err)
			}
		}
	})
}
