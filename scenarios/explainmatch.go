package scenarios

import (
	"fmt"
	"math"
	"strings"
)

// explain names the calls that match.
func (m *Match) explain() string {
	if m.Event != EventCall {
		return m.explainEvent()
	}
	if caller := m.explainCaller(); len(caller) > 0 {
		return m.explainCall() + " " + strings.Join(caller, " ")
	}
	return m.explainCall()
}

// explainCall names the calls, whoever makes them.
func (m *Match) explainCall() string {
	anyCall := m.File.IsZero() && m.Attempt.IsZero() && !m.onlyParts([]string{m.method()}) && m.method() != DefaultMethod
	if !touchesParts(m.method()) || anyCall {
		if m.method() == "*" {
			return "every call"
		}
		return "every call of " + m.method()
	}
	said := []string{m.explainPart()}
	if !m.Size.IsZero() {
		said = append(said, "of length "+explainNumbers(&m.Size, &byNumber))
	}
	said = append(said, m.explainFile()...)
	if !m.Attempt.IsZero() {
		said = append(said, "when it is sent for the "+explainNumbers(&m.Attempt, &byOrdinal)+" time")
	}
	if m.method() != DefaultMethod {
		said = append(said, "in calls of "+m.Method)
	}
	return strings.Join(said, " ")
}

func (m *Match) explainPart() string {
	p := &m.Part
	lowest, highest, plain := ends(p)
	switch {
	case p.IsZero():
		return "any part"
	case p.Last && len(p.Spans) == 0 && !p.Even && !p.Odd:
		return "the last part"
	case plain && lowest == highest:
		return "part " + explainNumbers(p, &byPart) + " (" + explainNumbers(p, &byPartName) + ")"
	}
	return "parts " + explainNumbers(p, &byPart) + " (" + explainNumbers(p, &byPartName) + ")"
}

// explainFile names the files.
func (m *Match) explainFile() []string {
	file := "of every file"
	if !m.File.IsZero() {
		file = "of the " + explainNumbers(&m.File, &byOrdinal) + " file on the server"
	}
	if m.Total.IsZero() {
		return []string{file}
	}
	if v, ok := m.Total.exact(1); ok && v[0] == -1 {
		return []string{file, "whose length is not known yet (a stream)"}
	}
	return []string{file, "that is announced with a total of " + explainNumbers(&m.Total, &byNumber)}
}

// numbering is how the numbers of one kind are said.
type numbering struct {
	one       func(int64) string
	even, odd string
}

var (
	byNumber   = numbering{func(n int64) string { return fmt.Sprint(n) }, "an even number", "an odd number"}
	byPart     = numbering{byNumber.one, "0, 2, 4 and so on", "1, 3, 5 and so on"}
	byPartName = numbering{partName, "the first, third, fifth part and so on", "the second, fourth, sixth part and so on"}
	byOrdinal  = numbering{ordinal, "second, fourth, sixth (and so on)", "first, third, fifth (and so on)"}
)

// explainNumbers lists a set.
func explainNumbers(n *Numbers, by *numbering) string {
	var said []string
	for _, s := range n.Spans {
		switch {
		case s.From == s.To:
			said = append(said, by.one(s.From))
		case s.To == math.MaxInt64:
			said = append(said, by.one(s.From)+" and above")
		default:
			said = append(said, by.one(s.From)+" to "+by.one(s.To))
		}
		if more := len(n.Spans) - maxItems; len(said) == maxItems && more > 0 {
			said = append(said, fmt.Sprintf("%d more", more))
			break
		}
	}
	if n.Last {
		said = append(said, "the last")
	}
	if n.Even {
		said = append(said, by.even)
	}
	if n.Odd {
		said = append(said, by.odd)
	}
	return orList(said)
}

// partName names a part the way people count, who begin with the first.
func partName(part int64) string {
	if part < 0 || part == math.MaxInt64 {
		return fmt.Sprint(part)
	}
	return "the " + ordinal(part+1) + " part"
}

// ordinals are the words for small numbers.
var ordinals = strings.Fields("zeroth first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth " +
	"sixteenth seventeenth eighteenth nineteenth twentieth")

// ordinal writes third, or 23rd.
func ordinal(n int64) string {
	if n >= 0 && n < int64(len(ordinals)) {
		return ordinals[n]
	}
	suffix := "th"
	if tens := n / 10 % 10; tens != 1 {
		switch n % 10 {
		case 1:
			suffix = "st"
		case 2:
			suffix = "nd"
		case 3:
			suffix = "rd"
		}
	}
	return fmt.Sprint(n) + suffix
}

// times writes how often.
func times(n int) string {
	switch n {
	case 1:
		return "once"
	case 2:
		return "twice"
	}
	return fmt.Sprintf("%d times", n)
}
