package scenarios

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// FaultError says what is wrong with a fault in one line.
type FaultError struct {
	// Text is the fault, Column where it is wrong, in bytes from 1; 0 where it is wrong as a whole.
	Text   string
	Column int
	What   string
	// DidYouMean is a likely correction, or empty.
	DidYouMean string
}

// Error repeats the text with what is wrong.
func (e *FaultError) Error() string {
	at := ""
	if e.Column > 0 {
		at = fmt.Sprintf(", column %d", e.Column)
	}
	text := fmt.Sprintf("fault %s%s: %s", quote(e.Text), at, e.What)
	if e.DidYouMean != "" {
		text += fmt.Sprintf(" (did you mean %s?)", quote(e.DidYouMean))
	}
	return text
}

// ParseFault reads a fault in one line:
//
//	part=2: 1*error(FILE_PART_SIZE_INVALID)
//	part>10: 10%flood_wait(3s)->delay(200ms)
//	event=connect: 2*refuse(rst)
//
// Before the colon stand conditions, separated by spaces: keys of match with =, <, <=, > or >=; without any, all parts are meant.
// Behind it stand terms: an act with, before it, how often it happens in each file (2*) or with which chance (10%). A term that is
// used up, or whose chance says no, leaves the call to the next one behind ->. The rules are those that a file would have; see
// FaultYAML. The error is a *FaultError.
func ParseFault(text string) ([]Rule, error) {
	src, err := FaultYAML(text)
	if err != nil {
		return nil, err
	}
	s, err := Parse("fault", []byte(src))
	if err != nil {
		first := err.(ErrorList)[0]
		what := first.What
		if strings.HasSuffix(what, needsCode) {
			what += ", as in error(400, SOME_NAME)" // a line has no keys for them
		}
		return nil, &FaultError{Text: text, Column: columnOf(text, first.Path), What: what, DidYouMean: first.DidYouMean}
	}
	return s.Rules, nil
}

// columnOf is where a fault in one line says what the file that it stands for has at a path, 0 for nowhere: whoever wrote the
// line has no rules[0].
func columnOf(text, path string) int {
	_, from, err := faultRules(text)
	number, field, found := strings.Cut(strings.TrimPrefix(path, "rules["), "]")
	n, notNumber := strconv.Atoi(number)
	if err != nil || !found || notNumber != nil || n >= len(from) {
		return 0
	}
	return from[n].at(strings.TrimPrefix(field, "."))
}

// FaultYAML writes the scenario file that a fault in one line stands for.
func FaultYAML(text string) (string, error) {
	lines, _, err := faultRules(text)
	if err != nil {
		return "", err
	}
	var b strings.Builder
	fmt.Fprintf(&b, "fakedc: %d\nrules:\n", FormatVersion)
	for i, line := range lines {
		name := text
		if i > 0 {
			name += fmt.Sprintf(" #%d", i+1)
		}
		if len(name) > maxName {
			name = name[:maxName-10] + fmt.Sprintf("... #%d", i+1)
		}
		fmt.Fprintf(&b, "  - { name: %s, %s }\n", strconv.Quote(strings.ToValidUTF8(name, "?")), line)
	}
	return b.String(), nil
}

// maxFault is how many bytes a fault in one line may have: each of its terms becomes a rule with all of its conditions.
const maxFault = 10_000

// faultRules writes the keys of the rules that a fault stands for, but for their names, and tells where they come from.
func faultRules(text string) (rules []string, from []faultPlace, err error) {
	p := &faultParser{text: text, conditions: map[string]int{}}
	if len(text) > maxFault {
		return nil, nil, p.fail(0, fmt.Sprintf("it has %d bytes, and may have %d: a scenario file takes more", len(text), maxFault), "")
	}
	conditions, terms, found := strings.Cut(text, ":")
	offset := len(conditions) + 1
	if !found || strings.Contains(conditions, "(") {
		if err := p.missingColon(); err != nil {
			return nil, nil, err
		}
		conditions, terms, offset = "", text, 0
	}
	match, err := p.match(conditions)
	if err != nil {
		return nil, nil, err
	}
	for _, term := range splitTerms(terms) {
		keys, err := p.term(term, offset)
		if err != nil {
			return nil, nil, err
		}
		rules = append(rules, match+strings.Join(keys, ", "))
		column := offset + len(term) - len(strings.TrimLeft(term, " ")) + 1
		from = append(from, faultPlace{text: text, term: strings.TrimSpace(term), column: column, conditions: p.conditions})
		offset += len(term) + len("->")
	}
	return rules, from, nil
}

// splitTerms cuts at the arrows.
func splitTerms(text string) []string { return strings.Split(text, "->") }

// faultParser reads one fault.
type faultParser struct {
	text string
	// conditions are the columns of the keys of match.
	conditions map[string]int
}

func (p *faultParser) fail(column int, what, didYouMean string) error {
	return &FaultError{Text: p.text, Column: column, What: what, DidYouMean: didYouMean}
}

// match writes the conditions as the match of a rule.
func (p *faultParser) match(text string) (string, error) {
	var keys, client []string
	for rest, at := text, 0; ; {
		trimmed := strings.TrimLeft(rest, " ")
		at += len(rest) - len(trimmed)
		if trimmed == "" {
			break
		}
		if trimmed[0] == ',' {
			return "", p.comma(text, at)
		}
		word := trimmed
		if end := strings.IndexAny(trimmed, " ,"); end >= 0 {
			word = trimmed[:end]
		}
		key, value, err := p.condition(word, at+1)
		if err != nil {
			return "", err
		}
		p.conditions["match."+key] = at + 1
		if inner, ok := strings.CutPrefix(key, "client."); ok {
			client = append(client, inner+": "+value)
		} else {
			keys = append(keys, key+": "+value)
		}
		rest, at = trimmed[len(word):], at+len(word)
	}
	if len(client) > 0 {
		keys = append(keys, "client: { "+strings.Join(client, ", ")+" }")
	}
	if len(keys) == 0 {
		return "", nil
	}
	return "match: { " + strings.Join(keys, ", ") + " }, ", nil
}

// faultConditions are the keys of match that a condition may have.
var faultConditions = []string{"event", "method", "part", "total", "size", "file_size", "file", "attempt", "big", "conn", "session", "dc",
	"client.api_id", "client.device", "client.app", "client.layer"}

func (p *faultParser) condition(word string, column int) (key, value string, err error) {
	at := strings.IndexAny(word, "=<>")
	if at < 0 {
		return "", "", p.fail(column, "expected a condition such as part=2 or part>10, found "+quote(word), "")
	}
	key, value = word[:at], word[at:]
	if !slices.Contains(faultConditions, key) {
		return "", "", p.fail(column, "there is no condition "+quote(key), suggest(key, faultConditions))
	}
	value = strings.TrimPrefix(value, "=")
	if value == "" {
		return "", "", p.fail(column+at, "the condition has no value", "")
	}
	if strings.Contains(value, "|") { // several numbers
		items := strings.Split(value, "|")
		for i := range items {
			items[i] = strconv.Quote(items[i])
		}
		return key, "[" + strings.Join(items, ", ") + "]", nil
	}
	return key, strconv.Quote(value), nil
}

// term writes one term as keys of a rule.
func (p *faultParser) term(term string, offset int) ([]string, error) {
	rest := strings.TrimLeft(term, " ")
	column := offset + len(term) - len(rest) + 1
	rest = strings.TrimRight(rest, " ")
	var keys []string
	for {
		end := strings.IndexFunc(rest, func(r rune) bool { return (r < '0' || r > '9') && r != '.' })
		if end <= 0 {
			break
		}
		switch rest[end] {
		case '*':
			keys = append(keys, "times: "+rest[:end])
		case '%':
			keys = append(keys, "chance: "+rest[:end]+"%")
		default:
			return nil, p.fail(column, "behind a number stands * for how often or % for the chance", "")
		}
		rest, column = rest[end+1:], column+end+1
	}
	end := strings.IndexAny(rest, "( ,;")
	if end < 0 {
		end = len(rest)
	}
	name, args, behind := rest[:end], "", rest[end:]
	hasArgs := strings.HasPrefix(behind, "(")
	if hasArgs {
		closed := closingBracket(behind)
		if closed < 0 {
			return nil, p.fail(column+len(rest), "the bracket is not closed", "")
		}
		args, behind = behind[1:closed], behind[closed+1:]
	}
	act, known := faultActs[name]
	switch {
	case name == "":
		return nil, p.fail(column, "expected an act such as error(NAME) or delay(200ms)", "")
	case !known && hasArgs && isCondition(name):
		return nil, p.fail(column+end, "a condition can have no bracket in it; in a pattern ? stands for one", "")
	case !known:
		return nil, p.fail(column, "there is no act "+quote(name), suggest(name, faultActNames()))
	case act.args && strings.TrimSpace(args) == "":
		return nil, p.fail(column, name+" needs something in brackets: "+act.example, "")
	case !act.args && !act.optional && hasArgs:
		return nil, p.fail(column, name+" takes nothing in brackets", "")
	case behind != "":
		return nil, p.behindTerm(column - 1 + len(rest) - len(strings.TrimLeft(behind, " ")))
	}
	var list []string
	if hasArgs && strings.TrimSpace(args) != "" {
		for a := range strings.SplitSeq(args, ",") {
			list = append(list, strconv.Quote(strings.TrimSpace(a)))
		}
	}
	written := act.write(list)
	if written == "" {
		how := "too much"
		if len(list) <= strings.Count(act.example, ",") {
			how = "too little"
		}
		return nil, p.fail(column, how+" in brackets: "+act.example, "")
	}
	return append(keys, written), nil
}
