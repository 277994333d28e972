package main

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/mockserver"
	"github.com/fakedc/fakedc/scenarios/oracle"
)

// What comes from a scenario must neither end a workflow command nor a table.
func TestReportToGitHub(t *testing.T) {
	server, err := mockserver.New(mockserver.Options{Strict: true})
	require.NoError(t, err)
	summary := filepath.Join(t.TempDir(), "summary.md")
	require.NoError(t, os.WriteFile(summary, []byte("before\n"), 0o600))
	env := map[string]string{"GITHUB_ACTIONS": "true", "GITHUB_STEP_SUMMARY": summary}
	verdict := oracle.Verdict{Scenario: "a|b", Checks: []oracle.Check{
		{Kind: oracle.CheckRuleFired, Name: "rules[0]", Status: oracle.Passed},
		{Kind: oracle.CheckRuleFired, Name: "rules[1]", Status: oracle.Pending},
		{Kind: oracle.CheckExpectation, Name: "a, b:\n::set-output", Status: oracle.Pending, Findings: []oracle.Finding{
			{Text: "100% <b>|</b>"}, {Text: "two", URL: "https://example.org/x"}}, More: 3},
	}}
	var out bytes.Buffer
	require.NoError(t, reportToGitHub(&out, func(name string) string { return env[name] }, judged{server: server, verdict: verdict}))
	require.Equal(t, "::error title=fakedc%3A rule never fired%3A rules[1]::fakedc: rule never fired: rules[1]\n"+
		"::error title=fakedc%3A expectation%3A a%2C b%3A %3A%3Aset-output"+
		"::100%25 <b>|</b>%0Atwo (https://example.org/x)%0Aand 3 more\n", out.String())
	text, err := os.ReadFile(summary)
	require.NoError(t, err)
	require.Equal(t, `before
### fakedc: a\|b: failed

| | check | |
|---|---|---|
| ok | rule fired: rules[0] |  |
| FAILED | rule never fired: rules[1] |  |
| FAILED | expectation: a, b: ::set-output | 100% &lt;b>\|&lt;/b><br>two (https://example.org/x)<br>and 3 more |

`, string(text))

	out.Reset()
	require.NoError(t, reportToGitHub(&out, func(string) string { return "" }, judged{server: server, verdict: verdict}))
	require.Empty(t, out.String(), "elsewhere nobody is told")
	env["GITHUB_STEP_SUMMARY"] = filepath.Join(summary, "nix")
	require.Error(t, reportToGitHub(&out, func(name string) string { return env[name] }, judged{server: server, verdict: verdict}))
}
