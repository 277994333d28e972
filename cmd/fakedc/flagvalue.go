package main

import (
	"errors"
	"fmt"
	"math"
	"strconv"

	"github.com/spf13/pflag"
)

// wanted says what a flag of a common type takes, with an example; "" for flags that say
// it themselves. The library would only name the function that could not read the value.
func wanted(f *pflag.Flag) string {
	switch f.Value.Type() {
	case "bool":
		return "true or false"
	case "duration":
		return "a duration with a unit, such as 90s or 2m"
	case "int":
		example := f.DefValue
		if example == "0" {
			example = "2" // the default stands for "not set"
		}
		return "a whole number, such as " + example
	case "intSlice":
		return "whole numbers with commas between them, such as 4,5"
	case "uint64":
		return fmt.Sprintf("a whole number from 0 to %d, such as 42", uint64(math.MaxUint64))
	}
	return ""
}

// valueError is what pflag found wrong with a value, in words that say what is wanted.
type valueError struct {
	flag  *pflag.Flag
	value string
	why   string
}

func (e *valueError) Error() string {
	if e.value == "" {
		return fmt.Sprintf("--%s is empty; %s, or leave the flag out", e.flag.Name, e.why)
	}
	return fmt.Sprintf("invalid argument %q for %q flag: %s", e.value, "--"+e.flag.Name, e.why)
}

// reworded is err, or what takes its place.
func reworded(err error) error {
	var bad *pflag.InvalidValueError
	if !errors.As(err, &bad) {
		return err
	}
	what := wanted(bad.GetFlag())
	if what == "" {
		return err
	}
	why := "expected " + what
	if errors.Is(err, strconv.ErrRange) {
		why += "; this one is out of range"
	}
	return &valueError{bad.GetFlag(), bad.GetValue(), why}
}
