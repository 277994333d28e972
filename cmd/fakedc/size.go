package main

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// size is a flag in bytes, written as 1536, 512KiB, 12MiB or 1GiB.
type size int64

var sizeUnits = []struct {
	name  string
	bytes int64
}{{"KiB", 1 << 10}, {"MiB", 1 << 20}, {"GiB", 1 << 30}, {"B", 1}}

func (s *size) Type() string   { return "SIZE" }
func (s *size) String() string { return formatSize(int64(*s)) }

func (s *size) Set(text string) error {
	digits, unit := text, int64(1)
	for _, u := range sizeUnits {
		if d, ok := strings.CutSuffix(text, u.name); ok {
			digits, unit = d, u.bytes
			break
		}
	}
	n, err := strconv.ParseInt(digits, 10, 64)
	if err != nil || n < 0 || n > math.MaxInt64/unit {
		return fmt.Errorf("a size is written as 1536, 512KiB, 12MiB or 1GiB")
	}
	*s = size(n * unit)
	return nil
}

// formatSize writes bytes in the largest unit that divides them.
func formatSize(n int64) string {
	for i := 2; i >= 0; i-- {
		if u := sizeUnits[i]; n >= u.bytes && n%u.bytes == 0 {
			return fmt.Sprintf("%d%s", n/u.bytes, u.name)
		}
	}
	return fmt.Sprintf("%dB", n)
}

// grouped writes a number with commas between thousands.
func grouped(n int64) string {
	s := strconv.FormatInt(n, 10)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
