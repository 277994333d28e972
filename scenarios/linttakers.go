package scenarios

import (
	"math"
	"slices"
)

// takers are the rules that fire on every call that they match, by the one file and the one part that they are about. A recording has
// thousands of them, each about one part: to hold each against each takes seconds.
type takers map[int64]map[int64][]int

// many is where those are that are not about one.
const many = math.MinInt64

// single returns the number of a set that has exactly one.
func (n *Numbers) single() int64 {
	lowest, highest, ok := ends(n)
	if !ok || lowest != highest {
		return many
	}
	return lowest
}

func (t takers) add(m *Match, rule int) {
	file, part := m.File.single(), m.Part.single()
	if t[file] == nil {
		t[file] = map[int64][]int{}
	}
	t[file][part] = append(t[file][part], rule)
}

// of returns those that may take calls of a rule from it, in order: others are about another file, or about another part.
func (t takers) of(m *Match) (rules []int) {
	for _, file := range alike(m.File.single()) {
		if part := m.Part.single(); part != many {
			rules = append(append(rules, t[file][many]...), t[file][part]...)
			continue
		}
		for _, more := range t[file] {
			rules = append(rules, more...)
		}
	}
	slices.Sort(rules)
	return rules
}

// alike are the keys of the sets that may hold what has a key.
func alike(key int64) []int64 {
	if key == many {
		return []int64{many}
	}
	return []int64{many, key}
}
