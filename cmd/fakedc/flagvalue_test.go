package main

import (
	"bytes"
	"context"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"github.com/stretchr/testify/require"
)

// What a value should have been is said, with an example, on the command line and of a
// variable.
func TestFlagValues(t *testing.T) {
	const seeds = "expected a whole number from 0 to 18446744073709551615, such as 42"
	const dcs = "expected whole numbers with commas between them, such as 4,5"
	for _, tc := range []struct{ args, want string }{
		{"serve --dcs=", "--dcs is empty; " + dcs + ", or leave the flag out"},
		{"serve --dcs=4,x", `invalid argument "4,x" for "--dcs" flag: ` + dcs + `; see "fakedc serve --help"`},
		{"serve --seed=", "--seed is empty; " + seeds + ", or leave the flag out"},
		{"exec --seed=-1 -- true", `invalid argument "-1" for "--seed" flag: ` + seeds + `; see "fakedc exec --help"`},
		{"serve --seed=18446744073709551616", `invalid argument "18446744073709551616" for "--seed" flag: ` + seeds + `; this one is out of range; see "fakedc serve --help"`},
		{"serve --accounts=many", `invalid argument "many" for "--accounts" flag: expected a whole number, such as 16; see "fakedc serve --help"`},
		{"conform --dc=", `--dc is empty; expected a whole number, such as 2, or leave the flag out`},
		{"exec --timeout=5 -- true", `invalid argument "5" for "--timeout" flag: expected a duration with a unit, such as 90s or 2m; see "fakedc exec --help"`},
		{"serve --premium=maybe", `invalid argument "maybe" for "--premium" flag: expected true or false; see "fakedc serve --help"`},
		{"serve --log=loud", `invalid argument "loud" for "--log" flag: it takes text, json, off; see "fakedc serve --help"`},
	} {
		var errs bytes.Buffer
		require.Equal(t, exitUsage, run(context.Background(), strings.Fields(tc.args), nil, &bytes.Buffer{}, &errs), tc.args)
		require.Equal(t, "fakedc: "+tc.want+"\n", errs.String())
	}
	_, err := flagsOf(t, map[string]string{"FAKEDC_SEED": "x"})
	require.EqualError(t, err, `FAKEDC_SEED="x", which stands for --seed: `+seeds)
}

// No flag of any command answers a wrong value in the words of a function of Go's, as those
// of a type that wanted does not know would.
func TestFlagValuesAreNotGos(t *testing.T) {
	for _, cmd := range newRoot().Commands() {
		for _, value := range []string{"", "?", "1,?", "99999999999999999999999999"} {
			cmd.Flags().VisitAll(func(f *pflag.Flag) {
				err := cmd.ParseFlags([]string{"--" + f.Name + "=" + value})
				if err == nil {
					return
				}
				said := flagError(&cobra.Command{Use: cmd.Name()}, err).Error()
				for _, word := range []string{"strconv", "time:", "parsing", "syntax"} {
					require.NotContains(t, said, word, "%s --%s=%s", cmd.Name(), f.Name, value)
				}
			})
		}
	}
}
