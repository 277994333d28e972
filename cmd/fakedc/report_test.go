package main

import (
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
