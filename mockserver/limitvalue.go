package mockserver

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// Unit says what is counted: "number", "bytes" or "time".
func (l Limit) Unit() string { return string(l.unit) }

// Default is the value that a zero field stands for, written as Set takes it.
func (l Limit) Default() string { return l.unit.format(l.standard) }

// Least is the smallest value that is taken, written as Set takes it; "" is anything
// above 0.
func (l Limit) Least() string {
	if l.least == 0 {
		return ""
	}
	return l.unit.format(l.least)
}

// In is the value of the field in some limits, written as Set takes it.
func (l Limit) In(limits Limits) string { return l.unit.format(l.get(&limits)) }

// Set gives a field, by its name in any case, a value that is written for people:
// 1024, 256MiB, 5m. It is for flags and files; the error says what would be right.
func (l *Limits) Set(name, value string) error {
	row, err := findLimit(name)
	if err != nil {
		return err
	}
	v, err := row.unit.parse(value)
	if err != nil {
		return fmt.Errorf("mockserver: limit %s is %q: it takes %w, such as %s=%s", row.Name, value, err, row.Name, row.Default())
	}
	if err := row.enough(v); err != nil {
		return fmt.Errorf("mockserver: limit %s is %s: %w", row.Name, value, err)
	}
	if row.most > 0 && v > row.most {
		return fmt.Errorf("mockserver: limit %s is %s: %s at the most", row.Name, value, row.unit.format(row.most))
	}
	row.set(l, v)
	if row.get(l) != v {
		return fmt.Errorf("mockserver: limit %s is %s: that is more than this machine can count", row.Name, value)
	}
	return nil
}

func findLimit(name string) (Limit, error) {
	for _, row := range limitTable {
		if strings.EqualFold(row.Name, name) {
			return row, nil
		}
	}
	return Limit{}, fmt.Errorf("mockserver: there is no limit %q; mockserver/LIMITS.md and fakedc serve --limit help list all", name)
}

var byteUnits = []struct {
	name  string
	bytes int64
}{{"GiB", 1 << 30}, {"MiB", 1 << 20}, {"KiB", 1 << 10}, {"B", 1}}

func (u unit) format(v int64) string {
	switch u {
	case inTime:
		text := time.Duration(v).String() // "1h0m0s"
		if short, ok := strings.CutSuffix(text, "m0s"); ok {
			text = short + "m"
		}
		if short, ok := strings.CutSuffix(text, "h0m"); ok {
			text = short + "h"
		}
		return text
	case inBytes:
		for _, b := range byteUnits {
			if v >= b.bytes && v%b.bytes == 0 {
				return strconv.FormatInt(v/b.bytes, 10) + b.name
			}
		}
	}
	return strconv.FormatInt(v, 10)
}

// parse reads a value; the error is what it should have been.
func (u unit) parse(text string) (v int64, err error) {
	factor := int64(1)
	switch u {
	case inTime:
		d, err := time.ParseDuration(text)
		if err != nil || d <= 0 {
			return 0, errors.New("a time above 0 with its unit, written as 500ms, 30s, 5m or 1h")
		}
		return int64(d), nil
	case inBytes:
		for _, b := range byteUnits {
			if digits, ok := strings.CutSuffix(text, b.name); ok {
				text, factor = digits, b.bytes
				break
			}
		}
	}
	v, err = strconv.ParseInt(text, 10, 64)
	switch {
	case err == nil && v > 0 && v <= math.MaxInt64/factor:
		return v * factor, nil
	case u == inBytes:
		return 0, errors.New("a size above 0 in whole bytes, KiB, MiB or GiB, written as 1536, 512KiB, 12MiB or 1GiB")
	}
	return 0, errors.New("a whole number above 0, without a unit")
}
