package socks

import (
	"bytes"
	"io"
	"net"
	"testing"

	"github.com/stretchr/testify/require"
)

// talk is a client whose words are known beforehand.
type talk struct {
	io.Reader
	bytes.Buffer
}

func (t *talk) Read(p []byte) (int, error)  { return t.Reader.Read(p) }
func (t *talk) Write(p []byte) (int, error) { return t.Buffer.Write(p) }

func accept(words ...byte) (Target, []byte, error) {
	c := &talk{Reader: bytes.NewReader(words)}
	target, err := Accept(c)
	return target, c.Bytes(), err
}

var connected = []byte{5, 0, 0, 1, 0, 0, 0, 0, 0, 0}

func TestAccept(t *testing.T) {
	for name, tt := range map[string]struct {
		words []byte
		said  []byte
		want  Target
	}{
		"IPv4, no password": {
			[]byte{5, 1, 0, 5, 1, 0, 1, 149, 154, 167, 50, 1, 187},
			append([]byte{5, 0}, connected...), Target{"149.154.167.50", 443},
		},
		"IPv6": {
			append([]byte{5, 1, 0, 5, 1, 0, 4, 0x20, 0x01, 0x06, 0x7c, 0x04, 0xe8, 0xf0, 0x02}, append(make([]byte, 7), 0x0a, 0, 80)...),
			append([]byte{5, 0}, connected...), Target{"2001:67c:4e8:f002::a", 80},
		},
		"a name": {
			[]byte{5, 1, 0, 5, 1, 0, 3, 4, 't', '.', 'm', 'e', 0, 80},
			append([]byte{5, 0}, connected...), Target{"t.me", 80},
		},
		"name and password": {
			[]byte{5, 1, 2, 1, 1, 'u', 2, 'p', 'w', 5, 1, 0, 1, 1, 2, 3, 4, 0, 80},
			append([]byte{5, 2, 1, 0}, connected...), Target{"1.2.3.4", 80},
		},
		"both offered: none is asked for": {
			[]byte{5, 2, 2, 0, 5, 1, 0, 1, 1, 2, 3, 4, 0, 80},
			append([]byte{5, 0}, connected...), Target{"1.2.3.4", 80},
		},
		"both offered, the other way round": {
			[]byte{5, 2, 0, 2, 5, 1, 0, 1, 1, 2, 3, 4, 0, 80},
			append([]byte{5, 0}, connected...), Target{"1.2.3.4", 80},
		},
	} {
		t.Run(name, func(t *testing.T) {
			target, said, err := accept(tt.words...)
			require.NoError(t, err)
			require.Equal(t, tt.said, said)
			require.Equal(t, tt.want, target)
			for cut := range tt.words { // a client that stops anywhere is an error, never a target
				_, _, err := accept(tt.words[:cut]...)
				require.Error(t, err, "cut at %d", cut)
			}
		})
	}
}

func TestAcceptRefuses(t *testing.T) {
	for name, tt := range map[string]struct {
		words []byte
		said  []byte
		want  error
	}{
		"SOCKS4":                   {[]byte{4, 1, 0, 80, 1, 2, 3, 4, 0}, nil, ErrVersion},
		"HTTP":                     {[]byte("CONNECT t.me:443 HTTP/1.1\r\n"), nil, ErrVersion},
		"GSSAPI only":              {[]byte{5, 1, 1}, []byte{5, 0xff}, ErrMethod},
		"no method":                {[]byte{5, 0}, []byte{5, 0xff}, ErrMethod},
		"BIND":                     {[]byte{5, 1, 0, 5, 2, 0, 1, 1, 2, 3, 4, 0, 80}, []byte{5, 0, 5, 7, 0, 1, 0, 0, 0, 0, 0, 0}, ErrCommand},
		"unknown kind of address":  {[]byte{5, 1, 0, 5, 1, 0, 9}, []byte{5, 0, 5, 8, 0, 1, 0, 0, 0, 0, 0, 0}, ErrAddress},
		"request of SOCKS4":        {[]byte{5, 1, 0, 4, 1, 0, 1}, []byte{5, 0}, ErrVersion},
		"password of version zero": {[]byte{5, 1, 2, 0, 1, 'u', 1, 'p'}, []byte{5, 2}, ErrVersion},
	} {
		t.Run(name, func(t *testing.T) {
			_, said, err := accept(tt.words...)
			require.ErrorIs(t, err, tt.want)
			require.Equal(t, tt.said, said)
		})
	}
}

func TestDC(t *testing.T) {
	for host, want := range map[string]int{
		"149.154.175.53": 1, "149.154.167.51": 2, "149.154.175.100": 3, "149.154.167.91": 4, "91.108.56.130": 5,
		"149.154.175.10": 1, "149.154.167.40": 2, "149.154.175.117": 3, "::ffff:149.154.167.50": 2,
		"2001:b28:f23d:f001::a": 1, "2001:67c:4e8:f002::a": 2, "2001:b28:f23d:f003::a": 3, "2001:67c:4e8:f004::a": 4, "2001:b28:f23f:f005::a": 5,
		"127.0.0.1": 0, "8.8.8.8": 0, "t.me": 0,
	} {
		got, known := Target{Host: host}.DC()
		require.Equal(t, want, got, host)
		require.Equal(t, want != 0, known, host)
	}
}

// naive reads a client's words by RFC 1928 and 1929, all of them at hand.
func naive(w []byte) (target string, port int, ok bool) {
	take := func(n int) (b []byte) {
		if n > len(w) { // what is missing is read as zeros, and not taken
			w, ok = nil, false
			return make([]byte, n)
		}
		b, w = w[:n], w[n:]
		return b
	}
	ok = true
	head := take(2)
	methods := take(int(head[1]))
	if head[0] != 5 {
		return "", 0, false
	}
	if bytes.IndexByte(methods, 0) < 0 {
		if bytes.IndexByte(methods, 2) < 0 {
			return "", 0, false
		}
		login := take(2)
		take(int(login[1]))
		take(int(take(1)[0]))
		ok = ok && login[0] == 1
	}
	request := take(4)
	ok = ok && request[0] == 5 && request[1] == 1
	switch request[3] {
	case 1:
		target = net.IP(take(4)).String()
	case 3:
		n := int(take(1)[0])
		target = string(take(n))
	case 4:
		ip := take(16)
		if target = net.IP(ip).String(); net.IP(ip).To4() != nil {
			target = "::ffff:" + target
		}
	default:
		return "", 0, false
	}
	end := take(2)
	return target, int(end[0])<<8 | int(end[1]), ok
}

// A client is told that it is connected exactly when a naive reader of the two RFCs takes
// its request, and to where that one says.
func FuzzAccept(f *testing.F) {
	f.Add([]byte{5, 1, 0, 5, 1, 0, 1, 149, 154, 167, 50, 1, 187})
	f.Add([]byte{5, 1, 2, 1, 1, 'u', 2, 'p', 'w', 5, 1, 0, 3, 1, 'x', 0, 80})
	f.Add(append([]byte{5, 2, 2, 1, 1, 0, 0, 5, 1, 9, 4}, make([]byte, 18)...))
	f.Add(append([]byte{5, 1, 0, 5, 1, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff}, make([]byte, 6)...))
	f.Fuzz(func(t *testing.T, words []byte) {
		target, said, err := accept(words...)
		host, port, ok := naive(words)
		if ok != (err == nil) || ok != bytes.HasSuffix(said, connected) {
			t.Fatalf("%v, %v, told %v; by the RFCs %q, good: %v", target, err, said, host, ok)
		}
		if ok && (target.Host != host || int(target.Port) != port) {
			t.Fatalf("%v is connected where %q port %d was asked for", target, host, port)
		}
	})
}
