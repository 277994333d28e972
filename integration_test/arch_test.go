package integration_test

import (
	"bytes"
	"encoding/json"
	"io"
	"os/exec"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const module = "github.com/fakedc/fakedc/"

type pkg struct {
	ImportPath, Dir string
	Imports, Deps   []string
	GoFiles         []string
	TestGoFiles     []string
	XTestGoFiles    []string
	Standard        bool
}

// list asks the go command about all packages of the module.
func list(t *testing.T) (packages []pkg) {
	t.Helper()
	cmd := exec.Command("go", "list", "-json=ImportPath,Dir,Imports,Deps,GoFiles,TestGoFiles,XTestGoFiles,Standard", "./...")
	cmd.Dir = ".."
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	require.NoError(t, err, stderr.String())
	for d := json.NewDecoder(bytes.NewReader(out)); ; {
		var p pkg
		if err := d.Decode(&p); err == io.EOF {
			return packages
		}
		require.NoError(t, err)
		packages = append(packages, p)
	}
}

// arrows says what each package may import beside the standard library. A name
// without a dot in its first element is a package of this module.
var arrows = map[string][]string{
	"validator": {},
	"scenarios": {"go.yaml.in/yaml/v4", "go.yaml.in/yaml/v4/plugin/loaderlimits"},
	// What a scenario expects is judged beside it, as purely.
	"scenarios/oracle": {"scenarios"},

	"mockserver": {
		"validator", "scenarios", "scenarios/oracle", "github.com/google/uuid",
		"mockserver/internal/link", "mockserver/internal/store", "mockserver/internal/bounds", "mockserver/internal/journal",
		// It builds what a link is given.
		"mockserver/internal/rpc", "mockserver/internal/session", "mockserver/internal/upload", "mockserver/internal/fault",
		"mockserver/internal/handshake", "mockserver/internal/envelope", "mockserver/internal/socks",
		"mockserver/internal/observe", "mockserver/internal/disk", "mockserver/internal/words",
	},
	"mockserver/admin": {
		"mockserver", "scenarios", "scenarios/oracle", "validator",
	},
	// It reads what a server wrote, and needs none.
	"mockserver/doctor": {
		"validator", "scenarios", "scenarios/oracle", "mockserver/internal/journal", "mockserver/internal/observe",
	},
	"mockserver/conformance":    {"mockserver/rawclient"},
	"mockserver/internal/socks": {},
	"mockserver/rawclient": {
		"mockserver/internal/tl", "mockserver/internal/ige", "github.com/coder/websocket",
		"github.com/gotd/td/bin", "github.com/gotd/td/crypto", "github.com/gotd/td/mt",
	},

	"mockserver/internal/bounds": {},
	// How numbers are written for people.
	"mockserver/internal/words": {},
	// For tests alone.
	"mockserver/internal/aftertests": {"mockserver/internal/words"},
	"mockserver/internal/slab":       {},
	"mockserver/internal/journal":    {},
	// The one way from the journal to the oracle.
	"mockserver/internal/observe": {"mockserver/internal/journal", "scenarios/oracle"},
	// Which instructions the processor has, nobody else says.
	"mockserver/internal/ige": {"golang.org/x/sys/cpu"},
	// How many bytes wait in a socket, the system says.
	"mockserver/internal/wire":  {"github.com/coder/websocket", "golang.org/x/sys/unix"},
	"mockserver/internal/store": {"mockserver/internal/bounds", "mockserver/internal/words", "github.com/zeebo/xxh3", "golang.org/x/sys/unix"},
	// What outlives the process. The rest of the server knows it as a store.Keeper.
	"mockserver/internal/disk": {"mockserver/internal/store", "mockserver/internal/words", "go.etcd.io/bbolt", "golang.org/x/sys/unix"},
	"mockserver/internal/envelope": {
		"mockserver/internal/ige", "github.com/gotd/td/bin", "github.com/gotd/td/crypto", "github.com/gotd/td/mt", "github.com/gotd/td/proto",
	},
	"mockserver/internal/handshake": {
		"mockserver/internal/ige", "github.com/gotd/td/bin", "github.com/gotd/td/crypto", "github.com/gotd/td/mt", "github.com/gotd/td/proto",
	},
	"mockserver/internal/session": {
		"github.com/gotd/td/bin", "github.com/gotd/td/crypto", "github.com/gotd/td/mt", "github.com/gotd/td/proto",
	},
	"mockserver/internal/tl":     {"github.com/gotd/td/bin"},
	"mockserver/internal/tl/gen": {"github.com/gotd/tl"},
	"mockserver/internal/fault":  {"scenarios"},
	"mockserver/internal/upload": {"validator", "mockserver/internal/slab", "mockserver/internal/store"},
	"mockserver/internal/rpc": {
		"validator", "scenarios", "mockserver/internal/tl", "mockserver/internal/upload", "mockserver/internal/store",
		"mockserver/internal/fault", "mockserver/internal/journal", "mockserver/internal/slab",
		"github.com/gotd/td/bin", "github.com/gotd/td/mt", "github.com/gotd/td/proto",
		"github.com/klauspost/compress/gzip", "github.com/klauspost/compress/zlib",
	},
	"mockserver/internal/link": {
		"mockserver/internal/wire", "mockserver/internal/envelope", "mockserver/internal/handshake", "mockserver/internal/session",
		"mockserver/internal/rpc", "mockserver/internal/bounds", "mockserver/internal/journal", "mockserver/internal/fault", "mockserver/internal/store", "mockserver/internal/slab",
		"github.com/gotd/td/proto",
	},

	"cmd/fakedc": {
		"mockserver", "mockserver/admin", "mockserver/rawclient", "mockserver/conformance", "mockserver/doctor", "scenarios", "scenarios/oracle", "validator",
		"github.com/spf13/cobra", "github.com/spf13/pflag", "golang.org/x/sys/unix", "golang.org/x/term",
	},
}

func TestArrows(t *testing.T) {
	for _, p := range list(t) {
		name := strings.TrimPrefix(p.ImportPath, module)
		if strings.HasPrefix(name, "integration_test") {
			fromOutside(t, p)
			continue
		}
		allowed, known := arrows[name]
		require.True(t, known, "%s has no row in arrows: say what it may import", name)
		for _, i := range p.Imports {
			if isStandard(i) {
				continue
			}
			require.Contains(t, allowed, strings.TrimPrefix(i, module), "%s must not import %s", name, i)
		}
	}
}

func isStandard(path string) bool {
	first, _, _ := strings.Cut(path, "/")
	return !strings.Contains(first, ".")
}

// fromOutside holds the integration tests to the public API.
func fromOutside(t *testing.T, p pkg) {
	t.Helper()
	for _, i := range p.Imports {
		require.NotContains(t, i, module+"mockserver/internal", "%s looks inside", p.ImportPath)
	}
}

// Packages of gotd that a user of fakedc must not have to compile: tg alone takes
// minutes, and the others are the independent side that tests compare us with.
var notInProduct = []string{
	"github.com/gotd/td/tg", "github.com/gotd/td/telegram", "github.com/gotd/td/transport",
	"github.com/gotd/td/exchange", "github.com/gotd/td/tgtest", "github.com/gotd/td/proto/codec",
}

func TestProductLeavesGeneratedSchemaOut(t *testing.T) {
	seen := 0
	for _, p := range list(t) {
		name := strings.TrimPrefix(p.ImportPath, module)
		if strings.HasPrefix(name, "integration_test") {
			continue
		}
		seen++
		for _, d := range p.Deps {
			for _, banned := range notInProduct {
				require.False(t, d == banned || strings.HasPrefix(d, banned+"/"), "%s depends on %s", name, d)
			}
		}
	}
	require.Greater(t, seen, 15)
}
