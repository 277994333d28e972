package admin_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v4"

	"github.com/fakedc/fakedc/mockserver"
	"github.com/fakedc/fakedc/mockserver/admin"
	"github.com/fakedc/fakedc/mockserver/rawclient"
)

const token = "secret"

// desk is a server with its admin API, and the document that describes it.
type desk struct {
	dc       *mockserver.Server
	http     *httptest.Server
	document map[string]any
	schemas  *jsonschema.Compiler
	stopped  chan struct{} // one for each time
}

func newDesk(t *testing.T) *desk {
	t.Helper()
	d := &desk{dc: mockserver.Start(t, mockserver.Options{}), schemas: jsonschema.NewCompiler(), stopped: make(chan struct{}, 8)}
	d.http = httptest.NewServer(admin.New(d.dc, admin.Options{Token: token, Shutdown: func() { d.stopped <- struct{}{} }}))
	t.Cleanup(d.http.Close)
	d.document = readDocument(t)
	d.schemas.AssertFormat()
	require.NoError(t, d.schemas.AddResource("openapi.json", asJSON(t, d.document)))
	return d
}

func readDocument(t *testing.T) (document map[string]any) {
	t.Helper()
	text, err := os.ReadFile("openapi.yaml")
	require.NoError(t, err)
	require.NoError(t, yaml.Unmarshal(text, &document))
	return document
}

// asJSON is a value as the validator takes it.
func asJSON(t *testing.T, v any) any {
	t.Helper()
	text, err := json.Marshal(v)
	require.NoError(t, err)
	value, err := jsonschema.UnmarshalJSON(strings.NewReader(string(text)))
	require.NoError(t, err)
	return value
}

// upload sends parts of a big file of ten over a client that stays connected.
func (d *desk) upload(t *testing.T, parts ...int32) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	t.Cleanup(cancel)
	c, err := rawclient.Connect(ctx, d.dc.Addr(), rawclient.Options{}, rawclient.KeyOptions{PublicKey: d.dc.PublicKey().RSA}, rawclient.ClientOptions{})
	require.NoError(t, err)
	t.Cleanup(func() { _ = c.Close() })
	_, err = c.InitConnection(ctx, 228)
	require.NoError(t, err)
	_, err = c.LoginBot(ctx, "123:abc")
	require.NoError(t, err)
	for _, p := range parts {
		_, _ = c.SaveBigFilePart(ctx, 1<<60, p, 10, make([]byte, 1024))
	}
}

func (d *desk) call(t *testing.T, method, path, kind, body string, change ...func(*http.Request)) (int, string, http.Header) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, d.http.URL+path, strings.NewReader(body))
	require.NoError(t, err)
	r.Header.Set("Authorization", "Bearer "+token)
	if kind != "" {
		r.Header.Set("Content-Type", kind)
	}
	for _, f := range change {
		f(r)
	}
	client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }} // as curl, which follows none
	a, err := client.Do(r)
	require.NoError(t, err)
	defer a.Body.Close()
	text, err := io.ReadAll(a.Body)
	require.NoError(t, err)
	return a.StatusCode, string(text), a.Header
}
