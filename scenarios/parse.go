package scenarios

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"
	"go.yaml.in/yaml/v4/plugin/loaderlimits"
)

// Parse reads a scenario. file is the name that errors carry. The error is an ErrorList with everything that is wrong.
// Of what the file includes only built-ins are read; Load reads files too.
func Parse(file string, src []byte) (*Scenario, error) {
	s, _, err := readAs(file, src, nil, newIncludes(file, nil))
	return s, err
}

func newIncludes(file string, read ReadFile) includes {
	return includes{read: read, chain: []string{file}, count: new(int), files: &[]string{file}, again: readAs}
}

// ParseFile is Parse of the text of a file, as Source reads it: what it includes is read from files too.
func ParseFile(file string, src []byte) (*Scenario, error) {
	s, _, err := read(file, src)
	return s, err
}

// read is ParseFile for those who also ask where everything was written.
func read(file string, src []byte) (*Scenario, *decoder, error) {
	return readAs(file, src, nil, newIncludes(file, Source))
}

// readAs reads a file with values for its parameters.
func readAs(file string, src []byte, given map[string]string, shared includes) (*Scenario, *decoder, error) {
	d := newDecoder(file)
	d.includes = shared
	root := d.readDocument(src)
	if root == nil {
		return nil, nil, d.errs.sorted(file)
	}
	var doc document
	d.readParams(root, given)
	documentFields.decode(d, root, &doc)
	if !d.has("fakedc") && !d.stopped && root.Kind == yaml.MappingNode {
		d.failBare(root, fmt.Sprintf("the file does not say `fakedc: %d`, the version of the format", FormatVersion), "")
	}
	if !d.has("name") {
		doc.Name = nameFromFile(file)
	}
	d.merge(&doc)
	if !d.stopped {
		check(&doc.Scenario, d.reportCheck, func(rule int) bool { return d.broken[rule] })
	}
	if err := d.errs.sorted(file); err != nil {
		return nil, nil, err
	}
	return &doc.Scenario, d, nil
}

// nameFromFile turns path/to/slow-parts.yaml into slow-parts, as far as that is a name.
func nameFromFile(file string) string {
	name := path.Base(strings.ReplaceAll(file, `\`, "/"))
	name = strings.TrimSuffix(strings.TrimSuffix(name, ".yaml"), ".yml")
	if badName(name) != "" || strings.Trim(name, "./") == "" {
		return ""
	}
	return name
}

// reportCheck turns a finding of the checks into an error at its place.
func (d *decoder) reportCheck(rule int, path, what, didYouMean string) {
	d.report(d.nearest(rule, path), where(rule, path), what, didYouMean)
}

// nearest returns where a field, or else what it is in, was written.
func (d *decoder) nearest(rule int, path string) *yaml.Node {
	for at := path; ; {
		if n := find(d.marks, rule, at); n != nil {
			return n
		}
		cut := strings.LastIndexByte(at, '.')
		if cut < 0 && at == "" {
			return &yaml.Node{}
		}
		at = at[:max(cut, 0)]
	}
}

// readDocument returns the value of the one document in src, or nil after reporting why there is none.
func (d *decoder) readDocument(src []byte) *yaml.Node {
	if len(src) > MaxFileSize {
		d.failBare(&yaml.Node{}, fmt.Sprintf("the file has more than %d bytes, the most that a scenario may have", MaxFileSize), "")
		return nil
	}
	loader, err := yaml.NewLoader(bytes.NewReader(src), yaml.WithPlugin(loaderlimits.New(loaderlimits.DepthValue(maxDepth))))
	var first, second yaml.Node
	if err == nil {
		err = loader.Load(&first)
	}
	if errors.Is(err, io.EOF) || err == nil && len(first.Content) == 0 {
		d.failBare(&yaml.Node{}, "the file is empty", "")
		return nil
	}
	if err == nil {
		if err = loader.Load(&second); err == nil {
			d.failBare(&second, "a file holds one scenario, and here a second document starts", "")
			return nil
		}
	}
	if !errors.Is(err, io.EOF) {
		d.syntax(err, src)
		return nil
	}
	return d.resolve(first.Content[0])
}

// syntax reports an error of the YAML parser in our own form.
func (d *decoder) syntax(err error, src []byte) {
	n, what := &yaml.Node{}, err.Error()
	var yamlErr *yaml.LoadError
	if errors.As(err, &yamlErr) {
		n.Line, n.Column = yamlErr.Mark.Line, yamlErr.Mark.Column
		what = yamlErr.Message
		if yamlErr.ContextMsg != "" {
			what += " " + yamlErr.ContextMsg
		}
		if n.Line == 0 { // the parser has not come to it: the text is looked at as it is read
			n.Line, n.Column = badCharacter(src)
		}
		if slices.ContainsFunc(misplaced, func(m string) bool { return strings.HasPrefix(what, m) }) {
			what += " (keys that belong together begin in the same column, and a colon has a space behind it)"
		}
		// In block style > begins a text of several lines, in flow style nothing does.
		if strings.Contains(yamlErr.ContextMsg, "block scalar") || runeAt(src, n.Line, n.Column) == '>' {
			what += ` (comparisons need quotes: ">10")`
		}
		// In flow style the brace of a parameter begins a mapping.
		if runeAt(src, n.Line, n.Column) == '{' && runeAt(src, n.Line, n.Column-1) == '$' {
			what += ` (a parameter between brackets needs quotes: "${name}")`
		}
		if runeAt(src, n.Line, n.Column) == '\t' {
			what = "there is a tab, and YAML is indented with spaces"
		}
	}
	d.failBare(n, "not YAML: "+what, "")
}

// misplaced is what the parser says of a line that is indented in another way than those it belongs to.
var misplaced = []string{"did not find expected '-' indicator", "did not find expected key", "mapping values are not allowed in this context"}

// badCharacter returns the place of the first character that YAML text cannot have, or 0 if there is none.
// Source: https://yaml.org/spec/1.2.2/#51-character-set
func badCharacter(src []byte) (line, column int) {
	line, column = 1, 1
	for rest := src; len(rest) > 0; {
		r, size := utf8.DecodeRune(rest)
		if r == utf8.RuneError && size == 1 || r < ' ' && !strings.ContainsRune("\t\n\r", r) || r > 0xFFFD && r < 0x10000 {
			return line, column
		}
		if column++; r == '\n' {
			line, column = line+1, 1
		}
		rest = rest[size:]
	}
	return 0, 0
}

// runeAt returns the character at a place that is counted from 1, or 0 if there is none.
func runeAt(src []byte, line, column int) rune {
	lines := bytes.Split(src, []byte("\n"))
	if line < 1 || line > len(lines) {
		return 0
	}
	chars := []rune(string(lines[line-1]))
	if column < 1 || column > len(chars) {
		return 0
	}
	return chars[column-1]
}

// decodeRules reads the list of rules.
func decodeRules(d *decoder, n *yaml.Node, into *document) {
	list := d.resolve(n)
	if list.Kind != yaml.SequenceNode {
		d.fail(n, d.kind.expected()+", found "+describe(list), "")
		return
	}
	if len(list.Content) > MaxRules {
		d.fail(n, fmt.Sprintf("there are %d rules, and a scenario may have %d", len(list.Content), MaxRules), "")
		return
	}
	into.Rules = make([]Rule, len(list.Content))
	for i, c := range list.Content {
		if d.stopped {
			return
		}
		d.beginRule(i)
		outer := d.enter("", kindMapping, c)
		ruleFields.decode(d, c, &into.Rules[i])
		d.leave(outer)
		d.endRule()
	}
}

// decodeLinks reads the list of addresses.
func decodeLinks(d *decoder, n *yaml.Node, into *document) {
	list := d.resolve(n)
	if list.Kind != yaml.SequenceNode {
		d.fail(n, d.kind.expected()+", found "+describe(list), "")
		return
	}
	for i, c := range list.Content {
		if d.stopped {
			return
		}
		outer := d.enter(fmt.Sprintf("links[%d]", i), kindText, c)
		if text, ok := d.text(c); ok {
			into.Links = append(into.Links, text)
		}
		d.leave(outer)
	}
}

// decodeLimits reads the mapping of limits.
func decodeLimits(d *decoder, n *yaml.Node, into *document) {
	into.Limits = map[string]int{}
	limitFields.decode(d, n, &into.Limits)
}
