package mockserver_test

import (
	"fmt"
	"os"
	"reflect"
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
	for name, l := range map[string]mockserver.Limits{"zero": {}, "negative": {Sessions: -1, IdleTime: -time.Second, StoreBytes: -1}} {
		dc, err := mockserver.New(mockserver.Options{Limits: l})
		require.NoError(t, err)
		for _, row := range mockserver.LimitTable() {
			if row.Name != "Connections" { // fewer where the process may not open as many files
				require.Equal(t, row.Default(), row.In(dc.Limits()), "%s: %s", name, row.Name)
			}
		}
		require.NoError(t, dc.Close())
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
		{"StoreBytes", "1.5GiB", "a size is written as"},
		{"StoreBytes", "0", "above 0"},
		{"StoreBytes", "-1KiB", "above 0"},
		{"StoreBytes", "9007199254740993GiB", "a size is written as"},
		{"StoreBytes", "", "a size is written as"},
		{"Uploads", "1KiB", "a number above 0"},
		{"Uploads", "0", "a number above 0"},
		{"Uploads", "99999999999999999999", "a number above 0"},
		{"PartTime", "60", "a time is written as"},
		{"PartTime", "-1s", "a time is written as"},
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
	dc, err := mockserver.New(mockserver.Options{Limits: mockserver.Limits{Connections: 1 << 30}})
	require.NoError(t, err)
	require.Less(t, dc.Limits().Connections, 1<<30)
	require.NoError(t, dc.Close())
}

const limitsHead = `# What clients can make a server hold or wait for

Everything is bounded, and nothing is unlimited. In Go the fields of ` + "`mockserver.Limits`" + ` say how much of it there may be; for the
command it is ` + "`--limit NAME=VALUE`" + `, as often as there is something to say, or the lines of ` + "`FAKEDC_LIMIT`" + `; ` + "`--limit help`" + ` prints
this table. Whatever reaches a limit is an event of kind "limit" or "refused" in the journal, with the name of the limit in its
text. (This file is generated: ` + "`go test ./mockserver -update`" + `.)

| name | default | what is bounded | what becomes of more |
|---|---|---|---|
`

const limitsFixed = `
The command has defaults of its own for two of them: Connections 4096, StoreBytes 1GiB.

These are the same for all servers: the specification says them, or nothing is to be gained by other values.

| bound | value | what is bounded | what becomes of more |
|---|---|---|---|
`

const limitsMoot = `
Some bounds that one may look for are not there, because nothing could reach them:

- **Queries carried out at once.** A connection's reader carries out one query after the other and reads no further meanwhile, so that
  there are never more at once than Connections, and what waits for a scenario or for other queries is in DelayedAnswers and
  WaitingBytes. Nothing is to be bounded by session or by server beyond that.
- **Copies of a part on its way.** A connection has one frame at a time, in a buffer that is used again, decrypted in place; what is
  unpacked from it is within InflatedBytes. An idle connection holds no buffer.
- **A frame's length, or any other that a client claims.** Nothing is allocated for a claim: a frame's buffer comes once its first
  16 KiB are there, or all of it if it is shorter; a list grows with what is in it; and of what a gzip stream says of its own length
  no more is believed than sixteen times what has arrived.
`

func TestLimitsDocument(t *testing.T) {
	var b strings.Builder
	b.WriteString(limitsHead)
	for _, row := range mockserver.LimitTable() {
		fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", row.Name, row.Default(), row.About, row.Beyond)
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
