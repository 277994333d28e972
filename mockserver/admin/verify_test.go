package admin_test

import (
	"crypto/sha256"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// A whole file is compared by its size and its SHA-256.
func TestVerifyUpload(t *testing.T) {
	d := newDesk(t)
	d.upload(t, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9)
	sum := fmt.Sprintf("%x", sha256.Sum256(make([]byte, 10*1024)))
	for body, want := range map[string]string{
		`{"file_id":"1152921504606846976","size":10240,"sha256":"` + strings.ToUpper(sum) + `"}`: `{"passed":true,"problems":[]}`,
		`{"file_id":"1152921504606846976","size":10241}`:                                         "has 10240 bytes, not 10241",
		`{"file_id":"1152921504606846976","sha256":"` + strings.Repeat("00", 32) + `"}`:          "has SHA-256 " + sum,
	} {
		status, text, _ := d.call(t, "POST", "/api/v1/verify", "application/json", `{"uploads":[`+body+`]}`)
		require.Contains(t, text, want)
		require.Equal(t, strings.Contains(text, "true"), status == 200)
	}
}

// The verdict counts where it is asked for, and says which check is bad.
func TestVerifyVerdict(t *testing.T) {
	d := newDesk(t)
	status, text, _ := d.call(t, "PUT", "/api/v1/scenario", "application/yaml", "fakedc: 1\nexpect: [{ upload: complete }]\n")
	require.Equal(t, 200, status, text)
	d.upload(t, 0)
	const one = `"calls":[{"method":"upload.*","times":1}]`
	for body, want := range map[string]struct {
		status int
		says   string
	}{
		"{" + one + "}":                   {200, `{"passed":true,"problems":[]}`},
		"{" + one + `,"verdict":true}`:    {409, `{"passed":false,"problems":["pending: expectation: every upload is complete"]}`},
		"{" + one + `,"verdicts":true}`:   {400, `unknown field \"verdicts\"`},
		`{"uploads":[{"file_id":"1e3"}]}`: {400, `uploads[0]: file_id \"1e3\" is no number`},
	} {
		status, text, _ := d.call(t, "POST", "/api/v1/verify", "application/json", body)
		require.Equal(t, want.status, status, body)
		require.Contains(t, text, want.says, body)
	}
	status, _, _ = d.call(t, "DELETE", "/api/v1/scenario", "", "") // the test's end expects nothing
	require.Equal(t, 204, status)
}

// A fault that never fired has a test pass that was to be about it: as in Go, unless it
// was taken out.
func TestVerifyAsksForInjectedFaults(t *testing.T) {
	d := newDesk(t)
	for _, fault := range []string{"part=0: 1*delay(1ms)", "part=200: 1*flood_wait(1s)", "part=200: 10%flood_wait(1s)"} {
		status, text, _ := d.call(t, "POST", "/api/v1/faults", "application/json", fmt.Sprintf(`{"fault":%q}`, fault))
		require.Equal(t, 201, status, text)
	}
	d.upload(t, 0)
	const asked = `{"verdict":true}`
	status, text, _ := d.call(t, "POST", "/api/v1/verify", "application/json", asked)
	require.Equal(t, 409, status)
	require.JSONEq(t, `{"passed":false,"problems":["pending: rule never fired: injected fault 2: part=200: 1*flood_wait(1s)"]}`, text)
	_, text, _ = d.call(t, "GET", "/api/v1/verdict", "", "")
	require.Contains(t, text, `"kind":"rule-fired","name":"injected fault 1: part=0: 1*delay(1ms)","status":"passed"`)
	require.Contains(t, text, `"name":"injected fault 2: part=200: 1*flood_wait(1s)","status":"pending"`)
	require.NotContains(t, text, "injected fault 3", "it depends on chance")
	status, _, _ = d.call(t, "DELETE", "/api/v1/faults/2", "", "")
	require.Equal(t, 204, status)
	status, text, _ = d.call(t, "POST", "/api/v1/verify", "application/json", asked)
	require.Equal(t, 200, status, text)
}
