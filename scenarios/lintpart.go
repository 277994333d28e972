package scenarios

import "fmt"

// takesParts reports whether parts of upload.saveBigFilePart can match, or those of upload.saveFilePart.
func (m *Match) takesParts(big bool) bool {
	method := partMethods[0]
	if big {
		method = bigMethod
	}
	return (m.Big == nil || *m.Big == big) && matchGlob(m.method(), method)
}

// onlyLast reports whether the match asks for the last part and no other.
func (m *Match) onlyLast() bool {
	return m.Part.Last && len(m.Part.Spans) == 0 && !m.Part.Even && !m.Part.Odd
}

// otherSize warns of a rule about the calls of one method that asks for the files that only the other is for.
func (l *linter) otherSize(r *Rule) bool {
	m := &r.Match
	if m.Big == nil || m.takesParts(*m.Big) {
		return false
	}
	l.warn(CheckNeverFires, "match.big", fmt.Sprintf("the rule can never fire: big is %t of every part that %s uploads", !*m.Big, quote(m.method())), "")
	return true
}

// noTotal warns of a rule that needs a total and looks only at calls that have none.
// Source: https://core.telegram.org/method/upload.saveFilePart
func (l *linter) noTotal(r *Rule) bool {
	m := &r.Match
	if m.takesParts(true) || !m.takesParts(false) {
		return false
	}
	path := ""
	switch {
	case !m.Total.IsZero() && !m.Total.Contains(0):
		path = "match.total"
	case !m.FileSize.IsZero():
		path = "match.file_size"
	case m.onlyLast():
		path = "match.part"
	default:
		return false
	}
	l.warn(CheckNeverFires, path, "the rule can never fire: "+partMethods[0]+" does not say how many parts there are", "")
	return true
}

// noEnd warns of a rule that needs the length of a file and looks only at calls of a stream that does not know it yet.
// Source: https://core.telegram.org/api/files#streamed-uploads
func (l *linter) noEnd(r *Rule) bool {
	m := &r.Match
	if _, highest, ok := ends(&m.Total); !ok || highest > 0 {
		return false
	}
	path, what := "match.part", "which part is the last"
	switch {
	case !m.FileSize.IsZero():
		path, what = "match.file_size", "how long the file is"
	case !m.onlyLast():
		return false
	}
	l.warn(CheckNeverFires, path, fmt.Sprintf("the rule can never fire: a call whose total is %s does not say %s", m.Total.String(), what), "")
	return true
}
