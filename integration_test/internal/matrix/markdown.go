package matrix

import (
	"fmt"
	"io"
	"strings"
	"time"
)

// Headings of the tables on the page.
const (
	clientsHeading    = "## Clients"
	transportsHeading = "## Transports"
	faultsHeading     = "## Faults"
)

const intro = `# What real clients do

Unmodified client libraries against fakedc, each through its own high-level calls. This page is
written by ` + "`go run ./integration_test/cmd/matrix`" + `; what is asserted is in the tests of each client's folder.
Words are derived from the server's journal and from what the library told its caller.

`

const aboutTransports = `Logs in as a user, uploads a file of 12,583,000 bytes, sends it to Saved Messages and downloads it again. OK means that its
SHA-256 is the same in all three places; the seconds are those of the whole program, on the machine of
that day. – is a transport that the client does not have, or whose driver does not offer it.

`

const aboutFaults = `Logs in as a bot, uploads the same file and sends it, while one built-in scenario is in force (` + "`fakedc scenarios NAME`" + `
prints it). One run each, over the client's usual transport: what depends on timing may come out otherwise. A client is given
%g s, and what has not ended then is a hang.

`

// Write writes the page. The timeout is what each client was given.
func (r *Report) Write(w io.Writer, timeout time.Duration) error {
	var b strings.Builder
	b.WriteString(intro)
	fmt.Fprintf(&b, "Last run: %s, fakedc %s.\n\n", r.Date, r.FakeDC)
	b.WriteString(clientsHeading + "\n\n")
	writeTable(&b, r.clientsTable())
	b.WriteString("\n" + transportsHeading + "\n\n" + aboutTransports)
	writeTable(&b, r.transportsTable())
	b.WriteString("\n" + faultsHeading + "\n\n")
	fmt.Fprintf(&b, aboutFaults, timeout.Seconds())
	writeTable(&b, r.faultsTable())
	_, err := io.WriteString(w, b.String())
	return err
}

func (r *Report) clientsTable() [][]string {
	t := [][]string{{"client", "library", "layer", "transports run", "faults run", "note"}}
	for _, row := range r.Rows {
		t = append(t, []string{row.Client, row.Library, row.Layer, row.TransportsRun, row.FaultsRun, row.Note})
	}
	return t
}

func (r *Report) transportsTable() [][]string {
	t := [][]string{append([]string{"client"}, Columns()...)}
	for _, row := range r.Rows {
		line := []string{row.Client}
		for _, c := range Columns() {
			line = append(line, cellOr(row.Transports, c, "–"))
		}
		t = append(t, line)
	}
	return t
}

func (r *Report) faultsTable() [][]string {
	head := []string{"fault"}
	for _, row := range r.Rows {
		head = append(head, row.Client)
	}
	t := [][]string{head}
	for _, f := range Faults() {
		line := []string{"`" + f.Name + "`: " + f.About}
		for _, row := range r.Rows {
			line = append(line, cellOr(row.Faults, f.Name, notRun))
		}
		t = append(t, line)
	}
	return t
}

// cellOr is what was seen, or what stands for a cell of a run that had none.
func cellOr(seen map[string]string, key, otherwise string) string {
	if words, ok := seen[key]; ok {
		return words
	}
	if len(seen) == 0 {
		return notRun
	}
	return otherwise
}

// inCell keeps a text within its cell, whatever a client or a tool says.
var inCell = strings.NewReplacer("|", `\|`, "\n", " ", "\r", " ")

func writeTable(b *strings.Builder, lines [][]string) {
	for i, line := range lines {
		for _, cell := range line {
			b.WriteString("| " + inCell.Replace(cell) + " ")
		}
		b.WriteString("|\n")
		if i == 0 {
			b.WriteString(strings.Repeat("|---", len(line)) + "|\n")
		}
	}
}
