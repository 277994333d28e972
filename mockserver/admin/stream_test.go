package admin_test

import (
	"bufio"
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/scenarios"
)

// follow opens a stream and returns what reads its next message.
func (d *desk) follow(t *testing.T, path string) (next func(into any)) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, d.http.URL+path, nil)
	require.NoError(t, err)
	r.Header.Set("Authorization", "Bearer "+token)
	a, err := http.DefaultClient.Do(r)
	require.NoError(t, err)
	t.Cleanup(func() { _ = a.Body.Close() })
	require.Equal(t, "text/event-stream", a.Header.Get("Content-Type"))
	lines := bufio.NewReader(a.Body)
	return func(into any) {
		t.Helper()
		for {
			line, err := lines.ReadString('\n')
			require.NoError(t, err)
			if data, ok := strings.CutPrefix(line, "data: "); ok {
				require.NoError(t, json.Unmarshal([]byte(data), into))
				return
			}
		}
	}
}

type event struct {
	Seq  int64
	Kind string
	Part *int32
}

func TestFollowJournal(t *testing.T) {
	d := newDesk(t)
	next := d.follow(t, "/api/v1/journal/follow?kind=part")
	d.upload(t, 4)
	var first, second event
	next(&first)
	require.EqualValues(t, 4, *first.Part)
	d.upload(t, 5)
	next(&second)
	require.EqualValues(t, 5, *second.Part)
	require.Greater(t, second.Seq, first.Seq)
}

type message struct {
	Server  *struct{ Version string }
	Uploads []struct {
		Number, Stored, Refused int
		Kind                    string
		Cells                   string
		Changes                 []struct{ P, C, E any }
	}
	Events []event
}

// The page is told of the whole map first, and then of each cell that changes.
func TestLive(t *testing.T) {
	d := newDesk(t)
	rules, err := scenarios.ParseFault("part=2: 1*error(FILE_PART_INVALID)->flood_wait(3s)")
	require.NoError(t, err)
	_, err = d.dc.Inject(rules...)
	require.NoError(t, err)
	d.upload(t, 0, 2)
	next := d.follow(t, "/api/v1/live")
	var first message
	next(&first)
	require.NotNil(t, first.Server)
	require.Len(t, first.Uploads, 1)
	require.Equal(t, "big", first.Uploads[0].Kind)
	require.Equal(t, "s.r", first.Uploads[0].Cells)
	require.Equal(t, "FILE_PART_INVALID", first.Uploads[0].Changes[0].E)

	d.upload(t, 1, 2)
	cells := map[float64]string{}
	for len(cells) < 2 {
		var m message
		next(&m)
		require.Nil(t, m.Server)
		for _, u := range m.Uploads {
			for _, c := range u.Changes {
				cells[c.P.(float64)] = c.C.(string)
			}
			for i, c := range u.Cells {
				cells[float64(i)] = string(c)
			}
		}
	}
	require.Equal(t, "s", cells[1])
	require.Equal(t, "w", cells[2])
}
