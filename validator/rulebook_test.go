package validator

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestRulebookIsComplete(t *testing.T) {
	id := regexp.MustCompile(`^[a-z]+\.[a-z0-9_]+$`)
	known := map[string]bool{}
	elsewhere := false
	for _, rule := range MustNew(Options{}).Rules() {
		assert.Regexp(t, id, rule.ID)
		assert.False(t, known[rule.ID], "%s twice", rule.ID)
		known[rule.ID] = true
		assert.True(t, strings.HasPrefix(rule.Source, "https://"), "%s: source %q", rule.ID, rule.Source)
		assert.Contains(t, []Confidence{High, Medium, Low, Unknown}, rule.Confidence, rule.ID)
		assert.NotEmpty(t, rule.Condition, rule.ID)
		assert.NotEmpty(t, rule.Method, rule.ID)
		assert.NotEmpty(t, rule.CheckedBy, rule.ID)
		assert.Equal(t, rule.Error == "", rule.Code == 0, "%s: an error has a code", rule.ID)
		modes := []Mode{Enforce, ReportOnly, Off}
		if !rule.Checked() {
			modes, elsewhere = []Mode{Elsewhere}, true
		}
		assert.False(t, rule.Checked() && elsewhere, "%s: the rules that are checked here come first", rule.ID)
		for _, mode := range []Mode{rule.Mode, rule.Docs, rule.Observed} {
			assert.Contains(t, modes, mode, rule.ID)
		}
	}
}

// A rule of low confidence has to say what is uncertain.
func TestUncertainRulesSayWhy(t *testing.T) {
	for _, rule := range MustNew(Options{}).Rules() {
		if rule.Checked() && (rule.Confidence == Low || rule.Confidence == Unknown) {
			assert.NotEmpty(t, rule.Note, rule.ID)
		}
	}
}

func TestProfiles(t *testing.T) {
	observed, byDocs := MustNew(Options{}), MustNew(Options{Profile: ProfileDocs})
	assert.Equal(t, ProfileObserved, observed.Profile())
	assert.Equal(t, OrderingAny, observed.Ordering())
	assert.EqualValues(t, 30<<20, observed.SmallFileMax())
	assert.EqualValues(t, 10<<20, byDocs.SmallFileMax())
	for i, rule := range observed.Rules() {
		assert.Equal(t, rule.Observed, rule.Mode, rule.ID)
		assert.Equal(t, byDocs.Rules()[i].Docs, byDocs.Rules()[i].Mode, rule.ID)
		if rule.Docs == Off {
			assert.NotEqual(t, Enforce, rule.Observed, "%s: the observed profile refuses nothing that the docs allow", rule.ID)
		}
	}
	golden(t, "rules.json", observed.Rules())
}

func TestLimits(t *testing.T) {
	book := MustNew(Options{})
	assert.Equal(t, 4000, book.MaxParts(false))
	assert.Equal(t, 8000, book.MaxParts(true))
	book = MustNew(Options{MaxParts: 9000, SmallFileMax: 7})
	assert.Equal(t, 9000, book.MaxParts(false))
	assert.Equal(t, 9000, book.MaxParts(true), "Premium never gets less by default")
	assert.EqualValues(t, 7, book.SmallFileMax())
	assert.Equal(t, 5, MustNew(Options{MaxPartsPremium: 5}).MaxParts(true))
	assert.Equal(t, 1<<31-1, MustNew(Options{MaxParts: 1<<31 - 1}).MaxParts(false), "the most that is allowed")
}

func TestNewRefuses(t *testing.T) {
	override := func(id string, mode Mode) Options { return Options{Overrides: map[string]Mode{id: mode}} }
	beyond := int64(1) << 31 // less than nothing where an int has 32 bits
	for _, c := range []struct {
		name    string
		options Options
		want    string
	}{
		{"profile", Options{Profile: "doc"}, `validator: unknown profile "doc" (did you mean "docs"?): use observed, docs`},
		{"ordering", Options{Ordering: "sequental"}, `unknown ordering "sequental" (did you mean "sequential"?): use any, sequential`},
		{"rule", override("part.size_change", Off), `no rule "part.size_change" to override (did you mean "part.size_changed"?)`},
		{"nothing like it", override("zzzzzzzzzzzz", Off), `no rule "zzzzzzzzzzzz" to override`},
		{"nothing like it, and nothing said", Options{Profile: "zzzzzzzzzzzz"}, `validator: unknown profile "zzzzzzzzzzzz": use observed, docs`},
		{"very long", override(strings.Repeat("z", 1<<20), Off), `to override`},
		{"mode", override("part.empty", "enforced"), `override of rule "part.empty": validator: unknown mode "enforced" (did you mean "enforce"?): use enforce, report, off`},
		{"no mode", override("part.empty", ""), `override of rule "part.empty" has no mode: use enforce, report, off`},
		{"elsewhere", override("file.expiry", Off), `rule "file.expiry" is carried out by the store`},
		{"elsewhere as a mode", override("part.empty", Elsewhere), `unknown mode "elsewhere"`},
		{"MaxParts", Options{MaxParts: -1}, "MaxParts is -1 parts: use 1..2147483647, or 0 for the default of 4000"},
		{"MaxPartsPremium", Options{MaxPartsPremium: int(beyond)}, fmt.Sprintf("MaxPartsPremium is %d parts", int(beyond))},
		{"SmallFileMax", Options{SmallFileMax: -1}, "SmallFileMax is -1 bytes"},
	} {
		t.Run(c.name, func(t *testing.T) {
			book, err := New(c.options)
			assert.Nil(t, book)
			assert.ErrorContains(t, err, c.want)
			assert.Panics(t, func() { MustNew(c.options) })
		})
	}
}

// Overrides reach both profiles, and the options given stay the caller's.
func TestOverrides(t *testing.T) {
	overrides := map[string]Mode{"part.empty": ReportOnly}
	book := MustNew(Options{Overrides: overrides})
	overrides["part.empty"] = Off
	rule, ok := book.Rule("part.empty")
	require.True(t, ok)
	assert.Equal(t, ReportOnly, rule.Mode)
	assert.Equal(t, Enforce, rule.Observed)
	book.Rules()[0].Mode = Off
	assert.Equal(t, Enforce, book.Rules()[0].Mode, "Rules is a copy")
	first, ok := book.Rule("total.range")
	require.True(t, ok, "the first rule is one, too")
	assert.Equal(t, "total.range", first.ID)
	_, ok = book.Rule("nothing")
	assert.False(t, ok)

	verdict := book.NewFile(Big).Judge(part(0, 1, 0))
	assert.True(t, verdict.Accepted())
	assert.Equal(t, []string{"part.empty"}, ruleIDs(verdict))
}

// Every checked rule that can be switched off is silent when it is: the call
// that breaks it in its table is accepted, or refused by another rule.
func TestOffIsSilent(t *testing.T) {
	for id, list := range examples {
		for _, e := range list {
			if !e.broken {
				continue
			}
			overrides := map[string]Mode{id: Off}
			for other, mode := range e.options.Overrides {
				if other != id {
					overrides[other] = mode
				}
			}
			e.options.Overrides = overrides
			e.options.Ordering = OrderingAny
			assert.NotContains(t, ruleIDs(e.verdict(t)), id, e.name)
		}
	}
}

func TestErrorText(t *testing.T) {
	verdict := MustNew(Options{}).NewFile(Big).Judge(part(43, 43, 19))
	assert.False(t, verdict.Accepted())
	assert.EqualError(t, verdict.Error, "400 FILE_PART_INVALID (rule part.beyond_total)")
	text, err := json.Marshal(verdict.Error)
	require.NoError(t, err)
	assert.JSONEq(t, `{"code":400,"message":"FILE_PART_INVALID","rule":"part.beyond_total"}`, string(text))
}

func TestKindText(t *testing.T) {
	for _, kind := range []Kind{Big, Small} {
		text, err := kind.MarshalText()
		require.NoError(t, err)
		for _, before := range []Kind{Big, Small} {
			back := before
			require.NoError(t, back.UnmarshalText(text))
			assert.Equal(t, kind, back, "whatever was there before")
		}
	}
	_, err := Kind(7).MarshalText()
	assert.ErrorContains(t, err, "unknown kind 7")
	assert.Equal(t, "kind(7)", Kind(7).String())
	assert.ErrorContains(t, new(Kind).UnmarshalText([]byte("large")), `unknown kind "large"`)
}

// The findings of a verdict come in the order of the rulebook, and the error
// is that of the first enforced one.
func TestFindingsAreInOrder(t *testing.T) {
	rules := MustNew(Options{}).Rules()
	for id, list := range examples {
		for _, e := range list {
			places := []int{}
			verdict := e.verdict(t)
			for _, found := range ruleIDs(verdict) {
				places = append(places, slices.IndexFunc(rules, func(r Rule) bool { return r.ID == found }))
			}
			assert.True(t, slices.IsSorted(places), "%s/%s: %v", id, e.name, ruleIDs(verdict))
			first := slices.IndexFunc(verdict.Findings, func(f Finding) bool { return f.Rule.Mode == Enforce })
			if assert.Equal(t, first < 0, verdict.Accepted()) && first >= 0 {
				assert.Equal(t, verdict.Findings[first].Rule.ID, verdict.Error.Rule)
			}
		}
	}
}
