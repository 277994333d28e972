package scenarios

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
)

// Numbers is a set of whole numbers that a rule asks for. The zero value holds every number.
type Numbers struct {
	// Spans are ranges with both ends included.
	Spans []Span
	// Last is the last part of a file: total-1, or the empty tail that closes a stream. Only for Match.Part.
	Last bool
	// Even and Odd hold the even and the odd numbers.
	Even, Odd bool
}

// Span is a range with both ends included.
type Span struct{ From, To int64 }

// Exactly holds the given numbers and nothing else.
func Exactly(numbers ...int64) Numbers {
	n := Numbers{Spans: make([]Span, len(numbers))}
	for i, v := range numbers {
		n.Spans[i] = Span{v, v}
	}
	return n
}

// Between holds from, to, and what lies between.
func Between(from, to int64) Numbers { return Numbers{Spans: []Span{{from, to}}} }

// AtLeast holds from and everything above.
func AtLeast(from int64) Numbers { return Between(from, math.MaxInt64) }

// IsZero reports whether n holds every number.
func (n *Numbers) IsZero() bool { return len(n.Spans) == 0 && !n.Last && !n.Even && !n.Odd }

// Contains reports whether v is in the set. Whether v is the last part is not for the set to know.
func (n *Numbers) Contains(v int64) bool {
	for i := range n.Spans {
		if s := &n.Spans[i]; v >= s.From && v <= s.To {
			return true
		}
	}
	return n.Even && v&1 == 0 || n.Odd && v&1 != 0 || n.IsZero()
}

// holdsOrdinal is Contains for numbers that start at 1: 0 means that the call has no such number.
func (n *Numbers) holdsOrdinal(v int64) bool { return n.IsZero() || v > 0 && n.Contains(v) }

// String writes the set the way a scenario file does.
func (n Numbers) String() string {
	if n.IsZero() {
		return "any"
	}
	var items []string
	for _, s := range n.Spans {
		items = append(items, s.String())
	}
	for _, w := range []struct {
		set  bool
		word string
	}{{n.Last, "last"}, {n.Even, "even"}, {n.Odd, "odd"}} {
		if w.set {
			items = append(items, w.word)
		}
	}
	if len(items) == 1 {
		return items[0]
	}
	return "[" + strings.Join(items, ", ") + "]"
}

// String writes the range the way a scenario file does.
func (s Span) String() string {
	switch {
	case s.From == s.To:
		return strconv.FormatInt(s.From, 10)
	case s.To == math.MaxInt64:
		return ">=" + strconv.FormatInt(s.From, 10)
	}
	return fmt.Sprintf("%d..%d", s.From, s.To)
}

func (n Numbers) clone() Numbers {
	n.Spans = slices.Clone(n.Spans)
	return n
}

// add merges what o holds into n.
func (n *Numbers) add(o Numbers) {
	n.Spans = append(n.Spans, o.Spans...)
	n.Last = n.Last || o.Last
	n.Even = n.Even || o.Even
	n.Odd = n.Odd || o.Odd
}

// exact returns the single numbers of the set if it consists of at most limit of them, so that they can be indexed.
func (n *Numbers) exact(limit int64) ([]int64, bool) {
	if len(n.Spans) == 0 || n.Last || n.Even || n.Odd {
		return nil, false
	}
	var all []int64
	for _, s := range n.Spans {
		// From -1 to the largest number is more than an int64 holds, and behind that number there is none to stop at.
		more := uint64(s.To - s.From)
		if s.From < -1 || more >= uint64(limit-int64(len(all))) {
			return nil, false
		}
		for v := range int64(more) + 1 {
			all = append(all, s.From+v)
		}
	}
	slices.Sort(all)
	return slices.Compact(all), true
}

// bounds returns a range of parts that holds every part of the set. Where the set is more than spans, that is every part.
func (n *Numbers) bounds() (from, to int32) {
	if len(n.Spans) == 0 || n.Last || n.Even || n.Odd {
		return math.MinInt32, math.MaxInt32
	}
	least, most := n.Spans[0].From, n.Spans[0].To
	for _, s := range n.Spans {
		least, most = min(least, s.From), max(most, s.To)
	}
	return clamp(least), clamp(most)
}

func clamp(v int64) int32 { return int32(min(max(v, math.MinInt32), math.MaxInt32)) }

// errNumbers explains the grammar; the caller says in which key.
var errNumbers = errors.New(`expected a number, a list, or one of "4..9", ">10", "<=3", last, even, odd`)

// parseNumbers reads one item of the number grammar. least is where numbers of this kind start, for "<5".
func parseNumbers(text string, least int64, one func(string) (int64, error)) (Numbers, error) {
	switch text {
	case "last":
		return Numbers{Last: true}, nil
	case "even":
		return Numbers{Even: true}, nil
	case "odd":
		return Numbers{Odd: true}, nil
	}
	if from, to, ok := strings.Cut(text, ".."); ok {
		return parseRange(strings.TrimSpace(from), strings.TrimSpace(to), one)
	}
	if strings.HasPrefix(text, ">") || strings.HasPrefix(text, "<") {
		return parseComparison(text, least, one)
	}
	v, err := one(text)
	if errors.Is(err, errWhole) {
		err = errNumbers
	}
	return Exactly(v), err
}

func parseRange(from, to string, one func(string) (int64, error)) (Numbers, error) {
	if from == "" || to == "" {
		return Numbers{}, errors.New(`a range needs both ends, "4..9"; for an open one write ">=4" or "<=9"`)
	}
	a, err := one(from)
	if err != nil {
		return Numbers{}, err
	}
	b, err := one(to)
	return Between(a, b), err
}

func parseComparison(text string, least int64, one func(string) (int64, error)) (Numbers, error) {
	operator, number := text[:1], text[1:]
	if strings.HasPrefix(number, "=") {
		operator, number = text[:2], text[2:]
	}
	v, err := one(strings.TrimSpace(number))
	if err != nil {
		return Numbers{}, err
	}
	switch operator {
	case ">":
		if v == math.MaxInt64 {
			return Numbers{}, fmt.Errorf("no number is above %d", v)
		}
		return AtLeast(v + 1), nil
	case ">=":
		return AtLeast(v), nil
	case "<":
		v = max(v, math.MinInt64+1) - 1
	}
	if v < least {
		return Numbers{}, fmt.Errorf("%q holds nothing: these numbers start at %d", text, least)
	}
	return Between(least, v), nil
}
