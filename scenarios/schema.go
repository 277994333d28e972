package scenarios

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"
)

// schemaDialect is the version of JSON Schema that is written, https://json-schema.org/draft/2020-12
const schemaDialect = "https://json-schema.org/draft/2020-12/schema"

// schema is one schema of the document, https://json-schema.org/draft/2020-12/json-schema-core
type schema = map[string]any

// Schema returns the JSON Schema of scenario files, for editors. It comes from the table that Parse reads with. It knows less than
// Parse does: what one value says about another, and whether an error is documented, is for Parse alone.
func Schema() ([]byte, error) {
	root := &keyTree{children: map[string]*keyTree{}}
	for _, k := range Keys() {
		root.add(splitPath(k.Path), k)
	}
	s := root.object()
	s["$schema"], s["title"] = schemaDialect, "A scenario of fakedc: which calls of an upload go wrong, and how"
	s["required"] = []string{"fakedc"}
	s["properties"].(schema)["fakedc"].(schema)["const"] = FormatVersion

	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false) // people read it
	e.SetIndent("", "  ")
	if err := e.Encode(s); err != nil {
		return nil, fmt.Errorf("scenarios: writing the schema: %w", err)
	}
	return b.Bytes(), nil
}

// splitPath takes a path apart. The ids of upload rules are keys with dots in them.
func splitPath(path string) []string {
	if id, ok := strings.CutPrefix(path, rulebookFields.prefix+"."); ok {
		return []string{rulebookFields.prefix, id}
	}
	return strings.Split(path, ".")
}

// keyTree is a key with the keys inside it.
type keyTree struct {
	Key
	children map[string]*keyTree
}

func (t *keyTree) add(path []string, k Key) {
	name := strings.TrimSuffix(path[0], "[]")
	if t.children[name] == nil {
		t.children[name] = &keyTree{children: map[string]*keyTree{}}
	}
	if len(path) == 1 {
		t.children[name].Key = k
		return
	}
	t.children[name].add(path[1:], k)
}

// object is the schema of a mapping.
func (t *keyTree) object() schema {
	properties := schema{}
	for name, child := range t.children {
		properties[name] = child.value()
	}
	s := schema{"type": "object", "additionalProperties": false, "properties": properties}
	switch t.Path {
	case "rules[]." + replyFields.prefix:
		s["oneOf"] = requireEach(replyAlternatives())
		s["dependentRequired"] = schema{"premium": []string{"flood_wait"}}
	case expectFields.prefix, "expect":
		s["minProperties"], s["maxProperties"] = 1, 1
	case "rules[]." + errorFields.prefix:
		s["required"] = slices.Sorted(mapKeys(t.children))
	}
	return s
}

func mapKeys(m map[string]*keyTree) func(func(string) bool) {
	return func(yield func(string) bool) {
		for k := range m {
			if !yield(k) {
				return
			}
		}
	}
}

// value is the schema of what stands behind a key.
func (t *keyTree) value() schema {
	s := t.shape()
	if len(t.children) == 0 && t.Value != kindParams.name && t.Path != "fakedc" {
		s = schema{"anyOf": []schema{s, {"type": "string", "pattern": `\$\{`}}} // a parameter may stand there
	}
	s["description"] = t.Doc
	return s
}

func (t *keyTree) shape() schema {
	switch {
	case t.Value == kindRules.name, t.Value == kindExpect.name:
		return schema{"type": "array", "items": t.object()}
	case t.Value == kindParams.name:
		return schema{"type": "object", "additionalProperties": schema{"type": []string{"string", "number", "boolean"}}}
	case t.Value == kindIncludes.name:
		return schema{"anyOf": []schema{{"type": "string"}, {"type": "array", "items": schema{"anyOf": []schema{{"type": "string"}, t.object()}}}}}
	case len(t.children) == 0:
		return schemaOf(t.Value, t.Words)
	case t.Value == kindMapping.name:
		return t.object()
	}
	short := schemaOf(t.Value, t.Words)
	if short["type"] == "array" {
		return short // the keys are those of its items
	}
	return schema{"anyOf": []schema{short, t.object()}} // a short form and a long one
}

// requireEach is a list of schemas of which each asks for one key.
func requireEach(keys []string) []schema {
	all := make([]schema, len(keys))
	for i, key := range keys {
		all[i] = schema{"required": []string{key}}
	}
	return all
}

// replyAlternatives asks the decoder which keys of a reply exclude each other.
func replyAlternatives() []string {
	var keys []string
	for i := range replyFields.fields {
		f := &replyFields.fields[i]
		var draft replyDraft
		f.decode(newDecoder(""), &yaml.Node{Kind: yaml.ScalarNode}, &draft)
		if draft.chosen == f.key {
			keys = append(keys, f.key)
		}
	}
	return keys
}
