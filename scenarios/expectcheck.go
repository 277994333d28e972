package scenarios

import (
	"fmt"
	"slices"
	"strings"
)

// expectAt is the number of an expectation where rules have theirs: rules count from 0 upwards, topLevel is -1.
func expectAt(index int) int { return topLevel - 1 - index }

// maxPatterns bounds a list of patterns.
const maxPatterns = 100

// expectations checks what a scenario expects and allows.
func (c *checker) expectations(s *Scenario) {
	if len(s.Expect) > MaxExpectations {
		c.fail("expect", fmt.Sprintf("there are %d expectations, and a scenario may have %d", len(s.Expect), MaxExpectations))
		return
	}
	for i := range s.Expect {
		if c.partial(expectAt(i)) {
			continue // what it lacks may be what could not be read
		}
		c.expectation(fmt.Sprintf("expect[%d]", i), &s.Expect[i])
	}
	c.patterns("allow.unfired_rules", s.Allow.UnfiredRules)
	c.patterns("allow.unknown_methods", s.Allow.UnknownMethods)
	c.patterns("allow.violations", s.Allow.Violations)
	c.allowedNames(s)
}

func (c *checker) expectation(at string, e *Expectation) {
	switch e.Kind {
	case ExpectUpload:
		if e.Upload != UploadComplete && e.Upload != UploadFailed {
			c.fail(at, "expected "+orList(uploadEndNames[1:]))
		}
	case ExpectBytes:
		c.bytesExpected(at, &e.Bytes)
	case ExpectMaxCalls:
		c.callsExpected(at, &e.Calls)
	case ExpectRetry:
		c.retryExpected(at, &e.Retry)
	case ExpectResent:
		c.resentExpected(at, &e.Resent)
	case ExpectAnswered:
		if e.Pattern.Error == "" {
			c.fail(at, "answered needs error, the name of the error")
		}
		c.pattern(at, &e.Pattern)
	case ExpectSent:
		if e.Pattern.Method == "" || e.Times < 1 {
			c.fail(at, "sent needs method, and ok, which is 1 or more")
		}
		c.pattern(at, &e.Pattern)
	case ExpectNever:
		if e.Pattern.Method == "" && e.Pattern.Error == "" && e.Pattern.Part.IsZero() {
			c.fail(at, "never needs a method, a part or an error")
		}
		c.pattern(at, &e.Pattern)
	case ExpectHostile:
	case ExpectOrder:
		if len(e.Order) < 2 {
			c.fail(at, "an order has two methods at least")
		}
		c.patterns(at, e.Order)
	default:
		c.fail(at, "the expectation has no kind")
	}
}

func (c *checker) bytesExpected(at string, b *BytesExpected) {
	if _, ok := parseDigest(b.SHA256); !ok && b.SHA256 != "" {
		c.fail(at+".bytes.sha256", "expected "+kindDigest.name+", found "+quote(b.SHA256))
	}
	switch {
	case b.Size < 0:
		c.fail(at+".bytes.size", "a file has at least one byte")
	case !b.Same && b.SHA256 == "" && b.Size == 0:
		c.fail(at, "bytes needs equal, sha256 or size")
	}
}

func (c *checker) callsExpected(at string, e *CallsExpected) {
	if e.AtMost < 1 {
		c.fail(at, "max_calls needs a number, 1 or more; never is for calls that must not be made")
	}
	if e.Per == ScopeSession || e.Per == ScopeConnection {
		c.fail(at, "calls are counted per part, file, account or server")
	}
	c.pattern(at, &CallPattern{Method: e.Method})
}

func (c *checker) retryExpected(at string, r *RetryExpected) {
	switch {
	case r.After == "":
		c.fail(at, "retry needs after, which is what went wrong: "+orList(retryReasons)+", or the name of an error")
	case !slices.Contains(retryReasons, r.After):
		if !isErrorName(r.After) {
			c.failHint(at+".retry.after", "expected "+orList(retryReasons)+", or the name of an error, found "+quote(r.After), suggest(r.After, retryReasons))
		}
	}
	switch {
	case r.NotBefore < 0 || r.NotLaterThan < 0:
		c.fail(at, "a time is negative")
	case r.NotLaterThan > 0 && r.NotLaterThan < r.NotBefore:
		c.fail(at, fmt.Sprintf("not_later_than %v is before not_before %v", r.NotLaterThan, r.NotBefore))
	}
	for _, same := range r.Same {
		if !slices.Contains(sameNames, same) {
			c.failHint(at+".retry.same", "expected "+orList(sameNames)+", found "+quote(same), suggest(same, sameNames))
		}
	}
}

func (c *checker) resentExpected(at string, r *ResentExpected) {
	if !r.Unacknowledged && r.Parts.IsZero() && !r.SameFile {
		c.fail(at, "resent needs only, parts or file_id")
	}
	c.numbers(at+".resent.parts", &r.Parts, 0, "parts are numbered from 0")
}

func (c *checker) pattern(at string, p *CallPattern) {
	if p.Method != "" {
		c.patterns(at, []string{p.Method})
	}
	if p.Error != "" && !isErrorName(p.Error) {
		c.fail(at, fmt.Sprintf("%s is no name of an error, such as FILE_PART_X_MISSING", quote(p.Error)))
	}
	c.numbers(at+".part", &p.Part, 0, "parts are numbered from 0")
}

// isErrorName reports whether a text has the form of FILE_PART_X_MISSING or Timeout.
func isErrorName(name string) bool {
	return len(name) <= maxMessage && name != "" && !slices.Contains(retryReasons, name) && strings.ToLower(name) != name &&
		!strings.ContainsFunc(name, func(r rune) bool { return r <= ' ' || r > '~' })
}

func (c *checker) patterns(at string, all []string) {
	if len(all) > maxPatterns {
		c.fail(at, fmt.Sprintf("the list has %d patterns, and may have %d", len(all), maxPatterns))
	}
	for _, p := range all {
		if bad := badName(p); bad != "" || p == "" {
			c.fail(at, "expected a name in which * and ? may stand for others, found "+quote(p))
		}
	}
}

// allowedNames looks for rules that are allowed not to fire, or to be broken, and do not exist.
func (c *checker) allowedNames(s *Scenario) {
	var names []string
	for i := range s.Rules {
		if s.Rules[i].Name != "" {
			names = append(names, s.Rules[i].Name)
		}
	}
	for _, p := range s.Allow.UnfiredRules {
		if p != "*" && !slices.ContainsFunc(names, func(name string) bool { return matchGlob(p, name) }) {
			c.failHint("allow.unfired_rules", "no rule has the name "+quote(p), suggest(p, names))
		}
	}
	for _, p := range s.Allow.Violations {
		if p != "" && !slices.ContainsFunc(uploadRules, func(id string) bool { return matchGlob(p, id) }) {
			c.failHint("allow.violations", "no upload rule has the id "+quote(p), suggest(p, uploadRules))
		}
	}
}
