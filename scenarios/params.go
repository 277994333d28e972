package scenarios

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"
)

// maxParams is how many parameters a file may have, maxParam how long a value may be, in bytes.
const (
	maxParams = 100
	maxParam  = 1000
)

var kindParams = kind{name: "a mapping of names and values"}

// params are the parameters of the file being read: ${name} in a value stands for one.
type params struct {
	values map[string]string
	used   map[string]bool
	nodes  map[string]*yaml.Node
}

// readParams takes the parameters out of a file before anything else is read, and lays the given ones over them.
func (d *decoder) readParams(root *yaml.Node, given map[string]string) {
	d.params = params{values: map[string]string{}, used: map[string]bool{}, nodes: map[string]*yaml.Node{}}
	for i := 0; root.Kind == yaml.MappingNode && i+1 < len(root.Content); i += 2 {
		if d.resolve(root.Content[i]).Value == "params" {
			d.declareParams(root.Content[i+1])
		}
	}
	for _, name := range slices.Sorted(maps.Keys(given)) {
		if _, known := d.params.values[name]; !known {
			d.failBare(root, fmt.Sprintf("the scenario has no parameter %s", quote(name)), suggest(name, d.params.names()))
			continue
		}
		d.params.values[name] = given[name]
	}
}

func (d *decoder) declareParams(n *yaml.Node) {
	m := d.resolve(n)
	if m.Kind != yaml.MappingNode {
		d.failBare(n, "params: expected "+kindParams.name+", found "+describe(m), "")
		return
	}
	if len(m.Content) > 2*maxParams {
		d.failBare(n, fmt.Sprintf("params: there are %d, and a scenario may have %d", len(m.Content)/2, maxParams), "")
		return
	}
	for i := 0; i+1 < len(m.Content); i += 2 {
		name, value := d.resolve(m.Content[i]), d.resolve(m.Content[i+1])
		switch {
		case name.Kind != yaml.ScalarNode || !isParamName(name.Value):
			d.failBare(name, "params: a name is letters, digits and _, found "+describe(name), "")
		case value.Kind != yaml.ScalarNode || value.Tag == "!!null" || len(value.Value) > maxParam:
			d.failBare(value, fmt.Sprintf("params: expected one value of at most %d bytes, found %s", maxParam, describe(value)), "")
		case d.params.nodes[name.Value] != nil:
			d.failBare(name, "params: "+quote(name.Value)+" is given twice", "")
		default:
			d.params.values[name.Value], d.params.nodes[name.Value] = value.Value, name
		}
	}
}

func isParamName(name string) bool {
	return name != "" && len(name) <= maxName && !strings.ContainsFunc(name, func(r rune) bool {
		return r != '_' && (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z')
	})
}

func (p *params) names() []string { return slices.Sorted(maps.Keys(p.values)) }

// fill puts parameters in place of ${name}; $${ stands for itself.
func (d *decoder) fill(n *yaml.Node, text string) (string, bool) {
	if !strings.Contains(text, "${") {
		return text, true
	}
	var b strings.Builder
	for text != "" {
		before, rest, found := strings.Cut(text, "${")
		if !found {
			b.WriteString(text)
			break
		}
		if kept, escaped := strings.CutSuffix(before, "$"); escaped {
			b.WriteString(kept + "${")
			text = rest
			continue
		}
		b.WriteString(before)
		name, after, closed := strings.Cut(rest, "}")
		value, known := d.params.values[name]
		if !closed || !known {
			d.failBare(n, "there is no parameter "+quote(name)+" in params; $${ stands for ${ itself", suggest(name, d.params.names()))
			return "", false
		}
		d.params.used[name] = true
		b.WriteString(value)
		text = after
		if b.Len() > MaxFileSize {
			d.failBare(n, "the parameters make this value too long", "")
			return "", false
		}
	}
	return b.String(), true
}

// decodeNothing is for a key that was read before.
func decodeNothing(*decoder, *yaml.Node, *document) {}

// unusedParams warns of parameters that change nothing.
func (l *linter) unusedParams() {
	for _, name := range l.decoder.params.names() {
		if !l.decoder.params.used[name] {
			n := l.decoder.params.nodes[name]
			l.warnings = append(l.warnings, Warning{CheckUselessKey, Error{
				File: l.decoder.file, Line: max(n.Line, 1), Column: max(n.Column, 1), Path: "params." + name, What: "no value uses the parameter: ${" + name + "} would",
			}})
		}
	}
}
