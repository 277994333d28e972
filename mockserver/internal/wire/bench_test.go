package wire

import (
	"crypto/rand"
	"encoding/binary"
	"io"
	"net"
	"testing"

	"github.com/gotd/td/mtproxy"
	"github.com/gotd/td/mtproxy/obfuscated2"
	"github.com/stretchr/testify/require"
)

// benchPart is about what a frame with a part of 512 KiB weighs, with the shape of an encrypted message.
const benchPart = 512<<10 + 24 + 16*9

// endless is a connection whose client sends one frame over and over, without system calls: what is measured is wire.
type endless struct {
	net.Conn
	first     []byte
	frame     []byte
	at        int
	plain     int                   // bytes at the start of frame that are never obfuscated
	obfuscate func(dst, src []byte) // if set
}

// Write and Close let a websocket be answered and closed.
func (e *endless) Write(p []byte) (int, error) { return len(p), nil }
func (e *endless) Close() error                { return nil }

func (e *endless) Read(p []byte) (int, error) {
	if len(e.first) > 0 {
		n := copy(p, e.first)
		e.first = e.first[n:]
		return n, nil
	}
	n := copy(p, e.frame[e.at:])
	if skip := min(n, max(0, e.plain-e.at)); e.obfuscate != nil {
		e.obfuscate(p[skip:n], p[skip:n])
	}
	e.at = (e.at + n) % len(e.frame)
	return n, nil
}

// TestReadFrameAllocatesNothing holds the promise that a frame costs nothing beyond its buffer, in everything that can
// carry it. The race detector throws pooled buffers away now and then, hence the fraction.
func TestReadFrameAllocatesNothing(t *testing.T) {
	for _, c := range carriers {
		for _, tr := range transports[:3] {
			for _, size := range []int{40, 8<<10 + 8, benchPart} {
				conn := steady(t, tr, c, size)
				buf := make([]byte, size)
				alloc := func(n int) []byte { return buf[:n] }
				got := testing.AllocsPerRun(20, func() {
					if _, err := conn.ReadFrame(alloc); err != nil {
						t.Error(err)
					}
				})
				require.LessOrEqual(t, got, 0.1, "%s, %d bytes", c.name(tr), size)
			}
		}
	}
}

// steady returns a connection on which the same frame arrives for ever; in a websocket as one message each.
func steady(t testing.TB, tr transport, c carrier, size int) *Conn {
	t.Helper()
	frame, err := newFraming(tr.name, rand.Reader, 0).append(nil, encrypted((size-encryptedHead)/cipherBlock))
	require.NoError(t, err)
	client := &endless{first: announced(tr.name), frame: frame}
	if c.obfuscated {
		client.first = sent(t, tr, true)
		o, err := openObfuscation([obfuscatedHeader]byte(client.first))
		require.NoError(t, err)
		client.obfuscate = o.dec.XORKeyStream
	}
	if c.webSocket {
		client.first = append([]byte(upgradeRequest("/apiws")), message(client.first)...)
		client.plain = len(message(frame)) - len(frame)
		client.frame = message(frame)
	}
	conn, err := Accept(client, Options{})
	require.NoError(t, err)
	return conn
}

// message makes b a websocket message whose mask changes nothing.
func message(b []byte) []byte {
	head := []byte{0x82, 0x80 | 127}
	head = binary.BigEndian.AppendUint64(head, uint64(len(b)))
	return append(append(head, 0, 0, 0, 0), b...)
}

func BenchmarkReadFrame512KiB(b *testing.B) {
	for _, tr := range transports[:3] {
		for _, c := range carriers {
			b.Run(c.name(tr)+"/memory", func(b *testing.B) { readBench(b, steady(b, tr, c, benchPart)) })
		}
	}
	b.Run(nameIntermediate+"/tcp", func(b *testing.B) { readBench(b, overTCP(b, carrier{})) })
	b.Run(nameIntermediate+"/tcp obfuscated", func(b *testing.B) { readBench(b, overTCP(b, carrier{obfuscated: true})) })
	b.Run(nameIntermediate+"/tcp websocket", func(b *testing.B) { readBench(b, overTCP(b, carrier{webSocket: true})) })
}

// BenchmarkReadSocket is the floor below the tcp cases: the same bytes, read and forgotten.
func BenchmarkReadSocket(b *testing.B) {
	server, clientEnd := loopback(b)
	frame := intermediateFrame(encrypted((benchPart - encryptedHead) / cipherBlock))
	go func() {
		for {
			if _, err := clientEnd.Write(frame); err != nil {
				return
			}
		}
	}()
	buf := make([]byte, len(frame))
	b.SetBytes(int64(len(frame)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := io.ReadFull(server, buf); err != nil {
			b.Fatal(err)
		}
	}
}

// overTCP returns a connection on which a client sends frames as fast as they are taken.
func overTCP(b *testing.B, c carrier) *Conn {
	b.Helper()
	server, clientEnd := loopback(b)
	frame := intermediateFrame(encrypted((benchPart - encryptedHead) / cipherBlock))
	go func() {
		var out io.Writer
		switch {
		case c.obfuscated:
			o := obfuscated2.NewObfuscated2(rand.Reader, clientEnd)
			if o.Handshake([4]byte{0xee, 0xee, 0xee, 0xee}, 2, mtproxy.Secret{}) != nil {
				return
			}
			out = o
		default:
			cl, err := dial(clientEnd, transports[1], c, 2)
			if err != nil {
				return
			}
			out = cl.stream
		}
		for {
			if _, err := out.Write(frame); err != nil {
				return
			}
		}
	}()
	conn, err := Accept(server, Options{})
	require.NoError(b, err)
	b.Cleanup(func() { _ = conn.Close() })
	return conn
}

func readBench(b *testing.B, conn *Conn) {
	buf := make([]byte, benchPart)
	alloc := func(n int) []byte { return buf[:n] }
	b.SetBytes(benchPart)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := conn.ReadFrame(alloc); err != nil {
			b.Fatal(err)
		}
	}
}

// discarded is a connection that takes everything.
type discarded struct{ *script }

func (discarded) Write(p []byte) (int, error) { return len(p), nil }

func BenchmarkWriteFrames(b *testing.B) {
	small := encrypted(8)
	for _, name := range []string{nameAbridged, nameIntermediate, namePadded} {
		b.Run(name+"/4 small", func(b *testing.B) {
			conn, err := Accept(discarded{newScript(announced(name), 0)}, Options{})
			require.NoError(b, err)
			b.ReportAllocs()
			for b.Loop() {
				if err := conn.WriteFrames(small, small, small, small); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkAccept shows what one connection costs before its first frame.
func BenchmarkAccept(b *testing.B) {
	for _, obfuscated := range []bool{false, true} {
		stream := sent(b, transports[1], obfuscated)
		b.Run(carrier{obfuscated: obfuscated}.name(transports[1]), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := Accept(newScript(stream, 0), Options{}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
