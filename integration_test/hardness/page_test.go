package hardness_test

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

// page is where figures are kept. mockserver's test of abrupt disconnects writes its own
// section of it.
const page = "../HARDNESS.md"

// write puts what was measured into its section of the page.
func (p *press) write(t *testing.T) {
	t.Helper()
	var b strings.Builder
	fmt.Fprintf(&b, "Written by `go test ./integration_test/hardness -long -update` on %s, %s, %s.\n\n", time.Now().Format(time.DateOnly), runtime.Version(), machine())
	b.WriteString("| | measured | wanted |\n|---|---|---|\n")
	for _, r := range p.rows() {
		fmt.Fprintf(&b, "| %s | %s | %s |\n", r[0], r[1], r[2])
	}
	text, err := os.ReadFile(page)
	require.NoError(t, err)
	section := regexp.MustCompile(`(?s)(<!-- hostile:begin -->\n).*(<!-- hostile:end -->\n)`)
	require.True(t, section.Match(text), "%s has no section for it", page)
	text = section.ReplaceAll(text, []byte("${1}"+b.String()+"${2}"))
	require.NoError(t, os.WriteFile(page, text, 0o644))
}

// machine names the processors, as far as the system tells.
func machine() string {
	text, _ := os.ReadFile("/proc/cpuinfo")
	for line := range strings.Lines(string(text)) {
		if name, ok := strings.CutPrefix(line, "model name"); ok {
			return fmt.Sprintf("%d processors (%s), shared with the load and with whatever else ran there", runtime.NumCPU(), strings.Trim(name, "\t :\n"))
		}
	}
	return fmt.Sprintf("%d processors", runtime.NumCPU())
}
