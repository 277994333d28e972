package conformance

import (
	"context"
	"fmt"
	"slices"
	"strings"
)

// Case is one requirement with the check for it.
type Case struct {
	// ID is chapter, section and number, such as "4.2.3". Cases are only ever
	// added at the end of a section, so that an ID keeps its meaning.
	ID string `json:"id"`
	// Name is a few words, unique in the suite.
	Name string `json:"name"`
	// Requirement is what is demanded, in one sentence.
	Requirement string `json:"requirement"`
	// URL is where the documentation says so.
	URL string `json:"url"`
	// Run makes the check. Its error says what was expected and what came, or is
	// a *SkipError.
	Run func(ctx context.Context, e *Env) error `json:"-"`
}

// SkipError is returned by a case that cannot be decided for this target.
type SkipError struct{ Reason string }

func (e *SkipError) Error() string { return "skipped: " + e.Reason }

// section is a part of a chapter: cases that one page of the documentation asks for.
type section struct {
	id, page string
	cases    []Case
}

// test makes a case. Its anchor is a place on the section's page, or a URL of its own.
func test(name, requirement, anchor string, run func(ctx context.Context, e *Env) error) Case {
	return Case{Name: name, Requirement: requirement, URL: anchor, Run: run}
}

// The pages of the documentation.
const (
	pageTransports  = "https://core.telegram.org/mtproto/mtproto-transports"
	pageWebSocket   = "https://core.telegram.org/mtproto/transports"
	pageAuthKey     = "https://core.telegram.org/mtproto/auth_key"
	pageDescription = "https://core.telegram.org/mtproto/description"
	pageService     = "https://core.telegram.org/mtproto/service_messages"
	pageAbout       = "https://core.telegram.org/mtproto/service_messages_about_messages"
	pageSecurity    = "https://core.telegram.org/mtproto/security_guidelines"
	pageInvoking    = "https://core.telegram.org/api/invoking"
	pageFiles       = "https://core.telegram.org/api/files"
	pageErrors      = "https://core.telegram.org/api/errors"
	pageMethod      = "https://core.telegram.org/method/"
)

func sections() []section {
	return slices.Concat(transportSections(), keySections(), messageSections(), serviceSections(), securitySections(), fileSections())
}

// Cases returns all cases in the order of their IDs.
func Cases() []Case {
	var all []Case
	for _, s := range sections() {
		for i, c := range s.cases {
			c.ID = fmt.Sprintf("%s.%d", s.id, i+1)
			if !strings.HasPrefix(c.URL, "https://") {
				c.URL = s.page + c.URL
			}
			all = append(all, c)
		}
	}
	return all
}

// Select returns the cases that a pattern names: IDs, sections or chapters ("4.2.3",
// "4.2", "4"), or words of a name, separated by commas. An empty pattern names all.
func Select(pattern string) []Case {
	words := patternWords(pattern)
	if words == nil {
		return Cases()
	}
	return slices.DeleteFunc(Cases(), func(c Case) bool { return !slices.ContainsFunc(words, c.matches) })
}

// Unmatched returns what of a pattern names no case: of "4.2,9.9" it is 9.9.
func Unmatched(pattern string) []string {
	cases := Cases()
	return slices.DeleteFunc(patternWords(pattern), func(word string) bool {
		return slices.ContainsFunc(cases, func(c Case) bool { return c.matches(word) })
	})
}

// patternWords returns what a pattern is made of; nil names all cases.
func patternWords(pattern string) []string {
	if strings.TrimSpace(pattern) == "" {
		return nil
	}
	words := strings.Split(pattern, ",")
	for i, word := range words {
		words[i] = strings.TrimSpace(word)
	}
	return words
}

func (c Case) matches(pattern string) bool {
	switch {
	case pattern == "":
		return false
	case strings.Trim(pattern, "0123456789.") == "":
		return c.ID == pattern || strings.HasPrefix(c.ID, strings.TrimSuffix(pattern, ".")+".")
	}
	return strings.Contains(strings.ToLower(c.Name), strings.ToLower(pattern))
}
