package scenarios

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// One file serves many cases: what it includes, with parameters.
func TestIncludeAndParams(t *testing.T) {
	s := mustParse(t, `fakedc: 1
name: mine
params: { wait: 3s, part: 3, "literal": x }
include:
  - builtin:answer-false
  - { file: builtin:slow-part }
  - builtin:answer-false
seed: 5
rules:
  - { name: "wait ${wait} and $${wait}", match: { part: "${part}" }, reply: { flood_wait: "${wait}" } }
expect:
  - { max_calls: 9 }
`)
	names := []string{}
	for _, r := range s.Rules {
		names = append(names, r.Name)
	}
	require.Equal(t, []string{"wait 3s and ${wait}", "say no twice", "late answer", "say no twice (2)"}, names)
	require.Equal(t, "FLOOD_WAIT_3", s.Rules[0].Reply.Message)
	require.Equal(t, Exactly(3), s.Rules[0].Match.Part)
	require.Equal(t, ExpectMaxCalls, s.Expect[0].Kind, "its own come first")
	require.Greater(t, len(s.Expect), 5)
	require.Equal(t, "mine", s.Name)
}

// Files, relative to the one that includes them; a value from outside wins over a default. What is said of
// an included file calls it by the name that stands there, which no long path keeps from being read.
func TestLoadWith(t *testing.T) {
	dir := filepath.Join(t.TempDir(), strings.Repeat("long", 20))
	write(t, dir, "base.yaml", "fakedc: 1\nparams: { wait: 3s }\nprofile: docs\nrules: [{ name: w, delay: \"${wait}\" }]\n")
	write(t, dir, "sub/mine.yaml", "fakedc: 1\nparams: { mine: 7s }\ninclude: { file: x }\n")
	write(t, dir, "sub/ours.yaml", "fakedc: 1\nparams: { mine: 7s }\ninclude: [{ file: ../base.yaml, params: { wait: \"${mine}\" } }]\n")
	s, files, err := LoadWith(dir+"/sub/ours.yaml", map[string]string{"mine": "9s"})
	require.NoError(t, err)
	require.Equal(t, 9*time.Second, s.Rules[0].Delay)
	require.Equal(t, ProfileDocs, s.Profile)
	require.Len(t, files, 2)
	_, _, err = LoadWith(dir+"/sub/ours.yaml", map[string]string{"mien": "9s"})
	require.ErrorContains(t, err, `the scenario has no parameter "mien" (did you mean "mine"?)`)
	_, err = Load(dir + "/sub/mine.yaml")
	require.ErrorContains(t, err, "include: expected a list of files and built-ins, found a mapping")

	write(t, dir, "circle.yaml", "fakedc: 1\ninclude: [circle.yaml]\n")
	_, err = Load(dir + "/circle.yaml")
	require.ErrorContains(t, err, `the file includes itself, by way of "circle.yaml"`)
	write(t, dir, "a.yaml", "fakedc: 1\ninclude: [base.yaml, broken.yaml, builtin:flod-wait, nix.yaml]\nrules: [{ delay: \"${nix}\" }]\n")
	write(t, dir, "broken.yaml", "fakedc: 1\nrules: [{ dely: 1s }]\n")
	_, err = Load(dir + "/a.yaml")
	require.ErrorContains(t, err, `broken.yaml:2:11: unknown key "dely" in a rule (did you mean "delay"?)`)
	require.ErrorContains(t, err, `include[1]: "broken.yaml" has 1 error`)
	require.ErrorContains(t, err, `there is no built-in scenario "flod-wait" (did you mean "builtin:flood-wait"?)`)
	require.ErrorContains(t, err, "nix.yaml")
	require.ErrorContains(t, err, `there is no parameter "nix" in params`)
	_, err = Parse("p.yaml", []byte("fakedc: 1\ninclude: base.yaml\n"))
	require.ErrorContains(t, err, "scenarios.Load does")
}

// What is included counts for the bounds of a file, and costs no more than they allow.
func TestIncludeIsBounded(t *testing.T) {
	wrong, all := strings.Repeat("  - { dely: 1s }\n", 60), ""
	for i := range MaxRules {
		all += fmt.Sprintf("  - { name: r%d, delay: 1s }\n", i)
	}
	read := func(name string) ([]byte, error) {
		return []byte("fakedc: 1\nrules:\n" + map[bool]string{true: all, false: wrong}[strings.HasPrefix(name, "long")]), nil
	}
	_, _, err := readAs("x.yaml", []byte("fakedc: 1\ninclude: [a.yaml, b.yaml]\nrules:\n"+strings.Repeat(wrong, 9)), nil, newIncludes("x.yaml", read))
	var errs ErrorList
	require.ErrorAs(t, err, &errs)
	require.LessOrEqual(t, len(errs), maxErrors+1)
	_, _, err = readAs("x.yaml", []byte("fakedc: 1\ninclude: [long1, long2, long3, long4]\n"), nil, newIncludes("x.yaml", read))
	require.ErrorContains(t, err, "a scenario may have 10000")
}

// A rule that gets another name keeps what its file allows it, and a name that cannot be longer is cut.
func TestMergeRenames(t *testing.T) {
	long := strings.Repeat("é", maxName/2)
	rules := []Rule{{Name: "x", Delay: time.Second}, {Name: long, Delay: time.Second}}
	m := Merge(&Scenario{Rules: rules}, &Scenario{Rules: rules, Allow: Allowed{UnfiredRules: []string{"x"}}})
	require.NoError(t, m.Validate())
	require.Equal(t, []string{"x (2)"}, m.Allow.UnfiredRules)
	require.Equal(t, strings.Repeat("é", maxName/2-4)+" (2)", m.Rules[3].Name)
}

// TestErrorsByFile tells the errors of a file and then those of each that it includes, by position.
func TestErrorsByFile(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "a.yaml", "fakedc: 1\ninclude: [z.yaml, b.yaml, z.yaml]\n\n\nrules: [{ dely: 1s }]\n")
	write(t, dir, "z.yaml", "fakedc: 1\n\n\nrules: [{ dely: 1s }]\ninclude: c.yaml\n")
	write(t, dir, "b.yaml", "fakedc: 1\n\nrules: [{ dely: 1s }]\n\n\n\nsed: 3\n")
	write(t, dir, "c.yaml", "fakedc: 1\nrulez: []\n")
	_, err := Load(dir + "/a.yaml")
	var list ErrorList
	require.ErrorAs(t, err, &list)
	var told []string
	for _, e := range list {
		told = append(told, fmt.Sprintf("%s:%d:%d", filepath.Base(e.File), e.Line, e.Column))
	}
	require.Equal(t, []string{"a.yaml:2:11", "a.yaml:2:19", "a.yaml:2:27", "a.yaml:5:11", "z.yaml:4:11", "z.yaml:5:10", "c.yaml:2:1", "b.yaml:3:11", "b.yaml:7:1"}, told)
}

// Merge puts several scenarios together, the first one first.
func TestMerge(t *testing.T) {
	a := mustParse(t, "fakedc: 1\nname: a\nseed: 1\nrulebook: { part.empty: off }\nrules: [{ name: x, delay: 1s }]\n")
	b := mustParse(t, "fakedc: 1\nname: b\nseed: 2\nprofile: docs\nrulebook: { part.empty: report, total.range: off }\nrules: [{ name: x, delay: 2s }]\nallow: { violations: [part.*] }\n")
	m := Merge(a, b)
	require.NoError(t, m.Validate())
	require.Equal(t, "a+b", m.Name)
	require.Equal(t, uint64(1), *m.Seed)
	require.Equal(t, ProfileDocs, m.Profile)
	require.Equal(t, map[string]string{"part.empty": "off", "total.range": "off"}, m.Rulebook)
	require.Equal(t, []string{"x", "x (2)"}, []string{m.Rules[0].Name, m.Rules[1].Name})
	require.Equal(t, []string{"part.*"}, m.Allow.Violations)
	require.Equal(t, "x", b.Rules[0].Name, "nothing is shared")
	require.Equal(t, m, Merge(nil, a, nil, b), "nil is no scenario, here too")
}
