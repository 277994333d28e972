package scenarios

import (
	"slices"
	"strings"
)

// SuggestMethod returns the method that a pattern which fits none was probably meant for, or all of a family, such as "upload.*",
// where the pattern is about one; "" if nothing looks like it.
func SuggestMethod(pattern string, methods []string) string {
	if !strings.Contains(pattern, ".") {
		return suggestUnqualified(pattern, methods)
	}
	if !strings.HasSuffix(pattern, ".*") {
		return suggest(pattern, methods)
	}
	var families []string
	for _, m := range methods {
		if family, _, ok := strings.Cut(m, "."); ok {
			families = append(families, family+".*")
		}
	}
	slices.Sort(families)
	return suggest(pattern, slices.Compact(families))
}

// suggestUnqualified does so for a pattern that has no family, as libraries name their own functions: saveBigFilePart.
func suggestUnqualified(pattern string, methods []string) string {
	whole, short := map[string]string{}, make([]string, len(methods))
	for i, m := range methods {
		short[i] = m[strings.LastIndexByte(m, '.')+1:]
		if whole[short[i]] == "" {
			whole[short[i]] = m
		}
	}
	if found := suggest(pattern, methods); found != "" {
		return found
	}
	return whole[suggest(pattern, short)]
}
