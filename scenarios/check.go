package scenarios

import (
	"fmt"
	"math"
	"net/url"
	"slices"
	"strings"
	"unicode"
)

// maxCount bounds counters and limits, so that they fit the int of the wire.
const maxCount = math.MaxInt32

// checker looks for what is wrong with a scenario, whether it was read from a file or built in Go.
type checker struct {
	// report takes a finding: the rule or topLevel, the path of the field, what is wrong, and a likely correction.
	report func(rule int, path, what, didYouMean string)
	// partial says that a rule could not be read whole.
	partial func(rule int) bool
	rule    int
	// choice is the path of the reply being checked where it is one of several, else empty.
	choice string
}

// Validate looks for everything that Parse would refuse in a file. The error is an ErrorList.
func (s *Scenario) Validate() error {
	var errs ErrorList
	check(s, func(rule int, path, what, didYouMean string) {
		if len(errs) < maxErrors {
			errs = append(errs, &Error{Path: where(rule, path), What: what, DidYouMean: didYouMean})
		}
	}, func(int) bool { return false })
	return errs.sorted("")
}

func check(s *Scenario, report func(int, string, string, string), partial func(int) bool) {
	c := &checker{report: report, partial: partial, rule: topLevel}
	c.top(s)
	names := map[string]int{}
	for i := range s.Rules {
		c.rule = i
		r := &s.Rules[i]
		if first, taken := names[r.Name]; taken && r.Name != "" {
			c.fail("name", fmt.Sprintf("rules[%d] has this name already, and the journal tells rules apart by it", first))
		} else {
			names[r.Name] = i
		}
		c.checkRule(r)
	}
	c.states(s)
}

func (c *checker) fail(path, what string) { c.failHint(path, what, "") }
func (c *checker) failHint(path, what, likely string) {
	if key, ok := strings.CutPrefix(path, "reply"); ok && c.choice != "" {
		path = c.choice + key
	}
	c.report(c.rule, path, what, likely)
}

func (c *checker) top(s *Scenario) {
	c.name(s.Name)
	if i := strings.IndexFunc(s.Description, func(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\t' }); i >= 0 {
		c.fail("description", "holds a control character")
	}
	for i, link := range s.Links {
		if u, err := url.Parse(link); err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" {
			c.fail(fmt.Sprintf("links[%d]", i), "expected an http or https address, found "+quote(link))
		}
	}
	if s.Profile != "" && !slices.Contains(profiles, s.Profile) {
		c.failHint("profile", "expected "+orList(profiles)+", found "+quote(s.Profile), suggest(s.Profile, profiles))
	}
	if len(s.Rules) > MaxRules {
		c.fail("rules", fmt.Sprintf("there are %d rules, and a scenario may have %d", len(s.Rules), MaxRules))
	}
	c.limits(s.Limits)
	c.overrides(s)
	c.expectations(s)
}

func (c *checker) limits(limits map[string]int) {
	known := LimitKeys()
	keys := make([]string, 0, len(limits))
	for key := range limits {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	for _, key := range keys {
		if !slices.Contains(known, key) {
			c.failHint("limits", "unknown key "+quote(key), suggest(key, known))
		} else if v := limits[key]; v < 1 || v > maxCount {
			c.fail("limits."+key, fmt.Sprintf("%d is not in 1..%d", v, maxCount))
		}
	}
}

// maxName is how many bytes a name may have: it is repeated in every line of the journal that a rule causes.
const maxName = 120

// badName says what is wrong with a name, or nothing.
func badName(name string) string {
	switch {
	case len(name) > maxName:
		return fmt.Sprintf("the name has %d bytes, and may have %d", len(name), maxName)
	case strings.ContainsFunc(name, func(r rune) bool { return !unicode.IsPrint(r) }):
		return "the name holds a character that cannot be printed"
	}
	return ""
}

func (c *checker) name(name string) {
	if what := badName(name); what != "" {
		c.fail("name", what)
	}
}
