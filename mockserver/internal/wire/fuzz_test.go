package wire

import (
	"bytes"
	"errors"
	"io"
	"testing"
)

// drain accepts a connection of any bytes, reads it to its end and checks what must hold for every one of them.
func drain(t *testing.T, stream []byte, chunk int) {
	const limit = 64 << 10
	s := newScript(stream, chunk)
	conn, err := Accept(s, Options{MaxFrame: limit})
	if err != nil {
		if conn != nil {
			t.Fatal("both a connection and an error")
		}
		checkKind(t, err)
		return
	}
	defer func() { _ = conn.Close() }()
	if conn.Name() == "" || conn.Transport() == "" {
		t.Fatal("a connection without a name")
	}
	var requested, delivered int
	for {
		frame, err := conn.ReadFrame(func(n int) []byte {
			if n > limit {
				t.Fatalf("%d bytes asked for", n)
			}
			requested += n
			return make([]byte, n)
		})
		if err != nil {
			checkKind(t, err)
			break
		}
		delivered += len(frame.Payload)
	}
	if delivered > len(stream) {
		t.Fatalf("%d bytes delivered of a stream of %d", delivered, len(stream))
	}
	if requested > len(stream)+limit {
		t.Fatalf("%d bytes asked for by a stream of %d", requested, len(stream))
	}
}

// checkKind demands that an error is one of those the documentation promises for a connection that does not fail.
func checkKind(t *testing.T, err error) {
	var protocol *ProtocolError
	if err != io.EOF && !errors.Is(err, io.ErrUnexpectedEOF) && !errors.As(err, &protocol) {
		t.Fatalf("neither an end nor a ProtocolError: %v", err)
	}
	if errors.As(err, &protocol) && protocol.Reason == "" {
		t.Fatal("a ProtocolError without a reason")
	}
}

// Any stream, cut anywhere: a typed error or frames that were in it, within the limits.
func FuzzAccept(f *testing.F) {
	for _, tr := range transports {
		f.Add(sent(f, tr, false, unencrypted(20), encrypted(2)), byte(0))
		if tr.tag != [4]byte{} {
			f.Add(sent(f, tr, true, encrypted(2)), byte(7))
		}
	}
	f.Add([]byte("POST /api HTTP/1.1\r\n\r\n"), byte(1))
	f.Add([]byte("POST /api HTTP/1.1\r\nHost: x\r\nContent-Length: 8\r\n\r\n12345678POST /apiw1 HTTP/1.1\r\nHost: x\r\nContent-Length: 65536\r\n\r\n"), byte(9))
	f.Add([]byte("OPTIONS /apiw1 HTTP/1.1\r\nHost: x\r\nAccess-Control-Request-Method: POST\r\n\r\n"), byte(3))
	f.Add([]byte("POST /api HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n8\r\n12345678\r\n0\r\n\r\n"), byte(0))
	f.Add([]byte(upgradeRequest("/apiws")+"\x82\x88\x00\x00\x00\x00\xef\x02\x01\x02\x03\x04\x05\x06"), byte(0))
	f.Add([]byte("\x16\x03\x01\x00\xa5\x01\x00\x00"), byte(0))
	f.Fuzz(func(t *testing.T, stream []byte, chunk byte) { drain(t, stream, int(chunk)) })
}

// The same behind the opening of each transport, so that the fuzzer need not find it.
func FuzzReadFrame(f *testing.F) {
	for which, tr := range transports {
		stream := sent(f, tr, false, unencrypted(20), encrypted(2))
		f.Add(byte(which), stream[len(announced(tr.name)):], uint16(0), byte(0))
	}
	f.Add(byte(0), []byte{0xff, 0xff, 0xff, 0xff}, uint16(0), byte(1))
	f.Add(byte(0), []byte{0x7f, 0, 8, 0}, uint16(9000), byte(0))
	f.Add(byte(1), []byte{0xff, 0xff, 0xff, 0x7f}, uint16(0), byte(1))
	f.Add(byte(1), []byte{0, 0x60, 0, 0}, uint16(50000), byte(0))
	f.Add(byte(2), append([]byte{40, 0, 0, 0}, make([]byte, 40)...), uint16(8), byte(3))
	f.Add(byte(3), []byte{11, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3}, uint16(0), byte(1))
	f.Fuzz(func(t *testing.T, which byte, stream []byte, more uint16, chunk byte) {
		tr := transports[int(which)%len(transports)]
		// What long frames are made of is not worth the fuzzer's time, that they are long is.
		stream = append(append(announced(tr.name), stream...), bytes.Repeat([]byte{0x08}, int(more))...)
		drain(t, stream, int(chunk))
	})
}

// FuzzRoundTrip writes what a server would and reads it back as a client's, for the transports that look the same from
// both sides.
func FuzzRoundTrip(f *testing.F) {
	f.Add(byte(0), []byte("12345678"), []byte("12345678abcd"), uint16(0))
	f.Add(byte(3), []byte("123456789012"), []byte("12345678"), uint16(20<<10))
	f.Fuzz(func(t *testing.T, which byte, a, b []byte, more uint16) {
		tr := transports[int(which)%len(transports)]
		b = append(b, bytes.Repeat([]byte{0x08}, int(more))...)
		a, b = a[:len(a)&^3], b[:len(b)&^3]
		if min(len(a), len(b)) < smallestPayload || max(len(a), len(b)) > DefaultMaxFrame {
			return // no frame: nothing to compare
		}
		w, out := accepted(t, tr.name, Options{Padding: -1})
		if err := w.WriteFrames(a, b); err != nil {
			t.Fatal(err)
		}
		r, err := Accept(newScript(append(announced(tr.name), out.out.Bytes()...), 0), Options{})
		if err != nil {
			t.Fatal(err)
		}
		for _, want := range [][]byte{a, b} {
			if tr.name == namePadded {
				want = want[:unpadded(want)]
			}
			got, err := r.ReadFrame(nil)
			if err != nil || !bytes.Equal(got.Payload, want) {
				t.Fatalf("%x came back as %x: %v", want, got.Payload, err)
			}
		}
	})
}
