package validator

import (
	"fmt"
	"maps"
	"slices"
)

// Rulebook is a set of rules with their modes and limits settled. It does not
// change after New and may be shared by goroutines.
type Rulebook struct {
	options Options
	rules   []Rule
	watched [checkedRules]bool // Mode is not Off; in one place, for speed
}

// New builds the rulebook that the options describe. An unknown profile,
// ordering, rule id or mode is an error that names the nearest known one.
func New(options Options) (*Rulebook, error) {
	options, err := options.withDefaults()
	if err != nil {
		return nil, err
	}
	book := &Rulebook{options: options, rules: allRules()}
	for i := range book.rules {
		book.rules[i].settle(options.Profile)
	}
	if options.Ordering == OrderingSequential {
		book.rules[orderSequential].Mode = Enforce
	}
	// In the order of their names, so that of two mistakes the same one is
	// always reported.
	for _, id := range slices.Sorted(maps.Keys(options.Overrides)) {
		if err := book.override(id, options.Overrides[id]); err != nil {
			return nil, err
		}
	}
	for no := range book.watched {
		book.watched[no] = book.rules[no].Mode != Off
	}
	book.options.Overrides = maps.Clone(options.Overrides)
	return book, nil
}

// MustNew is New for options that are known to be good. It panics otherwise.
func MustNew(options Options) *Rulebook {
	book, err := New(options)
	if err != nil {
		panic(err)
	}
	return book
}

// Rules returns all rules in the order in which they are checked; those that
// other rooms carry out come last. The slice is the caller's.
func (b *Rulebook) Rules() []Rule { return slices.Clone(b.rules) }

// Rule returns the rule with this id.
func (b *Rulebook) Rule(id string) (Rule, bool) {
	i := slices.IndexFunc(b.rules, func(r Rule) bool { return r.ID == id })
	if i < 0 {
		return Rule{}, false
	}
	return b.rules[i], true
}

// Profile returns the profile that the rulebook follows.
func (b *Rulebook) Profile() Profile { return b.options.Profile }

// Ordering returns the order in which parts have to arrive.
func (b *Rulebook) Ordering() Ordering { return b.options.Ordering }

// MaxParts returns how many parts a file may have.
func (b *Rulebook) MaxParts(premium bool) int {
	if premium {
		return b.options.MaxPartsPremium
	}
	return b.options.MaxParts
}

// SmallFileMax returns the most that saveFilePart may store for one file, in
// bytes.
func (b *Rulebook) SmallFileMax() int64 { return b.options.SmallFileMax }

// settle gives the rule the mode of a profile.
func (r *Rule) settle(profile Profile) {
	if !r.Checked() {
		r.Docs, r.Observed = Elsewhere, Elsewhere
	}
	r.Mode = r.Observed
	if profile == ProfileDocs {
		r.Mode = r.Docs
	}
}

func (b *Rulebook) override(id string, mode Mode) error {
	i := slices.IndexFunc(b.rules, func(r Rule) bool { return r.ID == id })
	if i < 0 {
		return fmt.Errorf("validator: no rule %q to override%s", id, didYouMean(id, b.ids()))
	}
	if rule := &b.rules[i]; !rule.Checked() {
		return fmt.Errorf("validator: rule %q is carried out by the %s, it has no mode to override here", id, rule.CheckedBy)
	}
	if mode == "" {
		return fmt.Errorf("validator: override of rule %q has no mode: use enforce, report, off", id)
	}
	mode, err := choose("mode", mode, Enforce, ReportOnly, Off)
	if err != nil {
		return fmt.Errorf("validator: override of rule %q: %w", id, err)
	}
	b.rules[i].Mode = mode
	return nil
}

func (b *Rulebook) ids() []string {
	ids := make([]string, len(b.rules))
	for i, rule := range b.rules {
		ids[i] = rule.ID
	}
	return ids
}

// on tells whether anybody wants to know about a rule.
func (b *Rulebook) on(no ruleNo) bool { return b.watched[no] }
