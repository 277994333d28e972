package scenarios

import (
	"slices"
	"strings"
	"sync"
)

// ErrorInfo is one documented error.
type ErrorInfo struct {
	// Name is what goes on the wire; where HasNumber is set, a number stands in place of the X.
	Name string
	// Code is the error code, mostly that of https://core.telegram.org/api/errors; some errors have others for some methods.
	Code int
	// Description says what the error means.
	Description string
	// Source is the address of the page that lists it.
	Source string
	// HasNumber is set for names such as FLOOD_WAIT_X and FILE_PART_X_MISSING.
	HasNumber bool
}

// LookupError finds a documented error by its name, with or without the number that it carries on the wire:
// FLOOD_WAIT_5 and FLOOD_WAIT_X are both found as FLOOD_WAIT_X.
func LookupError(name string) (ErrorInfo, bool) {
	errors := tableLookup()
	i, ok := errors.index[name]
	if !ok {
		i, ok = errors.index[withoutNumber(name)]
	}
	if !ok {
		return ErrorInfo{}, false
	}
	return errors.table[i], true
}

// Errors returns every documented error, in the order of the table.
func Errors() []ErrorInfo { return slices.Clone(tableLookup().table) }

// errorLookup is the table with what is made of it.
type errorLookup struct {
	table []ErrorInfo
	index map[string]int // from a name to its row
	names []string       // the candidates for suggestions
}

// tableLookup makes the lookup when it is first needed: a server without a scenario
// starts sooner without it.
var tableLookup = sync.OnceValue(func() errorLookup {
	l := errorLookup{errorTable, make(map[string]int, len(errorTable)), make([]string, len(errorTable))}
	for i := range l.table {
		e := &l.table[i]
		e.HasNumber = strings.Contains("_"+e.Name+"_", "_X_")
		l.index[e.Name], l.names[i] = i, e.Name
	}
	return l
})

// withoutNumber puts an X in place of each number: FILE_PART_3_MISSING becomes FILE_PART_X_MISSING.
func withoutNumber(name string) string {
	words := strings.Split(name, "_")
	for i, w := range words {
		if isDigits(w) {
			words[i] = "X"
		}
	}
	return strings.Join(words, "_")
}

// suggestError finds the documented name that looks most like the given one, and keeps its number where there is one.
func suggestError(name string) string {
	if len(name) > maxSuggest {
		return ""
	}
	found := suggest(withoutNumber(strings.ToUpper(strings.ReplaceAll(name, "-", "_"))), tableLookup().names)
	for _, word := range strings.FieldsFunc(name, func(r rune) bool { return r == '_' || r == '-' }) {
		if isDigits(word) {
			return strings.TrimPrefix(strings.TrimSuffix(strings.Replace("_"+found+"_", "_X_", "_"+word+"_", 1), "_"), "_")
		}
	}
	return found
}
