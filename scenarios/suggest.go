package scenarios

import "strings"

// maxSuggest bounds the words that are compared: an edit distance costs the product of the lengths.
const maxSuggest = 64

// minPrefix is how long the beginning of a word must be to stand for the whole.
const minPrefix = 4

// suggest returns the candidate that looks most like word or else begins with it, or "" if there is none.
func suggest(word string, candidates []string) string {
	if len(word) > maxSuggest {
		return ""
	}
	best, found := max(1, len(word)/3)+1, ""
	for _, c := range candidates {
		if d := distance(fold(word), fold(c)); d < best {
			best, found = d, c
		}
	}
	if found != "" || len(word) < minPrefix {
		return found
	}
	for _, c := range candidates {
		if strings.HasPrefix(fold(c), fold(word)) {
			return c
		}
	}
	return ""
}

// fold makes spellings equal that differ only in case and in the separator.
func fold(s string) string {
	return strings.NewReplacer("-", "_", " ", "_", ".", "_").Replace(strings.ToLower(s))
}

// distance is how many insertions, deletions, replacements and swaps of neighbours lead from a to b
// (the optimal string alignment distance).
func distance(a, b string) int {
	before, last, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		for j := 1; j <= len(b); j++ {
			change := last[j-1]
			if a[i-1] != b[j-1] {
				change++
			}
			row[j] = min(change, last[j]+1, row[j-1]+1)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last, row = last, row, before
	}
	return last[len(b)]
}
