package admin_test

import (
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// Every operation is called, and its answers are what the document says; so are
// those to wrong calls.
func TestEveryOperation(t *testing.T) {
	d := newDesk(t)
	d.upload(t, 0, 1)
	session := strconv.FormatInt(d.dc.Sessions()[0].ID, 10)
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
		{"PUT", "/scenario", "", asYAML, "fakedc: 1\nname: mine\nrules:\n- reply: {none: true}\n- match: {part: 1}\n  reply: {gzip: true}", 200, `"warnings":[{"check":"never-fires","line":5,"column":3,"path":"rules[1]","message":"the rule can never fire`},
		{"GET", "/scenario", "", "", "", 200, `{"name":"","fired":0}]}`},
		{"PUT", "/scenario", "", asYAML, "fakedc: 1\nname: mine\nrules: [{name: one, reply: {error: FILE_PART_INVALID}}]", 200, `"fired":0}]}`},
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
		{"POST", "/faults", "", asJSON, `{"fault":"method=uplod.*: none"}`, 422, `"error":"no method is called uplod.* (did you mean \"upload.*\"?)"`},
		{"POST", "/faults", "", asJSON, `{"fault":"none->gzip"}`, 201, `"warnings":[{"check":"never-fires","column":7,"message":"the rule can never fire: \"none\" takes every call that it matches"}]`},
		{"GET", "/faults", "", "", "", 200, `{"id":2,"text":"none-\u003egzip","fired":0,"warnings":[{`},
		{"DELETE", "/faults/{id}", "/faults/2", "", "", 204, ""},
		{"PUT", "/scenario", "", asYAML, "fakedc: 1\nlimits: {upload_max_fileparts_premium: 10000}", 200, `"rules":[]`},
		{"POST", "/faults", "", asJSON, `{"fault":"part=9000: none"}`, 201, `"fired":0}`},
		{"DELETE", "/scenario", "", "", "", 204, ""},
		{"DELETE", "/faults/{id}", "/faults/3", "", "", 204, ""},
		{"POST", "/faults", "", asJSON, `{"fault":"error(400, FILE_PART_INVALD)"}`, 201, `"warnings":[{"check":"undocumented-error","column":1,`},
		{"DELETE", "/faults/{id}", "/faults/4", "", "", 204, ""},
		{"POST", "/faults", "", asJSON, `{`, 400, "body"},
		{"GET", "/faults", "", "", "", 200, `"injected":[{"id":1`},
		{"PUT", "/faults", "", asJSON, `{"on":false}`, 200, `"on":false`},
		{"PUT", "/faults", "", asJSON, `{}`, 400, `on`},
		{"DELETE", "/faults/{id}", "/faults/1", "", "", 204, ""},
		{"DELETE", "/faults/{id}", "/faults/1", "", "", 404, "no fault 1"},
		{"GET", "/sessions", "", "", "", 200, `"id":"` + session + `"`},
		{"GET", "/sessions", "", "", "", 200, `"account":123,"layer":228`},
		{"DELETE", "/sessions/{id}", "/sessions/" + session, "", "", 204, ""},
		{"DELETE", "/sessions/{id}", "/sessions/" + session, "", "", 404, "no session " + session},
		{"DELETE", "/sessions/{id}", "/sessions/-9223372036854775809", "", "", 400, "no number"},
		{"GET", "/sessions", "", "", "", 200, "[]"},
		{"GET", "/connections", "", "", "", 200, `"number":2`},
		{"DELETE", "/connections/{number}", "/connections/2", "", "", 204, ""},
		{"DELETE", "/connections/{number}", "/connections/77", "", "", 404, "not open"},
		{"DELETE", "/connections", "", "", "", 200, `"dropped"`},
		{"POST", "/verify", "", asJSON, `{}`, 400, `nothing is asked for; it can be \"uploads\", \"calls\" and \"verdict\"`},
		{"POST", "/verify", "", asJSON, `{"uploads":[],"calls":[],"verdict":false}`, 400, `nothing is asked for`},
		{"POST", "/verify", "", asJSON, `{"calls":[{"method":"uplod.*","times":0}]}`, 400, `no method is called uplod.* (did you mean \"upload.*\"?)`},
		{"POST", "/verify", "", asJSON, `{"calls":[{"method":"upload.*"}]}`, 400, `\"times\" is missing in calls[0]`},
		{"POST", "/verify", "", asJSON, `{"calls":[{"times":1}]}`, 400, `\"method\" is missing in calls[0]`},
		{"POST", "/verify", "", asJSON, `{"calls":[{"method":"messages.sendReaction","times":0}]}`, 200, `"passed":true`},
		{"POST", "/verify", "", asJSON, `{"calls":[{"method":"upload.*","times":3}],"verdict":true}`, 200, `"passed":true`},
		{"POST", "/verify", "", asJSON, `{"calls":[{"method":"upload.*","times":4},{"method":"[","times":1}]}`, 400, `no method is called [`},
		{"POST", "/verify", "", asJSON, `{"calls":[{"method":"upload.*","times":4}]}`, 409, `"calls of \"upload.*\": 3, not 4"`},
		{"POST", "/verify", "", asJSON, `{"uploads":[{"file_id":"1152921504606846976","size":1}]}`, 409, `is not complete: parts stored: 3, missing: 7`},
		{"POST", "/verify", "", asJSON, `{"uploads":[{"file_id":"7"}]}`, 409, `no part of file 7`},
		{"POST", "/verify", "", asJSON, `{"uploads":[{"file_id":"7","sha256":""}]}`, 400, `uploads[0]: sha256 \"\" is not one: it has 64 hexadecimal digits`},
		{"POST", "/verify", "", asJSON, `{"uploads":[{"file_id":"7","sha256":"zz"}]}`, 400, `sha256 \"zz\" is not one`},
		{"POST", "/verify", "", asJSON, `{"uploads":[{"file_id":"7","size":-5}]}`, 400, `uploads[0]: size is -5, and at least 0`},
		{"POST", "/verify", "", asJSON, `{"calls":[{"method":"upload.*","times":-1}]}`, 400, `calls[0]: times is -1, and at least 0`},
		{"POST", "/verify", "", asJSON, `{"uploads":[{"file_id":7}]}`, 400, `uploads.file_id is a JSON number, and takes a JSON string`},
		{"POST", "/verify", "", asJSON, `{"calls":[{"method":"upload.*","times":"1"}]}`, 400, `calls.times is a JSON string, and takes a JSON number, a whole one of `},
		{"POST", "/verify", "", asJSON, `{"calls":[{"method":"upload.*","times":1.5}]}`, 400, `calls.times is a JSON number, 1.5, and takes a JSON number, a whole one of `},
		{"POST", "/verify", "", asJSON, `{"calls":[{"method":"upload.*","times":9223372036854775808}]}`, 400, `calls.times is a JSON number, 9223372036854775808, and takes a JSON number, a whole one of `},
		{"POST", "/verify", "", asJSON, `{"verdict":1,"calls":{}}`, 400, `verdict is a JSON number, and takes a JSON boolean`},
		{"POST", "/verify", "", asJSON, `{"calls":true}`, 400, `calls is a JSON boolean, and takes a JSON array`},
		{"POST", "/verify", "", asJSON, `{"uploads":["7"]}`, 400, `uploads is a JSON string, and takes a JSON object`},
		{"POST", "/verify", "", asJSON, `[]`, 400, `expected: it is a JSON array, and takes a JSON object`},
		{"PUT", "/advertise", "", asJSON, `{"addr":"127.0.0.1:9"}`, 204, ""},
		{"PUT", "/advertise", "", asJSON, `{"addr":"elsewhere:9"}`, 400, "IP:PORT"},
		{"PUT", "/advertise", "", asJSON, `{"addr":"127.0.0.1:9","dc":7}`, 400, "datacenter 7"},
		{"GET", "/journal", "", "", "", 200, `"kind":"disconnect"`},
		{"GET", "/livez", "", "", "", 200, "ok"},
		{"GET", "/readyz", "", "", "", 200, "ok"},
		{"GET", "/metrics", "", "", "", 200, "fakedc_connections"},
		{"POST", "/shutdown", "", "", "", 202, ""},
	} {
		at := c.at
		if at == "" {
			at = c.path
		}
		o := d.operation(t, c.method, c.path)
		if c.path == "/connections" && c.method == "GET" {
			d.upload(t, 2) // the next connection, which is dropped alone
		}
		status, text, head := d.call(t, c.method, o.server+at, c.kind, c.body)
		require.Equal(t, c.status, status, "%s %s: %s", c.method, at, text)
		require.Contains(t, text, c.says, "%s %s", c.method, at)
		o.takes(t, status, c.kind, c.body)
		o.gives(t, status, head.Get("Content-Type"), text)
		called[o.id] = true
	}
	<-d.stopped // right after the answer
	require.Empty(t, d.stopped)
	require.Equal(t, "127.0.0.1:9", d.dc.Addr())
	d.everyOperation(t, func(o operation) {
		require.True(t, called[o.id] || o.streams(), "%s is not called", o.id) // for streams see TestStreamsAreAsDocumented
	})
}

// Without a token every operation that asks for one refuses, in the documented way.
func TestEveryOperationAsksForAToken(t *testing.T) {
	d := newDesk(t)
	d.everyOperation(t, func(o operation) {
		if o.open() {
			return
		}
		at := o.server + strings.NewReplacer("{number}", "1", "{id}", "1").Replace(o.path)
		status, text, head := d.call(t, o.method, at, "", "", func(r *http.Request) { r.Header.Del("Authorization") })
		require.Equal(t, 401, status, o.id)
		o.gives(t, status, head.Get("Content-Type"), text)
	})
	require.Empty(t, d.stopped)
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
		"no change by GET":           {"GET", "/api/v1/shutdown", func(*http.Request) {}, 405},
		"no such method":             {"PATCH", "/api/v1/faults", func(*http.Request) {}, 405},
		"no such path":               {"GET", "/api/v1/nothing", func(*http.Request) {}, 404},
		"no such version":            {"POST", "/api/v2/verify", func(*http.Request) {}, 404},
		"the page takes no POST":     {"POST", "/", func(*http.Request) {}, 404},
		"a scheme in small letters":  {"GET", "/api/v1/server", set("Authorization", "bearer "+token), 200},
		"another scheme":             {"GET", "/api/v1/server", set("Authorization", "Basic "+token), 401},
		"alive":                      {"GET", "/livez", func(r *http.Request) { r.Header.Del("Authorization") }, 200},
		"ready":                      {"GET", "/readyz", func(r *http.Request) { r.Header.Del("Authorization") }, 200},
	} {
		t.Run(name, func(t *testing.T) {
			status, text, head := d.call(t, c.method, c.path, "", "", c.change)
			require.Equal(t, c.want, status, text)
			if status >= 400 {
				require.Equal(t, "application/json", head.Get("Content-Type"))
			}
			require.Equal(t, status == 405, head.Get("Allow") != "")
			require.Contains(t, head.Get("Content-Security-Policy"), "default-src 'none'")
			require.NotContains(t, text, token)
		})
	}
	require.Empty(t, d.stopped)
}

// https://www.rfc-editor.org/rfc/rfc9110#section-10.2.1: what is not in Allow is not taken, and all else is.
func TestAllow(t *testing.T) {
	d := newDesk(t)
	for path, want := range map[string]string{
		"/livez":                "GET, HEAD",
		"/metrics":              "GET, HEAD",
		"/api/v1/server":        "GET, HEAD",
		"/api/v1/uploads/1":     "GET, HEAD",
		"/api/v1/scenario":      "DELETE, GET, HEAD, PUT",
		"/api/v1/faults":        "GET, HEAD, POST, PUT",
		"/api/v1/verify":        "POST",
		"/api/v1/connections/1": "DELETE",
		"/api/v1/advertise":     "PUT",
	} {
		status, text, head := d.call(t, "PATCH", path, "", "", func(*http.Request) {})
		require.Equal(t, 405, status, path)
		require.Equal(t, want, head.Get("Allow"), path)
		require.Contains(t, text, "takes "+want+",")
		status, _, _ = d.call(t, "HEAD", path, "", "", func(*http.Request) {})
		require.Equal(t, strings.Contains(want, "HEAD"), status != 405, path)
	}
}
