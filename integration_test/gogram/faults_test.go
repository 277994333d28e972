package gogram_test

import (
	"bytes"
	"io"
	"strings"
	"testing"

	"github.com/amarnathcjd/gogram/telegram"
	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/mockserver"
	"github.com/fakedc/fakedc/scenarios"
)

// What goes wrong once, gogram survives, and fakedc has nothing to say about it.
func TestFaults(t *testing.T) {
	data := contents(11 << 20)
	for name, fault := range map[string]string{
		"a wait":                 "part=2: 1*flood_wait(1s)",
		"an answer that is lost": "part=2: 1*drop(after-store)",
		"a part that is lost":    "part=2: 1*drop(before-store)",
		"half an answer":         "part=2: 1*drop(mid-answer)",
		"another salt":           "part=2: 1*bad_server_salt",
		"trouble of the server":  "part=2: 1*error(500, INTERNAL)",
		"an answer twice":        "part=2: 1*duplicate",
		"a packed answer":        "part=2: 1*gzip",
	} {
		t.Run(name, func(t *testing.T) {
			rules, err := scenarios.ParseFault(fault)
			require.NoError(t, err)
			dc := start(t, mockserver.Options{Scenario: &scenarios.Scenario{Rules: rules}})
			c := client(t, dc, proxied(t, dc), true)
			_, err = c.SendMedia("@channel", data, &telegram.MediaOptions{FileName: "a.bin", ForceDocument: true})
			require.NoError(t, err)
			uploaded(t, dc, data)
			dc.RequireVerdict(t)
		})
	}
}

// What this version of gogram does wrong, fakedc tells.
func TestDefectsAreFound(t *testing.T) {
	data := contents(11 << 20)
	for _, tc := range []struct {
		name, scenario string
		source         any
		fails          string // the call of gogram
		says           string // the verdict
	}{
		{"a stream goes on after its end", "", struct{ io.Reader }{bytes.NewReader(data)}, "FILE_PART_EMPTY", "part 22 has no bytes; only the end of a stream may be empty"},
		{"false is taken for true", "answer-false", data, "FILE_PART_X_MISSING", "part 5, the sixth part, was answered false, and has not been sent again"},
		{"FLOOD_PREMIUM_WAIT is no time to wait for", "flood-premium-wait", data, "", "after it was answered FLOOD_PREMIUM_WAIT_3: "},
	} {
		t.Run(tc.name, func(t *testing.T) {
			o := mockserver.Options{AtEnd: mockserver.AtEnd{AllowUnmet: true}}
			if tc.scenario != "" {
				scenario, err := scenarios.Builtin(tc.scenario)
				require.NoError(t, err)
				o.Scenario = scenario
			}
			dc := start(t, o)
			c := client(t, dc, proxied(t, dc), true)
			file, err := c.UploadFile(tc.source, &telegram.UploadOptions{FileName: "a.bin"})
			if err == nil {
				_, err = c.SendMedia("@channel", file, &telegram.MediaOptions{ForceDocument: true})
			}
			if tc.fails == "" {
				require.NoError(t, err)
			} else {
				require.ErrorContains(t, err, tc.fails)
			}
			var said []string
			for _, check := range dc.Verdict().Checks {
				for _, f := range check.Findings {
					said = append(said, f.Text)
				}
			}
			require.Contains(t, strings.Join(said, "\n"), tc.says)
		})
	}
}
