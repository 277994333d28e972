package main

import (
	"encoding/json"
	"math"
	"os"
	"runtime/debug"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/scenarios"
	"github.com/fakedc/fakedc/validator"
)

func TestRules(t *testing.T) {
	for _, profile := range []string{"observed", "docs"} {
		stdout, stderr := command(t, 0, "rules", "--profile", profile)
		golden(t, "rules-"+profile+".golden", stdout)
		require.Empty(t, stderr)
	}
}

func TestRulesJSON(t *testing.T) {
	stdout, _ := command(t, 0, "rules", "--json")
	var rules []map[string]any
	require.NoError(t, json.Unmarshal([]byte(stdout), &rules))
	require.Len(t, rules, len(validator.MustNew(validator.Options{}).Rules()))
	for _, r := range rules {
		for _, field := range []string{"id", "condition", "method", "confidence", "mode"} {
			require.NotEmpty(t, r[field], "%s of %v", field, r["id"])
		}
		require.True(t, strings.HasPrefix(r["source"].(string), "https://"), r["id"])
	}
}

func TestScenarios(t *testing.T) {
	stdout, _ := command(t, 0, "scenarios")
	for _, name := range scenarios.Builtins() {
		require.Contains(t, stdout, "builtin:"+name+"\n    ", "with a description")
		source, _ := command(t, 0, "scenarios", name)
		_, err := scenarios.Parse(name, []byte(source))
		require.NoError(t, err, "what is printed can be loaded")
	}
	source, _ := command(t, 0, "scenarios", "builtin:demo")
	require.Contains(t, source, "# ", "comments and all")
}

func TestHelp(t *testing.T) {
	for _, name := range []string{"serve", "session", "demo", "rules", "scenarios", "lint", "explain", "schema", "version", "help", "completion bash"} {
		stdout, stderr := command(t, 0, append(strings.Fields(name), "--help")...)
		require.Empty(t, stderr)
		if !strings.HasPrefix(name, "completion") { // worded by cobra
			require.Contains(t, stdout, "\nExamples:\n  fakedc "+name, name)
			for line := range strings.Lines(stdout) {
				require.LessOrEqual(t, len(line), 80+1, "%s: %s", name, line)
			}
		}
		again, _ := command(t, 0, append([]string{"help"}, strings.Fields(name)...)...)
		require.Equal(t, stdout, again, "help %s", name)
	}
	stdout, _ := command(t, 0, "--help")
	require.Contains(t, stdout, "  demo        Upload a file")
}

func TestMistypedCommandLines(t *testing.T) {
	for args, says := range map[string]string{
		"serv":                      `unknown command "serv" (did you mean "serve"?)`,
		"serv --listen x":           `unknown command "serv" (did you mean "serve"?)`,
		"xyzzy":                     `unknown command "xyzzy"; see "fakedc --help"`,
		"help seve":                 `unknown command "seve" (did you mean "serve"?)`,
		"completion bsh":            `unknown command "bsh" (did you mean "bash"?)`,
		"serve --scenaro x":         `unknown flag: --scenaro (did you mean "--scenario"?)`,
		"serve --xyzzy":             `unknown flag: --xyzzy; see "fakedc serve --help"`,
		"serve -x":                  `unknown shorthand flag: 'x' in -x; see "fakedc serve --help"`,
		"serve --listen":            `flag needs an argument: --listen; see "fakedc serve --help"`,
		"rules --profile doc":       `invalid argument "doc" for "--profile" flag: it takes observed, docs`,
		"scenarios flood-wiat":      `did you mean "flood-wait"?`,
		"scenarios demo flood-wait": `unexpected argument "flood-wait"; usage: fakedc scenarios [NAME]`,
		"version now":               `unexpected argument "now"; usage: fakedc version`,
		"--frob":                    `unknown flag: --frob`,
	} {
		stdout, stderr := command(t, 2, strings.Fields(args)...)
		require.Empty(t, stdout, args)
		require.True(t, strings.HasPrefix(stderr, "fakedc: "), stderr)
		require.Contains(t, stderr, says, args)
		require.Equal(t, 1, strings.Count(stderr, "\n"), "one line: %q", stderr)
	}
}

func TestNoCommandExplains(t *testing.T) {
	stdout, stderr := command(t, 2)
	require.Empty(t, stdout)
	require.Contains(t, stderr, "Commands:")
	require.True(t, strings.HasSuffix(stderr, "fakedc: no command given; see above\n"))
}

func TestVersion(t *testing.T) {
	stdout, _ := command(t, 0, "version")
	require.Regexp(t, `^fakedc \S+.* go1\.\S+ \w+/\w+\n$`, stdout)
	for _, c := range []struct {
		info debug.BuildInfo
		want string
	}{
		{debug.BuildInfo{}, "dev"},
		{debug.BuildInfo{Main: debug.Module{Version: "(devel)"}}, "dev"},
		{debug.BuildInfo{Main: debug.Module{Version: "v1.2.3"}}, "v1.2.3"},
		{debug.BuildInfo{Settings: []debug.BuildSetting{{Key: "vcs.revision", Value: "0123456789abcdef"}, {Key: "vcs.modified", Value: "true"}}}, "dev (commit 0123456789ab, changed)"},
		{debug.BuildInfo{Settings: []debug.BuildSetting{{Key: "vcs.revision", Value: "0123"}, {Key: "vcs.modified", Value: "false"}}}, "dev (commit 0123)"},
	} {
		require.Equal(t, c.want, versionOf(&c.info)+commitOf(&c.info))
	}
}

func TestSizes(t *testing.T) {
	for text, want := range map[string]int64{"0": 0, "1": 1, "7B": 7, "512KiB": 512 << 10, "12MiB": 12 << 20, "1GiB": 1 << 30, "8589934591GiB": 8589934591 << 30} {
		var s size
		require.NoError(t, s.Set(text), text)
		require.EqualValues(t, want, s, text)
	}
	for _, text := range []string{"", "B", "KiB", "-1", "1.5MiB", "1MB", "1 MiB", "1kib", "8589934592GiB", "9223372036854775808", "0x10"} {
		var s size
		require.Error(t, s.Set(text), text)
	}
	for n, want := range map[int64]string{0: "0B", 1: "1B", 1023: "1023B", 1024: "1KiB", 1536: "1536B", 12 << 20: "12MiB", 1 << 40: "1024GiB"} {
		require.Equal(t, want, formatSize(n))
	}
}

func TestGrouped(t *testing.T) {
	for n, want := range map[int64]string{0: "0", 999: "999", 1000: "1,000", 12582912: "12,582,912", -999: "-999", -1000: "-1,000", math.MinInt64: "-9,223,372,036,854,775,808"} {
		require.Equal(t, want, grouped(n))
	}
}

func TestWrap(t *testing.T) {
	require.Equal(t, "  one two\n  three\n", wrap("one  two\nthree", "  ", 9))
	require.Equal(t, "  https://core.telegram.org\n  a\n", wrap("https://core.telegram.org a", "  ", 9), "a long word has a line of its own")
	require.Empty(t, wrap(" \n", "  ", 9))
}

// A size that is taken is not negative, and reads back from what it is printed as.
func FuzzSize(f *testing.F) {
	for _, seed := range []string{"12MiB", "-1", "9999999999999999999GiB", "1B"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		var s, again size
		if s.Set(text) != nil {
			return
		}
		require.GreaterOrEqual(t, int64(s), int64(0))
		require.NoError(t, again.Set(s.String()))
		require.Equal(t, s, again)
	})
}

// Whatever a client calls itself, what is printed of it moves no cursor.
func FuzzOneLine(f *testing.F) {
	f.Add("a\x1b[2J\nb\u202e")
	f.Fuzz(func(t *testing.T, text string) {
		for _, r := range oneLine(text) {
			require.False(t, r < ' ' || r >= 0x7f && r < 0xa0, "%q", r)
		}
	})
}

// The file in the repository is what editors get, the command what everybody else does.
func TestSchemaIsTheCommittedOne(t *testing.T) {
	want, err := os.ReadFile("../../scenarios/schema.json")
	require.NoError(t, err)
	stdout, _ := command(t, 0, "schema")
	require.Equal(t, string(want), stdout)
}
