package scenarios

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// errWhole is returned for text that is no number at all, so that the caller can say what else it would have taken.
var errWhole = errors.New("expected a whole number")

// parseWhole reads a whole number in decimal. Leading zeros are refused, because YAML 1.1 reads 010 as 8.
func parseWhole(text string) (int64, error) {
	digits := strings.TrimPrefix(text, "-")
	if !isDigits(digits) {
		return 0, errWhole
	}
	if len(digits) > 1 && digits[0] == '0' {
		return 0, fmt.Errorf("%s has a leading zero: write it without", quote(text))
	}
	v, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return 0, fmt.Errorf("%s is too large", quote(text))
	}
	return v, nil
}

func isDigits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}

// sizeUnits are the suffixes of a size. There is no KB: half of the world means 1000 by it.
var sizeUnits = []struct {
	suffix string
	bytes  int64
}{{"KiB", 1 << 10}, {"MiB", 1 << 20}, {"GiB", 1 << 30}, {"B", 1}, {"", 1}}

// parseSize reads a number of bytes such as 1000, 19B or 512KiB.
func parseSize(text string) (int64, error) {
	for _, u := range sizeUnits {
		number, ok := strings.CutSuffix(text, u.suffix)
		if !ok || !isDigits(strings.TrimPrefix(number, "-")) {
			continue
		}
		v, err := parseWhole(number)
		if err != nil {
			return 0, err
		}
		if v > math.MaxInt64/u.bytes || v < math.MinInt64/u.bytes {
			return 0, fmt.Errorf("%s is too large", quote(text))
		}
		return v * u.bytes, nil
	}
	for _, u := range [][2]string{{"KB", "KiB"}, {"MB", "MiB"}, {"GB", "GiB"}, {"kb", "KiB"}, {"K", "KiB"}, {"M", "MiB"}} {
		if number, ok := strings.CutSuffix(text, u[0]); ok && isDigits(number) {
			return 0, &hintedError{fmt.Sprintf("the unit of %s is not understood", quote(text)), number + u[1]}
		}
	}
	return 0, errors.New("expected a size such as 512KiB, 1MiB or 1000 (bytes)")
}

// parseDuration reads a time span such as 3s or 250ms. A number without a unit is refused: nobody knows what it means.
func parseDuration(text string) (time.Duration, error) {
	if isDigits(strings.TrimPrefix(text, "-")) {
		return 0, &hintedError{fmt.Sprintf("%s has no unit", quote(text)), text + "s"}
	}
	d, err := time.ParseDuration(text)
	if err != nil {
		return 0, errors.New("expected a duration such as 3s, 250ms or 2m")
	}
	return d, nil
}

// parsePercent reads a percentage such as 10% or 0.5% as a fraction of 1.
func parsePercent(text string) (float64, error) {
	number, ok := strings.CutSuffix(text, "%")
	number = strings.TrimSpace(number)
	v, err := strconv.ParseFloat(number, 64)
	if err != nil || strings.Trim(number, "0123456789.-") != "" {
		return 0, errors.New("expected a percentage such as 10% or 0.5%")
	}
	if !ok {
		return 0, &hintedError{fmt.Sprintf("%s has no percent sign", quote(text)), suggestPercent(v)}
	}
	// The fraction is compared, not the percentage, because a very small one would become the 0 that means "always".
	if v /= 100; v == 0 {
		return 0, errors.New("a rule with a chance of 0% never fires: remove it")
	}
	return v, nil
}

// suggestPercent guesses what a bare number meant: 0.1 a fraction, 10 a percentage.
func suggestPercent(v float64) string {
	if v > 0 && v < 1 {
		v *= 100
	}
	return strconv.FormatFloat(v, 'g', 6, 64) + "%"
}

func parseBool(text string) (bool, error) {
	switch text {
	case "true":
		return true, nil
	case "false":
		return false, nil
	case "yes", "on", "Yes", "On", "True", "TRUE":
		return false, &hintedError{fmt.Sprintf("%s is not true or false", quote(text)), "true"}
	case "no", "off", "No", "Off", "False", "FALSE":
		return false, &hintedError{fmt.Sprintf("%s is not true or false", quote(text)), "false"}
	}
	return false, errors.New("expected true or false")
}
