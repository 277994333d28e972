package mockserver_test

import (
	"os"
	"testing"

	"github.com/fakedc/fakedc/mockserver/internal/aftertests"
	"github.com/fakedc/fakedc/mockserver/internal/link"
)

func TestMain(m *testing.M) {
	if os.Getenv(provokeRole) != "" {
		failStrictly()
		return
	}
	os.Exit(aftertests.Main(m, link.Contained))
}
