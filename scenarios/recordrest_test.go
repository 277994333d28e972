package scenarios

import (
	"os"
	"testing"

	"github.com/stretchr/testify/require"
)

// What a scenario says beside its rules is read from a recording as it was, whatever it says.
func TestRecorderKeepsTheRest(t *testing.T) {
	all := map[string]*Scenario{"nothing": {}, "the rest of it": mustParse(t, `fakedc: 1
profile: docs
account: { premium: false }
limits: { upload_max_fileparts_default: 16, upload_premium_speedup_upload: 3 }
rulebook: { part.empty: report, total.zero: enforce }
parts: { lifetime: 5m }
expect:
  - { bytes: { sha256: 0123456789012345678901234567890123456789012345678901234567890123, size: 3MiB } }
  - { resent: { parts: [2, "4..9", ">=20"] } }
  - { resent: { parts: even } }
  - { never: { method: "upload.*", part: ">7", error: FILE_PART_X_MISSING } }
  - { max_calls: { calls: 3, per: account, method: "messages.*" } }
allow: { unfired_rules: [gone], unknown_methods: ["payments.*"], violations: ["part.*"] }
rules: [{ name: gone, delay: 1s }]
`)}
	text, err := os.ReadFile("testdata/expectations.yaml")
	require.NoError(t, err)
	all["expectations"] = mustParse(t, string(text))
	for _, name := range Builtins() {
		all[name], err = Builtin(name)
		require.NoError(t, err)
	}
	for name, s := range all {
		var r Recorder
		r.Keep(s)
		again := mustParse(t, string(r.YAML("recorded")))
		want := s.Clone()
		again.Rules, want.Rules = nil, nil
		want.Name, want.Description, want.Links = again.Name, again.Description, again.Links // the recording's own
		want.Seed, want.States, want.Allow.UnfiredRules = nil, States{}, nil                 // nothing is left to them
		require.Equal(t, want, again, name)
	}
	var r Recorder
	r.Keep(all["chaos"])
	r.Keep(nil)
	require.NotContains(t, string(r.YAML("recorded")), "expect", "a scenario that is gone")
}
