package main

import (
	"embed"
	"fmt"
	"net"
	"strconv"
	"strings"
)

// snippetFiles are programs that log in, or have a ready session, and upload, with @NAMES@ in place of what
// differs from server to server.
//
//go:embed snippets
var snippetFiles embed.FS

// client is a library that a snippet is for.
type client struct {
	name  string // for --snippets
	title string // what was tried
	file  string
}

var clients = []client{
	{"gotd", "Go: github.com/gotd/td v0.161.0", "gotd.go.txt"},
	{"gramjs", "JavaScript: GramJS (npm telegram 2.26.22)", "gramjs.mjs"},
	{"mtcute", "JavaScript: mtcute (npm @mtcute/node 0.30.3)", "mtcute.mjs"},
	{"telethon", "Python: Telethon 1.45", "telethon.py"},
	{"pyrogram", "Python: Pyrogram 2.0.106", "pyrogram.py"},
	{"grammers", "Rust: grammers 0.11", "grammers.rs"},
}

// snippetsAuto prints what a person may paste, and keeps it out of the logs of jobs.
const snippetsAuto = "auto"

func snippetNames() (names []string) {
	for _, c := range clients {
		names = append(names, c.name)
	}
	return names
}

// snippet is a client's program for the server that r describes.
func (c client) snippet(r ready) (string, error) {
	text, err := snippetFiles.ReadFile("snippets/" + c.file)
	if err != nil {
		return "", fmt.Errorf("fakedc was built without a snippet for %s: %w", c.name, err)
	}
	dc := r.DCs[0]
	six := func(s string) string {
		if net.ParseIP(dc.Host).To4() != nil {
			return ""
		}
		return s
	}
	return strings.NewReplacer(
		"@HOST@", dc.Host, "@PORT@", strconv.Itoa(dc.Port), "@DC@", strconv.Itoa(dc.ID),
		"@PEM@", strings.TrimSpace(r.RSA.PEM), "@FINGERPRINT@", r.RSA.Fingerprint,
		"@MODULUS@", pythonHex(fmt.Sprintf("%x", r.key.RSA.N)), "@EXPONENT@", strconv.Itoa(r.key.RSA.E),
		"@GOIPV6@", six(", Ipv6: true"), "@JSIPV6@", six(", ipv6: true"),
		"@PYIPV6@", six(", use_ipv6=True"), "@PYRIPV6@", six(", ipv6=True"),
		"@RSIPV6@", six("use_ipv6: true, "), "@SESSION@", r.Sessions[c.name],
	).Replace(string(text)), nil
}

// pythonHex writes digits as adjacent string literals, which Python joins.
func pythonHex(digits string) string {
	const line = 64
	var lines []string
	for len(digits) > 0 {
		n := min(line, len(digits))
		lines = append(lines, fmt.Sprintf("        %q", digits[:n]))
		digits = digits[n:]
	}
	return strings.Join(lines, "\n")
}

// snippetsText is all that --snippets asks for: "all", "none" or one client.
func snippetsText(t *terminal, r ready, which string) string {
	var b strings.Builder
	for _, c := range clients {
		if which != "all" && which != c.name && !(which == snippetsAuto && t.person) {
			continue
		}
		text, err := c.snippet(r)
		if err != nil {
			text = err.Error() + "\n"
		}
		rule := strings.Repeat("-", max(0, t.width-len(c.title)-5))
		b.WriteString("\n" + t.paint(bold, "--- "+c.title+" "+rule) + "\n\n" + text)
	}
	return b.String()
}
