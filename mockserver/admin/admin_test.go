package admin_test

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strconv"
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
	stopped  int
}

func newDesk(t *testing.T) *desk {
	t.Helper()
	d := &desk{dc: mockserver.Start(t, mockserver.Options{}), schemas: jsonschema.NewCompiler()}
	d.http = httptest.NewServer(admin.New(d.dc, admin.Options{Token: token, Shutdown: func() { d.stopped++ }}))
	t.Cleanup(d.http.Close)
	text, err := os.ReadFile("openapi.yaml")
	require.NoError(t, err)
	require.NoError(t, yaml.Unmarshal(text, &d.document))
	asJSON, err := json.Marshal(d.document)
	require.NoError(t, err)
	value, err := jsonschema.UnmarshalJSON(strings.NewReader(string(asJSON)))
	require.NoError(t, err)
	require.NoError(t, d.schemas.AddResource("openapi.json", value))
	return d
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
	a, err := http.DefaultClient.Do(r)
	require.NoError(t, err)
	defer a.Body.Close()
	text, err := io.ReadAll(a.Body)
	require.NoError(t, err)
	return a.StatusCode, string(text), a.Header
}

// matches holds an answer to what the document says about it.
func (d *desk) matches(t *testing.T, method, path string, status int, kind, text string) {
	t.Helper()
	op := d.document["paths"].(map[string]any)[path].(map[string]any)[strings.ToLower(method)].(map[string]any)
	responses := op["responses"].(map[string]any)
	name := http.StatusText(status)
	at := "#/paths/" + strings.ReplaceAll(path, "/", "~1") + "/" + strings.ToLower(method) + "/responses/"
	code := strconv.Itoa(status)
	response, ok := responses[code].(map[string]any)
	if !ok {
		require.GreaterOrEqual(t, status, 400, "%s %s answered %s, which the document does not have", method, path, name)
		code, response = "default", responses["default"].(map[string]any)
	}
	at += code
	if ref, ok := response["$ref"].(string); ok {
		at = ref
		response = d.document["components"].(map[string]any)["responses"].(map[string]any)[ref[strings.LastIndex(ref, "/")+1:]].(map[string]any)
	}
	if response["content"] == nil {
		require.Empty(t, text)
		return
	}
	require.Contains(t, response["content"], kind)
	if kind != "application/json" {
		return
	}
	schema, err := d.schemas.Compile("openapi.json" + at + "/content/application~1json/schema")
	require.NoError(t, err)
	value, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
	require.NoError(t, err)
	require.NoError(t, schema.Validate(value), "%s %s: %s", method, path, text)
}

// Every operation is called, and its answers are what the document says; so are
// those to wrong calls.
func TestEveryOperation(t *testing.T) {
	d := newDesk(t)
	d.upload(t, 0, 1)
	const asJSON, asYAML = "application/json", "application/yaml"
	called := map[string]bool{}
	for _, c := range []struct {
		method, path, at, kind, body string
		status                       int
		says                         string
	}{
		{"GET", "/openapi.yaml", "", "", "", 200, "openapi: 3.1.0"},
		{"GET", "/server", "", "", "", 200, `"run_id"`},
		{"GET", "/uploads", "", "", "", 200, `"file_id_string":"1152921504606846976"`},
		{"GET", "/uploads/{number}", "/uploads/1", "", "", 200, `"stored":true`},
		{"GET", "/uploads/{number}", "/uploads/9", "", "", 404, "no such upload"},
		{"GET", "/uploads/{number}", "/uploads/x", "", "", 400, "is no number"},
		{"GET", "/journal", "/journal?kind=part&file=1&part=1", "", "", 200, `"part":1`},
		{"GET", "/journal", "/journal?limit=1", "", "", 200, `"left_out":`},
		{"GET", "/journal", "/journal?limit=0", "", "", 400, "limit"},
		{"GET", "/journal", "/journal?since=z", "", "", 400, "since"},
		{"GET", "/verdict", "", "", "", 200, `"passed"`},
		{"GET", "/scenarios", "", "", "", 200, `"flood-wait"`},
		{"PUT", "/scenario", "", asJSON, `{"builtin":"flood-wait"}`, 200, `"name":"flood-wait"`},
		{"PUT", "/scenario", "", asJSON, `{"builtin":"builtin:nonsense"}`, 422, "nonsense"},
		{"PUT", "/scenario", "", asJSON, `{"built":"x"}`, 422, "built"},
		{"PUT", "/scenario", "", asYAML, "fakedc: 1\nname: mine\nrules: [{name: one, reply: {error: FILE_PART_INVALID}}]", 200, `"name":"one","fired":0`},
		{"PUT", "/scenario", "", asYAML, "fakedc: 1\nrulez: []", 422, "rulez"},
		{"PUT", "/scenario", "", asYAML, "fakedc: 1\ninclude: [/etc/passwd]", 422, "include"},
		{"PUT", "/scenario", "", "text/plain", "x", 415, "Content-Type"},
		{"PUT", "/scenario", "", asYAML, strings.Repeat("#", 1<<20+1), 413, "longer"},
		{"GET", "/scenario", "", "", "", 200, `"name":"mine"`},
		{"POST", "/scenario/reset", "", "", "", 200, `"fired":0`},
		{"DELETE", "/scenario", "", "", "", 204, ""},
		{"GET", "/scenario", "", "", "", 200, `"name":""`},
		{"POST", "/faults", "", asJSON, `{"fault":"part=2: 1*error(FILE_PART_INVALID)"}`, 201, `"id":1`},
		{"POST", "/faults", "", asJSON, `{"fault":"explode"}`, 422, "explode"},
		{"POST", "/faults", "", asJSON, `{`, 400, "body"},
		{"GET", "/faults", "", "", "", 200, `"injected":[{"id":1`},
		{"PUT", "/faults", "", asJSON, `{"on":false}`, 200, `"on":false`},
		{"PUT", "/faults", "", asJSON, `{}`, 400, `on`},
		{"DELETE", "/faults/{id}", "/faults/1", "", "", 204, ""},
		{"DELETE", "/faults/{id}", "/faults/1", "", "", 404, "no fault 1"},
		{"GET", "/connections", "", "", "", 200, `"number":1`},
		{"DELETE", "/connections/{number}", "/connections/1", "", "", 204, ""},
		{"DELETE", "/connections/{number}", "/connections/77", "", "", 404, "not open"},
		{"DELETE", "/connections", "", "", "", 200, `"dropped"`},
		{"POST", "/verify", "", asJSON, `{}`, 200, `"passed":true`},
		{"POST", "/verify", "", asJSON, `{"calls":[{"method":"upload.*","times":2}],"verdict":true}`, 200, `"passed":true`},
		{"POST", "/verify", "", asJSON, `{"calls":[{"method":"upload.*","times":3},{"method":"[","times":1}]}`, 409, `"2 calls of \"upload.*\", not 3"`},
		{"POST", "/verify", "", asJSON, `{"uploads":[{"file_id":"1152921504606846976","size":1}]}`, 409, `is not complete: 2 parts are stored, 8 are missing`},
		{"POST", "/verify", "", asJSON, `{"uploads":[{"file_id":"7"}]}`, 409, `no part of file 7`},
		{"POST", "/verify", "", asJSON, `{"uploads":[{"file_id":7}]}`, 400, `body`},
		{"GET", "/sessions", "", "", "", 200, `"account":123,"layer":228`},
		{"DELETE", "/sessions/{id}", "/sessions/-1", "", "", 404, "no session -1"},
		{"DELETE", "/sessions/{id}", "/sessions/x", "", "", 400, "no number"},
		{"DELETE", "/sessions/{id}", "/sessions/" + strconv.FormatInt(d.dc.Sessions()[0].ID, 10), "", "", 204, ""},
		{"GET", "/sessions", "", "", "", 200, `[]`},
		{"PUT", "/advertise", "", asJSON, `{"addr":"127.0.0.1:9"}`, 204, ""},
		{"PUT", "/advertise", "", asJSON, `{"addr":"elsewhere:9"}`, 400, "IP:PORT"},
		{"PUT", "/advertise", "", asJSON, `{"addr":"127.0.0.1:9","dc":7}`, 400, "datacenter 7"},
		{"POST", "/shutdown", "", "", "", 202, ""},
	} {
		at := c.at
		if at == "" {
			at = c.path
		}
		status, text, head := d.call(t, c.method, "/api/v1"+at, c.kind, c.body)
		require.Equal(t, c.status, status, "%s %s: %s", c.method, at, text)
		require.Contains(t, text, c.says, "%s %s", c.method, at)
		d.matches(t, c.method, c.path, status, head.Get("Content-Type"), text)
		called[c.method+" "+c.path] = true
	}
	require.Equal(t, 1, d.stopped)
	require.Equal(t, "127.0.0.1:9", d.dc.Addr())
	called["GET /live"], called["GET /journal/follow"] = true, true // see the tests of streams
	for path, item := range d.document["paths"].(map[string]any) {
		for method := range item.(map[string]any) {
			require.True(t, called[strings.ToUpper(method)+" "+path], "%s %s is not called", method, path)
		}
	}
}

// The document is one, by the schema of the OpenAPI Initiative for 3.1 (Apache-2.0):
// https://spec.openapis.org/oas/3.1/schema/2022-10-07
func TestDocument(t *testing.T) {
	d := newDesk(t)
	text, err := os.ReadFile("testdata/openapi-3.1-schema.json")
	require.NoError(t, err)
	value, err := jsonschema.UnmarshalJSON(strings.NewReader(string(text)))
	require.NoError(t, err)
	require.NoError(t, d.schemas.AddResource("https://spec.openapis.org/oas/3.1/schema/2022-10-07", value))
	meta, err := d.schemas.Compile("https://spec.openapis.org/oas/3.1/schema/2022-10-07")
	require.NoError(t, err)
	asJSON, err := json.Marshal(d.document)
	require.NoError(t, err)
	document, err := jsonschema.UnmarshalJSON(strings.NewReader(string(asJSON)))
	require.NoError(t, err)
	require.NoError(t, meta.Validate(document))
	document.(map[string]any)["paths"].(map[string]any)["/server"].(map[string]any)["get"].(map[string]any)["responses"] = "none"
	require.Error(t, meta.Validate(document), "the schema looks at it")
}

// A whole file is compared by its size and its SHA-256.
func TestVerifyUpload(t *testing.T) {
	d := newDesk(t)
	d.upload(t, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9)
	sum := fmt.Sprintf("%x", sha256.Sum256(make([]byte, 10*1024)))
	for body, want := range map[string]string{
		`{"file_id":"1152921504606846976","size":10240,"sha256":"` + strings.ToUpper(sum) + `"}`: `{"passed":true,"problems":[]}`,
		`{"file_id":"1152921504606846976","size":10241}`:                                         "has 10240 bytes, not 10241",
		`{"file_id":"1152921504606846976","sha256":"00"}`:                                        "has SHA-256 " + sum,
	} {
		status, text, _ := d.call(t, "POST", "/api/v1/verify", "application/json", `{"uploads":[`+body+`]}`)
		require.Contains(t, text, want)
		require.Equal(t, strings.Contains(text, "true"), status == 200)
	}
}

// Ready means more than alive: clients can connect.
func TestReady(t *testing.T) {
	dc, err := mockserver.New(mockserver.Options{})
	require.NoError(t, err)
	h := admin.New(dc, admin.Options{})
	ask := func(path string) int {
		w := httptest.NewRecorder()
		r := httptest.NewRequest(http.MethodGet, "http://localhost"+path, nil)
		h.ServeHTTP(w, r)
		return w.Code
	}
	require.Equal(t, 503, ask("/readyz"), "it does not listen yet")
	require.NoError(t, dc.Announce(2, &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 9}))
	require.Equal(t, 200, ask("/readyz"))
	require.NoError(t, dc.Close())
	require.Equal(t, 503, ask("/readyz"))
	require.Equal(t, 200, ask("/livez"))
}

// Who may call: the token, the name of the server and the origin are looked at.
func TestGuard(t *testing.T) {
	d := newDesk(t)
	set := func(name, value string) func(*http.Request) {
		return func(r *http.Request) { r.Header.Set(name, value) }
	}
	host := func(name string) func(*http.Request) { return func(r *http.Request) { r.Host = name } }
	for name, c := range map[string]struct {
		method, path string
		change       func(*http.Request)
		want         int
	}{
		"a token":                    {"GET", "/api/v1/server", func(*http.Request) {}, 200},
		"no token":                   {"GET", "/api/v1/server", func(r *http.Request) { r.Header.Del("Authorization") }, 401},
		"another token":              {"GET", "/api/v1/server", set("Authorization", "Bearer wrong"), 401},
		"the token in another form":  {"GET", "/api/v1/server", set("Authorization", token), 401},
		"the page needs none":        {"GET", "/", func(r *http.Request) { r.Header.Del("Authorization") }, 200},
		"rebound name":               {"GET", "/api/v1/server", host("evil.example"), 421},
		"rebound name of the page":   {"GET", "/", host("evil.example:80"), 421},
		"no name":                    {"GET", "/api/v1/server", host("127.0.0.1.evil.example"), 421},
		"localhost, forwarded port":  {"GET", "/api/v1/server", host("localhost:9"), 200},
		"IPv6 loopback":              {"GET", "/api/v1/server", host("[::1]:9"), 200},
		"another origin":             {"POST", "/api/v1/shutdown", set("Origin", "http://evil.example"), 403},
		"origin null":                {"POST", "/api/v1/shutdown", set("Origin", "null"), 403},
		"another origin, reading":    {"GET", "/api/v1/server", set("Origin", "http://evil.example"), 403},
		"another site by the header": {"GET", "/api/v1/server", set("Sec-Fetch-Site", "cross-site"), 403},
		"another port of this host":  {"POST", "/api/v1/shutdown", set("Sec-Fetch-Site", "same-site"), 403},
		"the page itself":            {"POST", "/api/v1/scenario/reset", set("Sec-Fetch-Site", "same-origin"), 200},
		"no change by GET":           {"GET", "/api/v1/shutdown", func(*http.Request) {}, 404},
		"alive":                      {"GET", "/livez", func(r *http.Request) { r.Header.Del("Authorization") }, 200},
		"ready":                      {"GET", "/readyz", func(r *http.Request) { r.Header.Del("Authorization") }, 200},
	} {
		t.Run(name, func(t *testing.T) {
			status, text, head := d.call(t, c.method, c.path, "", "", c.change)
			require.Equal(t, c.want, status, text)
			require.Contains(t, head.Get("Content-Security-Policy"), "default-src 'none'")
			require.NotContains(t, text, token)
		})
	}
	require.Zero(t, d.stopped)
}
