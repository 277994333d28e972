package link

import (
	"os"
	"testing"

	"github.com/fakedc/fakedc/mockserver/internal/aftertests"
)

func TestMain(m *testing.M) { os.Exit(aftertests.Main(m, Contained)) }
