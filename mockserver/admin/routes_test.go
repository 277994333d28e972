package admin

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/mockserver"
)

// What is served is described, and says correctly whether it needs a token; the
// tests of the document see to the other direction.
func TestRoutesAreDocumented(t *testing.T) {
	dc, err := mockserver.New(mockserver.Options{})
	require.NoError(t, err)
	h := New(dc, Options{})
	text := string(openAPI)
	for pattern := range h.open() {
		require.Contains(t, section(t, text, pattern), "security: []", pattern)
	}
	for pattern := range h.operations() {
		require.NotContains(t, section(t, text, pattern), "security: []", pattern)
	}
}

// section is what the document says of a pattern such as "GET /api/v1/server".
func section(t *testing.T, text, pattern string) string {
	t.Helper()
	method, path, _ := strings.Cut(pattern, " ")
	_, text, ok := strings.Cut(text, "\n  "+strings.TrimPrefix(path, "/api/v1")+":\n")
	require.True(t, ok, path)
	text, _, _ = strings.Cut(text, "\n  /") // the next path
	_, text, ok = strings.Cut("\n"+text, "\n    "+strings.ToLower(method)+":\n")
	require.True(t, ok, pattern)
	for _, next := range []string{"get", "put", "post", "delete"} {
		text, _, _ = strings.Cut(text, "\n    "+next+":\n")
	}
	return text
}
