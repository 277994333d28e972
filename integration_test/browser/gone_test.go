package browser_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/integration_test/internal/clients"
	"github.com/fakedc/fakedc/mockserver"
	"github.com/fakedc/fakedc/mockserver/admin"
)

// A server ends, as that of exec does with its command: what it showed stays on the
// page until another one is there, of which alone the page tells then.
func TestPageOutlivesItsServer(t *testing.T) {
	t.Parallel()
	node := clients.NeedTool(t, "node")
	clients.NeedTool(t, "chromium")
	desk := func() (*mockserver.Server, *admin.Handler) {
		dc := mockserver.Start(t, mockserver.Options{})
		return dc, admin.New(dc, admin.Options{Token: "same"})
	}
	first, firstDesk := desk()
	c := login(t, first)
	t.Cleanup(func() { _ = c.Close() })
	ok, err := c.SaveBigFilePart(t.Context(), 7, 0, 3, make([]byte, 1024))
	require.NoError(t, err)
	require.True(t, ok)
	_, secondDesk := desk()

	var now atomic.Pointer[admin.Handler] // nil while no server is there
	now.Store(firstDesk)
	var tries atomic.Int64 // to find one there
	var site *httptest.Server
	site = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch h := now.Load(); {
		case r.URL.Path == "/end":
			now.Store(nil)
			go site.CloseClientConnections() // this one as well: the page is told nothing
		case r.URL.Path == "/begin":
			now.Store(secondDesk)
		case r.URL.Path == "/tries":
			_, _ = fmt.Fprint(w, tries.Load())
		case h == nil:
			tries.Add(1)
			panic(http.ErrAbortHandler) // closes the connection, as one that nobody accepts
		default:
			h.ServeHTTP(w, r)
		}
	}))
	t.Cleanup(site.Close)
	const (
		state  = `document.getElementById("state").textContent`
		facts  = `document.querySelector("[data-number='1'] .facts")?.textContent`
		events = `document.getElementById("events").rows.length`
	)
	text, err := json.Marshal(pageJob{URL: site.URL + firstDesk.PagePath(), Timeout: 60, Until: []string{
		state + ` === "live" && ` + facts + `?.startsWith("1 of 3 parts") && (window.had = ` + events + `) > 3`,
		`fetch("end").catch(() => true)`,
		`fetch("tries").then((r) => r.text()).then((n) => n >= 2)`,
		state + ` === "not reachable, trying again" && ` + facts + `.startsWith("1 of 3 parts") && ` + events + ` === window.had`,
		`fetch("begin").then((r) => r.ok)`,
		state + ` === "live" && !` + facts + ` && ` + events + ` < window.had && !document.getElementById("empty").hidden`,
	}})
	require.NoError(t, err)
	r := clients.Run(t, clients.Command{Path: node, Args: []string{"admin.mjs"}, Stdin: string(text), Limit: 90 * time.Second})
	require.Zero(t, r.ExitCode, r.Stderr)
}
