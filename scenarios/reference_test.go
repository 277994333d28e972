package scenarios

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestKeysGolden makes every change of the file format visible in a review, and finds keys without a description.
func TestKeysGolden(t *testing.T) {
	var b strings.Builder
	for _, k := range Keys() {
		require.NotEmpty(t, k.Doc, k.Path)
		require.NotEmpty(t, k.Value, k.Path)
		fmt.Fprintf(&b, "%-45s %s%s: %s\n", k.Path, k.Value, wordsOf(k), k.Doc)
	}
	requireGolden(t, b.String(), "testdata/keys.golden")
}

func wordsOf(k Key) string {
	if len(k.Words) == 0 {
		return ""
	}
	return " (" + orList(k.Words) + ")"
}

// TestKeysWordsAreRead looks for words that the table promises and the decoder refuses.
func TestKeysWordsAreRead(t *testing.T) {
	for _, k := range Keys() {
		for _, w := range k.Words {
			text := map[string]string{
				"profile":                       "profile: %s",
				"account.premium":               "account: { premium: %s }",
				"rules[].match.big":             "rules: [{ match: { big: %s }, delay: 1s }]",
				"rules[].per":                   "rules: [{ per: %s, delay: 1s }]",
				"rules[].store":                 "rules: [{ store: %s }]",
				"rules[].store.corrupt":         "rules: [{ store: { corrupt: %s } }]",
				"rules[].reply.answer":          "rules: [{ reply: { answer: %s } }]",
				"rules[].reply.none":            "rules: [{ reply: { none: true } }] # %s",
				"rules[].reply.drop":            "rules: [{ reply: { drop: %s } }]",
				"rules[].reply.bad_server_salt": "rules: [{ reply: { bad_server_salt: %s } }]",
				"rules[].reply.duplicate":       "rules: [{ reply: { duplicate: %s } }]",
				"rules[].reply.gzip":            "rules: [{ reply: { gzip: %s } }]",
				"rules[].reply.wrong_msg_key":   "rules: [{ reply: { wrong_msg_key: %s } }]",
				"rules[].reply.migrate":         "rules: [{ reply: { migrate: %s, to: 4 } }]",
				"rules[].reply.how":             "rules: [{ reply: { drop: after-store, how: %s } }]",
				"rules[].reply.premium":         "rules: [{ reply: { flood_wait: 1s, premium: %s } }]",
				"rules[].match.event":           "rules: [{ match: { event: %s }, goto: a }]\nstates: { initial: a, per: server }",
				"rules[].reply.new_session":     "rules: [{ reply: { new_session: %s } }]",
				"rules[].reply.refuse":          "rules: [{ match: { event: connect }, reply: { refuse: %s } }]",
				"states.per":                    "states: { initial: a, per: %s }",
				"expect[].hostile":              "expect: [{ hostile: %s }]",
				"expect[].upload":               "expect: [{ upload: %s }]",
				"expect[].bytes":                "expect: [{ bytes: %s }]",
				"expect[].max_calls.per":        "expect: [{ max_calls: { calls: 1, per: %s } }]",
				"expect[].resent.only":          "expect: [{ resent: { only: %s } }]",
				"expect[].resent.file_id":       "expect: [{ resent: { file_id: %s } }]",
			}[k.Path]
			if id, ok := strings.CutPrefix(k.Path, "rulebook."); ok {
				text = "rulebook: { " + id + ": %s }"
			}
			if h, ok := LookupHostile(w); ok && k.Path == "rules[].reply.hostile" {
				text = "rules: [{ match: { event: " + h.Event.String() + " }, reply: { hostile: %s } }]"
			}
			if k.Path == "states.per" && w == "part" {
				continue // a part ends before anything could change its state
			}
			require.NotEmpty(t, text, "a new key with words: %s", k.Path)
			mustParse(t, "fakedc: 1\n"+fmt.Sprintf(text, w))
		}
	}
}

// TestKeysHaveOneHome finds a key whose "it belongs ..." would be a guess.
func TestKeysHaveOneHome(t *testing.T) {
	seen := map[string]string{}
	for _, k := range Keys() {
		key := k.Path[strings.LastIndexByte(k.Path, '.')+1:]
		if key == "name" || key == "premium" || strings.HasPrefix(k.Path, "expect[].") || strings.HasPrefix(k.Path, "rulebook.") || key == "per" || key == "file" || key == "params" {
			continue // a scenario and a rule have a name; account and reply have premium; expectations share keys with rules
		}
		require.Empty(t, seen[key], k.Path)
		seen[key] = k.Path
	}
}
