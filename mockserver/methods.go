package mockserver

import (
	"path"
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

// pattern is a pattern for methods, and how it is held against a name.
type pattern struct {
	text string
	fits func(name string) bool
}

// fitsAny tells whether a name fits of those that are of calls themselves, and not of
// what wraps them: only such have a family.
func (p pattern) fitsAny(names []string) bool {
	return slices.ContainsFunc(names, func(name string) bool { return strings.Contains(name, ".") && p.fits(name) })
}

// byID tells that a pattern is about methods of no layer that is known, which go by
// their ids in hexadecimal.
func (p pattern) byID() bool {
	id, ok := strings.CutPrefix(p.text, "#")
	return ok && strings.Trim(id, "0123456789abcdefABCDEF*?[]-^") == ""
}

// none is the error of a pattern that fits nothing of its kind.
func (p pattern) none() error {
	named := rpc.Named()
	if slices.ContainsFunc(named, p.fits) {
		return &MethodError{Pattern: p.text, Why: p.text + ": it wraps other calls, which go by their own methods"}
	}
	answered := Methods()
	slices.Sort(answered)
	// Those that are answered come first: of what is equally alike, they are meant.
	return &MethodError{
		Pattern: p.text, Why: "no method is called " + p.text,
		DidYouMean: scenarios.SuggestMethod(p.text, append(answered, named...)),
	}
}

// checkCounted returns an error if no call could ever be counted for a pattern. Clients
// may call what no layer at hand has: what was called is not misspelt.
func checkCounted(text string, called map[string]int) error {
	if text == "" {
		return &MethodError{Why: "the pattern for methods is empty; * is for all of them"}
	}
	if _, err := path.Match(text, ""); err != nil {
		return &MethodError{Pattern: text, Why: strconv.Quote(text) + ": it is no pattern for methods: " + err.Error()}
	}
	p := pattern{text, func(name string) bool { return fitsPath(text, name) }}
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

// fitsPath tells whether a method fits a good pattern, upper and lower case alike.
func fitsPath(pattern, name string) bool {
	fits, _ := path.Match(strings.ToLower(pattern), strings.ToLower(name))
	return fits
}

// checkHeld returns an error if no call could ever come to a gate for a pattern. What
// scenarios.Lint warns of is narrower: rules are about the methods that are answered.
func checkHeld(m scenarios.Match) error {
	if m.Method == "" || m.Event != scenarios.EventCall {
		return nil
	}
	p := pattern{m.Method, func(name string) bool { return scenarios.MatchGlob(m.Method, name) }}
	if p.fitsAny(rpc.Read()) {
		return nil
	}
	if p.byID() || p.fitsAny(rpc.Named()) {
		return &MethodError{Pattern: p.text, Why: p.text + ": calls of it are refused at once, before any gate, as fakedc does not know their arguments"}
	}
	return p.none()
}
