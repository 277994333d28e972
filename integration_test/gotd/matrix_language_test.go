package gotd_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v4"

	"github.com/fakedc/fakedc/scenarios"
)

// doing are the keys of a rule that say what it does; the others say when.
var doing = []string{"reply", "store", "delay", "bandwidth", "goto"}

// use is a key of a rule at an event, with the value that it has there.
type use struct{ event, path, value string }

// written is what the acts are made of: the rules without their conditions, as JSON,
// and the keys that are used.
type written struct {
	rules map[string][]use // by the JSON of what the rule does; their event is empty
	used  map[use]bool
}

func read(t *testing.T, all []act) *written {
	w := &written{rules: map[string][]use{}, used: map[use]bool{}}
	for _, a := range all {
		c := cell{act: a, file: bigFile}
		var s struct{ Rules []map[string]any }
		require.NoError(t, yaml.Unmarshal([]byte(c.fill(a.text)), &s), a.text)
		for _, r := range s.Rules {
			event := "call"
			if m, ok := r["match"].(map[string]any); ok && m["event"] != nil {
				event = m["event"].(string)
			}
			does := map[string]any{}
			for _, key := range doing {
				if r[key] != nil {
					does[key] = r[key]
				}
			}
			text, err := json.Marshal(does)
			require.NoError(t, err)
			w.rules[string(text)] = walk("", does)
			for _, u := range walk("", does) {
				w.used[u.at(event)] = true
			}
		}
	}
	return w
}

// walk lists the keys under a value, in the notation of scenarios.Keys.
func walk(path string, value any) (found []use) {
	if path != "" {
		found = append(found, use{path: path, value: fmt.Sprint(value)})
	}
	switch v := value.(type) {
	case map[string]any:
		for key, inner := range v {
			found = append(found, walk(strings.TrimPrefix(path+"."+key, "."), inner)...)
		}
	case []any:
		for _, inner := range v {
			if m, ok := inner.(map[string]any); ok {
				found = append(found, walk(path+"[]", m)...)
			}
		}
	}
	return found
}

// at is the use at an event. What a delay is drawn from is the same at all of them.
func (u use) at(event string) use {
	u.event = event
	if event != "call" && strings.HasPrefix(u.path, "delay") {
		u.path, u.value = "delay", ""
	}
	return u
}

// has tells whether a key has a value in some act, at any event if none is given.
func (w *written) has(event, path, value string) bool {
	for u := range w.used {
		if u.path == path && (event == "" || u.event == event) && (value == "" || u.value == value) {
			return true
		}
	}
	return false
}

// The matrix has all that the language of scenarios can say that a rule does: each
// key, each word where there is a list of them, and each of both at every event.
func TestFaultMatrixHasTheWholeLanguage(t *testing.T) {
	w := read(t, acts())
	keys, codes := 0, 0
	for _, k := range scenarios.Keys() {
		path, ofRule := strings.CutPrefix(k.Path, "rules[].")
		if !ofRule || !slices.Contains(doing, strings.FieldsFunc(path, func(r rune) bool { return r == '.' || r == '[' })[0]) {
			continue
		}
		keys++
		require.True(t, w.has("", path, ""), "no act has %s, which %s: add it to the acts of the fault matrix", path, k.Doc)
		if slices.Contains(k.Words, "true") {
			continue // most can only be true
		}
		for _, word := range k.Words {
			require.True(t, w.has("", path, word) || path == "reply.hostile" && gotdBreaks[word], "no act has %s: %s", path, word)
		}
	}
	for code := -500; code <= 100; code++ {
		for _, path := range []string{"transport_error", "bad_msg"} {
			value := fmt.Sprint(code)
			if _, err := parseAt("call", fmt.Sprintf(`{"reply": {%q: %s}}`, path, value)); err == nil {
				codes++
				require.True(t, w.has("call", "reply."+path, value), "no act has reply.%s: %s", path, value)
			}
		}
	}
	require.Greater(t, keys, len(doing))
	require.Equal(t, 3+10, codes, "of transport_error and bad_msg")
}

// What the acts say at one event they say at every other where it means something.
func TestFaultMatrixHasEveryEvent(t *testing.T) {
	w := read(t, acts())
	tried := 0
	for _, k := range scenarios.Keys() {
		if k.Path != "rules[].match.event" {
			continue
		}
		for _, event := range k.Words {
			for text, uses := range w.rules {
				if _, err := parseAt(event, text); err != nil {
					continue
				}
				tried++
				for _, u := range uses {
					u = u.at(event)
					require.True(t, w.used[u] || free(u.path) && w.has(event, u.path, ""), "no act has %s: %s at %s", u.path, u.value, event)
				}
			}
		}
	}
	require.Greater(t, tried, 100)
}

// free are the keys whose values are no lists of words: one value stands for all.
func free(path string) bool {
	for _, k := range scenarios.Keys() {
		if k.Path == "rules[]."+path && len(k.Words) > 0 || path == "reply.transport_error" {
			return false
		}
	}
	return true
}

// parseAt reads a scenario with one rule, that does this at an event.
func parseAt(event, does string) (*scenarios.Scenario, error) {
	rule := fmt.Sprintf(`{"match": {"event": %q}, %s`, event, strings.TrimPrefix(does, "{"))
	return scenarios.Parse("probe", []byte("fakedc: 1\nstates: { initial: before }\nrules: [ "+rule+" ]\n"))
}
