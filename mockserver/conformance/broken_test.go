package conformance_test

import (
	"io"
	"net"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/mockserver"
	"github.com/fakedc/fakedc/mockserver/conformance"
	"github.com/fakedc/fakedc/validator"
)

// listen serves each connection with handle, and ends them all with the test.
func listen(t *testing.T, handle func(net.Conn)) string {
	t.Helper()
	l, err := mockserver.Listen()
	require.NoError(t, err)
	var running sync.WaitGroup
	var mu sync.Mutex
	var open []net.Conn
	running.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			mu.Lock()
			open = append(open, c)
			mu.Unlock()
			running.Go(func() {
				defer func() { _ = c.Close() }()
				handle(c)
			})
		}
	})
	t.Cleanup(func() {
		_ = l.Close()
		mu.Lock()
		for _, c := range open {
			_ = c.Close()
		}
		mu.Unlock()
		running.Wait()
	})
	return l.Addr().String()
}

// between runs a proxy before a good server; answer changes what the server says,
// chunk by chunk.
func between(t *testing.T, answer func([]byte) []byte) conformance.Target {
	t.Helper()
	dc := mockserver.Start(t, mockserver.Options{})
	through := target(dc)
	through.Addr = listen(t, func(client net.Conn) {
		server, err := net.Dial("tcp", dc.Addr())
		if err != nil {
			return
		}
		defer func() { _ = server.Close() }()
		go func() {
			_, _ = io.Copy(server, client)
			_ = server.Close()
		}()
		for b := make([]byte, 64<<10); ; {
			n, err := server.Read(b)
			if err != nil {
				return
			}
			if _, err := client.Write(answer(b[:n])); err != nil {
				return
			}
		}
	})
	return through
}

// shortPatience is for servers that do not answer. It makes nothing pass.
const shortPatience = 100 * time.Millisecond

func passed(r conformance.Report) (ids []string) {
	for _, one := range r.Results {
		if one.Status == conformance.Pass {
			ids = append(ids, one.ID+" "+one.Name)
		}
	}
	return ids
}

// A case that a server passes which does nothing at all would be no case.
func TestNothingPassesWithoutAServer(t *testing.T) {
	for name, handle := range map[string]func(net.Conn){
		"silent":  func(c net.Conn) { _, _ = io.Copy(io.Discard, c) },
		"closing": func(net.Conn) {},
		"echoing": func(c net.Conn) { _, _ = io.Copy(c, c) },
		"-404": func(c net.Conn) {
			for b := make([]byte, 4096); ; {
				if _, err := c.Read(b); err != nil {
					return
				}
				_, _ = c.Write([]byte{1, 0x6c, 0xfe, 0xff, 0xff})
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			good := target(mockserver.Start(t, mockserver.Options{}))
			good.Addr = listen(t, handle)
			r := conformance.Run(t.Context(), good, conformance.Options{Patience: shortPatience, Parallel: 64})
			require.Empty(t, passed(r))
		})
	}
}

func TestAProxyThatGarblesIsFound(t *testing.T) {
	for name, test := range map[string]struct {
		answer func([]byte) []byte
		finds  []string
	}{
		"garbles": {func(b []byte) []byte {
			b[len(b)-1] ^= 1
			return b
		}, []string{"1.1.1", "1.4.1", "1.5.1", "2.1.1", "3.4.1", "4.4.1", "6.1.1"}},
		"drops":   {func([]byte) []byte { return nil }, []string{"1.1.1", "2.1.1", "3.2.1", "4.4.1", "5.2.1", "6.1.1"}},
		"repeats": {func(b []byte) []byte { return slices.Concat(b, b) }, []string{"1.4.3", "3.1.12"}},
		"drops transport errors": {func(b []byte) []byte {
			if len(b) == 5 {
				return nil
			}
			return b
		}, []string{"1.8.1", "1.8.7"}},
	} {
		t.Run(name, func(t *testing.T) {
			r := conformance.Run(t.Context(), between(t, test.answer), conformance.Options{
				Run: strings.Join(test.finds, ","), Patience: 5 * shortPatience,
			})
			require.Empty(t, passed(r))
			require.Equal(t, len(test.finds), r.Failed)
		})
	}
}

// The proxy itself changes nothing.
func TestAProxyThatPassesIsNot(t *testing.T) {
	r := conformance.Run(t.Context(), between(t, func(b []byte) []byte { return b }), conformance.Options{Run: "1.1,1.4,3.1,4.4", Patience: patience})
	require.Empty(t, r.Failures())
}

// A rule that is switched off is missed by the cases about it, and by no other.
func TestEachRuleIsMissed(t *testing.T) {
	for _, test := range []struct{ rule, cases string }{
		{"total.range", "6.1.15 6.1.16"},
		{"total.negative", "6.1.17"},
		{"part.range", "6.1.9 6.1.10 6.1.11 6.3.7 6.3.8"},
		{"part.beyond_total", "6.1.12 6.1.13"},
		{"part.empty", "6.1.8 6.3.6 6.4.4"},
		{"part.too_big", "6.1.6 6.1.7"},
		{"part.size_invalid", "6.1.3 6.1.4 6.1.5 6.1.26 6.4.6"},
		{"part.size_changed", "6.1.24 6.1.25 6.4.5"},
		{"last.oversize", "6.1.22"},
		{"small.too_big", "6.3.5"},
		{"final.parts_range", "6.5.10 6.5.11 6.5.12"},
		{"final.unknown", "6.5.7"},
		{"final.kind", "6.5.8 6.5.9"},
		{"final.part_missing", "6.5.3 6.5.4 6.5.5 6.5.6"},
		{"final.md5", "6.3.11"},
	} {
		t.Run(test.rule, func(t *testing.T) {
			r := run(t, mockserver.Options{Rules: map[string]validator.Mode{test.rule: validator.Off}}, "6.1,6.2,6.3,6.4,6.5")
			var failed []string
			for _, one := range r.Failures() {
				failed = append(failed, one.ID)
			}
			require.Equal(t, test.cases, strings.Join(failed, " "))
		})
	}
}
