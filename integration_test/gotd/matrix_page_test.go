package gotd_test

import (
	"flag"
	"fmt"
	"os"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/scenarios"
)

var update = flag.Bool("update", false, "write FAULTS.md anew, with -long also what it says of the last run")

const pageFile = "../FAULTS.md"

// lastRun is what the page ends with; it is not compared.
const lastRun = "\n## Last run\n\n"

const pageHead = `# What gotd's uploader does about each fault

gotd/td v0.161.0, unmodified, uploads a file while one rule of a scenario is in force: every act that the language of
scenarios has ([REFERENCE.md](../scenarios/REFERENCE.md)), in simulated time. Each cell ends byte-identical (the SHA-256 of what the
server assembled is that of the source, and using the file succeeds) or exactly as it is said here; what gotd was told is stored,
is stored with the same bytes, unless the rule is that the server lies; the server contains no panic; and nothing hangs when its
caller gives up, ten simulated minutes after the beginning (90 seconds where a rule fires every time).

A cell is an act x position x transport x method x threads x connections, %d acts in %d cells:

- **position**: the first, the middle or the last part. The last one is shorter.
- **transport**: %s. Over HTTP gotd is given a client with %d
  connections: of its own 16 none is left when several sessions wait, since each response may take 25 s (a defect of its own).
- **method**: upload.saveFilePart (5 parts of 1 KiB) and upload.saveBigFilePart (21 parts of 512 KiB: gotd takes it above 10 MiB).
- **threads**: 1, 4 and 16 of the uploader.
- **connections**: 1 is the client's own; 4 are ` + "`client.Pool(4)`" + ` beside it.

What is left out, by rule:

- gotd sends the parts of a small file one after the other, whatever the threads: 4 are left out, and 16 stay to show it.
- An act on a connection has no position: it is the client's own (first), or the first one of the pool (last).
- An act on the creation of a key comes before there are parts, over the client's own connection: one small file, over %s, a
  transport of each kind.
- Where gotd makes a key on the way, half a second of CPU, it is the middle part, of a small file with 1 thread and of a big one with 16.

` + "`go test ./integration_test/gotd -run TestFaultMatrix -long`" + ` runs all of it, without -long one cell of each act: but the acts on
the creation of a key one client meets try after try, and those that break a rule there are left to TestLibrary. Where several ends are
listed gotd races with itself, and why says how. A part that is said to be lost or corrupted by the server is no loss of gotd's.

`

// page is FAULTS.md without the last run.
func page() string {
	var b, names strings.Builder
	for i, w := range ways {
		if i > 0 {
			names.WriteString(", ")
		}
		names.WriteString(w.name)
	}
	cells := 0
	for _, a := range acts() {
		cells += len(a.cells())
	}
	fmt.Fprintf(&b, pageHead, len(acts()), cells, names.String(), httpConnections, strings.Join(keyWays, ", "))
	for _, s := range []struct {
		title string
		acts  []act
	}{
		{"Answers", answerActs}, {"Messages and connections under way", wireActs}, {"bad_msg_notification", badMsgActs()},
		{"What is stored", storeActs}, {"Late answers", lateActs}, {"Connections", connectionActs}, {"Auth keys", keyActs},
		{"Rules of MTProto that the server breaks", hostileActs()},
	} {
		fmt.Fprintf(&b, "## %s\n\n| what the rule does | cells | how they end | why |\n|---|---|---|---|\n", s.title)
		for len(s.acts) > 0 {
			same := slices.IndexFunc(s.acts, func(a act) bool { return !reflect.DeepEqual(a.ends, s.acts[0].ends) })
			if same < 0 {
				same = len(s.acts)
			}
			rows(&b, s.acts[:same])
			s.acts = s.acts[same:]
		}
		b.WriteString("\n")
	}
	b.WriteString("## Not run\n\nThese end gotd's process, or make it compute without end, so that no cell could: see [HOSTILE.md](HOSTILE.md).\n\n")
	for _, h := range scenarios.HostileCases() {
		if gotdBreaks[h.Name] {
			fmt.Fprintf(&b, "- `hostile: %s` (%s): %s.\n", h.Name, h.Number, h.Breaks)
		}
	}
	return b.String()
}

// rows are those of acts that end alike.
func rows(b *strings.Builder, acts []act) {
	var names []string
	for _, a := range acts {
		names = append(names, "`"+a.does+"`")
	}
	does := strings.Join(names, "<br>")
	for _, e := range acts[0].ends {
		when := e.when
		switch {
		case when == "" && len(acts[0].ends) > 1:
			when = "all others"
		case when == "":
			when = "all"
		}
		ends := strings.ReplaceAll(strings.Join(e.ends, ", or<br>"), "${part}", "N")
		fmt.Fprintf(b, "| %s | %s | %s | %s |\n", does, when, ends, e.why)
		does = ""
	}
}

// FAULTS.md says what the tests hold gotd to.
func TestFaultPage(t *testing.T) {
	old, err := os.ReadFile(pageFile)
	head, tail, found := strings.Cut(string(old), lastRun)
	if *update {
		text := page()
		if found {
			text += lastRun + tail
		}
		require.NoError(t, os.WriteFile(pageFile, []byte(text), 0o644))
		return
	}
	require.NoError(t, err)
	require.Equal(t, page(), head, "run: go test ./integration_test/gotd -run TestFaultPage -update")
}

// write notes a whole run on the page.
func (s *tally) write(t *testing.T, took time.Duration) {
	if !*update {
		return
	}
	note := fmt.Sprintf("%s, %s, %d CPUs, GOMAXPROCS %d: %d cells in %v.\n", time.Now().Format("2006-01-02"), runtime.Version(),
		runtime.NumCPU(), runtime.GOMAXPROCS(0), s.cells, took.Round(time.Second))
	require.NoError(t, os.WriteFile(pageFile, []byte(page()+lastRun+note), 0o644))
}
