package scenarios

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// TestLintTakenIncludes warns of an included file if none of its rules is left any call.
func TestLintTakenIncludes(t *testing.T) {
	const twoRules = "fakedc: 1\nrules: [{ name: a, match: { part: 1 }, delay: 1s }, { name: b, match: { part: 2 }, times: 1, delay: 1s }]\n"
	for rules, want := range map[string]string{
		"{ name: all, reply: { none: true } }":                                                                              `: no rule of "two.yaml" can ever fire: "all" (line 4) takes every call that they match`,
		"{ name: one, match: { part: 1 }, reply: { none: true } }, { match: { part: 2 }, delay: 2s }":                       `: no rule of "two.yaml" can ever fire: "one" (line 4) and rules[1] (line 4) take every call that they match`,
		"{ name: one, match: { part: 1 }, reply: { none: true } }":                                                          "",
		"{ name: once, times: 1, reply: { none: true } }":                                                                   "",
		"{ name: other, match: { method: upload.getFile }, reply: { none: true } }":                                         "",
		"{ name: 'no', match: { part: 1 }, times: 1, reply: { none: true } }, { name: two, match: { part: 2 }, delay: 1s }": "",
	} {
		dir := t.TempDir()
		write(t, dir, "two.yaml", twoRules)
		write(t, dir, "none.yaml", "fakedc: 1\nexpect: [{ upload: complete }]\n")
		write(t, dir, "mine.yaml", "fakedc: 1\ninclude: [none.yaml,\n  two.yaml, builtin:dead-first-conn]\nrules: ["+rules+"]\n")
		_, _, found, err := LoadLinted(dir+"/mine.yaml", nil, Methods{Answered: answered})
		require.NoError(t, err)
		var warnings []string
		if want != "" {
			warnings = []string{"3:3: never-fires: include" + want}
		}
		require.Equal(t, warnings, worded(found), rules)
	}
	src := "fakedc: 1\ninclude: [builtin:false-for-ever, builtin:slow-part, builtin:false-for-ever]\n"
	requireWarnings(t, src, answered, []string{
		`2:54: never-fires: include: no rule of "builtin:false-for-ever" can ever fire: "never the sixth part" (line 2) takes every call that they match`})
}
