package gotd_test

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// place is what an act is done to.
type place int

const (
	atPart       place = iota // the call of a part
	atConnection              // a connection, before a byte of it is read
	atKey                     // the creation of an auth key
)

// act is one thing that a rule of a scenario can do, and how gotd's uploads end that
// meet it.
type act struct {
	// does are the keys of the rule that say what it does.
	does  string
	place place
	// text is the scenario but for its first line. ${part} is the part that it is
	// about, ${next} a neighbour, ${conn} a connection.
	text string
	// lies: the server says of a part that it has it, and does not.
	lies bool
	// costly: gotd makes an auth key on the way, half a second of CPU.
	costly bool
	// patience of gotd's caller where it is not callersPatience.
	patience time.Duration
	ends     []end
}

// oneCall does something to one call of the part.
func oneCall(does string, ends ...end) act { return onPart(does, "times: 1, "+does, ends) }

// eachCall does it to every call of the part.
func eachCall(does string, ends ...end) act {
	a := onPart(does+", every time", does, ends)
	a.patience = 90 * time.Second
	return a
}

func onPart(does, keys string, ends []end) act {
	return act{does: does, ends: ends, text: "rules: [ { match: { part: ${part}, dc: 2 }, " + keys + " } ]"}
}

func (a act) lying() act {
	a.lies = true
	return a
}

func (a act) makingKeys() act {
	a.costly = true
	return a
}

// onConnection does something to one connection.
func onConnection(does string, ends ...end) act {
	return act{does: "connect: " + does, place: atConnection, ends: ends,
		text: "rules: [ { match: { event: connect, conn: ${conn} }, times: 1, per: server, " + does + " } ]"}
}

// onKey does something to the first key that is made.
func onKey(event, does string, ends ...end) act {
	return act{does: event + ": " + does, place: atKey, costly: true, ends: ends,
		text: "rules: [ { match: { event: " + event + " }, times: 1, per: server, " + does + " } ]"}
}

// onEvent has an event change the state in which a part has to wait.
func onEvent(event string, at place, ends ...end) act {
	text := `states: { initial: before, per: server }
rules:
- { match: { event: EVENT }, goto: after }
- { match: { part: ${part} }, when: [ before ], reply: { drop: before-store } }
- { match: { part: ${part} }, when: [ after ], times: 1, reply: { flood_wait: 3s } }
`
	if event != "close" { // it comes before the part
		text = text[:strings.Index(text, "- { match: { part")] + text[strings.LastIndex(text, "- {"):]
	}
	return act{does: event + ": goto: after", place: at, costly: at == atKey, ends: ends, text: strings.Replace(text, "EVENT", event, 1)}
}

// acts are all that a rule can do.
func acts() []act {
	return slices.Concat(answerActs, wireActs, badMsgActs(), storeActs, lateActs, connectionActs, keyActs, hostileActs())
}

// end is how cells end.
type end struct {
	// when says which cells: words of theirs, separated by commas, each of which may
	// be one of several with "or" between them. Empty are all that are left.
	when string
	// ends are the possible ones: several where gotd races with itself, which why tells.
	ends []string
	why  string
}

func all(ends, why string) end { return end{"", []string{ends}, why} }

func in(when, ends, why string) end { return end{when, []string{ends}, why} }

// or adds another end of the same cells.
func (e end) or(other, why string) end {
	e.ends = append(slices.Clone(e.ends), other)
	e.why += ". Or: " + why
	return e
}

// words are what an end's when is made of.
func (c *cell) words() []string {
	return []string{c.way.name, c.at.String() + " part", c.file.method, plural(c.threads, "thread"), plural(c.conns, "connection")}
}

func plural(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}

// documented is how a cell has to end.
func (c *cell) documented() (int, end) {
	words := c.words()
	for i, e := range c.ends {
		if e.when == "" || !slices.ContainsFunc(strings.Split(e.when, ", "), func(item string) bool {
			return !slices.ContainsFunc(strings.Split(item, " or "), func(w string) bool { return slices.Contains(words, w) })
		}) {
			return i, e
		}
	}
	return -1, end{}
}
