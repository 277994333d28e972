package scenarios

import (
	"slices"
	"strings"
)

// missingColon looks for conditions that nothing separates from the terms.
func (p *faultParser) missingColon() error {
	first := splitTerms(p.text)[0]
	end := 0 // of the conditions
	for at := 0; ; {
		at += len(first[at:]) - len(strings.TrimLeft(first[at:], " ,"))
		word, _, _ := strings.Cut(strings.ReplaceAll(first[at:], ",", " "), " ")
		if strings.IndexAny(word, "=<>") < 1 || strings.Contains(word, "(") {
			break
		}
		at += len(word)
		end = at
	}
	if end == 0 {
		return nil
	}
	rest := strings.TrimPrefix(strings.TrimLeft(p.text[end:], " ,"), "->")
	if rest == "" {
		rest = "1*error(FILE_PART_INVALID)"
	}
	return p.fail(end+1, "a condition needs a colon behind it", spaced(p.text[:end])+": "+rest)
}

// closingBracket returns where the bracket closes that the text begins with, or -1.
func closingBracket(text string) int {
	open := 0
	for i := range len(text) {
		switch text[i] {
		case '(':
			open++
		case ')':
			if open--; open == 0 {
				return i
			}
		}
	}
	return -1
}

// behindTerm is the error of what stands behind a whole term, from there on.
func (p *faultParser) behindTerm(from int) error {
	more := p.text[from:]
	next := strings.TrimLeft(more, " ,;")
	act := strings.TrimLeft(next, "0123456789.*%")
	if end := strings.IndexAny(act, "( ,;-"); end >= 0 {
		act = act[:end]
	}
	likely := ""
	if _, known := faultActs[act]; known {
		likely = strings.TrimRight(p.text[:from], " ") + "->" + next
	}
	what := `expected "->" or the end, found ` + quote(more)
	if word, _, _ := strings.Cut(next, ":"); isCondition(word) {
		what += "; other conditions need a fault of their own"
	}
	return p.fail(from+1, what, likely)
}

// comma is the error of a comma among the conditions, with what was probably meant by it.
func (p *faultParser) comma(conditions string, at int) error {
	before, behind := strings.TrimRight(p.text[:at], " "), strings.TrimLeft(p.text[at+1:], " ")
	key := before[strings.LastIndexAny(before, " ,")+1:]
	next := strings.TrimLeft(conditions[at+1:], " ")
	if end := strings.IndexAny(next, " ,"); end >= 0 {
		next = next[:end]
	}
	switch {
	case next == "" || strings.ContainsAny(next, "=<>"):
		return p.fail(at+1, "conditions have spaces between them and no commas", spaced(conditions)+p.text[len(conditions):])
	case strings.HasPrefix(key, "client.") || strings.HasPrefix(key, "method"):
		return p.fail(at+1, "a condition can have no comma in it; in a pattern ? stands for one", before+"?"+behind)
	}
	return p.fail(at+1, "several numbers have | between them", before+"|"+behind)
}

// spaced writes conditions with one space between them, and no commas.
func spaced(conditions string) string {
	return strings.Join(strings.FieldsFunc(conditions, func(r rune) bool { return r == ' ' || r == ',' }), " ")
}

// isCondition reports whether a text begins like a condition.
func isCondition(text string) bool {
	at := strings.IndexAny(text, "=<>")
	return at > 0 && slices.Contains(faultConditions, text[:at])
}
