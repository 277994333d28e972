package tl

import (
	_ "embed"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// methods.txt names every method id of the layers at hand, answered here or not,
// so that a refusal can say what was called.
//
//go:embed methods.txt
var methodsText string

var methodNames = sync.OnceValue(func() map[uint32]string {
	names := make(map[uint32]string, strings.Count(methodsText, "\n"))
	for line := range strings.Lines(methodsText) {
		id, name, ok := strings.Cut(strings.TrimSpace(line), " ")
		if n, err := strconv.ParseUint(id, 16, 32); ok && err == nil {
			names[uint32(n)] = name
		}
	}
	return names
})

// MethodNames returns the names of all methods of the layers at hand, in order.
func MethodNames() []string {
	names := slices.AppendSeq(ReadMethods(), maps.Values(methodNames()))
	slices.Sort(names)
	return slices.Compact(names)
}

// ReadMethods returns the names of those whose arguments are read, answered or not, in
// order.
func ReadMethods() (names []string) {
	for _, d := range load().byID {
		if d.function {
			names = append(names, d.name)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// MethodName returns the name of a method id, or "#hex" if no layer at hand has
// it.
func MethodName(id uint32) string {
	if d, ok := load().byID[id]; ok && d.function {
		return d.name
	}
	if name, ok := methodNames()[id]; ok {
		return name
	}
	return fmt.Sprintf("#%08x", id)
}
