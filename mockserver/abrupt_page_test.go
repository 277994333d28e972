package mockserver_test

import (
	"fmt"
	"os"
	"regexp"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// abruptPage has what was measured; with -long -update its section is written anew.
const abruptPage = "../integration_test/HARDNESS.md"

// tell logs a line of the section.
func (s *storm) tell(t *testing.T, what, format string, args ...any) {
	t.Helper()
	line := fmt.Sprintf(format, args...)
	t.Logf("%s: %s", what, line)
	s.told = append(s.told, fmt.Sprintf("| %s | %s |\n", what, line))
}

// write puts what was told into its section of the page.
func (s *storm) write(t *testing.T) {
	t.Helper()
	text, err := os.ReadFile(abruptPage)
	require.NoError(t, err)
	section := regexp.MustCompile(`(?s)(<!-- abrupt:begin -->\n).*(<!-- abrupt:end -->\n)`)
	require.True(t, section.Match(text), "%s has no section for it", abruptPage)
	head := fmt.Sprintf("Written by `go test ./mockserver -run AbruptDisconnects -long -update` on %s, %s, %d processors.\n\n| stage | connections that ended there |\n|---|---|\n",
		time.Now().Format(time.DateOnly), runtime.Version(), runtime.NumCPU())
	text = section.ReplaceAll(text, []byte("${1}"+head+strings.Join(s.told, "")+"${2}"))
	require.NoError(t, os.WriteFile(abruptPage, text, 0o644))
}
