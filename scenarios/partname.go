package scenarios

import (
	"fmt"
	"strings"
)

// PartName names a part in both ways of counting: "part 2, the third part,".
func PartName(part int64) string { return fmt.Sprintf("part %d, the %s part,", part, ordinal(part+1)) }

// PartNumbers names parts by their numbers, rows of them as "parts 3-17, 20", and of many rows the first.
func PartNumbers(parts []int32) string {
	if len(parts) == 1 {
		return fmt.Sprintf("part %d", parts[0])
	}
	const most = 8 // rows that are named
	var rows []string
	for i := 0; i < len(parts); {
		j := i
		for j+1 < len(parts) && parts[j+1] == parts[j]+1 {
			j++
		}
		if len(rows) == most {
			return fmt.Sprintf("parts %s and others (%d in all)", strings.Join(rows, ", "), len(parts))
		}
		row := fmt.Sprint(parts[i])
		if j > i {
			row += fmt.Sprintf("-%d", parts[j])
		}
		rows = append(rows, row)
		i = j + 1
	}
	return "parts " + strings.Join(rows, ", ")
}
