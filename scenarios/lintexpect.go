package scenarios

import (
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"
)

// serverErrors are what the server answers of its own accord and no page of Telegram lists, as far as the error table lacks it.
// A test holds the list against the source of the server.
var serverErrors = []string{
	"BOT_METHOD_INVALID", "CHANNELS_TOO_MUCH", "CHAT_ABOUT_NOT_MODIFIED", "CHAT_ABOUT_TOO_LONG", "CHAT_ADMIN_REQUIRED",
	"CHAT_NOT_MODIFIED", "CHAT_TITLE_EMPTY", "HOSTILE_ACCEPTED", "INVITE_HASH_EMPTY", "MESSAGE_EMPTY", "MESSAGE_IDS_EMPTY",
	"MESSAGE_ID_INVALID", "MESSAGE_NOT_MODIFIED", "MESSAGE_TOO_LONG", "METHOD_NOT_SUPPORTED", "PARTICIPANT_ID_INVALID", "PHONE_CODE_EMPTY",
	"PHONE_CODE_EXPIRED", "PHONE_CODE_INVALID", "PHONE_NUMBER_INVALID", "RANDOM_ID_INVALID", "SEARCH_QUERY_EMPTY", "STICKERSET_INVALID",
	"STICKERS_EMPTY", "STICKERS_TOO_MUCH", "STORE_FAILED", "STORE_FULL", "USERNAME_INVALID", "USERS_TOO_MUCH",
}

// lintExpect looks at what the file itself expects and allows: what it includes is linted as a file of its own.
func (l *linter) lintExpect() {
	for i := range l.decoder.ownExpect {
		e := &l.scenario.Expect[i]
		p := expectPlace{l, i, expectNames[e.Kind]}
		switch e.Kind {
		case ExpectUpload:
			p.otherEnd(e.Upload)
		case ExpectMaxCalls:
			p.method("method", 0, e.Calls.Method, neverPasses)
		case ExpectRetry:
			if !slices.Contains(retryReasons, e.Retry.After) {
				p.errorName("after", e.Retry.After, retryReasons)
			}
		case ExpectSent:
			p.method("method", 0, e.Pattern.Method, neverPasses)
		case ExpectAnswered:
			p.method("method", 0, e.Pattern.Method, neverPasses)
			p.errorName("error", e.Pattern.Error, nil)
		case ExpectNever:
			p.method("method", 0, e.Pattern.Method, "the expectation changes nothing")
			p.errorName("error", e.Pattern.Error, nil)
		case ExpectOrder:
			for at, method := range e.Order {
				p.method("", at, method, neverPasses)
			}
		}
	}
	l.allowedMethods()
}

// otherEnd warns of uploads that another expectation wants to end otherwise: one that is told before, or one of an included file.
func (p expectPlace) otherEnd(end UploadEnd) {
	for i, e := range p.scenario.Expect {
		if e.Kind == ExpectUpload && e.Upload != end && (i < p.index || i >= p.decoder.ownExpect) {
			of := fmt.Sprintf("expect[%d]", i)
			if i >= p.decoder.ownExpect {
				of = "what is included"
			}
			p.warnKey(CheckContradiction, "", 0, fmt.Sprintf("%s: %s expects that every upload is %v", neverPasses, of, e.Upload), "")
			return
		}
	}
}

const neverPasses = "the run can never pass"

// expectPlace is one expectation and the key that it consists of.
type expectPlace struct {
	*linter
	index int
	kind  string
}

// method warns of a pattern that fits no method that is answered: a call of another fails the run anyway, unless that is allowed.
func (p expectPlace) method(key string, item int, pattern, so string) {
	if pattern == "" || len(p.methods) == 0 || slices.ContainsFunc(p.methods, func(m string) bool { return matchGlob(pattern, m) }) {
		return
	}
	carriedOut := p.kind == expectNames[ExpectSent] // which a method that is not answered never is
	if !carriedOut && slices.ContainsFunc(p.scenario.Allow.UnknownMethods, func(allowed string) bool { return matchGlob(allowed, pattern) }) {
		return
	}
	p.warnKey(CheckUnknownMethod, key, item, fmt.Sprintf("%s: no method that is answered is called %s", so, quote(pattern)), SuggestMethod(pattern, p.methods))
}

// errorName warns of an error that nothing answers with. words are what may stand in its place.
func (p expectPlace) errorName(key, name string, words []string) {
	if _, known := LookupError(name); known || name == "" || slices.Contains(serverErrors, name) || p.scenario.answersWith(name) {
		return
	}
	likely := suggestError(name)
	if at := slices.IndexFunc(words, func(w string) bool { return fold(w) == fold(name) }); at >= 0 {
		likely = words[at]
	}
	p.warnKey(CheckUndocumentedError, key, 0, fmt.Sprintf("no rule of the scenario answers with %s, and it is not a documented error", quote(name)), likely)
}

// warnKey warns of a key of the expectation, the empty one being the whole, and of an item if it is a list.
func (p expectPlace) warnKey(check, key string, item int, what, didYouMean string) {
	at := fmt.Sprintf("expect[%d]", p.index)
	n := child(find(p.decoder.marks, topLevel, at), p.kind)
	path := at + "." + p.kind
	if key != "" {
		n, path = child(n, key), path+"."+key
	}
	p.warnAt(itemOf(n, item), check, path, what, didYouMean)
}

// answersWith reports whether a rule answers with the error, in which X stands for a number.
func (s *Scenario) answersWith(pattern string) bool {
	fits := func(r *Reply) bool {
		return r.Kind == ReplyError && (r.Message == pattern || MatchError(pattern, r.Message))
	}
	return slices.ContainsFunc(s.Rules, func(r Rule) bool {
		return fits(&r.Reply) || slices.ContainsFunc(r.OneOf, func(c Choice) bool { return fits(&c.Reply) })
	})
}

// allowedMethods looks at the methods that may be called though they are not answered. One that is answered needs no leave, and of
// one that has another name than any that is known no call comes under that name.
func (l *linter) allowedMethods() {
	n := find(l.decoder.marks, topLevel, "allow.unknown_methods")
	for i, pattern := range l.scenario.Allow.UnknownMethods[:l.decoder.ownUnknown] {
		switch {
		case slices.ContainsFunc(l.methods, func(m string) bool { return strings.EqualFold(m, pattern) }):
			l.warnAt(itemOf(n, i), CheckUselessKey, "allow.unknown_methods", quote(pattern)+" changes nothing: it is answered", "")
		case mayBeID(pattern) || len(l.methods) == 0:
		case len(l.named) == 0 && !formOfMethod(pattern):
			l.warnAt(itemOf(n, i), CheckUnknownMethod, "allow.unknown_methods",
				quote(pattern)+" changes nothing: no method has such a name, which is one such as langpack.getStrings", "")
		case len(l.named) > 0 && !slices.ContainsFunc(l.named, func(m string) bool { return matchGlob(pattern, m) }):
			l.warnAt(itemOf(n, i), CheckUnknownMethod, "allow.unknown_methods",
				quote(pattern)+" changes nothing: no method is called so, and one whose name is not known here goes by its id, such as #1234abcd",
				SuggestMethod(pattern, l.named))
		}
	}
}

// mayBeID reports whether a pattern may stand for an id in hexadecimal, by which a method goes whose name is not known.
func mayBeID(pattern string) bool {
	return strings.ContainsAny(pattern[:1], "#*?") && strings.Trim(pattern, "#0123456789abcdefABCDEF*?") == ""
}

// formOfMethod reports whether a pattern may fit the name of any method: all have a family, but for those that carry another call,
// which are initConnection and invokeWith...
func formOfMethod(pattern string) bool {
	return strings.ContainsAny(pattern, ".*?") || strings.HasPrefix(fold(pattern), "in")
}

// child returns the value of a key, or else the mapping itself.
func child(n *yaml.Node, key string) *yaml.Node {
	n = target(n)
	for i := 0; i+1 < len(n.Content) && n.Kind == yaml.MappingNode; i += 2 {
		if n.Content[i].Value == key {
			return n.Content[i+1]
		}
	}
	return n
}

// itemOf returns an item of a list, or else the node itself.
func itemOf(n *yaml.Node, index int) *yaml.Node {
	n = target(n)
	if n.Kind == yaml.SequenceNode && index < len(n.Content) {
		return n.Content[index]
	}
	return n
}

// target follows an alias; of nothing it is an empty node.
func target(n *yaml.Node) *yaml.Node {
	if n == nil {
		return &yaml.Node{}
	}
	if n.Kind == yaml.AliasNode && n.Alias != nil {
		return n.Alias
	}
	return n
}
