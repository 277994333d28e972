package scenarios

import (
	"fmt"
	"math"
	"reflect"
	"slices"
	"strings"
)

// mostParts is how many parts a file of a Premium account may have, https://core.telegram.org/api/files#uploading-files
const mostParts = 8000

// mostPartsDefault is the same for other accounts.
const mostPartsDefault = 4000

// plain reports whether the match asks for nothing but what this package's checks look at. What they do not know may make two
// matches differ, so they say nothing then.
func (m *Match) plain() bool {
	rest := *m
	rest.Method, rest.Part, rest.Total, rest.Size, rest.File, rest.Attempt = "", Numbers{}, Numbers{}, Numbers{}, Numbers{}, Numbers{}
	return reflect.ValueOf(rest).IsZero()
}

// unknownMethod warns of a pattern that fits nothing, whatever else the rule asks for.
func (l *linter) unknownMethod(r *Rule) bool {
	if len(l.methods) == 0 || len(l.fits[l.rule]) > 0 {
		return false
	}
	l.warn(CheckUnknownMethod, "match.method", fmt.Sprintf("the rule can never fire: no method that is answered is called %s", quote(r.Match.method())),
		SuggestMethod(r.Match.method(), slices.Concat(l.methods, l.seen))) // of what is equally alike, an answered one is meant
	return true
}

// partLimit returns how many parts a file may have under this scenario.
func (s *Scenario) partLimit() int64 {
	standard, premium := mostPartsDefault, mostParts
	if v, ok := s.Limits[LimitPartsDefault]; ok {
		standard = v
	}
	if v, ok := s.Limits[LimitPartsPremium]; ok {
		premium = v
	}
	if s.Premium != nil && !*s.Premium {
		return int64(standard)
	}
	return int64(max(standard, premium))
}

// beyondFile warns of part numbers that no file has. Reports whether there are no others.
func (l *linter) beyondFile(r *Rule) bool {
	limit, beyond := l.scenario.partLimit(), 0
	for _, s := range r.Match.Part.Spans {
		if s.From >= limit {
			beyond++
		}
	}
	if beyond == 0 {
		return false
	}
	p := &r.Match.Part
	all := beyond == len(p.Spans) && !p.Last && !p.Even && !p.Odd
	what := fmt.Sprintf("parts are numbered from 0, so the last of a file of %d parts, the most that is allowed, is %d", limit, limit-1)
	if all {
		l.warn(CheckPartRange, "match.part", "the rule can never fire on a file that keeps the rules: "+what, "")
		return true
	}
	l.warn(CheckPartRange, "match.part", "some of these parts do not exist: "+what, "")
	return false
}

// beyondTotal warns of parts that lie behind the end of the only files that match. A part as high as the total is let pass: it is
// the empty end of a stream.
func (l *linter) beyondTotal(r *Rule) bool {
	lowest, _, ok := ends(&r.Match.Part)
	_, highest, totals := ends(&r.Match.Total)
	if !ok || !totals || lowest <= highest {
		return false
	}
	if r.Match.Total.Contains(-1) {
		return false // a stream may have any number of parts
	}
	l.warn(CheckNeverFires, "match.part", fmt.Sprintf("the rule can never fire on a file that keeps the rules: of a file of %d parts the last is %d", highest, highest-1), "")
	return true
}

// ends returns the lowest and the highest number of a set that is nothing but spans.
func ends(n *Numbers) (lowest, highest int64, ok bool) {
	if len(n.Spans) == 0 || n.Last || n.Even || n.Odd {
		return 0, 0, false
	}
	lowest, highest = math.MaxInt64, math.MinInt64
	for _, s := range n.Spans {
		lowest, highest = min(lowest, s.From), max(highest, s.To)
	}
	return lowest, highest, true
}

// noFile warns of a rule that asks for a file or an attempt of calls that have neither.
func (l *linter) noFile(r *Rule) bool {
	path := ""
	switch {
	case touchesParts(r.Match.method()):
		return false
	case !r.Match.File.IsZero():
		path = "match.file"
	case !r.Match.Attempt.IsZero():
		path = "match.attempt"
	default:
		return false
	}
	l.warn(CheckNeverFires, path, fmt.Sprintf("the rule can never fire: only parts are numbered by file and attempt, and %s does not upload them", quote(r.Match.method())), "")
	return true
}

// errorNotListed warns of an error that no matching method's page has.
func (l *linter) errorNotListed(r *Rule) {
	for i := range r.OneOf {
		one := *r
		one.Reply, one.OneOf = r.OneOf[i].Reply, nil
		l.choice = fmt.Sprintf("reply.one_of[%d]", i)
		l.errorNotListed(&one)
		l.choice = ""
	}
	// What is the server's own trouble no page lists, and any method may meet it:
	// https://core.telegram.org/api/errors#500-internal
	if r.Reply.Kind != ReplyError || r.Reply.Code >= 500 || r.Reply.Code < 0 {
		return
	}
	methods := l.fits[l.rule]
	for _, method := range methods {
		page := pageOf(method)
		if page == nil {
			return
		}
		if listed, known := page.lists(r.Reply.Message); listed || !known {
			return
		}
	}
	if len(methods) == 0 {
		return
	}
	what := fmt.Sprintf("%s is not a documented error of %s", r.Reply.Message, strings.Join(methods, " or "))
	if info, ok := LookupError(r.Reply.Message); ok {
		what += ", see " + info.Source
	}
	l.warn(CheckUndocumentedError, l.replyPath(), what, "")
}

// replyPath returns the key of the reply that was written, such as reply.error.
func (l *linter) replyPath() string {
	if l.choice != "" {
		return l.choice
	}
	for i := range replyFields.fields {
		path := replyFields.path(replyFields.fields[i].key)
		if l.written(path) != nil {
			return path
		}
	}
	return replyFields.prefix
}
