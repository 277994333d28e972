package admin_test

import (
	"net/http"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/require"
)

// operation is what the document says of one.
type operation struct {
	desk             *desk
	id, method, path string
	server           string // what comes before the path
	at               string // where it stands, as a JSON pointer
	says             map[string]any
}

// operation finds one, or fails the test.
func (d *desk) operation(t *testing.T, method, path string) (found operation) {
	t.Helper()
	d.everyOperation(t, func(o operation) {
		if o.method == method && o.path == path {
			found = o
		}
	})
	require.NotEmpty(t, found.id, "%s %s is not in the document", method, path)
	return found
}

func (d *desk) everyOperation(t *testing.T, do func(operation)) {
	t.Helper()
	server := d.document["servers"].([]any)[0].(map[string]any)["url"].(string)
	for path, item := range d.document["paths"].(map[string]any) {
		o := operation{desk: d, path: path, server: server}
		if own, ok := item.(map[string]any)["servers"].([]any); ok {
			o.server = strings.TrimSuffix(own[0].(map[string]any)["url"].(string), "/")
		}
		for key, says := range item.(map[string]any) {
			if key == "servers" {
				continue
			}
			o.method, o.says = strings.ToUpper(key), says.(map[string]any)
			o.id = o.says["operationId"].(string)
			o.at = "#/paths/" + strings.ReplaceAll(path, "/", "~1") + "/" + key
			do(o)
		}
	}
}

// open tells that it needs no token, streams that it does not end.
func (o operation) open() bool {
	security, own := o.says["security"].([]any)
	return own && len(security) == 0
}

func (o operation) streams() bool {
	ok, _ := o.says["responses"].(map[string]any)["200"].(map[string]any)
	content, _ := ok["content"].(map[string]any)
	return content["text/event-stream"] != nil
}

// gives holds an answer to the document.
func (o operation) gives(t *testing.T, status int, kind, text string) {
	t.Helper()
	responses := o.says["responses"].(map[string]any)
	at, code := o.at+"/responses/", strconv.Itoa(status)
	response, ok := responses[code].(map[string]any)
	if !ok {
		require.GreaterOrEqual(t, status, 400, "%s answered %s, which the document does not have", o.id, http.StatusText(status))
		require.Contains(t, responses, "default", "%s answered %d", o.id, status)
		code, response = "default", responses["default"].(map[string]any)
	}
	at += code
	if ref, ok := response["$ref"].(string); ok {
		at = ref
		response = o.desk.document["components"].(map[string]any)["responses"].(map[string]any)[ref[strings.LastIndex(ref, "/")+1:]].(map[string]any)
	}
	if response["content"] == nil {
		require.Empty(t, text)
		return
	}
	kind, _, _ = strings.Cut(kind, ";")
	require.Contains(t, response["content"], kind, o.id)
	o.desk.holds(t, at+"/content/"+strings.ReplaceAll(kind, "/", "~1")+"/schema", kind, text)
}

// takes holds a body that was taken to the document.
func (o operation) takes(t *testing.T, status int, kind, text string) {
	t.Helper()
	if status >= 300 || kind == "" {
		return
	}
	require.Contains(t, o.says["requestBody"].(map[string]any)["content"], kind, o.id)
	o.desk.holds(t, o.at+"/requestBody/content/"+strings.ReplaceAll(kind, "/", "~1")+"/schema", kind, text)
}

// holds validates a body by a schema of the document. What is not JSON is a string.
func (d *desk) holds(t *testing.T, at, kind, text string) {
	t.Helper()
	schema, err := d.schemas.Compile("openapi.json" + at)
	require.NoError(t, err)
	var value any = text
	if kind == "application/json" {
		value, err = jsonschema.UnmarshalJSON(strings.NewReader(text))
		require.NoError(t, err)
	}
	require.NoError(t, schema.Validate(value), "%s: %s", at, text)
}

const (
	official = "https://spec.openapis.org/oas/3.1/schema/2022-10-07"
	// strict adds to it that Schema Objects are of JSON Schema draft 2020-12, as
	// the document names no other dialect.
	strict = `{
		"$id": "https://fakedc.invalid/strict", "$schema": "https://json-schema.org/draft/2020-12/schema", "$ref": "` + official + `",
		"$defs": {"schema": {"$dynamicAnchor": "meta", "$ref": "https://json-schema.org/draft/2020-12/schema"}}
	}`
)

func metaSchema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	text, err := os.ReadFile("testdata/oas-3.1/schema.json")
	require.NoError(t, err)
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	for url, text := range map[string]string{official: string(text), "https://fakedc.invalid/strict": strict} {
		value, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
		require.NoError(t, err)
		require.NoError(t, c.AddResource(url, value))
	}
	schema, err := c.Compile("https://fakedc.invalid/strict")
	require.NoError(t, err)
	return schema
}

// The document is one of OpenAPI 3.1 by the official schema, which finds mistakes.
func TestDocumentIsOpenAPI(t *testing.T) {
	schema := metaSchema(t)
	require.NoError(t, schema.Validate(asJSON(t, readDocument(t))))
	for name, spoil := range map[string]func(paths, schemas map[string]any){
		"unknown field of an operation": func(paths, _ map[string]any) { get(paths, "/server", "get")["respones"] = 1 },
		"a parameter without a place": func(paths, _ map[string]any) {
			delete(get(paths, "/uploads/{number}", "get")["parameters"].([]any)[0].(map[string]any), "in")
		},
		"a response without description": func(paths, _ map[string]any) {
			delete(get(paths, "/server", "get")["responses"].(map[string]any)["200"].(map[string]any), "description")
		},
		"a schema of a type that is none": func(_, schemas map[string]any) { get(schemas, "Problem")["type"] = "objekt" },
		"a nested schema that is none": func(_, schemas map[string]any) {
			get(schemas, "Problem", "properties", "error")["minLength"] = "one"
		},
	} {
		t.Run(name, func(t *testing.T) {
			document := readDocument(t)
			spoil(document["paths"].(map[string]any), get(document, "components", "schemas"))
			require.Error(t, schema.Validate(asJSON(t, document)))
		})
	}
}

func get(in map[string]any, path ...string) map[string]any {
	for _, key := range path {
		in = in[key].(map[string]any)
	}
	return in
}

// What no schema says: ids are unique, every reference leads somewhere, and every
// parameter of a path is described.
func TestDocumentIsWhole(t *testing.T) {
	d := newDesk(t)
	ids := map[string]bool{}
	d.everyOperation(t, func(o operation) {
		require.False(t, ids[o.id], "%s is there twice", o.id)
		ids[o.id] = true
		described := map[string]bool{}
		parameters, _ := o.says["parameters"].([]any)
		for _, p := range parameters {
			if name, ok := p.(map[string]any)["name"].(string); ok {
				described["{"+name+"}"] = true
			}
		}
		for element := range strings.SplitSeq(o.path, "/") {
			require.True(t, !strings.HasPrefix(element, "{") || described[element], "%s: %s", o.id, element)
		}
	})
	d.references(t, d.document)
}

func (d *desk) references(t *testing.T, in any) {
	t.Helper()
	switch in := in.(type) {
	case map[string]any:
		if ref, ok := in["$ref"].(string); ok {
			require.NotPanics(t, func() { get(d.document, strings.Split(ref, "/")[1:]...) }, ref)
		}
		for _, v := range in {
			d.references(t, v)
		}
	case []any:
		for _, v := range in {
			d.references(t, v)
		}
	}
}
