package main

import (
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
