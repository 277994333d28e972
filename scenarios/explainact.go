package scenarios

import (
	"fmt"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"
)

// explainCounters says on which of the matching calls the rule fires.
func (r *Rule) explainCounters() string {
	each := r.explainScope()
	var said []string
	switch {
	case !r.Nth.IsZero():
		said = append(said, "on the "+explainNumbers(&r.Nth, &byOrdinal)+" such call "+each)
	case r.Every > 1:
		said = append(said, "on every "+ordinal(int64(r.Every))+" such call, counted "+each)
	case r.Times == 0 && r.After == 0:
		said = append(said, "on every such call")
	case r.Times == 0:
		said = append(said, "on every such call, counted "+each)
	}
	switch {
	case r.After == 1:
		said = append(said, "after the first has passed")
	case r.After > 1:
		said = append(said, fmt.Sprintf("after the first %d have passed", r.After))
	}
	if r.Times > 0 && len(said) == 0 && !(r.Chance > 0 && r.Chance < 1) {
		said = append(said, times(r.Times)+" "+each)
	} else if r.Times > 0 {
		said = append(said, "at most "+times(r.Times)+" "+each)
	}
	if r.Chance > 0 {
		said = append(said, fmt.Sprintf("with a chance of %s%%, which the seed decides", strconv.FormatFloat(r.Chance*100, 'g', 6, 64)))
	}
	return strings.Join(said, ", ")
}

// explainScope says what the rule's calls are counted in.
func (r *Rule) explainScope() string {
	switch {
	case r.Per == ScopeServer, r.Match.Event != EventCall && r.Per != ScopeConnection: // an event has neither file nor account
		return "for the whole server"
	case (r.Per == ScopeFile || r.Per == ScopePart) && !touchesParts(r.Match.method()):
		return "for each account" // these calls have no file, see scopeKey
	}
	return "for each " + r.Per.String()
}

// explainAct says what happens to a call, and to its bytes. Of a reply that there are no words for it says nothing.
func (r *Rule) explainAct() []string {
	var said []string
	if r.Delay > 0 {
		said = append(said, "The answer comes "+r.Delay.String()+" late.")
	}
	if text := r.Jitter.explain(); text != "" {
		said = append(said, text)
	}
	said = append(said, r.explainPacing()...)
	if len(r.OneOf) > 0 {
		return append(said, r.explainChoices())
	}
	said = append(said, r.Reply.explain()...)
	return append(said, r.explainStore()...)
}

// explain says what the answer is; nothing for a normal one, and for one that has no words here.
func (r *Reply) explain() []string {
	switch r.Kind {
	case ReplyError:
		return []string{r.explainError()}
	case ReplyBool:
		return []string{fmt.Sprintf("The answer is %t.", r.Answer)}
	case ReplyNone:
		return []string{"No answer ever comes, and the connection stays open."}
	case ReplyDrop:
		return []string{r.explainDrop()}
	case ReplyNormal:
		return nil
	}
	return []string{r.explainWire()}
}

func (r *Reply) explainError() string {
	info, known := LookupError(r.Message)
	code := r.Code
	if code == 0 {
		code = info.Code
	}
	said := fmt.Sprintf("The answer is the error %d %s", code, r.Message)
	if known {
		said += " (" + withNumber(info.Description, r.Message) + ")"
	}
	return said + "."
}

// withNumber puts the number of an error in place of the X in its description.
func withNumber(description, message string) string {
	for word := range strings.SplitSeq(message, "_") {
		if isDigits(word) {
			words := strings.Split(description, " ")
			for i := range words {
				if strings.TrimRight(words[i], ":,") == "X" {
					words[i] = strings.Replace(words[i], "X", word, 1)
				}
			}
			text := strings.Join(words, " ")
			if word == "1" {
				text = strings.Replace(text, " 1 seconds", " 1 second", 1)
			}
			return text
		}
	}
	return description
}

// explainStore says what becomes of the bytes where the answer does not tell.
func (r *Rule) explainStore() []string {
	d := Decision{Store: r.Store, Reply: r.Reply}
	switch {
	case r.Match.Event != EventCall || !touchesParts(r.Match.method()):
		return nil
	case r.Reply.Kind == ReplyHostile: // says it itself
		return nil
	case r.Corrupt != CorruptNot:
		return []string{map[Corruption]string{
			CorruptFlip: "The part is stored with one bit changed.", CorruptTruncate: "Only the first half of the part is stored.", CorruptZero: "The part is stored as zeros.",
		}[r.Corrupt]}
	case r.LoseAfter > 0:
		return []string{fmt.Sprintf("The part is stored, and forgotten %v later.", r.LoseAfter)}
	case r.Store == StoreKeep && r.Reply.Kind == ReplyNormal:
		return []string{"The part is stored."}
	case r.Store == StoreKeep:
		return []string{"The part is stored all the same."}
	case r.Store == StoreLose && r.Reply.Kind == ReplyNormal:
		return []string{"The part is judged and answered as ever, but it is not stored."}
	case r.Store == StoreLose && d.Reply.Kind == ReplyBool && d.Reply.Answer:
		return []string{"The part is not stored, whatever the answer says."}
	case r.Store > StoreLose:
		return nil
	case r.Reply.Kind == ReplyNormal:
		return []string{"The call goes its normal way."}
	case d.Stores():
		return []string{"The part is stored."}
	}
	return []string{"The part is not stored."}
}

// told reports whether the sentences above have said what a key of the rule says.
func (r *Rule) told(path string) bool {
	switch path {
	case "", "name", "delay", "store", "bandwidth", "when", "goto", "match", "per", "nth", "every", "after", "times", "chance",
		"reply":
		return true
	}
	// Of these there are too many to be named one by one.
	for _, prefix := range []string{"match.", "delay.", "store.", "reply."} {
		if strings.HasPrefix(path, prefix) {
			return true
		}
	}
	return false
}

// toldAtTop is told for what is not in a rule.
func toldAtTop(path string) bool {
	switch path {
	case "fakedc", "params", "include", "name", "description", "links", "seed", "profile", "account", "account.premium", "limits", "rules", "expect", "allow", "rulebook", "parts", "parts.lifetime", "states", "states.initial", "states.per":
		return true
	}
	return strings.HasPrefix(path, "expect[") || strings.HasPrefix(path, "include[") || strings.HasPrefix(path, "rulebook.") || strings.HasPrefix(path, "allow.") || strings.HasPrefix(path, "limits.") || strings.HasPrefix(path, "links[")
}

// explainRest tells of the keys that no sentence was made for, by the table that they were read with.
func explainRest(d *decoder, rule int, told func(string) bool) []string {
	var said []string
	above := ""
	for _, m := range d.marks {
		if m.rule != rule || told(m.path) || above != "" && (strings.HasPrefix(m.path, above+".") || strings.HasPrefix(m.path, above+"[")) {
			continue
		}
		above = m.path
		said = append(said, fmt.Sprintf("Also %s: %s (%s).", m.path, flow(m.node), docOf(rule, m.path)))
	}
	return said
}

// docOf is what the table says about a key.
func docOf(rule int, path string) string {
	if rule != topLevel {
		path = "rules[]." + path
	}
	for _, k := range Keys() {
		if k.Path == path {
			return k.Doc
		}
	}
	return "see the reference"
}

// flow writes a value in one line.
func flow(n *yaml.Node) string {
	if n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	if n.Kind == yaml.ScalarNode {
		return quoteless(n.Value)
	}
	var items []string
	for i, c := range n.Content {
		if n.Kind == yaml.MappingNode && i%2 == 0 && i+1 < len(n.Content) {
			items = append(items, c.Value+": "+flow(n.Content[i+1]))
		} else if n.Kind != yaml.MappingNode {
			items = append(items, flow(c))
		}
		if len(items) == maxItems {
			items = append(items, "...")
			break
		}
	}
	if n.Kind == yaml.MappingNode {
		return "{" + strings.Join(items, ", ") + "}"
	}
	return "[" + strings.Join(items, ", ") + "]"
}

// maxItems bounds how many items of a value are repeated.
const maxItems = 10

// quoteless is a text of the file that cannot disturb a terminal.
func quoteless(text string) string {
	quoted := quote(text)
	return strings.TrimSuffix(strings.TrimPrefix(quoted, `"`), `"`)
}
