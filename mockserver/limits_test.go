package mockserver_test

import (
	"fmt"
	"math"
	"os"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/mockserver"
)

// A field of Limits that is not in the table would have no default, no flag, and no
// test; a row that is of another field would be worse.
func TestLimitTableHasEveryField(t *testing.T) {
	table := mockserver.LimitTable()
	typ := reflect.TypeFor[mockserver.Limits]()
	require.Len(t, table, typ.NumField())
	for _, row := range table {
		_, ok := typ.FieldByName(row.Name)
		require.True(t, ok, "there is no field %s", row.Name)
		require.NotEmpty(t, row.About, row.Name)
		require.NotEmpty(t, row.Beyond, row.Name)
		var l mockserver.Limits
		require.NoError(t, l.Set(strings.ToLower(row.Name), row.Default()))
		v := reflect.ValueOf(l)
		for i := range typ.NumField() {
			require.Equal(t, typ.Field(i).Name == row.Name, !v.Field(i).IsZero(), "setting %s sets %s", row.Name, typ.Field(i).Name)
		}
		require.Equal(t, row.Default(), row.In(l))
	}
}

// The zero value stands for what the table says, and nothing is unlimited.
func TestZeroLimitsAreTheDefaults(t *testing.T) {
	dc, err := mockserver.New(mockserver.Options{})
	require.NoError(t, err)
	for _, row := range mockserver.LimitTable() {
		if row.Name != "Connections" { // fewer where the process may not open as many files
			require.Equal(t, row.Default(), row.In(dc.Limits()), row.Name)
		}
	}
	require.NoError(t, dc.Close())
}

// What nothing could work with is refused, in Options as in text.
func TestLimitsThatNothingWorksWith(t *testing.T) {
	for name, c := range map[string]struct {
		limits mockserver.Limits
		text   string
		want   string // "" is that it is taken
	}{
		"fewer than none":                  {mockserver.Limits{Sessions: -1}, "-1", "Options.Limits.Sessions is -1: it is above 0, or 0 for the default, 16384"},
		"a time before now":                {mockserver.Limits{PartTime: -time.Second}, "-1s", "Options.Limits.PartTime is -1s: it is above 0, or 0 for the default, 1h"},
		"bytes that are owed":              {mockserver.Limits{StoreBytes: -1}, "-1", "Options.Limits.StoreBytes is -1: it is above 0, or 0 for the default, 256MiB"},
		"a frame that fits no handshake":   {mockserver.Limits{FrameBytes: 8}, "8", "FrameBytes is 8B: 512B at the least: an auth key is made with frames of 400 bytes"},
		"a frame that fits it just so":     {mockserver.Limits{FrameBytes: 512}, "512", ""},
		"quicker than any client":          {mockserver.Limits{DetectTime: time.Millisecond}, "1ms", "DetectTime is 1ms: 5ms at the least: no client is quicker"},
		"quicker than any client, idle":    {mockserver.Limits{IdleTime: 1}, "1ns", "IdleTime is 1ns: 5ms at the least"},
		"quicker than any handshake":       {mockserver.Limits{HandshakeTime: 1}, "1ns", "HandshakeTime is 1ns: 5ms at the least"},
		"a queue that no answer fits into": {mockserver.Limits{QueueBytes: 1}, "1B", "QueueBytes is 1B: 256B at the least: no answer by which an auth key is made would pass"},
		"one step of three":                {mockserver.Limits{HandshakeSteps: 2}, "2", "HandshakeSteps is 2: 3 at the least"},
		"one wrapper of two":               {mockserver.Limits{Wrappers: 1}, "1", "Wrappers is 1: 2 at the least: every client says who it is by invokeWithLayer and initConnection"},
		"a store that is full at once":     {mockserver.Limits{StoreBytes: 1}, "1B", ""},
		"no more than one":                 {mockserver.Limits{Connections: 1, Sessions: 1, AuthKeys: 1}, "1", ""},
	} {
		t.Run(name, func(t *testing.T) {
			dc, err := mockserver.New(mockserver.Options{Limits: c.limits})
			v := reflect.ValueOf(c.limits)
			for i := range v.NumField() {
				if !v.Field(i).IsZero() {
					var l mockserver.Limits
					require.Equal(t, err == nil, l.Set(v.Type().Field(i).Name, c.text) == nil)
				}
			}
			if c.want == "" {
				require.NoError(t, err)
				require.NoError(t, dc.Close())
				return
			}
			require.ErrorContains(t, err, c.want)
		})
	}
}

// Each floor is one that a client can stand on.
func TestLimitsAtTheirLeast(t *testing.T) {
	for _, row := range mockserver.LimitTable() {
		if row.Least() == "" {
			continue
		}
		t.Run(row.Name+"="+row.Least(), func(t *testing.T) {
			var o mockserver.Options
			require.NoError(t, o.Limits.Set(row.Name, row.Least()))
			inBubble(t, o, func(t *testing.T, b *bubble) {
				c := b.client()
				require.Equal(t, "true", part(t, c, 7, 0, 1, contents(5)))
				_, err := c.UploadMedia(t.Context(), input(7, 1))
				require.NoError(t, err)
			})
		})
	}
}

// Who wants no bound sets the largest number there is: nothing allocates by it, and no
// multiple of it is negative.
func TestLimitsAtTheirMost(t *testing.T) {
	for _, row := range mockserver.LimitTable() {
		t.Run(row.Name, func(t *testing.T) {
			var o mockserver.Options
			if strings.HasPrefix(row.Name, "Disk") {
				o.DataDir = t.TempDir()
			}
			var err error
			for _, most := range []int64{math.MaxInt64, math.MaxInt32, 1 << 30, 16 << 20} {
				text := fmt.Sprint(most)
				if row.Unit() == "time" {
					text = time.Duration(most).String()
				}
				if err = o.Limits.Set(row.Name, text); err == nil {
					break
				}
			}
			require.NoError(t, err)
			inBubble(t, o, func(t *testing.T, b *bubble) {
				c := b.client()
				want := "true"
				if row.Name == "DiskFree" {
					want = "STORE_FULL" // no disk has as much
				}
				require.Equal(t, want, part(t, c, 7, 0, 1, contents(5)))
				<-time.After(time.Hour + time.Minute) // whatever is due by then
				require.Equal(t, want, part(t, b.client(), 8, 0, 1, contents(5)))
				require.Equal(t, row.Name == "DiskFree", b.told(row.Name))
			})
		})
	}
}

func TestSetLimit(t *testing.T) {
	for _, tc := range []struct{ name, value, want string }{
		{"StoreBytes", "1536", "1536B"},
		{"storebytes", "1024", "1KiB"},
		{"StoreBytes", "3GiB", "3GiB"},
		{"StoreBytes", "12B", "12B"},
		{"FrameBytes", "16MiB", "16MiB"},
		{"Uploads", "17", "17"},
		{"PartTime", "90m", "1h30m"},
		{"PartTime", "2h", "2h"},
		{"PartTime", "10s", "10s"},
		{"PartTime", "1m", "1m"},
		{"PartTime", "1h0m10s", "1h0m10s"},
		{"PartTime", "500ms", "500ms"},
	} {
		t.Run(tc.name+"="+tc.value, func(t *testing.T) {
			var l mockserver.Limits
			require.NoError(t, l.Set(tc.name, tc.value))
			row := slices.IndexFunc(mockserver.LimitTable(), func(row mockserver.Limit) bool { return strings.EqualFold(row.Name, tc.name) })
			require.Equal(t, tc.want, mockserver.LimitTable()[row].In(l))
		})
	}
}

func TestSetLimitRefuses(t *testing.T) {
	for _, tc := range []struct{ name, value, want string }{
		{"FrameBytes", "17MiB", "16MiB at the most"},
		{"StoreBytes", "1GB", "it takes a size above 0"},
		{"StoreBytes", "1.5GiB", "it takes a size above 0"},
		{"StoreBytes", "0", `limit StoreBytes is "0": it takes a size above 0 in whole bytes, KiB, MiB or GiB, written as 1536, 512KiB, 12MiB or 1GiB, such as StoreBytes=256MiB`},
		{"StoreBytes", "-1KiB", "above 0"},
		{"StoreBytes", "9007199254740993GiB", "it takes a size above 0"},
		{"StoreBytes", "", "it takes a size above 0"},
		{"Uploads", "1KiB", `limit Uploads is "1KiB": it takes a whole number above 0, without a unit, such as Uploads=4096`},
		{"Uploads", "0", "a whole number above 0"},
		{"Uploads", "99999999999999999999", "a whole number above 0"},
		{"PartTime", "60", `limit PartTime is "60": it takes a time above 0 with its unit, written as 500ms, 30s, 5m or 1h, such as PartTime=1h`},
		{"PartTime", "-1s", "a time above 0 with its unit"},
		{"Upload", "1", `there is no limit "Upload"`},
	} {
		t.Run(tc.name+"="+tc.value, func(t *testing.T) {
			var l mockserver.Limits
			require.ErrorContains(t, l.Set(tc.name, tc.value), tc.want)
			require.Zero(t, l)
		})
	}
}

// A connection takes a file, and some are needed for other things.
func TestConnectionsLeaveFilesForOthers(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("the system does not bound how many files a process opens")
	}
	dc, err := mockserver.New(mockserver.Options{Limits: mockserver.Limits{Connections: 1 << 30}})
	require.NoError(t, err)
	require.Less(t, dc.Limits().Connections, 1<<30)
	require.NoError(t, dc.Close())
}

const limitsHead = `# What clients can make a server hold or wait for

Everything is bounded, and nothing is unlimited. In Go the fields of ` + "`mockserver.Limits`" + ` say how much of it there may be; for the
command it is ` + "`--limit NAME=VALUE`" + `, as often as there is something to say, or the lines of ` + "`FAKEDC_LIMIT`" + `; ` + "`--limit help`" + ` prints
this table with the command's defaults. Whatever reaches a limit is an event of kind "limit" or "refused" in the journal, with the name of the limit in its
text. (This file is generated: ` + "`go test ./mockserver -update`" + `.)

| name | default | what is bounded | what becomes of more |
|---|---|---|---|
`

const limitsLeast = `
The command has defaults of its own for two of them: Connections 4096, StoreBytes 1GiB.

Below some values no client could work at all: these are the least that is taken.

| name | the least |
|---|---|
`

const limitsFixed = `
These are the same for all servers: the specification says them, or nothing is to be gained by other values.

| bound | value | what is bounded | what becomes of more |
|---|---|---|---|
`

const limitsMoot = `
Some bounds that one may look for are not there, because nothing could reach them:

- **Queries carried out at once.** A connection's reader carries out one query after the other and reads no further meanwhile, so that
  there are never more at once than Connections, and what waits for a scenario or for other queries is in DelayedAnswers and
  WaitingBytes. Nothing is to be bounded by session or by server beyond that.
- **Copies of a part on its way.** A connection has one frame at a time, or two of those that have come whole (while no more than
  256 MiB of frames have begun in a datacenter), in buffers that are used again, decrypted in place; what is
  unpacked from it is within InflatedBytes. An idle connection holds no buffer.
- **A frame's length, or any other that a client claims.** Nothing is allocated for a claim: a frame's buffer comes once its first
  16 KiB are there, or all of it if it is shorter (a quarter of it, where no message was opened yet, and for all once 256 MiB of frames
  have begun in a datacenter); a list grows with what is in it; and of what a gzip stream says of its own length
  no more is believed than sixteen times what has arrived.
`

func TestLimitsDocument(t *testing.T) {
	var b strings.Builder
	b.WriteString(limitsHead)
	for _, row := range mockserver.LimitTable() {
		fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", row.Name, row.Default(), row.About, row.Beyond)
	}
	b.WriteString(limitsLeast)
	for _, row := range mockserver.LimitTable() {
		if row.Least() != "" {
			fmt.Fprintf(&b, "| %s | %s |\n", row.Name, row.Least())
		}
	}
	b.WriteString(limitsFixed)
	for _, row := range mockserver.FixedLimits() {
		name := row.Name
		if row.Source != "" {
			name = fmt.Sprintf("[%s](%s)", row.Name, row.Source)
		}
		fmt.Fprintf(&b, "| %s | %d | %s | %s |\n", name, row.Value, row.About, row.Beyond)
	}
	b.WriteString(limitsMoot)
	if *update {
		require.NoError(t, os.WriteFile("LIMITS.md", []byte(b.String()), 0o644))
	}
	have, err := os.ReadFile("LIMITS.md")
	require.NoError(t, err)
	require.Equal(t, b.String(), string(have), "run go test ./mockserver -update")
}
