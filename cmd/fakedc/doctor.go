package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/fakedc/fakedc/mockserver/doctor"
)

const doctorLong = `Read a journal and tell the story of each upload: its moments, what the client
did wrong, where that is documented, and which built-in scenario provokes it
again.

"fakedc serve --journal FILE", "fakedc exec --journal FILE" and
mockserver.Options.Journal write journals: lines of JSON, a header first, then one
event each as it happens, and a line with "end" when the server was closed. FILE
may be - for stdin.

The format has number 1, the header's "fakedc_journal". Fields and kinds of events
are added to it and never change their meaning. Of an event "seq" counts from 1,
"time" is when the call came in, "kind" says what it is: connect, transport,
disconnect, auth_key, session, login, call, part, file, fault, refused, limit,
unknown, layer, panic, scenario, hostile, control, store, kept, left, which tells
when an answer left that the event of its call says "waits", unheard, which tells
that nobody was there to hear one that was late, or whose call was, or ack, which has
the number of the event before it.

Exit codes: 0, nothing is wrong; 1, something is; 2, the file is no journal; 3, it
cannot be read.`

const doctorExample = `  fakedc exec --journal run.jsonl -- go test ./upload; fakedc doctor run.jsonl
  fakedc doctor --json run.jsonl | jq -r '.uploads[].findings[]?.text'`

func newDoctor() *cobra.Command {
	var asJSON, brief bool
	cmd := &cobra.Command{
		Use: "doctor JOURNAL", Short: "Tell what a client did wrong, from a journal",
		Long: doctorLong, Example: doctorExample, Args: takes(1, "JOURNAL"),
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	cmd.Flags().BoolVar(&brief, "brief", false, "findings alone, or how an upload without any ended")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		r, err := examine(args[0], cmd.InOrStdin())
		if err != nil {
			return err
		}
		if asJSON {
			err = writeJSON(cmd, "the report", r)
		} else {
			err = writeData(cmd, doctorText(newTerminal(cmd.OutOrStdout()), r, brief))
		}
		if n := r.Wrong(); err == nil && n > 0 {
			err = failedf("the client did %s wrong; see above", count(n, "thing"))
		}
		return err
	}
	return cmd
}

func examine(name string, stdin io.Reader) (r doctor.Report, err error) {
	from := stdin
	if name != "-" {
		f, err := os.Open(name)
		if err != nil {
			return r, ioErrorf("%w", err)
		}
		defer func() { _ = f.Close() }() // it was read only
		from = f
	} else {
		name = "stdin"
	}
	r, err = doctor.Examine(from)
	var format *doctor.FormatError
	switch {
	case errors.As(err, &format):
		return r, usageErrorf("%s:%d: %s", name, format.Line, format.Reason)
	case err != nil:
		return r, ioErrorf("reading %s: %w", name, err)
	}
	return r, nil
}

// doctorText tells a report to a person.
func doctorText(t *terminal, r doctor.Report, brief bool) string {
	var b strings.Builder
	for i := range r.Uploads {
		writeStory(&b, t, &r.Uploads[i], brief)
	}
	if len(r.Uploads) == 0 {
		b.WriteString("no upload has begun\n")
	}
	if len(r.Findings) > 0 {
		b.WriteString("\nbeside uploads\n")
		writeWrong(&b, t, r.Findings)
	}
	for _, n := range r.Notes {
		b.WriteString("\nnote: " + oneLine(n) + "\n")
	}
	if !r.Whole {
		b.WriteString("\nnote: the journal has no end: the server was killed, or still runs\n")
	}
	return b.String()
}

func writeStory(b *strings.Builder, t *terminal, s *doctor.Story, brief bool) {
	if b.Len() > 0 {
		b.WriteByte('\n')
	}
	parts := count(s.Stored, "part")
	if s.Total > 0 {
		parts = fmt.Sprintf("%d of %s", s.Stored, count(int(s.Total), "part"))
	}
	b.WriteString(t.paint(bold, fmt.Sprintf("upload %d", s.File)) +
		fmt.Sprintf(" (file_id %d, account %d): %s, %s stored, %s in %s, %s\n", s.FileID, s.Account, s.End, parts,
			amount(s.Bytes), rounded(s.Took), count(s.Connections, "connection")))
	if !brief {
		for _, m := range s.Timeline {
			writeMoment(b, t, &m)
		}
		if s.More > 0 {
			fmt.Fprintf(b, "            and %s more\n", count(s.More, "moment"))
		}
	}
	if len(s.Findings) == 0 {
		if brief && s.End != doctor.Used {
			writeEnd(b, t, s.Timeline)
		}
		b.WriteString("  " + t.paint(green, closing(s)) + "\n")
	}
	writeWrong(b, t, s.Findings)
}

// endings say of an upload without findings how it ended: that of one which was never
// completed is why somebody asks.
var endings = map[doctor.End]string{
	doctor.Used:       "nothing is wrong with it",
	doctor.Complete:   "nothing is wrong with what was sent; it was used in no message",
	doctor.Incomplete: "nothing is wrong with what was sent; the rest never came",
}

func closing(s *doctor.Story) string {
	if s.End == doctor.Incomplete && s.Total <= 0 {
		return "nothing is wrong with what was sent; how many parts there are was never said, and it was used in no message"
	}
	return endings[s.End]
}

// lastTroubles is how many moments are told of an upload that did not come to its end.
const lastTroubles = 3

// writeEnd tells the last moments of trouble, which are mostly why it ended.
func writeEnd(b *strings.Builder, t *terminal, timeline []doctor.Moment) {
	var troubles []doctor.Moment
	for _, m := range timeline {
		if m.Trouble {
			troubles = append(troubles, m)
		}
	}
	for _, m := range troubles[max(0, len(troubles)-lastTroubles):] {
		writeMoment(b, t, &m)
	}
}

func writeMoment(b *strings.Builder, t *terminal, m *doctor.Moment) {
	style := dim
	if m.Trouble {
		style = yellow
	}
	at := fmt.Sprintf("%9.3fs", m.At.Seconds())
	b.WriteString("  " + at + "  " + t.paint(style, oneLine(m.Text)) + "\n")
}

func writeWrong(b *strings.Builder, t *terminal, found []doctor.Finding) {
	for _, f := range found {
		b.WriteString(t.paint(red, "  WRONG") + wrap(oneLine(f.Text), "    ", t.width)[2:])
		if f.URL != "" {
			b.WriteString("    see " + f.URL + "\n")
		}
		if f.Scenario != "" {
			b.WriteString("    again: fakedc exec --scenario builtin:" + f.Scenario + " -- ...\n")
		}
	}
}

func rounded(d time.Duration) string {
	if d < time.Second {
		return d.Round(time.Millisecond).String()
	}
	return d.Round(100 * time.Millisecond).String()
}

func amount(n int64) string {
	if n < 1<<20 {
		return count(int(n), "byte")
	}
	return mebibytes(n)
}
