package admin

import (
	"os"
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/scenarios"
)

// Every fault that the page has ready can be injected.
func TestFaultsOfThePage(t *testing.T) {
	page, err := os.ReadFile("web/index.html")
	require.NoError(t, err)
	found := regexp.MustCompile(`(?:data-fault|id="fault"[^>]* value)="([^"]*)"`).FindAllSubmatch(page, -1)
	require.Len(t, found, 4)
	for _, f := range found {
		_, err := scenarios.ParseFault(string(f[1]))
		require.NoError(t, err)
	}
}
