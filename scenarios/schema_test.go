package scenarios

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v4"
)

// modeline tells editors which schema a file follows: https://github.com/redhat-developer/yaml-language-server#using-inlined-schema
const modeline = "# yaml-language-server: $schema=../schema.json\n"

// TestSchemaIsCurrent compares schema.json with the table of keys; -update writes it.
func TestSchemaIsCurrent(t *testing.T) {
	text, err := Schema()
	require.NoError(t, err)
	requireGolden(t, string(text), "schema.json")
}

// TestBuiltinsFollowTheSchema holds each built-in against schema.json with a library that knows nothing of ours; -update gives a
// built-in that has no modeline one.
func TestBuiltinsFollowTheSchema(t *testing.T) {
	s := compileSchema(t)
	files, err := filepath.Glob("library/*.yaml")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		src, err := os.ReadFile(file)
		require.NoError(t, err)
		if *update && !bytes.HasPrefix(src, []byte(modeline)) {
			src = append([]byte(modeline), src...)
			require.NoError(t, os.WriteFile(file, src, 0o644))
		}
		require.True(t, bytes.HasPrefix(src, []byte(modeline)), file)
		require.FileExists(t, filepath.Join(filepath.Dir(file), "../schema.json"), "where the modeline leads")
		require.NoError(t, follows(t, s, string(src)), file)
	}
}

// TestSchemaKnowsEveryForm has what Parse accepts in every form that it has; the schema must not tell people that it is wrong.
func TestSchemaKnowsEveryForm(t *testing.T) {
	s := compileSchema(t)
	for _, text := range []string{
		"{ name: 404, description: x, seed: 18446744073709551615, profile: docs, account: { premium: true }, limits: { upload_max_fileparts_default: 5 } }",
		"{ links: [ 'https://core.telegram.org' ], rules: [] }",
		rule(`match: { method: "*", part: 2, total: -1, size: 512KiB, file: 1, attempt: 1 }`),
		rule(`match: { part: [1, "4..9", ">10", ">= 5", "<3", "<=3", last, even, odd], size: ["1KiB..4KiB", ">10", 7B, even] }`),
		rule(`per: part, nth: [1, 2]`), rule(`every: 2, after: 0, times: "3"`), rule(`chance: 0.5 %`), rule(`chance: 10%, name: x`), rule(`store: keep`),
		"{ rules: [ { delay: 1h2m3.5s } ] }", "{ rules: [ { delay: 250us } ] }", "{ rules: [ { delay: .5s } ] }",
		reply(`error: FLOOD_WAIT_3`), reply(`error: { code: -503, message: Timeout }`), reply(`flood_wait: 3s`), reply(`flood_wait: 3s, premium: true`),
		reply(`answer: false`), reply(`answer: "true"`), reply(`none: true`), reply(`drop: after-store`),
	} {
		text = strings.Replace(text, "{", "{ fakedc: 1,", 1)
		mustParse(t, text)
		require.NoError(t, follows(t, s, text), text)
	}
}

// TestSchemaRefuses has a mistake of every kind that a schema can see.
func TestSchemaRefuses(t *testing.T) {
	s := compileSchema(t)
	for _, text := range []string{
		"{ fakedc: 2 }", "{ name: x }", "[]", "", "x",
		"{ fakedc: 1, rule: [] }", "{ fakedc: 1, rules: {} }", "{ fakedc: 1, profile: doc }", "{ fakedc: 1, links: https://a.b }", "{ fakedc: 1, links: [ a.b ] }",
		"{ fakedc: 1, account: { premum: true } }", "{ fakedc: 1, limits: { upload_max: 5 } }", "{ fakedc: 1, seed: many }",
		"{ fakedc: 1, rules: [ { match: { prt: 1 }, delay: 1s } ] }", "{ fakedc: 1, rules: [ { part: 1, delay: 1s } ] }", "{ fakedc: 1, rules: [ x ] }",
		rule("match: { part: [] }"), rule("match: { part: first }"), rule("match: { total: last }"), rule("match: { size: 1KB }"), rule("match: { part: 1.5 }"),
		rule("per: day"), rule("chance: 10"), rule("chance: 0.1"), rule("times: often"), rule("nth: [ [ 1 ] ]"), rule("store: away"),
		"{ fakedc: 1, rules: [ { delay: 3 } ] }", "{ fakedc: 1, rules: [ { delay: soon } ] }",
		reply(""), reply("none: true, answer: false"), reply("premium: true"), reply("answer: false, premium: true"), reply("drop: now"), reply("flood_wait: 3"),
		reply("error: { code: 400 }"), reply("error: { code: 400, message: X, name: Y }"), reply("error: [ X ]"), reply("answer: yes"), reply("replay: true"),
	} {
		text = strings.Replace(text, "{ rules", "{ fakedc: 1, rules", 1)
		_, err := Parse("bad.yaml", []byte(text))
		require.Error(t, err, text)
		require.Error(t, follows(t, s, text), text)
	}
}

// TestSchemaOfUnknownKinds keeps editors from refusing a key that is newer than the schema's knowledge of it.
func TestSchemaOfUnknownKinds(t *testing.T) {
	require.Equal(t, schema{"enum": []any{"fin", true, "true"}}, schemaOf("a way", []string{"fin", "true"}))
	require.Equal(t, schema{"type": "array"}, schemaOf("a list of replies", nil))
	require.Equal(t, schemaOf(kindDuration.name, nil), schemaOf(kindDuration.name+", or more", nil))
	require.Equal(t, schema{"not": schema{"type": "object"}}, schemaOf("64 hexadecimal digits", nil))
}

func rule(inside string) string  { return "{ rules: [ { " + inside + ", delay: 1s } ] }" }
func reply(inside string) string { return "{ rules: [ { reply: { " + inside + " } } ] }" }

func compileSchema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	text, err := Schema()
	require.NoError(t, err)
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	require.NoError(t, err)
	c := jsonschema.NewCompiler()
	require.NoError(t, c.AddResource("schema.json", doc))
	s, err := c.Compile("schema.json") // refuses what is no JSON Schema
	require.NoError(t, err)
	return s
}

// follows reads a file the way an editor does.
func follows(t *testing.T, s *jsonschema.Schema, src string) error {
	t.Helper()
	var v any
	require.NoError(t, yaml.Unmarshal([]byte(src), &v))
	text, err := json.Marshal(v)
	require.NoError(t, err)
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	require.NoError(t, err)
	return s.Validate(doc)
}
