package scenarios

import (
	"errors"
	"fmt"
	"strconv"
	"sync"

	"go.yaml.in/yaml/v4"
)

// The kinds of value in a scenario file.
var (
	kindText         = kind{name: "text"}
	kindWhole        = kind{name: "a whole number"}
	kindBool         = kind{name: "true or false", words: []string{"true", "false"}}
	kindDuration     = kind{name: "a duration such as 3s or 250ms"}
	kindDelay        = kind{name: "a duration such as 3s or 250ms, or one of uniform and lognormal"}
	kindTwoDurations = kind{name: "two durations such as [1s, 3s]"}
	kindNumber       = kind{name: "a number such as 0.5"}
	kindPercent      = kind{name: "a percentage such as 10%"}
	kindParts        = kind{name: `a number, a list, or one of "4..9", ">10", last, even, odd`}
	kindNumbers      = kind{name: `a number, a list, or one of "4..9", ">10", even, odd`}
	kindSizes        = kind{name: `a size such as 512KiB, a list, or one of "1KiB..4KiB", ">10", even, odd`}
	kindLinks        = kind{name: "a list of addresses"}
	kindRules        = kind{name: "a list of rules"}
	kindSize         = kind{name: "a size such as 512KiB"}
	kindMapping      = kind{name: "a mapping of keys and values"}
	kindHostile      = kind{name: "the name of a case", words: hostileNames()}
	kindStates       = kind{name: "a list of states"}
	kindEvent        = kind{name: "an event", words: eventNames}
	kindReorder      = kind{name: "a whole number"}
	kindProfile      = kind{name: "a rulebook", words: profiles}
	kindScope        = kind{name: "a scope", words: scopeNames}
	kindStore        = kind{name: "what becomes of the bytes", words: storeNames[1:]}
	kindDrop         = kind{name: "a moment", words: dropNames[1:]}
	kindDigest       = kind{name: "64 hexadecimal digits"}
	kindHow          = kind{name: "a way", words: howNames}
	kindTrue         = kind{name: "true", words: []string{"true"}}
	kindMigrate      = kind{name: "what is elsewhere", words: migrations}
	kindTransport    = kind{name: "one of -404, -429 and -444"}
	kindBadMsg       = kind{name: "one of 16 to 20, 32 to 35 and 64"}
	kindGarbage      = kind{name: "a size such as 128 or 1KiB"}
	kindChoices      = kind{name: "a list of replies"}
	kindCorrupt      = kind{name: "a way to spoil bytes", words: corruptNames[1:]}
	kindError        = kind{name: "the name of an error, or code and message"}
)

// document is what one file decodes into: the scenario, and what only a file has.
type document struct {
	Scenario
	version  int64
	included []included
}

// documentFields is the top level of a file.
var documentFields = object[document]{fields: []field[document]{
	{"fakedc", kindWhole, "version of the format, always 1", scalar(parseVersion, func(s *document) *int64 { return &s.version })},
	{"name", kindText, "name of the scenario in reports", scalar(parseText, func(s *document) *string { return &s.Name })},
	{"description", kindText, "what goes wrong, and why", scalar(parseText, func(s *document) *string { return &s.Description })},
	{"links", kindLinks, "where the scenario comes from", decodeLinks},
	{"params", kindParams, "parameters with their defaults, for ${name} in values", decodeNothing},
	{"include", kindIncludes, "scenarios that this one is laid over", decodeInclude},
	{"seed", kindWhole, "seed of every chance", scalar(parseSeed, func(s *document) **uint64 { return &s.Seed })},
	{"profile", kindProfile, "rulebook that judges parts", scalar(oneOf(profiles), func(s *document) *string { return &s.Profile })},
	{"account", kindMapping, "what the accounts are", nested(&accountFields, func(s *document) *Scenario { return &s.Scenario })},
	{"limits", kindMapping, "values of help.getAppConfig", decodeLimits},
	{"rulebook", kindMapping, "what is done about upload rules, by their id", decodeRulebook},
	{"parts", kindMapping, "what becomes of stored parts", nested(&partsFields, func(s *document) *Scenario { return &s.Scenario })},
	{"states", kindMapping, "a machine whose state decides which rules are looked at", nested(&statesFields, func(s *document) *States { return &s.States })},
	{"rules", kindRules, "the faults, the first that matches and fires wins", decodeRules},
	{"expect", kindExpect, "what a good client does about them", decodeExpect},
	{"allow", kindMapping, "findings that are none here", nested(&allowFields, func(s *document) *Allowed { return &s.Allow })},
}}

var accountFields = object[Scenario]{prefix: "account", fields: []field[Scenario]{
	{"premium", kindBool, "whether the accounts are Premium", scalar(parseBoolPointer, func(s *Scenario) **bool { return &s.Premium })},
}}

var limitFields = limitObject()

var statesFields = object[States]{prefix: "states", fields: []field[States]{
	{"initial", kindText, "the state at the beginning", scalar(parseText, func(s *States) *string { return &s.Initial })},
	{"per", kindScope, "what has a state of its own, default file", scalar(word(scopeNames, ScopeFile), func(s *States) *Scope { return &s.Per })},
}}

// ruleFields is one rule.
var ruleFields = object[Rule]{fields: []field[Rule]{
	{"name", kindText, "name of the rule in the journal", scalar(parseText, func(r *Rule) *string { return &r.Name })},
	{"match", kindMapping, "which calls the rule looks at", nested(&matchFields, func(r *Rule) *Match { return &r.Match })},
	{"when", kindStates, "the states in which the rule is looked at", texts(func(r *Rule) *[]string { return &r.When })},
	{"goto", kindText, "the state after the rule fired", scalar(parseText, func(r *Rule) *string { return &r.Goto })},
	{"per", kindScope, "what the counters count in, default file", scalar(word(scopeNames, ScopeFile), func(r *Rule) *Scope { return &r.Per })},
	{"nth", kindNumbers, "which of the matching calls, from 1", numbers(1, parseWhole, func(r *Rule) *Numbers { return &r.Nth })},
	{"every", kindWhole, "every so many-th matching call", scalar(parsePositive, func(r *Rule) *int { return &r.Every })},
	{"after", kindWhole, "how many matching calls pass first", scalar(parseCount, func(r *Rule) *int { return &r.After })},
	{"times", kindWhole, "how often the rule fires at most", scalar(parsePositive, func(r *Rule) *int { return &r.Times })},
	{"chance", kindPercent, "how probable it is that the rule fires", scalar(parsePercent, func(r *Rule) *float64 { return &r.Chance })},
	{"delay", kindDelay, "how long the answer is held back", decodeDelay},
	{"bandwidth", kindRate, "bytes per second that the parts of a connection share", scalar(parseRate, func(r *Rule) *int64 { return &r.Bandwidth })},
	{"store", kindStore, "what becomes of the bytes of the part", decodeStore},
	{"reply", kindMapping, "the answer in place of the normal one", decodeReply},
}}

var matchFields = object[Match]{prefix: "match", fields: []field[Match]{
	{"event", kindEvent, "what the rule looks at, default call", scalar(word(eventNames, EventCall), func(m *Match) *Event { return &m.Event })},
	{"method", kindText, "glob over method names, default " + DefaultMethod, scalar(parseText, func(m *Match) *string { return &m.Method })},
	{"part", kindParts, "number of the part, from 0", numbers(0, parseWhole, func(m *Match) *Numbers { return &m.Part })},
	{"total", kindNumbers, "announced number of parts, -1 for a stream", numbers(0, parseWhole, func(m *Match) *Numbers { return &m.Total })},
	{"size", kindSizes, "length of the part", numbers(0, parseSize, func(m *Match) *Numbers { return &m.Size })},
	{"file_size", kindSizes, "announced length of the file, rounded up to a whole part", numbers(1, parseSize, func(m *Match) *Numbers { return &m.FileSize })},
	{"file", kindNumbers, "ordinal of the file, from 1", numbers(1, parseWhole, func(m *Match) *Numbers { return &m.File })},
	{"attempt", kindNumbers, "how often this part was called, from 1", numbers(1, parseWhole, func(m *Match) *Numbers { return &m.Attempt })},
	{"big", kindBool, "whether it is a part of saveBigFilePart", scalar(parseBoolPointer, func(m *Match) **bool { return &m.Big })},
	{"data", kindMapping, "the bytes of the part", nested(&dataFields, func(m *Match) *Match { return m })},
	{"conn", kindNumbers, "ordinal of the connection, from 1", numbers(1, parseWhole, func(m *Match) *Numbers { return &m.Conn })},
	{"session", kindNumbers, "ordinal of the session in its datacenter, from 1", numbers(1, parseWhole, func(m *Match) *Numbers { return &m.Session })},
	{"dc", kindNumbers, "number of the datacenter", numbers(1, parseWhole, func(m *Match) *Numbers { return &m.DC })},
	{"client", kindMapping, "what the client said of itself", nested(&clientFields, func(m *Match) *ClientMatch { return &m.Client })},
}}

var dataFields = object[Match]{prefix: "match.data", fields: []field[Match]{
	{"sha256", kindDigest, "SHA-256 of the part", scalar(parseText, func(m *Match) *string { return &m.SHA256 })},
}}

var clientFields = object[ClientMatch]{prefix: "match.client", fields: []field[ClientMatch]{
	{"api_id", kindNumbers, "api_id of the application", numbers(1, parseWhole, func(m *ClientMatch) *Numbers { return &m.APIID })},
	{"device", kindText, "glob over device_model", scalar(parseText, func(m *ClientMatch) *string { return &m.Device })},
	{"app", kindText, "glob over app_version", scalar(parseText, func(m *ClientMatch) *string { return &m.App })},
	{"layer", kindNumbers, "API layer of the client", numbers(1, parseWhole, func(m *ClientMatch) *Numbers { return &m.Layer })},
}}

func limitObject() object[map[string]int] {
	o := object[map[string]int]{prefix: "limits"}
	for _, l := range limitKeys {
		o.fields = append(o.fields, field[map[string]int]{l.key, kindWhole, l.doc, func(d *decoder, n *yaml.Node, into *map[string]int) {
			var v int
			scalar(parsePositive, func(*map[string]int) *int { return &v })(d, n, into)
			if v != 0 {
				(*into)[l.key] = v
			}
		}})
	}
	return o
}

func parseText(text string) (string, error) { return text, nil }

func parseVersion(text string) (int64, error) {
	v, err := parseWhole(text)
	if err == nil && v != FormatVersion {
		return v, fmt.Errorf("this fakedc reads version %d of the format", FormatVersion)
	}
	return v, err
}

func parseSeed(text string) (*uint64, error) {
	v, err := strconv.ParseUint(text, 10, 64)
	if err != nil {
		return nil, fmt.Errorf("expected a whole number from 0 to %d", uint64(1<<64-1))
	}
	return &v, nil
}

func parseBoolPointer(text string) (*bool, error) {
	v, err := parseBool(text)
	return &v, err
}

// parseCount reads a number of calls. It has to fit an int32, so that it means the same on every machine.
func parseCount(text string) (int, error) {
	v, err := parseWhole(text)
	switch {
	case err != nil:
		return 0, err
	case v < 0:
		return 0, errors.New("the number is negative")
	case v > maxCount:
		return 0, fmt.Errorf("the largest number here is %d", maxCount)
	}
	return int(v), nil
}

// parsePositive is parseCount without 0, which in Go means "not set" and in a file would read as "never".
func parsePositive(text string) (int, error) {
	v, err := parseCount(text)
	if err == nil && v == 0 {
		return 0, errors.New("the number must be 1 or more; leave the key out to do without")
	}
	return v, err
}

// keyHomes says of each key where it belongs, for those that are written one level too deep or too high.
var keyHomes = sync.OnceValue(func() map[string]string {
	homes := map[string]string{}
	addHomes(homes, "at the top of the file", &documentFields)
	addHomes(homes, "in the rule's match", &matchFields)
	addHomes(homes, "in the match's data", &dataFields)
	addHomes(homes, "in the match's client", &clientFields)
	homes["weight"] = "in a reply of one_of"
	addHomes(homes, "in the rule's reply", &replyFields)
	addHomes(homes, "in the rule, beside match and reply", &ruleFields)
	addHomes(homes, "in the rule's store", &storeFields)
	addHomes(homes, "in the rule's delay", &delayFields)
	addHomes(homes, "in the delay's lognormal", &lognormalFields)
	addHomes(homes, "in account", &accountFields)
	addHomes(homes, "in limits", &limitFields)
	addHomes(homes, "in allow", &allowFields)
	addHomes(homes, "in states", &statesFields)
	addHomes(homes, "in rulebook", &rulebookFields)
	addHomes(homes, "in parts", &partsFields)
	addHomes(homes, "in the delay's hold_until", &holdFields)
	delete(homes, "per") // a rule and states have it
	addHomes(homes, "in an item of include", &inclusionFields)
	homes["params"] = "at the top of the file"
	// These have two homes each: a file and a rule have a name, account and reply have premium.
	delete(homes, "name")
	delete(homes, "file")
	delete(homes, "premium")
	return homes
})

func addHomes[T any](homes map[string]string, where string, o *object[T]) {
	for i := range o.fields {
		homes[o.fields[i].key] = where
	}
}
