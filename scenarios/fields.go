package scenarios

import (
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"
)

// kind is how a value is written; the wording of errors and of a reference comes from it.
type kind struct {
	// name says what is expected, to go after "expected".
	name string
	// words are the only values that are understood, where there is such a list.
	words []string
}

// expected is the kind's part of an error.
func (k kind) expected() string {
	if len(k.words) == 0 {
		return "expected " + k.name
	}
	return "expected " + orList(k.words)
}

// field is one key of a mapping: the only place that knows its spelling, its meaning and how to read it.
type field[T any] struct {
	key    string
	kind   kind
	doc    string
	decode func(d *decoder, n *yaml.Node, into *T)
}

// object is a mapping with a fixed set of keys. Its prefix is the path of its keys inside the document or the rule.
type object[T any] struct {
	prefix string
	fields []field[T]
}

// decode reads a mapping. Every key that is unknown, repeated or badly written is reported; the others are read all the same.
func (o *object[T]) decode(d *decoder, n *yaml.Node, into *T) {
	n = d.resolve(n)
	if n.Kind != yaml.MappingNode {
		d.fail(n, "expected a mapping of keys and values, found "+describe(n), "")
		return
	}
	seen := make([]*yaml.Node, len(o.fields))
	for i := 0; i+1 < len(n.Content) && !d.stopped; i += 2 {
		key, value := d.resolve(n.Content[i]), n.Content[i+1]
		f := o.find(d, key)
		if f < 0 {
			continue
		}
		if first := seen[f]; first != nil {
			d.failBare(key, fmt.Sprintf("key %q is given twice; the first is at line %d, column %d", key.Value, first.Line, first.Column), "")
			continue
		}
		seen[f] = key
		outer := d.enter(d.numbered(o.path(o.fields[f].key)), o.fields[f].kind, value)
		o.fields[f].decode(d, value, into)
		d.leave(outer)
	}
}

// find returns the index of the field that the key names, or -1 after reporting it.
func (o *object[T]) find(d *decoder, key *yaml.Node) int {
	if key.Kind != yaml.ScalarNode {
		d.fail(key, "a key must be a word, found "+describe(key), "")
		return -1
	}
	for i := range o.fields {
		if o.fields[i].key == key.Value {
			return i
		}
	}
	o.failUnknown(d, key)
	return -1
}

// failUnknown reports a key that the mapping does not have, with where it belongs or what may have been meant.
func (o *object[T]) failUnknown(d *decoder, key *yaml.Node) {
	keys := make([]string, len(o.fields))
	for i := range o.fields {
		keys[i] = o.fields[i].key
	}
	what, likely := "unknown key "+quote(key.Value), suggest(key.Value, keys)
	// The rule's number is left out: the position says it, and a mistake behind an anchor is then told only once.
	switch {
	case o.prefix != "":
		what += " in " + strings.ReplaceAll(o.prefix, "[]", "")
	case d.rule != topLevel:
		what += " in a rule"
	}
	if id := slices.IndexFunc(keys, func(k string) bool { return strings.HasPrefix(k, key.Value+".") }); id >= 0 {
		// The ids of upload rules have dots in them, which look like levels.
		what, likely = what+": the whole id of an upload rule is one key, such as "+keys[id], ""
	} else if name, value, joined := strings.Cut(key.Value, ":"); joined && slices.Contains(keys, name) {
		likely = name + ": " + value
	} else if key.Value == "<<" {
		what += ": merge keys are not supported, write the keys out or alias the whole mapping"
	} else if home := d.homes[key.Value]; home != "" && (likely == "" || distance(fold(key.Value), fold(likely)) > 1) {
		// Only one of two hints can be right: a key in a wrong place, unless it is as good as one that may be here.
		what, likely = what+": it belongs "+home, ""
	}
	d.failBare(key, what, likely)
}

func (o *object[T]) path(key string) string {
	if o.prefix == "" {
		return key
	}
	return o.prefix + "." + key
}

// nested returns the decoder of a field whose value is a mapping of its own.
func nested[P, C any](o *object[C], at func(*P) *C) func(*decoder, *yaml.Node, *P) {
	return func(d *decoder, n *yaml.Node, into *P) { o.decode(d, n, at(into)) }
}

// scalar returns the decoder of a field whose value is one word, number or line of text.
func scalar[T, V any](parse func(string) (V, error), at func(*T) *V) func(*decoder, *yaml.Node, *T) {
	return func(d *decoder, n *yaml.Node, into *T) {
		text, ok := d.text(n)
		if !ok {
			return
		}
		v, err := parse(text)
		if err != nil {
			what := err.Error()
			if strings.HasPrefix(what, "expected") {
				what += ", found " + quote(text)
			}
			d.fail(n, what, hintOf(err))
			return
		}
		*at(into) = v
	}
}

// word returns a parser that takes one of the kind's words and turns it into its index.
func word[V ~uint8](words []string, first V) func(string) (V, error) {
	return func(text string) (V, error) {
		for i, w := range words {
			if w == text {
				return first + V(i), nil
			}
		}
		return 0, unknownWord(words, text)
	}
}

// oneOf is word for values that stay text.
func oneOf(words []string) func(string) (string, error) {
	return func(text string) (string, error) {
		for _, w := range words {
			if w == text {
				return w, nil
			}
		}
		return "", unknownWord(words, text)
	}
}

func unknownWord(words []string, text string) error {
	return &hintedError{"expected " + orList(words), suggest(text, words)}
}

// numbers returns the decoder of a field in the number grammar. least is where numbers of this kind start.
func numbers[T any](least int64, one func(string) (int64, error), at func(*T) *Numbers) func(*decoder, *yaml.Node, *T) {
	item := func(text string) (Numbers, error) { return parseNumbers(text, least, one) }
	return func(d *decoder, n *yaml.Node, into *T) {
		var all, next Numbers
		read := scalar(item, func(*T) *Numbers { return &next })
		if list := d.resolve(n); list.Kind == yaml.SequenceNode {
			if len(list.Content) == 0 {
				d.fail(list, "the list is empty, so nothing can match", "")
			}
			for _, c := range list.Content {
				next = Numbers{}
				if !d.stopped {
					read(d, c, into)
					all.add(next)
				}
			}
		} else {
			read(d, n, into)
			all = next
		}
		*at(into) = all
	}
}

// describe names what was found in place of what was expected.
func describe(n *yaml.Node) string {
	switch n.Kind {
	case yaml.MappingNode:
		return "a mapping"
	case yaml.SequenceNode:
		return "a list"
	}
	if n.Tag == "!!null" {
		return "nothing"
	}
	return quote(n.Value)
}

func orList(words []string) string {
	s := ""
	for i, w := range words {
		switch {
		case i == 0:
		case i == len(words)-1:
			s += " or "
		default:
			s += ", "
		}
		s += w
	}
	return s
}
