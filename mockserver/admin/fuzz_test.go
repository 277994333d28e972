package admin

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/mockserver"
	"github.com/fakedc/fakedc/scenarios"
)

// calls are those that take JSON, with the statuses that the document gives them.
var calls = []struct {
	method, path string
	statuses     []int
}{
	{"POST", "/api/v1/faults", []int{201, 400, 422}},
	{"PUT", "/api/v1/faults", []int{200, 400}},
	{"POST", "/api/v1/verify", []int{200, 400, 409}},
	{"PUT", "/api/v1/advertise", []int{204, 400}},
	{"PUT", "/api/v1/scenario", []int{200, 422}},
}

// Any body to each call that takes JSON: a status that the document has, a body of JSON that
// says what was wrong, and never success for what encoding/json refuses. A fault is injected
// exactly when the scenarios' parser takes it and lint knows its method, and is there with its
// words until it is removed.
func FuzzBodies(f *testing.F) {
	server, err := mockserver.New(mockserver.Options{Strict: true})
	require.NoError(f, err)
	f.Cleanup(func() { _ = server.Close() })
	h := New(server, Options{Token: "token"})
	for i, body := range []string{
		`{"fault":"part=2: 1*error(FILE_PART_INVALID)"}`, `{"on":false}`,
		`{"uploads":[{"file_id":"7","sha256":"00","size":1}],"calls":[{"method":"upload.*","times":0}],"verdict":true}`,
		`{"addr":"127.0.0.1:9","dc":2}`, `{"builtin":"flood-wait"}`,
	} {
		f.Add(byte(i), body)
		f.Add(byte(i), body[:len(body)-1])
		f.Add(byte(i), body+"{}")
	}
	f.Add(byte(0), `{"fault":"method=uplod.*: none"}`)
	f.Fuzz(func(t *testing.T, which byte, body string) {
		c := calls[int(which)%len(calls)]
		status, text := send(h, c.method, c.path, body)
		known := false
		for _, s := range c.statuses {
			known = known || s == status
		}
		var said struct {
			Error    string
			Problems []string
			ID       json.Number
		}
		if !known || status != http.StatusNoContent && json.Unmarshal([]byte(text), &said) != nil {
			t.Fatalf("%s %s is answered %d %s", c.method, c.path, status, text)
		}
		good := status < 300
		if good && !json.Valid([]byte(body)) {
			t.Fatalf("%d for what is no JSON: %q", status, body)
		}
		if !good && said.Error == "" && len(said.Problems) == 0 {
			t.Fatalf("%d without a word: %s", status, text)
		}
		if c.path == "/api/v1/faults" && c.method == "POST" && status != http.StatusBadRequest {
			checkFault(t, h, body, good, said.ID.String())
		}
	})
}

func send(h *Handler, method, path, body string) (int, string) {
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	r.Host = "localhost"
	r.Header.Set("Authorization", "Bearer token")
	r.Header.Set("Content-Type", "application/json")
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Code, w.Body.String()
}

func checkFault(t *testing.T, h *Handler, body string, good bool, id string) {
	t.Helper()
	var asked struct{ Fault string }
	require.NoError(t, json.Unmarshal([]byte(body), &asked))
	_, err := scenarios.ParseFault(asked.Fault)
	found, _ := scenarios.LintFaults([]string{asked.Fault}, nil, mockserver.LintMethods())
	// What is about no method at all is refused, too.
	none := slices.ContainsFunc(found, func(w scenarios.FaultWarning) bool { return w.Check == scenarios.CheckUnknownMethod })
	if (err == nil && !none) != good {
		t.Fatalf("injected: %v; the parser says %v, lint %v", good, err, found)
	}
	if !good {
		return
	}
	if all := h.faults().Injected; len(all) != 1 || all[0].Text != asked.Fault {
		t.Fatalf("%v are in force, not %q alone", all, asked.Fault)
	}
	if status, text := send(h, "DELETE", "/api/v1/faults/"+id, ""); status != http.StatusNoContent || len(h.faults().Injected) != 0 {
		t.Fatalf("fault %s stays: %d %s", id, status, text)
	}
}
