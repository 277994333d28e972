package scenarios

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestReferencePageIsCurrent compares REFERENCE.md with the tables that it comes from; -update writes it.
func TestReferencePageIsCurrent(t *testing.T) {
	requireGolden(t, referencePage(t), "REFERENCE.md")
	readme, err := os.ReadFile("../README.md")
	require.NoError(t, err)
	require.Contains(t, string(readme), "(scenarios/REFERENCE.md)", "the page can be found")
}

// TestReferencePageHasEveryKey finds a key that the page leaves out.
func TestReferencePageHasEveryKey(t *testing.T) {
	page := referencePage(t)
	for _, k := range Keys() {
		require.Contains(t, page, "| `"+keyOf(k.Path)+"` |", k.Path)
		require.Contains(t, page, cell(k.Doc), k.Path)
	}
	require.Contains(t, page, "| `part.empty` |", "the id of an upload rule is written as a file has it")
}

const referenceHead = `# Scenarios: the reference

<!-- Generated from the tables of this package: go test ./scenarios -update writes it anew. -->

A scenario is a YAML file. It begins with the version of the format, and its rules are tried from the first to the last:
the first that matches and fires decides a call; a rule that is used up, or whose chance says no, lets the call through to
the next. A call that no rule decides goes its normal way.

` + "```yaml" + `
fakedc: 1
rules:
  - name: refuse the third part once
    match: { part: 2 }                  # parts are numbered from 0
    times: 1                            # once for each file
    reply: { error: FILE_PART_INVALID }
` + "```" + `

` + "`fakedc lint`" + ` checks files, ` + "`fakedc explain`" + ` says in plain words what one does, ` + "`fakedc schema`" + ` prints the JSON Schema
([schema.json](schema.json)) that editors complete keys with. Comparisons need quotes: ` + "`\">10\"`" + `. Sizes are in bytes, or in
` + "`KiB`, `MiB`, `GiB`" + `; durations need a unit; ranges such as ` + "`\"4..9\"`" + ` include both ends.
`

// referencePage writes the page.
func referencePage(t *testing.T) string {
	t.Helper()
	var b strings.Builder
	b.WriteString(referenceHead)
	for _, group := range groups() {
		fmt.Fprintf(&b, "\n## %s\n\n| key | value | meaning |\n|---|---|---|\n", title(group))
		for _, k := range Keys() {
			if parentOf(k.Path) == group {
				fmt.Fprintf(&b, "| `%s` | %s | %s |\n", keyOf(k.Path), cell(valueOf(k)), cell(k.Doc))
			}
		}
	}
	b.WriteString(faultSection())
	b.WriteString(errorSection())
	b.WriteString(checkSection)
	b.WriteString(builtinSection(t))
	return b.String()
}

// groups returns what keys stand in, in the order of the table.
func groups() []string {
	var all []string
	for _, k := range Keys() {
		if parent := parentOf(k.Path); !slices.Contains(all, parent) {
			all = append(all, parent)
		}
	}
	return all
}

func parentOf(path string) string {
	keys := splitPath(path)
	return strings.Join(keys[:len(keys)-1], ".")
}

func keyOf(path string) string {
	keys := splitPath(path)
	return keys[len(keys)-1]
}

func title(group string) string {
	switch group {
	case "":
		return "The file"
	case "rules[]":
		return "A rule, in `rules`"
	}
	return "`" + strings.TrimPrefix(group, "rules[].") + "`" + map[bool]string{true: " of a rule"}[strings.HasPrefix(group, "rules[].")]
}

func valueOf(k Key) string {
	if len(k.Words) == 0 {
		return k.Value
	}
	return "`" + strings.Join(k.Words, "`, `") + "`"
}

// cell escapes what would end a cell of a table.
func cell(text string) string { return strings.ReplaceAll(text, "|", `\|`) }

const faultHead = `
## Faults in one line

` + "`--fault`" + `, the live page and its API take rules without a file:

` + "```" + `
part=2: 1*error(FILE_PART_SIZE_INVALID)
part>10: 10%flood_wait(3s)->delay(200ms)
method=messages.* dc=4: none
event=connect: 2*refuse(rst)
` + "```" + `

Before the colon stand conditions, separated by spaces: keys of ` + "`match`" + ` with ` + "`=`, `<`, `<=`, `>` or `>=`" + `; several numbers have ` + "`|`" + `
between them. Without conditions and colon all parts are meant. Behind the colon stand terms with ` + "`->`" + ` between them: an act with,
before it, how often it happens in each file (` + "`2*`" + `) or with which chance (` + "`10%`" + `). A term that is used up, or whose chance says
no, leaves the call to the next one. Other conditions need a fault of their own.
`

// faultSection is the grammar of ParseFault.
func faultSection() string {
	list := func(all []string) string { return "`" + strings.Join(all, "`, `") + "`" }
	var acts []string
	for _, example := range FaultActs() {
		acts = append(acts, strings.Split(example, " or ")...)
	}
	return faultHead + "\nConditions: " + list(faultConditions) + ".\n\nActs: " + list(acts) + ".\n"
}

// TestFaultSection holds the examples of the page against the parser.
func TestFaultSection(t *testing.T) {
	_, examples, _ := strings.Cut(faultHead, "```\n")
	examples, _, _ = strings.Cut(examples, "```")
	require.Equal(t, 4, strings.Count(examples, "\n"))
	for line := range strings.Lines(examples) {
		_, err := ParseFault(strings.TrimSpace(line))
		require.NoError(t, err)
	}
}

func errorSection() string {
	var b strings.Builder
	b.WriteString("\n## Errors\n\n`reply: { error: NAME }` knows the code of these. A number goes in place of the X. Any other error needs the long form.\n" +
		"The methods are those of uploading, using and reading files whose pages list the error.\n\n| error | code | meaning | methods |\n|---|---|---|---|\n")
	for _, e := range Errors() {
		methods := strings.Join(documentedFor(e.Name), ", ")
		if e.anyCall() {
			methods = "any"
			if !strings.HasPrefix(e.Source, "https://core.telegram.org/") {
				methods = "seen in the field"
			}
		}
		if method, ok := strings.CutPrefix(e.Source, "https://core.telegram.org/method/"); ok && methods == "" {
			methods = method
		}
		if methods == "" {
			methods = "others" // the page of all errors has it, and it has nothing to do with files
		}
		fmt.Fprintf(&b, "| [%s](%s) | %d | %s | %s |\n", e.Name, e.Source, e.Code, cell(e.Description), methods)
	}
	return b.String()
}

// documentedFor returns the methods whose pages list the error.
func documentedFor(name string) []string {
	var methods []string
	for i := range documentedErrors {
		if slices.Contains(strings.Fields(documentedErrors[i].errors), name) {
			methods = append(methods, documentedErrors[i].method)
		}
	}
	return methods
}

const checkSection = `
## Warnings of lint

| check | finds |
|---|---|
| ` + CheckNeverFires + ` | a rule that no call can make fire: earlier rules take all of its calls, or its counters wait for a call that never comes, or they do not say what it asks for |
| ` + CheckUnknownMethod + ` | a pattern that fits no method that is answered; in ` + "`allow.unknown_methods`" + `, a name that no method has |
| ` + CheckPartRange + ` | part numbers that no file has |
| ` + CheckUndocumentedError + ` | an error that the pages of the matching methods do not list, allowed and perhaps meant; one that is expected and nothing answers with |
| ` + CheckContradiction + ` | expectations that no run meets together |
| ` + CheckUselessKey + ` | a key that changes nothing, such as per without a counter |
| ` + CheckUnnamedChance + ` | a chance that hangs on the position of its rule, which has no name |
`

// builtinSection lists the built-ins with the comment that each begins with.
func builtinSection(t *testing.T) string {
	t.Helper()
	var b strings.Builder
	b.WriteString("\n## Built-in scenarios\n\n`--scenario builtin:NAME` uses one, `fakedc scenarios NAME` prints one to start from.\n\n| name | what goes wrong |\n|---|---|\n")
	for _, name := range Builtins() {
		src, err := BuiltinSource(name)
		require.NoError(t, err)
		first, _, _ := strings.Cut(strings.TrimPrefix(string(src), modeline), "\n")
		fmt.Fprintf(&b, "| [%s](library/%s.yaml) | %s |\n", name, name, cell(strings.TrimPrefix(first, "# ")))
	}
	return b.String()
}
