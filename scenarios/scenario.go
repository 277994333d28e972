package scenarios

import (
	"maps"
	"slices"
	"time"
)

// Scenario is one scenario file, or the same thing built in Go. The zero value is a valid scenario without faults.
type Scenario struct {
	// Name identifies the scenario in reports. Parse takes it from the file's name where the file has none.
	Name string
	// Description says what goes wrong and why anybody would want that.
	Description string
	// Links are http or https addresses of where the scenario comes from: documentation, or the report of a real bug.
	Links []string
	// Seed feeds every chance. Nil leaves the choice to whoever compiles the scenario.
	Seed *uint64
	// Profile names the rulebook that judges parts: ProfileDocs, ProfileObserved, or empty for the server's own.
	Profile string
	// Premium makes every account a Premium account, or not. Nil leaves the server's own setting.
	Premium *bool
	// Limits overrides values of help.getAppConfig by their key; LimitKeys lists the keys that are understood.
	Limits map[string]int
	// Rulebook sets the mode of upload rules by their id; UploadRules lists them.
	Rulebook map[string]string
	// PartLifetime is how long after it was stored a part is forgotten, 0 for as long as the server keeps files. The documentation
	// says between several minutes and several hours: https://core.telegram.org/api/files#uploading-files
	PartLifetime time.Duration
	// States is the machine that Rule.When and Rule.Goto are about.
	States States
	// Rules are tried in this order.
	Rules []Rule
	// Expect says what a good client does about the faults.
	Expect []Expectation
	// Allow lists what would be a finding anywhere else.
	Allow Allowed
}

// The rulebooks that a scenario can ask for.
const (
	// ProfileDocs judges by exactly what core.telegram.org says.
	ProfileDocs = "docs"
	// ProfileObserved judges by what the field shows.
	ProfileObserved = "observed"
)

// profiles lists the values of Scenario.Profile, for checks and suggestions.
var profiles = []string{ProfileDocs, ProfileObserved}

// FormatVersion is the version of the file format: every file starts with `fakedc: 1`.
const FormatVersion = 1

// The keys of help.getAppConfig that a scenario may override. Source: https://core.telegram.org/api/config#client-configuration
const (
	// LimitPartsDefault is how many parts a file may have, https://core.telegram.org/api/files#uploading-files
	LimitPartsDefault = "upload_max_fileparts_default"
	// LimitPartsPremium is the same for a Premium account.
	LimitPartsPremium = "upload_max_fileparts_premium"
	// LimitSpeedupUpload is how many times faster Premium uploads are said to be.
	LimitSpeedupUpload = "upload_premium_speedup_upload"
	// LimitSpeedupDownload is the same for downloads.
	LimitSpeedupDownload = "upload_premium_speedup_download"
	// LimitSpeedupNotify is how many seconds a client waits between two notices about the speed limit.
	LimitSpeedupNotify = "upload_premium_speedup_notify_period"
)

// limitKeys pairs each key with the sentence that describes it in the reference.
var limitKeys = []struct{ key, doc string }{
	{LimitPartsDefault, "most parts of one file"},
	{LimitPartsPremium, "most parts of one file for a Premium account"},
	{LimitSpeedupUpload, "how many times faster Premium uploads are said to be"},
	{LimitSpeedupDownload, "how many times faster Premium downloads are said to be"},
	{LimitSpeedupNotify, "seconds between two notices about the speed limit"},
}

// LimitKeys returns the keys that Scenario.Limits may hold, in a fixed order.
func LimitKeys() []string {
	keys := make([]string, len(limitKeys))
	for i, k := range limitKeys {
		keys[i] = k.key
	}
	return keys
}

// SeedOr returns the scenario's own seed, or fallback where it has none.
func (s *Scenario) SeedOr(fallback uint64) uint64 {
	if s.Seed != nil {
		return *s.Seed
	}
	return fallback
}

// Clone returns a copy that shares nothing with s.
func (s *Scenario) Clone() *Scenario {
	c := *s
	c.Links = slices.Clone(s.Links)
	if s.Seed != nil {
		seed := *s.Seed
		c.Seed = &seed
	}
	if s.Premium != nil {
		premium := *s.Premium
		c.Premium = &premium
	}
	c.Limits = maps.Clone(s.Limits)
	c.Rulebook = maps.Clone(s.Rulebook)
	c.Rules = make([]Rule, len(s.Rules))
	for i := range s.Rules {
		c.Rules[i] = s.Rules[i].clone()
	}
	c.Expect = slices.Clone(s.Expect)
	for i := range c.Expect {
		c.Expect[i] = c.Expect[i].clone()
	}
	c.Allow = s.Allow.clone()
	return &c
}
