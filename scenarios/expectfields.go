package scenarios

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"go.yaml.in/yaml/v4"
)

var (
	kindExpect  = kind{name: "a list of expectations"}
	kindEnd     = kind{name: "an end", words: uploadEndNames[1:]}
	kindReason  = kind{name: "a reason such as flood_wait, drop or answer_false, or the name of an error"}
	kindSame    = kind{name: "a list of part, total, sha256 and size"}
	kindOnly    = kind{name: "unacknowledged", words: []string{"unacknowledged"}}
	kindSame1   = kind{name: "same", words: []string{"same"}}
	kindRefused = kind{name: "refused", words: []string{"refused"}}
	kindName    = kind{name: "the name of an error, with X for a number"}
	kindMethods = kind{name: "a list of methods"}
	kindGlobs   = kind{name: "a list of patterns"}
	kindBytes   = kind{name: "equal, or sha256 and size", words: []string{"equal"}}
	kindCounted = kind{name: "a scope", words: []string{"part", "file", "account", "server"}}
	kindAtMost  = kind{name: "a whole number, or calls, per and method"}
)

// expectDraft is an expectation while its keys are read.
type expectDraft struct {
	Expectation
	chosen string
}

// expectFields is one expectation: exactly one of its keys.
var expectFields = object[expectDraft]{prefix: "expect[]", fields: []field[expectDraft]{
	expects("upload", kindEnd, "how every upload ends", ExpectUpload, scalar(word(uploadEndNames[1:], UploadComplete), func(e *expectDraft) *UploadEnd { return &e.Upload })),
	expects("bytes", kindBytes, "with equal, a part that is sent again has the same bytes as the first time; else the digest or size of every upload", ExpectBytes, decodeBytesExpected),
	expects("max_calls", kindAtMost, "how often a part is sent at most", ExpectMaxCalls, decodeCallsExpected),
	expects("retry", kindMapping, "how a call that went wrong is made again", ExpectRetry, nested(&retryFields, func(e *expectDraft) *RetryExpected { return &e.Retry })),
	expects("resent", kindMapping, "what may be sent more than once", ExpectResent, nested(&resentFields, func(e *expectDraft) *ResentExpected { return &e.Resent })),
	expects("answered", kindMapping, "a call that has to be answered with an error", ExpectAnswered, nested(&answeredFields, patternOf)),
	expects("sent", kindMapping, "a call that has to succeed so often", ExpectSent, nested(&sentFields, func(e *expectDraft) *Expectation { return &e.Expectation })),
	expects("never", kindMapping, "a call or an answer that must not happen", ExpectNever, nested(&neverFields, patternOf)),
	expects("hostile", kindRefused, "what the server broke", ExpectHostile, func(d *decoder, n *yaml.Node, into *expectDraft) {
		var refused bool
		setTrue(func(*expectDraft) *bool { return &refused })(d, n, into)
	}),
	expects("order", kindMethods, "methods in the order in which they are first called", ExpectOrder, texts(func(e *expectDraft) *[]string { return &e.Order })),
}}

func patternOf(e *expectDraft) *CallPattern { return &e.Pattern }

var bytesFields = object[BytesExpected]{prefix: "expect[].bytes", fields: []field[BytesExpected]{
	{"sha256", kindDigest, "SHA-256 of the whole file", scalar(parseText, func(b *BytesExpected) *string { return &b.SHA256 })},
	{"size", kindSize, "length of the whole file", scalar(parseFileSize, func(b *BytesExpected) *int { return &b.Size })},
}}

var callsFields = object[CallsExpected]{prefix: "expect[].max_calls", fields: []field[CallsExpected]{
	{"calls", kindWhole, "how often at most", scalar(parsePositive, func(c *CallsExpected) *int { return &c.AtMost })},
	{"per", kindCounted, "what is counted apart, default part", scalar(parseCounted, func(c *CallsExpected) *Scope { return &c.Per })},
	{"method", kindText, "glob over methods, default those that upload a part", scalar(parseText, func(c *CallsExpected) *string { return &c.Method })},
}}

// parseCounted reads a scope of those that calls are counted in.
func parseCounted(text string) (Scope, error) {
	if !slices.Contains(kindCounted.words, text) {
		return 0, unknownWord(kindCounted.words, text)
	}
	return word(scopeNames, ScopeFile)(text)
}

var retryFields = object[RetryExpected]{prefix: "expect[].retry", fields: []field[RetryExpected]{
	{"after", kindReason, "what went wrong", scalar(parseText, func(r *RetryExpected) *string { return &r.After })},
	{"not_before", kindDuration, "how long the client waits once the answer has left, default as long as it was told", scalar(parseDuration, func(r *RetryExpected) *time.Duration { return &r.NotBefore })},
	{"not_later_than", kindDuration, "how long it waits at most", scalar(parseDuration, func(r *RetryExpected) *time.Duration { return &r.NotLaterThan })},
	{"same", kindSame, "what must not change", texts(func(r *RetryExpected) *[]string { return &r.Same })},
}}

var resentFields = object[ResentExpected]{prefix: "expect[].resent", fields: []field[ResentExpected]{
	{"only", kindOnly, "parts whose answer the client had not acknowledged", setTrue(func(r *ResentExpected) *bool { return &r.Unacknowledged })},
	{"parts", kindNumbers, "these parts and no others", numbers(0, parseWhole, func(r *ResentExpected) *Numbers { return &r.Parts })},
	{"file_id", kindSame1, "the file is not begun anew under another file_id", setTrue(func(r *ResentExpected) *bool { return &r.SameFile })},
}}

var answeredFields = object[CallPattern]{prefix: "expect[].answered", fields: []field[CallPattern]{methodPattern, partPattern, errorPattern}}

var neverFields = object[CallPattern]{prefix: "expect[].never", fields: []field[CallPattern]{methodPattern, partPattern, errorPattern}}

var (
	methodPattern = field[CallPattern]{"method", kindText, "glob over methods", scalar(parseText, func(p *CallPattern) *string { return &p.Method })}
	partPattern   = field[CallPattern]{"part", kindNumbers, "number of the part", numbers(0, parseWhole, func(p *CallPattern) *Numbers { return &p.Part })}
	errorPattern  = field[CallPattern]{"error", kindName, "the error that is answered", scalar(parseText, func(p *CallPattern) *string { return &p.Error })}
)

var sentFields = object[Expectation]{prefix: "expect[].sent", fields: []field[Expectation]{
	{"method", kindText, "glob over methods", scalar(parseText, func(e *Expectation) *string { return &e.Pattern.Method })},
	{"ok", kindWhole, "how often it succeeds in each account", scalar(parsePositive, func(e *Expectation) *int { return &e.Times })},
}}

var allowFields = object[Allowed]{prefix: "allow", fields: []field[Allowed]{
	{"unfired_rules", kindGlobs, "names of rules that need not fire", texts(func(a *Allowed) *[]string { return &a.UnfiredRules })},
	{"unknown_methods", kindGlobs, "methods that may be called though they are not answered", texts(func(a *Allowed) *[]string { return &a.UnknownMethods })},
	{"violations", kindGlobs, "ids of upload rules that may be broken", texts(func(a *Allowed) *[]string { return &a.Violations })},
}}

// expects is a key of which an expectation has exactly one.
func expects(key string, k kind, doc string, what ExpectationKind, decode func(*decoder, *yaml.Node, *expectDraft)) field[expectDraft] {
	return field[expectDraft]{key, k, doc, func(d *decoder, n *yaml.Node, into *expectDraft) {
		if into.chosen != "" {
			d.fail(n, fmt.Sprintf("one item of the list is one expectation, and this one has %s already: make two of it", into.chosen), "")
			return
		}
		into.chosen, into.Kind = key, what
		decode(d, n, into)
	}}
}

// decodeExpect reads the list of expectations.
func decodeExpect(d *decoder, n *yaml.Node, into *document) {
	list := d.resolve(n)
	if list.Kind != yaml.SequenceNode {
		d.fail(n, d.kind.expected()+", found "+describe(list), "")
		return
	}
	if len(list.Content) > MaxExpectations {
		d.fail(n, fmt.Sprintf("there are %d expectations, and a scenario may have %d", len(list.Content), MaxExpectations), "")
		return
	}
	for i, c := range list.Content {
		if d.stopped {
			return
		}
		d.expectation = i
		outer := d.enter(d.numbered(expectFields.prefix), kindMapping, c)
		var draft expectDraft
		before := len(d.errs)
		expectFields.decode(d, c, &draft)
		if draft.chosen == "" && len(d.errs) == before {
			d.fail(c, "the expectation is empty: it needs one of "+strings.Join(expectNames[1:], ", "), "")
		}
		if len(d.errs) > before {
			d.broken[expectAt(i)] = true
		}
		into.Expect = append(into.Expect, draft.Expectation)
		d.leave(outer)
	}
}

// MaxExpectations is how many expectations a scenario may have.
const MaxExpectations = 200

func decodeBytesExpected(d *decoder, n *yaml.Node, into *expectDraft) {
	if d.resolve(n).Kind == yaml.MappingNode {
		bytesFields.decode(d, n, &into.Bytes)
		return
	}
	setTrue(func(e *expectDraft) *bool { return &e.Bytes.Same })(d, n, into)
}

func decodeCallsExpected(d *decoder, n *yaml.Node, into *expectDraft) {
	into.Calls.Per = ScopePart
	if d.resolve(n).Kind == yaml.MappingNode {
		callsFields.decode(d, n, &into.Calls)
		return
	}
	scalar(parsePositive, func(e *expectDraft) *int { return &e.Calls.AtMost })(d, n, into)
}

// setTrue returns the decoder of a field that has only one word.
func setTrue[T any](at func(*T) *bool) func(*decoder, *yaml.Node, *T) {
	return func(d *decoder, n *yaml.Node, into *T) {
		var said string
		scalar(oneOf(d.kind.words), func(*T) *string { return &said })(d, n, into)
		*at(into) = said != ""
	}
}

// texts returns the decoder of a list of texts; a single one may stand without the list.
func texts[T any](at func(*T) *[]string) func(*decoder, *yaml.Node, *T) {
	return func(d *decoder, n *yaml.Node, into *T) {
		list := d.resolve(n)
		items := list.Content
		if list.Kind == yaml.ScalarNode && list.Tag != "!!null" {
			items = []*yaml.Node{n}
		} else if list.Kind != yaml.SequenceNode {
			d.fail(n, d.kind.expected()+", found "+describe(list), "")
			return
		}
		if len(items) == 0 {
			d.fail(n, "the list is empty, so it says nothing", "")
		}
		var all []string
		for _, c := range items {
			if d.stopped {
				return
			}
			if text, ok := d.text(c); ok {
				all = append(all, text)
			}
		}
		*at(into) = all
	}
}

func parseFileSize(text string) (int, error) {
	v, err := parseSize(text)
	if err == nil && v < 1 {
		err = fmt.Errorf("a file has at least one byte")
	}
	return int(v), err
}
