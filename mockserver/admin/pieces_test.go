package admin_test

import (
	"bytes"
	"context"
	"net/http"
	"net/http/httptest"
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/mockserver"
	"github.com/fakedc/fakedc/mockserver/admin"
)

// untilSaid is an answer whose caller hangs up once some words have come.
type untilSaid struct {
	*httptest.ResponseRecorder
	words  string
	hangUp func()
}

func (w *untilSaid) Write(p []byte) (int, error) {
	if bytes.Contains(p, []byte(w.words)) {
		w.hangUp()
	}
	return len(p), nil
}

// A journal has 100,000 events, and while they are copied no client is answered: a call costs
// what it answers, and not all that there is. (Copied whole, the events below take 20 MiB.)
func TestJournalIsReadInPieces(t *testing.T) {
	const all, worth = 40_000, 4 << 20
	dc := mockserver.Start(t, mockserver.Options{})
	h := admin.New(dc, admin.Options{Token: token})
	for range all {
		dc.DropConnection(-1)
	}
	for name, tc := range map[string]struct{ method, path, body, says string }{
		"a page":                  {"GET", "/api/v1/journal", "", `"left_out":39800,"last":40000`},
		"what there is not":       {"GET", "/api/v1/journal?kind=part", "", `"events":[],"left_out":0,"last":40000`},
		"a stream from the end":   {"GET", "/api/v1/journal/follow?since=39999", "", `"seq":40000`},
		"a stream of one kind":    {"GET", "/api/v1/journal/follow?kind=control&since=39990", "", `"seq":40000`},
		"a stream that resumes":   {"GET", "/api/v1/journal/follow?since=39000", "", `"seq":40000`},
		"the page of a browser":   {"GET", "/api/v1/live", "", `"left_out":39800`},
		"metrics":                 {"GET", "/metrics", "", `fakedc_events_total{kind="control"} 40000`},
		"calls that were counted": {"POST", "/api/v1/verify", `{"calls":[{"method":"help.*","times":0},{"method":"upload.*","times":0}]}`, `"passed":true`},
	} {
		t.Run(name, func(t *testing.T) {
			ctx, hangUp := context.WithCancel(t.Context())
			defer hangUp()
			r := httptest.NewRequestWithContext(ctx, tc.method, "http://localhost"+tc.path, bytes.NewReader([]byte(tc.body)))
			r.Header.Set("Authorization", "Bearer "+token)
			r.Header.Set("Content-Type", "application/json")
			said := false
			w := &untilSaid{httptest.NewRecorder(), tc.says, func() { said = true; hangUp() }}
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			h.ServeHTTP(w, r)
			runtime.ReadMemStats(&after)
			require.Equal(t, http.StatusOK, w.Code)
			require.True(t, said)
			require.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(worth))
		})
	}
}
