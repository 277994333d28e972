package wire

import (
	"bytes"
	"errors"
	"io"
	"testing"
)

const fuzzLimit = 64 << 10

// drain accepts a connection of any bytes, reads it to its end, checks what must hold for
// every one of them, and returns what it found.
func drain(t *testing.T, stream []byte, chunk int) (got naiveStream) {
	t.Helper()
	arriving := map[int]byte{}
	conn, err := Accept(newScript(stream, chunk), Options{MaxFrame: fuzzLimit, OnArrival: func(payload []byte, come int) {
		arriving[come-1] = payload[come-1]
		payload[come-1] ^= spoil
	}})
	if err != nil {
		if conn != nil {
			t.Fatal("both a connection and an error")
		}
		return naiveStream{end: ending(t, err)}
	}
	defer func() { _ = conn.Close() }()
	if conn.Name() == "" || conn.transport == "" {
		t.Fatal("a connection without a name")
	}
	got.transport = conn.transport
	requested := 0
	for {
		next := 0
		if len(got.frames)%2 == 1 { // whoever looks reads the same
			next, _ = conn.Next()
		}
		frame, err := conn.ReadFrame(func(n int) []byte {
			if requested += n; n > fuzzLimit || next > 0 && n != next {
				t.Fatalf("%d bytes asked for, where the next frame has %d", n, next)
			}
			return make([]byte, n)
		})
		if err != nil {
			got.end = ending(t, err)
			break
		}
		for at, was := range arriving {
			if at < len(frame.Payload) && frame.Payload[at] != was^spoil {
				t.Fatalf("byte %d is %#x, and was %#x when it came", at, frame.Payload[at], was)
			}
			if at < len(frame.Payload) {
				frame.Payload[at] = was
			}
		}
		clear(arriving)
		got.frames = append(got.frames, frame)
	}
	if requested > len(stream)+fuzzLimit {
		t.Fatalf("%d bytes asked for by a stream of %d", requested, len(stream))
	}
	return got
}

// ending says in the reference's words how a connection ended that did not fail; the
// error must be one that the documentation promises.
func ending(t *testing.T, err error) string {
	t.Helper()
	var protocol *ProtocolError
	switch {
	case err == io.EOF: //nolint:errorlint // a wrapped EOF is not an end in good order
		return endGood
	case errors.As(err, &protocol):
		if protocol.Reason == "" {
			t.Fatal("a ProtocolError without a reason")
		}
		return endBad
	case errors.Is(err, io.ErrUnexpectedEOF):
		return endCut
	}
	t.Fatalf("neither an end nor a ProtocolError: %v", err)
	return ""
}

// compare demands that the stream was read as the reference reads it.
func compare(t *testing.T, want, got naiveStream) {
	t.Helper()
	if got.transport != want.transport || got.end != want.end || len(got.frames) != len(want.frames) {
		t.Fatalf("%s of %d frames ends %s; by the reference %s of %d ends %s",
			got.transport, len(got.frames), got.end, want.transport, len(want.frames), want.end)
	}
	for i, w := range want.frames {
		if g := got.frames[i]; !bytes.Equal(w.Payload, g.Payload) || w.QuickAck != g.QuickAck {
			t.Fatalf("frame %d: %v, and by the reference %v", i, g, w)
		}
	}
}

// Any stream, cut into any chunks: transport, frames and end are those of a naive reader
// that has the whole stream before it. HTTP and websockets have targets of their own.
func FuzzAccept(f *testing.F) {
	for _, tr := range transports {
		f.Add(sent(f, tr, false, unencrypted(20), encrypted(2)), byte(0))
		if tr.tag != [4]byte{} {
			f.Add(sent(f, tr, true, encrypted(2)), byte(7))
		}
	}
	f.Add([]byte("HEAD / HTTP/1.1\r\n\r\n"), byte(1))
	f.Add([]byte("OPTIONS /apiw1 HTTP/1.1\r\nHost: x\r\nAccess-Control-Request-Method: POST\r\n\r\n"), byte(3))
	f.Add([]byte(upgradeRequest("/apiws")+"\x82\x88\x00\x00\x00\x00\xef\x02\x01\x02\x03\x04\x05\x06"), byte(0))
	f.Add([]byte("\x16\x03\x01\x00\xa5\x01\x00\x00"), byte(0))
	f.Add([]byte("\x16\x03\x01\x02"), byte(0))
	f.Fuzz(func(t *testing.T, stream []byte, chunk byte) {
		got := drain(t, stream, int(chunk))
		if want := naiveRead(stream, fuzzLimit); want.transport != nameHTTP {
			compare(t, want, got)
		}
	})
}

// The same behind the opening of each transport, so that the fuzzer need not find it.
func FuzzReadFrame(f *testing.F) {
	for which, tr := range transports {
		stream := sent(f, tr, false, unencrypted(20), encrypted(2))
		f.Add(byte(which), stream[len(announced(tr.name)):], uint16(0), byte(0))
	}
	f.Add(byte(0), []byte{0xff, 0xff, 0xff, 0xff}, uint16(0), byte(1))
	f.Add(byte(0), []byte{0x7f, 0, 8, 0}, uint16(8192), byte(0))
	f.Add(byte(1), []byte{0xff, 0xff, 0xff, 0x7f}, uint16(0), byte(1))
	f.Add(byte(1), []byte{0, 0x60, 0, 0}, uint16(24576), byte(0))
	f.Add(byte(2), append([]byte{40, 0, 0, 0}, make([]byte, 40)...), uint16(8), byte(3))
	f.Add(byte(2), append([]byte{33, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 4}, make([]byte, 20)...), uint16(8), byte(3))
	f.Add(byte(3), []byte{11, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3}, uint16(0), byte(1))
	f.Fuzz(func(t *testing.T, which byte, stream []byte, more uint16, chunk byte) {
		tr := transports[int(which)%len(transports)]
		// What long frames are made of is not worth the fuzzer's time, that they are long is.
		stream = append(append(announced(tr.name), stream...), bytes.Repeat([]byte{0x08}, int(more)%(32<<10))...)
		got := drain(t, stream, int(chunk))
		if want := naiveRead(stream, fuzzLimit); want.transport != nameHTTP { // full has no opening
			compare(t, want, got)
		}
	})
}
