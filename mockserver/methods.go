package mockserver

import (
	"slices"
	"strconv"
	"strings"

	"github.com/fakedc/fakedc/mockserver/internal/rpc"
	"github.com/fakedc/fakedc/scenarios"
)

// MethodError says that no call fits a pattern for methods, so that whoever asked would
// be content with nothing, or wait for ever.
type MethodError struct {
	Pattern string
	// Why is a sentence about it.
	Why string
	// DidYouMean is a likely correction, or empty.
	DidYouMean string
}

func (e *MethodError) Error() string {
	text := e.Why
	if e.DidYouMean != "" {
		text += " (did you mean " + strconv.Quote(e.DidYouMean) + "?)"
	}
	return text
}

// pattern is a glob over methods: one kind of it is spoken wherever methods are chosen.
type pattern string

func (p pattern) fits(name string) bool { return scenarios.MatchGlob(string(p), name) }

// fitsAny tells whether a name fits of those that are of calls themselves, and not of
// what wraps them: only such have a family.
func (p pattern) fitsAny(names []string) bool {
	return slices.ContainsFunc(names, func(name string) bool { return strings.Contains(name, ".") && p.fits(name) })
}

// byID tells that a pattern is about methods of no layer that is known, which go by
// their ids in hexadecimal.
func (p pattern) byID() bool {
	id, ok := strings.CutPrefix(string(p), "#")
	return ok && strings.Trim(id, "0123456789abcdefABCDEF*?") == ""
}

// none is the error of a pattern that fits nothing of its kind.
func (p pattern) none() error {
	named := rpc.Named()
	if slices.ContainsFunc(named, p.fits) {
		return &MethodError{Pattern: string(p), Why: string(p) + ": it wraps other calls, which go by their own methods"}
	}
	answered := Methods()
	slices.Sort(answered)
	// Those that are answered come first: of what is equally alike, they are meant.
	return &MethodError{
		Pattern: string(p), Why: "no method is called " + string(p),
		DidYouMean: scenarios.SuggestMethod(string(p), append(answered, named...)),
	}
}

// checkCounted returns an error if no call could ever be counted for a pattern. Clients
// may call what no layer at hand has: what was called is not misspelt.
func checkCounted(text string, called map[string]int) error {
	if text == "" {
		return &MethodError{Why: "the pattern for methods is empty; * is for all of them"}
	}
	p := pattern(text)
	if p.byID() || p.fitsAny(rpc.Named()) {
		return nil
	}
	for name := range called {
		if p.fits(name) {
			return nil
		}
	}
	return p.none()
}

// checkInjected returns an error if a rule is about a method of which no call ever comes
// to it: whoever puts it there means calls that are about to come. In a file it is only
// warned of, see scenarios.Lint.
func checkInjected(rules []scenarios.Rule) error {
	for i := range rules {
		if err := checkSeen(rules[i].Match); err != nil {
			return err
		}
	}
	return nil
}

// checkSeen returns an error if no call could ever come to a rule or a gate for a pattern.
func checkSeen(m scenarios.Match) error {
	if m.Method == "" || m.Event != scenarios.EventCall {
		return nil
	}
	p := pattern(m.Method)
	if p.fitsAny(rpc.Read()) {
		return nil
	}
	if p.byID() || p.fitsAny(rpc.Named()) {
		return &MethodError{Pattern: string(p), Why: string(p) + ": calls of it are refused at once, before any rule or gate, as fakedc does not know their arguments"}
	}
	return p.none()
}
