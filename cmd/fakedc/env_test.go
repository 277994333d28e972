package main

import (
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/stretchr/testify/require"
)

// flagsOf parses a command line of serve under an environment.
func flagsOf(t *testing.T, env map[string]string, args ...string) (*cobra.Command, error) {
	t.Helper()
	cmd := newServe()
	require.NoError(t, cmd.ParseFlags(args))
	return cmd, applyEnvironment(cmd, func(name string) (string, bool) {
		v, ok := env[name]
		return v, ok
	})
}

func TestFlagsFromTheEnvironment(t *testing.T) {
	for name, test := range map[string]struct {
		env  map[string]string
		args []string
		flag string
		want string
	}{
		"a word":                  {env: map[string]string{"FAKEDC_PROFILE": "docs"}, flag: "profile", want: "docs"},
		"a dash is an underscore": {env: map[string]string{"FAKEDC_READY_FILE": "r.json"}, flag: "ready-file", want: "r.json"},
		"the command line wins":   {env: map[string]string{"FAKEDC_SEED": "1"}, args: []string{"--seed", "2"}, flag: "seed", want: "2"},
		"empty is not set":        {env: map[string]string{"FAKEDC_SEED": ""}, flag: "seed", want: "0"},
		"a list":                  {env: map[string]string{"FAKEDC_DCS": "4,5"}, flag: "dcs", want: "[4,5]"},
		"one a line": {
			env:  map[string]string{"FAKEDC_FAULT": "part=2: false\n\n  part>3: 10%false->delay(1s,2s)\n"},
			flag: "fault", want: `[part=2: false,"part>3: 10%false->delay(1s,2s)"]`,
		},
		"the URL of an outer fakedc is no address": {env: map[string]string{"FAKEDC_ADMIN": "http://127.0.0.1:1/"}, flag: "admin", want: ""},
		"an address is": {env: map[string]string{"FAKEDC_ADMIN": "127.0.0.1:1"}, flag: "admin", want: "127.0.0.1:1"},
	} {
		t.Run(name, func(t *testing.T) {
			cmd, err := flagsOf(t, test.env, test.args...)
			require.NoError(t, err)
			require.Equal(t, test.want, cmd.Flag(test.flag).Value.String())
		})
	}
	_, err := flagsOf(t, map[string]string{"FAKEDC_DC": "two"})
	require.ErrorContains(t, err, `FAKEDC_DC="two", which stands for --dc: `)
	require.Equal(t, exitUsage, err.(*exitError).code)
}

// A variable that is one letter off stands for nothing, and whoever set it believes that
// the fault is in force.
func TestMisspeltVariables(t *testing.T) {
	for variable, want := range map[string]string{
		"FAKEDC_SCENARIOS=x":       "FAKEDC_SCENARIO",
		"FAKEDC_FAULTS=x":          "FAKEDC_FAULT",
		"FAKEDC_REQUIRE_UPLOADS=1": "FAKEDC_REQUIRE_UPLOAD",
		"FAKEDC_READYFILE=x":       "", // a flag of serve
		"FAKEDC_SCENARIO=x":        "",
		"FAKEDC_ACCOUNT=2":         "", // a flag of session
		"FAKEDC_SCENARIOS=":        "",
		"FAKEDC_PORT=1":            "", // set by exec for its command
		"FAKEDC_DIR=x":             "",
		"FAKEDC_BIN=x":             "",
		"FAKEDC_=x":                "",
		"SCENARIOS=x":              "",
	} {
		t.Run(variable, func(t *testing.T) {
			exec, _, err := newRoot().Find([]string{"exec"})
			require.NoError(t, err)
			got := misspelt(exec, []string{variable})
			if want == "" {
				require.Empty(t, got)
				return
			}
			name, _, _ := strings.Cut(variable, "=")
			require.Equal(t, []string{name + ` stands for no flag (did you mean "` + want + `"?)`}, got)
		})
	}
}
