package browser_test

import (
	"context"
	"encoding/json"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/integration_test/internal/clients"
	"github.com/fakedc/fakedc/mockserver"
	"github.com/fakedc/fakedc/mockserver/admin"
	"github.com/fakedc/fakedc/mockserver/rawclient"
	"github.com/fakedc/fakedc/scenarios"
)

// pageJob is what admin.mjs is told.
type pageJob struct {
	URL     string   `json:"url"`
	Until   []string `json:"until"`   // expressions, each asked until it is true
	Timeout int      `json:"timeout"` // seconds
	Dark    bool     `json:"dark"`
}

// parts are those of the upload that the page looks at.
const parts = 8000

// login is a client of the server that has logged in.
func login(t *testing.T, dc *mockserver.Server) *rawclient.Client {
	t.Helper()
	c, err := rawclient.Connect(t.Context(), dc.Addr(), rawclient.Options{}, rawclient.KeyOptions{PublicKey: dc.PublicKey().RSA}, rawclient.ClientOptions{})
	require.NoError(t, err)
	_, err = c.InitConnection(t.Context(), 228)
	require.NoError(t, err)
	_, err = c.LoginBot(t.Context(), "123:abc")
	require.NoError(t, err)
	return c
}

// uploadInBackground sends part after part, and each again that was refused, until the test ends.
func uploadInBackground(t *testing.T, dc *mockserver.Server) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	c := login(t, dc)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		for p := int32(0); p < parts && ctx.Err() == nil && c.Err() == nil; p++ {
			if ok, err := c.SaveBigFilePart(ctx, 7, p, parts, make([]byte, 1024)); !ok || err != nil {
				_, _ = c.SaveBigFilePart(ctx, 7, p, parts, make([]byte, 1024))
			}
		}
	}()
	t.Cleanup(func() {
		cancel()
		<-ended
		_ = c.Close()
	})
}

// A person watches an upload of 8,000 parts, injects a fault by a click while it
// runs, sees it fire, walks through the map with the keyboard, loads a built-in
// scenario, and ends all connections.
func TestLivePage(t *testing.T) {
	t.Parallel()
	node := clients.NeedTool(t, "node")
	clients.NeedTool(t, "chromium")
	dc := mockserver.Start(t, mockserver.Options{Premium: true, Store: mockserver.StoreDigest,
		AtEnd: mockserver.AtEnd{AllowUnmet: true, AllowUnfired: true}}) // the upload is cut off in its middle
	slow, err := scenarios.ParseFault("delay(5ms)") // so that the upload is still on its way
	require.NoError(t, err)
	_, err = dc.Inject(slow...)
	require.NoError(t, err)
	desk := admin.New(dc, admin.Options{})
	site := httptest.NewServer(desk)
	t.Cleanup(site.Close)
	uploadInBackground(t, dc)
	// Each event is one row, whichever way it came: those that a filter asks for come by live, too.
	const rows = `document.getElementById("events").rows`
	const watchRows = `(new MutationObserver(() => {
		const seqs = [...` + rows + `].map((r) => Number(r.cells[0].textContent));
		window.twice ||= seqs.some((seq, i) => i > 0 && seq >= seqs[i - 1]);
	}).observe(document.getElementById("events"), { childList: true }), true)`
	const filter = `(document.getElementById("filters").dispatchEvent(new Event("input")),
		window.from ??= Number(` + rows + `[0]?.cells[0].textContent ?? "0"), Number(` + rows + `[0]?.cells[0].textContent) > window.from + 100)`
	const canvas = `document.querySelector("[data-number='1'] canvas")`
	text, err := json.Marshal(pageJob{URL: site.URL + desk.PagePath(), Timeout: 60, Until: []string{
		`document.getElementById("state").textContent === "live" && location.hash === ""`,
		`document.querySelector("[data-number='1'] .facts").textContent.includes("of 8,000 parts")`,
		watchRows, filter,
		`window.twice === false`,
		`(document.getElementById("fault").value = "3*error(FILE_PART_INVALID)", document.querySelector("#inject button").click(), true)`,
		`document.querySelector("#injected b")?.textContent === "3×"`,
		`document.querySelector("[data-number='1'] .wrong")?.textContent === "3 refused"`,
		`[...document.querySelectorAll("#events tr.wrong")].some((r) => r.textContent.includes("FILE_PART_INVALID")) || (document.getElementById("wrong").click(), false)`,
		`(` + canvas + `.focus(), ` + canvas + `.dispatchEvent(new KeyboardEvent("keydown", {key: "Home", bubbles: true})), true)`,
		`document.querySelector("[data-number='1'] p").textContent.startsWith("part 0 (number 1): stored")`,
		`(document.getElementById("builtin").value = "flood-wait", document.querySelector("#load button").click(), true)`,
		`document.getElementById("scenario-name").textContent === "flood-wait"`,
		`document.querySelector("#sessions span")?.textContent.startsWith("#1 DC 2 account ")`,
		`(document.querySelector("#sessions button[aria-label='Forget session 1']").click(), true)`,
		`document.querySelector("#sessions span")?.textContent.startsWith("#2 DC 2 account ") || !document.querySelector("#sessions span")`,
		`(document.getElementById("drop-all").click(), true)`,
		`document.getElementById("total-connections").textContent === "0"`,
	}})
	require.NoError(t, err)
	r := clients.Run(t, clients.Command{Path: node, Args: []string{"admin.mjs"}, Stdin: string(text), Limit: 90 * time.Second})
	require.Zero(t, r.ExitCode, r.Stderr)
	require.Zero(t, dc.Connections())
	scenario, _ := dc.Scenario()
	require.Equal(t, "flood-wait", scenario.Name)
}
