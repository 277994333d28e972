package scenarios

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// Keep takes over what a scenario says beside its faults: what it expects and allows, and what it makes of the server. Played
// again without, a run that went wrong by them would be a good one. Only the last scenario counts, and nil is none.
func (r *Recorder) Keep(s *Scenario) {
	rest := ""
	if s != nil {
		rest = s.rest()
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.rest = rest
}

// rest writes all keys of a file but those that a recording has of its own, or that rules it does not have are about.
func (s *Scenario) rest() string {
	var b strings.Builder
	if s.Profile != "" {
		fmt.Fprintf(&b, "profile: %s\n", s.Profile)
	}
	if s.Premium != nil {
		fmt.Fprintf(&b, "account: { premium: %t }\n", *s.Premium)
	}
	if len(s.Limits) > 0 {
		fmt.Fprintf(&b, "limits: { %s }\n", pairs(s.Limits))
	}
	if len(s.Rulebook) > 0 {
		fmt.Fprintf(&b, "rulebook: { %s }\n", pairs(s.Rulebook))
	}
	if s.PartLifetime > 0 {
		fmt.Fprintf(&b, "parts: { lifetime: %v }\n", s.PartLifetime)
	}
	if len(s.Expect) > 0 {
		b.WriteString("expect:\n")
		for _, e := range s.Expect {
			fmt.Fprintf(&b, "  - %s: %s\n", e.Kind, e.yaml())
		}
	}
	var allowed keysOf
	allowed.list("unknown_methods", s.Allow.UnknownMethods)
	allowed.list("violations", s.Allow.Violations)
	if len(allowed) > 0 {
		fmt.Fprintf(&b, "allow: %s\n", allowed)
	}
	return b.String()
}

// yaml writes the value of the expectation's key.
func (e *Expectation) yaml() string {
	var keys keysOf
	switch e.Kind {
	case ExpectUpload:
		return e.Upload.String()
	case ExpectHostile:
		return kindRefused.words[0]
	case ExpectOrder:
		return quotedList(e.Order)
	case ExpectBytes:
		if e.Bytes.Same {
			return kindBytes.words[0]
		}
		keys.text("sha256", e.Bytes.SHA256)
		keys.number("size", e.Bytes.Size)
	case ExpectMaxCalls:
		keys.number("calls", e.Calls.AtMost)
		keys.text("per", e.Calls.Per.String())
		keys.text("method", e.Calls.Method)
	case ExpectRetry:
		keys.text("after", e.Retry.After)
		if e.Retry.NotBefore > 0 {
			keys.text("not_before", e.Retry.NotBefore.String())
		}
		if e.Retry.NotLaterThan > 0 {
			keys.text("not_later_than", e.Retry.NotLaterThan.String())
		}
		keys.list("same", e.Retry.Same)
	case ExpectResent:
		if e.Resent.Unacknowledged {
			keys.text("only", kindOnly.words[0])
		}
		keys.numbers("parts", &e.Resent.Parts)
		if e.Resent.SameFile {
			keys.text("file_id", kindSame1.words[0])
		}
	case ExpectAnswered, ExpectSent, ExpectNever:
		keys.text("method", e.Pattern.Method)
		keys.numbers("part", &e.Pattern.Part)
		keys.text("error", e.Pattern.Error)
		keys.number("ok", e.Times)
	}
	return keys.String()
}

// keysOf are the keys of a mapping with their values; what is empty is no key.
type keysOf []string

func (k keysOf) String() string { return "{ " + strings.Join(k, ", ") + " }" }

func (k *keysOf) add(key, value string) { *k = append(*k, key+": "+value) }

func (k *keysOf) text(key, value string) {
	if value != "" {
		k.add(key, quoted(value))
	}
}

func (k *keysOf) number(key string, value int) {
	if value != 0 {
		k.add(key, strconv.Itoa(value))
	}
}

func (k *keysOf) numbers(key string, n *Numbers) {
	if !n.IsZero() {
		k.list(key, strings.Split(strings.Trim(n.String(), "[]"), ", "))
	}
}

func (k *keysOf) list(key string, values []string) {
	if len(values) > 0 {
		k.add(key, quotedList(values))
	}
}

func quotedList(values []string) string {
	all := make([]string, len(values))
	for i, v := range values {
		all[i] = quoted(v)
	}
	return "[" + strings.Join(all, ", ") + "]"
}

// pairs writes a map, the same each time.
func pairs[V any](m map[string]V) string {
	var all []string
	for _, key := range slices.Sorted(maps.Keys(m)) {
		all = append(all, fmt.Sprintf("%s: %v", key, m[key]))
	}
	return strings.Join(all, ", ")
}
