package wire

import (
	"bufio"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// https://www.rfc-editor.org/rfc/rfc9112#section-9.6: the response to a request that asks for the end says that it is
// the last one, and what comes behind that request is not looked at.
func TestHTTPLastRequest(t *testing.T) {
	t.Parallel()
	closing := func(request string) string {
		return strings.Replace(request, "Host: x\r\n", "Host: x\r\nConnection: close\r\n", 1)
	}
	first, second := posted("/api", encrypted(1)), posted("/api", encrypted(2))
	for _, tc := range []struct {
		name, in string
		close    []bool // of each response
	}{
		{"none of them", first + second, []bool{false, false}},
		{"the first", closing(first) + second, []bool{true}},
		{"the second", first + closing(second) + first, []bool{false, true}},
		{"a preflight", closing(preflight) + first, []bool{true}},
		{"with no HTTP behind it", closing(first) + "\x00\x01", []bool{true}},
		{"with a violation behind it", closing(first) + "DELETE /api HTTP/1.1\r\nHost: x\r\n\r\n", []bool{true}},
	} {
		for _, together := range []bool{false, true} {
			conn, s := http11(t, tc.in, 7, Options{})
			var frames [][]byte
			preflights := 0
			for {
				frame, err := conn.ReadFrame(nil)
				if err != nil {
					require.Equal(t, io.EOF, err, tc.name)
					break
				}
				require.False(t, conn.Done(), "%s: a response is due", tc.name)
				if frame.Preflight {
					preflights++
					require.NoError(t, conn.WriteEmpty(true))
				} else {
					frames = append(frames, frame.Payload)
				}
			}
			require.Equal(t, len(tc.close), len(frames)+preflights, tc.name)
			if together {
				require.NoError(t, conn.WriteFrames(frames...))
			} else {
				for range frames {
					require.NoError(t, conn.WriteEmpty(false))
				}
			}
			require.Equal(t, tc.close[len(tc.close)-1], conn.Done(), tc.name)
			out := bufio.NewReader(&s.out)
			for i, want := range tc.close {
				r, err := http.ReadResponse(out, nil)
				require.NoError(t, err)
				require.Equal(t, want, r.Close, "%s: response %d", tc.name, i)
				_, err = io.Copy(io.Discard, r.Body)
				require.NoError(t, err)
			}
			require.Zero(t, out.Buffered(), tc.name)
		}
	}
}
