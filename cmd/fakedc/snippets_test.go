package main

import (
	"go/parser"
	"go/token"
	"net"
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/mockserver"
)

// at is a listener that has an address and nothing else.
type at struct {
	net.Listener
	addr net.Addr
}

func (a at) Addr() net.Addr { return a.addr }

func readyAt(t *testing.T, addr string) ready {
	t.Helper()
	s, err := mockserver.New(mockserver.Options{Strict: true})
	require.NoError(t, err)
	a, err := net.ResolveTCPAddr("tcp", addr)
	require.NoError(t, err)
	r, err := newReady(s, doors{{dc: s.DC(), Listener: at{addr: a}}}, nil, "observed").withSessions(0)
	require.NoError(t, err)
	return r
}

// The golden file was tried: each snippet in it is what a client ran with.
func TestSnippets(t *testing.T) {
	text := snippetsText(newTerminal(newLines()), readyAt(t, "127.0.0.1:40001"), "all")
	golden(t, "snippets.golden", text)
	require.NotRegexp(t, regexp.MustCompile(`@[A-Z0-9]+@`), text, "nothing is left to fill in")
}

func TestSnippetsOfIPv6(t *testing.T) {
	r := readyAt(t, "[::1]:40001")
	for name, says := range map[string]string{
		"gotd": "Ipv6: true", "gramjs": `connect(40001, "::1")`, "mtcute": "ipv6: true", "telethon": "use_ipv6=True", "pyrogram": "ipv6=True",
		"grammers": "use_ipv6: true",
	} {
		require.Contains(t, snippetsText(newTerminal(newLines()), r, name), says, name)
	}
}

func TestSnippetsOfOneAndNone(t *testing.T) {
	term, r := newTerminal(newLines()), readyAt(t, "127.0.0.1:40001")
	require.Empty(t, snippetsText(term, r, "none"))
	one := snippetsText(term, r, "telethon")
	require.Contains(t, one, "import TelegramClient")
	require.NotContains(t, one, "pyrogram")
}

func TestGoSnippetIsGo(t *testing.T) {
	text, err := clients[0].snippet(readyAt(t, "127.0.0.1:40001"))
	require.NoError(t, err)
	_, err = parser.ParseFile(token.NewFileSet(), "main.go", text, parser.AllErrors)
	require.NoError(t, err)
}
