package validator

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

// Profile chooses which of the two readings of the rules applies.
type Profile string

const (
	// ProfileObserved is what the field shows; the default.
	ProfileObserved Profile = "observed"
	// ProfileDocs is exactly what core.telegram.org says.
	ProfileDocs Profile = "docs"
)

// Ordering says in which order parts have to arrive.
type Ordering string

const (
	// OrderingAny takes parts as they come; the default, and what
	// https://core.telegram.org/api/files#uploading-files allows.
	OrderingAny Ordering = "any"
	// OrderingSequential refuses a part while a lower one has never arrived.
	OrderingSequential Ordering = "sequential"
)

// Mode is what becomes of a call that breaks a rule.
type Mode string

const (
	// Enforce refuses the call.
	Enforce Mode = "enforce"
	// ReportOnly accepts it and says so in the findings.
	ReportOnly Mode = "report"
	// Off does not look.
	Off Mode = "off"
	// Elsewhere marks a rule that another room carries out; this package only
	// lists it, so it cannot be overridden here.
	Elsewhere Mode = "elsewhere"
)

// Options choose a rulebook. The zero value is the observed profile with
// Telegram's own limits.
type Options struct {
	// Profile is the reading of the rules; empty means ProfileObserved.
	Profile Profile
	// Ordering is the order in which parts must arrive; empty means OrderingAny.
	Ordering Ordering
	// MaxParts is the number of parts allowed without Premium; 0 means
	// DefaultMaxParts.
	MaxParts int
	// MaxPartsPremium is the same with Premium; 0 means
	// DefaultMaxPartsPremium, or MaxParts where that is more.
	MaxPartsPremium int
	// SmallFileMax is the most that saveFilePart may store for one file, in
	// bytes; 0 means the profile's own: SmallFileMaxDocs or
	// SmallFileMaxObserved.
	SmallFileMax int64
	// Overrides set the mode of single rules by id, whatever the profile says.
	Overrides map[string]Mode
}

// withDefaults fills in what was left empty and refuses what makes no sense.
func (o Options) withDefaults() (Options, error) {
	var err error
	if o.Profile, err = choose("profile", o.Profile, ProfileObserved, ProfileDocs); err != nil {
		return o, err
	}
	if o.Ordering, err = choose("ordering", o.Ordering, OrderingAny, OrderingSequential); err != nil {
		return o, err
	}
	if o.MaxParts, err = limit("MaxParts", o.MaxParts, DefaultMaxParts); err != nil {
		return o, err
	}
	premium := max(DefaultMaxPartsPremium, o.MaxParts)
	if o.MaxPartsPremium, err = limit("MaxPartsPremium", o.MaxPartsPremium, premium); err != nil {
		return o, err
	}
	if o.SmallFileMax < 0 {
		return o, fmt.Errorf("validator: SmallFileMax is %d bytes: use a positive size, or 0 for the profile's own", o.SmallFileMax)
	}
	if o.SmallFileMax == 0 {
		o.SmallFileMax = SmallFileMaxObserved
		if o.Profile == ProfileDocs {
			o.SmallFileMax = SmallFileMaxDocs
		}
	}
	return o, nil
}

// choose returns value, or the first of the allowed ones where it is empty.
func choose[T ~string](what string, value T, allowed ...T) (T, error) {
	if value == "" {
		return allowed[0], nil
	}
	if slices.Contains(allowed, value) {
		return value, nil
	}
	names := make([]string, len(allowed))
	for i, name := range allowed {
		names[i] = string(name)
	}
	return value, fmt.Errorf("validator: unknown %s %q%s: use %s",
		what, value, didYouMean(string(value), names), strings.Join(names, ", "))
}

// limit checks a number of parts and fills in its default.
func limit(name string, value, byDefault int) (int, error) {
	if value == 0 {
		return byDefault, nil
	}
	if value < 0 || value > math.MaxInt32 {
		return value, fmt.Errorf("validator: %s is %d parts: use 1..%d, or 0 for the default of %d",
			name, value, math.MaxInt32, byDefault)
	}
	return value, nil
}
