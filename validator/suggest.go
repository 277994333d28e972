package validator

import "fmt"

// didYouMean returns ` (did you mean "...")` with the known name that is
// nearest to a mistyped one, or nothing where none is near.
func didYouMean(typed string, known []string) string {
	best, nearest := "", max(2, len(typed)/3)+1
	for _, name := range known {
		if d := editDistance(typed, name, nearest); d < nearest {
			best, nearest = name, d
		}
	}
	if best == "" {
		return ""
	}
	return fmt.Sprintf(" (did you mean %q?)", best)
}

// editDistance counts the single-byte edits between a and b. It gives up and
// returns limit where the lengths alone make the distance that large, so that
// a very long name costs nothing.
func editDistance(a, b string, limit int) int {
	if max(len(a), len(b))-min(len(a), len(b)) >= limit {
		return limit
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			edits := diagonal
			if a[i] != b[j] {
				edits = 1 + min(diagonal, row[j], row[j+1])
			}
			diagonal, row[j+1] = row[j+1], edits
		}
	}
	return row[len(b)]
}
