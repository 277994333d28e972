package scenarios

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"
)

// Bounds of what a file includes, over all levels.
const (
	maxIncludes = 64
	maxNesting  = 8
)

var kindIncludes = kind{name: "a list of files and built-ins"}

// ReadFile returns the text of an included file. name is a path, or builtin:NAME.
type ReadFile func(name string) ([]byte, error)

// includes is what all files that are read together share.
type includes struct {
	read  ReadFile
	chain []string // the files that led here, to find circles
	count *int
	files *[]string
	// again is readAs; by its name the tables of keys would hang on themselves.
	again func(file string, src []byte, given map[string]string, shared includes) (*Scenario, *decoder, error)
}

// inclusion is one item of include.
type inclusion struct {
	file   string
	params map[string]string
}

var inclusionFields = object[inclusion]{prefix: "include[]", fields: []field[inclusion]{
	{"file", kindText, "a path relative to this file, or builtin:NAME", scalar(parseText, func(i *inclusion) *string { return &i.file })},
	{"params", kindParams, "values of its parameters", decodeInclusionParams},
}}

func decodeInclusionParams(d *decoder, n *yaml.Node, into *inclusion) {
	m := d.resolve(n)
	if m.Kind != yaml.MappingNode || len(m.Content) > 2*maxParams {
		d.fail(n, d.kind.expected()+", found "+describe(m), "")
		return
	}
	into.params = map[string]string{}
	for i := 0; i+1 < len(m.Content); i += 2 {
		if text, ok := d.text(m.Content[i+1]); ok {
			into.params[d.resolve(m.Content[i]).Value] = text
		}
	}
}

// decodeInclude reads the files that a file includes. They are merged once its own keys are read.
func decodeInclude(d *decoder, n *yaml.Node, into *document) {
	list := d.resolve(n)
	items := list.Content
	if list.Kind == yaml.ScalarNode {
		items = []*yaml.Node{n}
	} else if list.Kind != yaml.SequenceNode {
		d.fail(n, d.kind.expected()+", found "+describe(list), "")
		return
	}
	for i, c := range items {
		if d.stopped {
			return
		}
		outer := d.enter(fmt.Sprintf("include[%d]", i), kindText, c)
		var one inclusion
		if d.resolve(c).Kind == yaml.MappingNode {
			inclusionFields.decode(d, c, &one)
			if one.file == "" {
				d.fail(c, "it needs file", "")
			}
		} else if text, ok := d.text(c); ok {
			one.file = text
		}
		if one.file != "" {
			if s := d.include(c, one); s != nil {
				into.included = append(into.included, included{s, one.file, c})
			}
		}
		d.leave(outer)
	}
}

// include reads another file.
func (d *decoder) include(n *yaml.Node, one inclusion) *Scenario {
	name := one.file
	_, builtin := strings.CutPrefix(name, builtinPrefix)
	if !builtin && !filepath.IsAbs(name) && !strings.HasPrefix(d.file, builtinPrefix) {
		name = filepath.Join(filepath.Dir(d.file), name)
	}
	*d.includes.count++
	switch {
	case !builtin && d.includes.read == nil:
		d.fail(n, "only built-ins can be included here, where files are not read (in Go, scenarios.Load does)", "")
		return nil
	case slices.Contains(d.includes.chain, name):
		d.fail(n, "the file includes itself, by way of "+quote(one.file), "")
		return nil
	case len(d.includes.chain) > maxNesting || *d.includes.count > maxIncludes:
		d.fail(n, fmt.Sprintf("more than %d levels or %d files are included", maxNesting, maxIncludes), "")
		return nil
	}
	read := d.includes.read
	if builtin {
		read = func(name string) ([]byte, error) { return BuiltinSource(strings.TrimPrefix(name, builtinPrefix)) }
	}
	src, err := read(name)
	if err != nil {
		var unknown *UnknownBuiltinError
		hint := ""
		if errors.As(err, &unknown) && unknown.DidYouMean != "" {
			err, hint = fmt.Errorf("there is no built-in scenario %s", quote(unknown.Name)), builtinPrefix+unknown.DidYouMean
		}
		d.fail(n, err.Error(), hint)
		return nil
	}
	below := d.includes
	below.chain = append(slices.Clone(below.chain), name)
	s, _, err := below.again(name, src, one.params, below)
	var errs ErrorList
	if errors.As(err, &errs) {
		d.broken[topLevel] = true
		d.errs = append(d.errs, errs[:min(len(errs), max(maxErrors-len(d.errs), 0))]...)
		d.fail(n, fmt.Sprintf("%s has %s", quote(one.file), countOf(int64(len(errs)), "error")), "")
		return nil
	}
	*d.includes.files = append(*d.includes.files, name)
	return s
}

// included is a scenario with where it was asked for.
type included struct {
	*Scenario
	name string // as it was asked for
	node *yaml.Node
}

// behind is where the rules of an included file came to stand.
type behind struct {
	name     string
	node     *yaml.Node
	from, to int
}

// merge adds what was included: its rules come behind those of the file, so that the file has the first word about a call.
func (d *decoder) merge(doc *document) {
	d.own, d.ownExpect, d.ownUnknown = len(doc.Rules), len(doc.Expect), len(doc.Allow.UnknownMethods)
	for _, i := range doc.included {
		if len(doc.Rules) > MaxRules {
			return // it is refused for that
		}
		before := len(doc.Rules)
		doc.add(i.Scenario)
		for rule := before; rule < len(doc.Rules); rule++ {
			d.marks = append(d.marks, mark{rule, "", i.node})
		}
		d.behind = append(d.behind, behind{i.name, i.node, before, len(doc.Rules)})
	}
}

// Merge makes one scenario of several. The rules of the first come first, and so do its settings: what it does not say is taken from
// the next one that does. Expectations and what is allowed are put together. A rule whose name is taken gets a number behind it.
// nil is none, which is what a server without a scenario says that it has.
func Merge(all ...*Scenario) *Scenario {
	merged := &Scenario{}
	var names []string
	for _, s := range all {
		if s == nil {
			continue
		}
		if s.Name != "" {
			names = append(names, s.Name)
		}
		merged.add(s)
	}
	merged.Name = clipName(strings.Join(names, "+"), maxName)
	return merged
}

// add lays another scenario under s.
func (s *Scenario) add(other *Scenario) {
	o := other.Clone()
	if s.Description == "" {
		s.Description = o.Description
	}
	s.Links = append(s.Links, o.Links...)
	if s.Seed == nil {
		s.Seed = o.Seed
	}
	if s.Profile == "" {
		s.Profile = o.Profile
	}
	if s.Premium == nil {
		s.Premium = o.Premium
	}
	if s.PartLifetime == 0 {
		s.PartLifetime = o.PartLifetime
	}
	if s.States.Initial == "" {
		s.States = o.States
	}
	s.Limits, s.Rulebook = under(s.Limits, o.Limits), under(s.Rulebook, o.Rulebook)
	taken := map[string]bool{}
	for i := range s.Rules {
		taken[s.Rules[i].Name] = true
	}
	for _, r := range o.Rules {
		name := r.Name
		if r.Name = freeName(name, taken); r.Name != name { // what its file allows it means no other rule
			for i, allowed := range o.Allow.UnfiredRules {
				if allowed == name {
					o.Allow.UnfiredRules[i] = r.Name
				}
			}
		}
		taken[r.Name] = true
		s.Rules = append(s.Rules, r)
	}
	s.Expect = append(s.Expect, o.Expect...)
	s.Allow.UnfiredRules = append(s.Allow.UnfiredRules, o.Allow.UnfiredRules...)
	s.Allow.UnknownMethods = append(s.Allow.UnknownMethods, o.Allow.UnknownMethods...)
	s.Allow.Violations = append(s.Allow.Violations, o.Allow.Violations...)
}

// under returns what is set in either map, where both are what the upper one says.
func under[V any](upper, lower map[string]V) map[string]V {
	if upper == nil {
		return lower
	}
	for k, v := range lower {
		if _, set := upper[k]; !set {
			upper[k] = v
		}
	}
	return upper
}

// freeName returns the name, with a number behind it if it is taken.
func freeName(name string, taken map[string]bool) string {
	free := name
	for i := 2; name != "" && taken[free]; i++ {
		free = fmt.Sprintf("%s (%d)", clipName(name, maxName-8), i)
	}
	return free
}

// clipName cuts a name to so many bytes, between two characters.
func clipName(name string, most int) string {
	if len(name) <= most {
		return name
	}
	for most > 0 && !utf8.RuneStart(name[most]) {
		most--
	}
	return name[:most]
}
