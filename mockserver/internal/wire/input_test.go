package wire

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// A budget is a number of bytes: those come, and then an error in place of more.
func TestInputBudget(t *testing.T) {
	t.Parallel()
	for _, size := range []int{1, 2, 3, 4, 5, 6, 100} {
		in := &input{src: strings.NewReader("0123456789"), budget: 5}
		var got []byte
		var err error
		for err == nil {
			p := make([]byte, size)
			var n int
			n, err = in.Read(p)
			got = append(got, p[:n]...)
		}
		require.Equal(t, errBudget, err)
		require.Equal(t, "01234", string(got), "in reads of %d", size)
		require.NoError(t, in.err, "the source did not fail")
	}
	in := &input{src: strings.NewReader("0123456789"), budget: -1}
	got, err := io.ReadAll(in)
	require.NoError(t, err)
	require.Len(t, got, 10, "no budget is no bound")
	require.Equal(t, io.EOF, in.err)
}

// A request line and headers of 8192 bytes are read, and not one more: for a POST and
// for the request of a websocket.
func TestHTTPHeadToItsLastByte(t *testing.T) {
	t.Parallel()
	payload := encrypted(1)
	for _, tc := range []struct {
		name, request string
		read          func(t *testing.T, s *script) error
	}{
		{"POST", posted("/api", nil), func(t *testing.T, s *script) error {
			c, err := Accept(s, Options{})
			require.NoError(t, err)
			frame, err := c.ReadFrame(nil)
			if err == nil {
				require.Equal(t, payload, frame.Payload)
			}
			return err
		}},
		{"websocket", upgradeRequest("/apiws"), func(_ *testing.T, s *script) error {
			_, err := Accept(s, Options{})
			if errors.Is(err, io.ErrUnexpectedEOF) {
				return nil // granted, and nothing behind it
			}
			return err
		}},
	} {
		for _, size := range []int{requestBudget, requestBudget + 1} {
			for _, chunk := range []int{0, 1, 4096} {
				head := strings.Replace(tc.request, "Content-Length: 0", "Content-Length: 40", 1)
				room := size - len(head) - len("\r\nA: ")
				head = strings.Replace(head, "\r\n\r\n", "\r\nA: "+strings.Repeat("b", room)+"\r\n\r\n", 1)
				require.Len(t, head, size)
				if tc.name == "POST" {
					head += string(payload)
				}
				err := tc.read(t, newScript([]byte(head), chunk))
				if size > requestBudget {
					requireViolation(t, err, "an HTTP request of more than 8192 bytes")
				} else {
					require.NoError(t, err, "%s in chunks of %d", tc.name, chunk)
				}
			}
		}
	}
}

// A length of abridged in four bytes may be cut anywhere.
func TestReadAbridgedLongLengthCutShort(t *testing.T) {
	t.Parallel()
	for n := 1; n < 4; n++ {
		s := newScript(append(announced(nameAbridged), []byte{0x7f, 200, 0, 0}[:n]...), 0)
		conn, err := Accept(s, Options{})
		require.NoError(t, err)
		_, err = conn.ReadFrame(nil)
		require.ErrorIs(t, err, io.ErrUnexpectedEOF, "after %d bytes", n)
	}
}

// A claim below the envelope is told by its own number, not by what is left of it.
func TestReadFullClaimsInWords(t *testing.T) {
	t.Parallel()
	for claim, words := range map[byte]string{
		11: "length 11 is less than the 12 bytes of an empty frame",
		12: "a frame of 0 bytes has no room for an auth_key_id",
	} {
		conn, err := Accept(newScript([]byte{claim, 0, 0, 0, 0, 0, 0, 0}, 0), Options{})
		require.NoError(t, err)
		_, err = conn.ReadFrame(nil)
		requireViolation(t, err, words)
	}
}

// Short frames that begin like an unencrypted message have no length to look at.
func TestReadShortFramesOfZeros(t *testing.T) {
	t.Parallel()
	for n := smallestPayload; n < unencryptedHead; n++ {
		require.Equal(t, n, unpadded(make([]byte, n)))
	}
}

// What a TLS client begins with is told from an obfuscated2 header that resembles it:
// the record's length is below 2^14, and a ClientHello has the type 1.
func TestDetectTLS(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		first string
		tls   bool
	}{
		{"\x16\x03\x01\x00\x85\x01\x00\x00", true},
		{"\x16\x03\x01\x3f\xff\x01\x00\x00", true},
		{"\x16\x03\x01\x40\x00\x01\x00\x00", false},
		{"\x16\x03\x01\x00\x85\x02\x00\x00", false},
		{"\x16\x03\x01\xff\x85\x02\x00\x00", false},
		{"\x16\x03\x02\x00\x85\x01\x00\x00", false},
		{"\x17\x03\x01\x00\x85\x01\x00\x00", false},
		{"abc\x00\x85\x02\x00\x00", false},
	} {
		found, err := detect(bufio.NewReader(strings.NewReader(tc.first)))
		if tc.tls {
			requireViolation(t, err, "TLS")
			continue
		}
		require.NoError(t, err, "%x", tc.first)
		require.Equal(t, openingObfuscated, found, "%x", tc.first)
	}
}

// A ProtocolError names its cause, so that errors.Is finds it.
func TestProtocolErrorUnwraps(t *testing.T) {
	t.Parallel()
	cause := errors.New("cause")
	require.ErrorIs(t, &ProtocolError{Reason: "a breach", Err: cause}, cause)
	require.NoError(t, errors.Unwrap(violation("a breach")))
}

// failsToClose is a connection whose Close fails, and in that of another way each time.
type failsToClose struct {
	*script
	errs []error
}

func (f *failsToClose) Close() error {
	err := f.errs[0]
	f.errs = f.errs[1:]
	return err
}

func TestCloseReturnsWhatTheFirstOneReturned(t *testing.T) {
	t.Parallel()
	first := errors.New("first")
	for name, stream := range map[string][]byte{
		"plain": announced(nameIntermediate), "websocket": []byte(upgradeRequest("/apiws") + "\x82\x81\x00\x00\x00\x00\xef"),
	} {
		conn, err := Accept(&failsToClose{newScript(stream, 0), []error{first}}, Options{})
		require.NoError(t, err)
		require.ErrorIs(t, conn.Close(), first, name)
		require.ErrorIs(t, conn.Close(), first, name)
	}
}

// A buffer that a large answer has made large is not kept. This runs alone: what is kept is anybody's from then on.
func TestLargeBuffersAreNotKept(t *testing.T) {
	for size, kept := range map[int]bool{1: true, keptBuffer: true, keptBuffer + 1: false} {
		buf := bytes.Repeat([]byte{1}, size)[:1:size]
		keep(&buf)
		require.Equal(t, kept, len(buf) == 0, "it is emptied to be kept")
	}
}

// A wary reader asks for the buffer of a long frame once a quarter of it is there, to
// the byte; a trusting one once its start is.
func TestWaryAsksForAQuarter(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		claim, arrived int
		trust, asks    bool
	}{
		{4 * proofSize, proofSize, false, true},
		{4 * proofSize, proofSize - 1, false, false},
		{4*proofSize + 4, proofSize, false, false},
		{4*proofSize + 4, 4*proofSize - 1, false, false},
		{4*proofSize + 4, 4 * proofSize, false, true},
		{4*proofSize + 4, proofSize, true, true},
	} {
		stream := binary.LittleEndian.AppendUint32(announced(nameIntermediate), uint32(tc.claim))
		conn, err := Accept(newScript(append(stream, make([]byte, tc.arrived)...), 0), Options{Wary: true})
		require.NoError(t, err)
		if tc.trust {
			conn.Trust(true)
		}
		var got asked
		_, err = conn.ReadFrame(got.alloc)
		require.ErrorIs(t, err, io.ErrUnexpectedEOF)
		require.Equal(t, tc.asks, got.calls == 1, "%d of %d bytes", tc.arrived, tc.claim)
	}
}

// What was read ahead is there: nobody is told of a wait, down to the last byte of it.
func TestNothingIsWaitedForWhileAByteIsLeft(t *testing.T) {
	waits := 0
	buf := new([aheadSize]byte)
	src := &ahead{buf: buf, waiting: buf[:2]}
	in := &input{src: src, budget: 3, before: func() { waits++; src.buf, src.waiting = buf, buf[:1] }}
	for _, want := range []int{0, 0, 1} {
		n, err := in.Read(make([]byte, 1))
		require.NoError(t, err)
		require.Equal(t, 1, n)
		require.Equal(t, want, waits)
	}
}
