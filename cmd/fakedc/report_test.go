package main

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/mockserver"
	"github.com/fakedc/fakedc/scenarios/oracle"
)

// Programs whose numbers have 53 bits find each file_id as text.
func TestJSONReportHasFileIDsAsText(t *testing.T) {
	dc := halves(t, 1, mockserver.Options{})
	v := oracle.Verdict{Checks: []oracle.Check{uploadRequired(dc)}}
	v.Checks[0].Findings = append(v.Checks[0].Findings, oracle.Finding{Text: "about no file"})
	data, err := jsonReport(judged{server: dc, verdict: v})
	require.NoError(t, err)
	var report struct {
		Uploads []map[string]any
		Verdict struct {
			Checks []struct{ Findings []map[string]any }
		}
	}
	require.NoError(t, json.Unmarshal(data, &report))
	require.Equal(t, "1", report.Uploads[0]["file_id_string"])
	require.InDelta(t, 1, report.Uploads[0]["file_id"], 0)
	findings := report.Verdict.Checks[0].Findings
	require.Equal(t, "1", findings[0]["file_id_string"])
	require.InDelta(t, 1, findings[0]["file_id"], 0)
	require.Equal(t, map[string]any{"text": "about no file"}, findings[1])

	// Without uploads there is a list as well.
	data, err = jsonReport(judged{server: mockserver.Start(t, mockserver.Options{})})
	require.NoError(t, err)
	require.Contains(t, string(data), `"uploads": []`)
}

// A run that is over has one verdict in every format: what has not come true by its end has failed.
func TestReportsSayTheSame(t *testing.T) {
	server := mockserver.Start(t, mockserver.Options{})
	for _, tc := range []struct {
		status      oracle.Status
		text        string
		junitFails  bool
		json        oracle.Status
		annotations int
	}{
		{oracle.Passed, "ok: rule fired: wait\n", false, oracle.Passed, 0},
		{oracle.Noted, "note: rule fired: wait\n", false, oracle.Noted, 0},
		{oracle.Failed, "FAILED: rule never fired: wait\n", true, oracle.Failed, 1},
		{oracle.Pending, "FAILED: rule never fired: wait\n", true, oracle.Failed, 1},
	} {
		t.Run(string(tc.status), func(t *testing.T) {
			j := judged{server: server, verdict: oracle.Verdict{Checks: []oracle.Check{{Kind: oracle.CheckRuleFired, Name: "wait", Status: tc.status}}}}
			var out bytes.Buffer
			writeVerdict(&out, newTerminal(&out), server, j.verdict)
			require.Equal(t, tc.text, out.String())

			data, err := junitReport(j)
			require.NoError(t, err)
			require.Equal(t, tc.junitFails, bytes.Contains(data, []byte("<failure")))

			data, err = jsonReport(j)
			require.NoError(t, err)
			var report runReport
			require.NoError(t, json.Unmarshal(data, &report))
			require.Equal(t, tc.json, report.Verdict.Checks[0].Status)
			require.Equal(t, tc.junitFails, !report.Passed)
			require.Equal(t, tc.status, j.verdict.Checks[0].Status, "the verdict itself is not changed")

			out.Reset()
			require.NoError(t, reportToGitHub(&out, func(name string) string { return map[string]string{"GITHUB_ACTIONS": "true"}[name] }, j))
			require.Equal(t, tc.annotations, bytes.Count(out.Bytes(), []byte("::error ")))
		})
	}
}
