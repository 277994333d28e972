package scenarios

import (
	"fmt"
	"strings"

	"go.yaml.in/yaml/v4"
)

// Bounds of a file. They are far above what a person writes and keep a hostile file cheap.
const (
	// MaxFileSize is how many bytes a scenario file may have.
	MaxFileSize = 1 << 20
	// MaxRules is how many rules a scenario may have.
	MaxRules = 10_000
	// maxNodes is how many values are looked at, with those behind aliases counted each time: an alias bomb ends here.
	maxNodes = 200_000
	// maxDepth is how deep a file may nest; the grammar needs seven levels.
	maxDepth = 64
)

// decoder is the state of reading one file.
type decoder struct {
	file string
	errs ErrorList
	// stopped is set when reading on would only cost time.
	stopped bool
	visited int
	// rule is the index of the rule being read, or topLevel; path and kind belong to the field being read.
	rule int
	path string
	kind kind
	// expectation is the index of the one being read.
	expectation int
	// marks is where each field was written, for the checks that come after reading. Those of the current rule begin at ruleMarks.
	marks     []mark
	ruleMarks int
	// broken holds the rules that could not be read whole, so that nobody complains about what they lack.
	broken map[int]bool
	homes  map[string]string
	// params are those of the file; own is how many rules it has itself, ownExpect and ownUnknown how many expectations and methods
	// that may be unknown.
	params                     params
	includes                   includes
	own, ownExpect, ownUnknown int
	behind                     []behind
}

// topLevel is the rule index of what is not inside a rule.
const topLevel = -1

// mark says where a field of a rule, or of the top level, was written. The empty path is the rule itself.
type mark struct {
	rule int
	path string
	node *yaml.Node
}

// place is what enter saves and leave restores.
type place struct {
	path string
	kind kind
}

func newDecoder(file string) *decoder {
	return &decoder{file: file, rule: topLevel, broken: map[int]bool{}, homes: keyHomes()}
}

// enter notes where a field was written and makes it the current one.
func (d *decoder) enter(path string, k kind, n *yaml.Node) place {
	outer := place{d.path, d.kind}
	d.path, d.kind = path, k
	d.marks = append(d.marks, mark{d.rule, path, n})
	return outer
}

// numbered puts the index of the expectation being read into a path of the table, as the checks that come after reading have it.
func (d *decoder) numbered(path string) string {
	if rest, ok := strings.CutPrefix(path, expectFields.prefix); ok {
		return fmt.Sprintf("expect[%d]%s", d.expectation, rest)
	}
	return path
}

func (d *decoder) leave(outer place) { d.path, d.kind = outer.path, outer.kind }

// beginRule makes a rule the current one; endRule goes back to the top level.
func (d *decoder) beginRule(rule int) { d.rule, d.ruleMarks = rule, len(d.marks) }

func (d *decoder) endRule() { d.rule, d.ruleMarks = topLevel, 0 }

// has reports whether the current rule, or the top level, has the field.
func (d *decoder) has(path string) bool { return find(d.marks[d.ruleMarks:], d.rule, path) != nil }

// find returns where a field was written, or nil.
func find(marks []mark, rule int, path string) *yaml.Node {
	for i := range marks {
		if marks[i].path == path && marks[i].rule == rule {
			return marks[i].node
		}
	}
	return nil
}

// resolve follows an alias and counts the value.
func (d *decoder) resolve(n *yaml.Node) *yaml.Node {
	if d.visited++; d.visited > maxNodes && !d.stopped {
		d.failBare(n, fmt.Sprintf("the file has more than %d values, with aliases counted each time", maxNodes), "")
		d.stopped = true
	}
	if n.Kind == yaml.AliasNode && n.Alias != nil {
		return n.Alias
	}
	return n
}

// text returns the text of a plain value, or reports what was found in its place.
func (d *decoder) text(n *yaml.Node) (string, bool) {
	n = d.resolve(n)
	switch {
	case n.Kind != yaml.ScalarNode || n.Tag == "!!null":
		d.fail(n, d.kind.expected()+", found "+describe(n), "")
	case n.Style&yaml.TaggedStyle != 0:
		d.fail(n, "the tag "+quote(n.Tag)+" is not used in scenario files", "")
	default:
		return d.fill(n, n.Value)
	}
	return "", false
}

// fail reports an error about the field being read.
func (d *decoder) fail(n *yaml.Node, what, didYouMean string) {
	d.report(n, where(d.rule, d.path), what, didYouMean)
}

// failBare reports an error whose text says everything.
func (d *decoder) failBare(n *yaml.Node, what, didYouMean string) { d.report(n, "", what, didYouMean) }

func (d *decoder) report(n *yaml.Node, path, what, didYouMean string) {
	d.broken[d.rule] = true
	if d.stopped {
		return
	}
	e := &Error{File: d.file, Line: max(n.Line, 1), Column: max(n.Column, 1), Path: path, What: what, DidYouMean: didYouMean}
	if len(d.errs) >= maxErrors {
		e.Path, e.What, e.DidYouMean = "", fmt.Sprintf("more than %d errors, the rest are not listed", maxErrors), ""
		d.stopped = true
	}
	d.errs = append(d.errs, e)
}

// where writes the path of a field, such as rules[2].match.part.
func where(rule int, path string) string {
	if rule == topLevel {
		return path
	}
	if path == "" {
		return fmt.Sprintf("rules[%d]", rule)
	}
	return fmt.Sprintf("rules[%d].%s", rule, path)
}
