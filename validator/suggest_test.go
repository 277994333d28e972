package validator

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestEditDistance(t *testing.T) {
	for _, c := range []struct {
		a, b  string
		limit int
		want  int
	}{
		{"", "", 9, 0},
		{"docs", "docs", 9, 0},
		{"", "abc", 9, 3},
		{"abc", "", 9, 3},
		{"xabc", "abc", 9, 1},
		{"abc", "xabc", 9, 1},
		{"abcx", "abc", 9, 1},
		{"abc", "axc", 9, 1},
		{"ab", "ba", 9, 2},
		{"kitten", "sitting", 9, 3},
		{"sunday", "saturday", 9, 3},
		{"xxxxxx", "a", 6, 6},
		{"xxxxxx", "a", 5, 5}, // given up: the lengths alone say as much
		{strings.Repeat("z", 1<<20), "a", 3, 3},
	} {
		assert.Equal(t, c.want, editDistance(c.a, c.b, c.limit), "%.20q, %.20q", c.a, c.b)
		assert.Equal(t, c.want, editDistance(c.b, c.a, c.limit), "%.20q, %.20q", c.b, c.a)
	}
}

// A name is near if it is at most two edits away, or a third of its length.
func TestDidYouMean(t *testing.T) {
	for _, c := range []struct {
		typed string
		known []string
		want  string
	}{
		{"dcs", []string{"docs"}, ` (did you mean "docs"?)`},
		{"abc", []string{"axy"}, ` (did you mean "axy"?)`},
		{"abc", []string{"xyz"}, ""},
		{"abcdefghi", []string{"abcdefxyz"}, ` (did you mean "abcdefxyz"?)`},
		{"abcdefgh", []string{"abcdexyz"}, ""},
		{"abcdefghijkl", []string{"abcdefghwxyz"}, ` (did you mean "abcdefghwxyz"?)`},
		{"abcdefghijkl", []string{"abcdefgvwxyz"}, ""},
		{"ducs", []string{"dugs", "docs", "ducs"}, ` (did you mean "ducs"?)`},
		{"ducs", nil, ""},
	} {
		assert.Equal(t, c.want, didYouMean(c.typed, c.known), c.typed)
	}
}
