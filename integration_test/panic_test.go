package integration_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// looksAfter are the packages whose TestMain fails for any panic that was contained.
var looksAfter = []string{"mockserver/", "mockserver/admin/", "mockserver/rawclient/", "mockserver/conformance/", "mockserver/internal/link/"}

// No test passes in which fakedc itself failed and that was contained: what Start made
// is judged at its end, and what New made is strict, or its test asks for the verdict.
func TestPanicsFailTests(t *testing.T) {
	ends := map[string]bool{}
	seen := 0
	for _, s := range sources(t) {
		dir := s.path[:strings.LastIndex(s.path, "/")+1]
		text := string(s.text)
		if strings.Contains(text, "aftertests.Main(") {
			ends[dir] = true
		}
		if !s.test || !strings.Contains(text, "mockserver.New(") || s.path == "integration_test/panic_test.go" {
			continue
		}
		seen++
		guarded := false
		for _, d := range looksAfter {
			guarded = guarded || d == dir
		}
		for _, word := range []string{"Strict: true", "Strict = true", "RequireVerdict("} {
			guarded = guarded || strings.Contains(text, word)
		}
		require.True(t, guarded, "%s: a panic in the server that New makes fails no test: mockserver.Options.Strict", s.path)
	}
	for _, dir := range looksAfter {
		require.True(t, ends[dir], "%s has no TestMain with aftertests", dir)
	}
	require.Greater(t, seen, 10)
}
