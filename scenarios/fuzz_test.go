package scenarios

import (
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v4"
)

// FuzzParse feeds any bytes. Whatever is accepted must hold up: it validates, compiles, decides, and has no unknown key.
func FuzzParse(f *testing.F) {
	for _, name := range Builtins() {
		src, err := BuiltinSource(name)
		require.NoError(f, err)
		f.Add(src)
	}
	files, err := filepath.Glob("testdata/errors/*.yaml")
	require.NoError(f, err)
	for _, file := range files {
		src, err := os.ReadFile(file)
		require.NoError(f, err)
		f.Add(src)
	}
	f.Add([]byte("fakedc: 1\nrules:\n  - &r { match: { part: [0, last], size: \"<1KiB\" }, per: part, nth: odd, chance: 50%, delay: 1ms, store: lose, reply: { none: true } }\n  - *r\n"))
	f.Add([]byte("fakedc: 1\nrules:\n  - { delay: { uniform: [1s, 3s] }, " + threeReplies + " }\n"))
	f.Add([]byte("fakedc: 1\nrules:\n  - { match: { client: { device: a*, layer: even }, conn: 1 }, delay: { lognormal: { median: 1s, sigma: 0.5, max: 3s } }, reply: { garbage: 8 } }\n"))
	f.Fuzz(func(t *testing.T, src []byte) {
		s, err := Parse("fuzz.yaml", src)
		if err != nil {
			require.Nil(t, s)
			requireErrorList(t, err)
			return
		}
		require.NoError(t, s.Validate())
		e, err := s.Compile(1)
		require.NoError(t, err)
		for part := range int32(4) {
			d := e.Decide(bigPart(part, 3))
			require.Less(t, d.Rule, len(s.Rules))
			if d.Reply.Kind == ReplyError {
				require.NotZero(t, d.Reply.Code)
			}
		}
		requireKnownKeys(t, src)
	})
}

// requireKnownKeys looks at a file with the YAML library alone, without our decoder.
func requireKnownKeys(t *testing.T, src []byte) {
	t.Helper()
	known := knownKeys()
	var walk func(n *yaml.Node, depth int)
	walk = func(n *yaml.Node, depth int) {
		if depth >= maxDepth {
			t.Fatalf("%d deep", depth)
		}
		if n.Kind == yaml.AliasNode {
			return // its anchor is in the same file and is walked there
		}
		for i, c := range n.Content {
			if n.Kind == yaml.MappingNode && i%2 == 0 && c.Kind == yaml.ScalarNode {
				if !known[c.Value] {
					t.Fatalf("%q was accepted as a key", c.Value)
				}
			}
			walk(c, depth+1)
		}
	}
	var root yaml.Node
	require.NoError(t, yaml.Load(src, &root))
	walk(&root, 0)
}

// knownKeys are the last words of all paths.
var knownKeys = sync.OnceValue(func() map[string]bool {
	known := map[string]bool{}
	for _, k := range Keys() {
		known[k.Path[lastDot(k.Path)+1:]] = true
	}
	return known
})

func lastDot(path string) int {
	for i := len(path) - 1; i >= 0; i-- {
		if path[i] == '.' {
			return i
		}
	}
	return -1
}

// FuzzMatchGlob compares with a matcher that is too simple to be wrong.
func FuzzMatchGlob(f *testing.F) {
	for _, s := range [][2]string{{"upload.save*Part", "upload.saveBigFilePart"}, {"*a*b?", "aabb"}, {"", ""}, {"?*", "X"}} {
		f.Add(s[0], s[1])
	}
	var simple func(p, n string) bool
	simple = func(p, n string) bool {
		switch {
		case p == "":
			return n == ""
		case p[0] == '*':
			return simple(p[1:], n) || n != "" && simple(p, n[1:])
		case n == "":
			return false
		}
		return (p[0] == '?' || lower(p[0]) == lower(n[0])) && simple(p[1:], n[1:])
	}
	f.Fuzz(func(t *testing.T, pattern, name string) {
		if len(pattern) > 12 || len(name) > 12 {
			return // the simple one is exponential
		}
		if got := matchGlob(pattern, name); got != simple(pattern, name) {
			t.Fatalf("%q matches %q: %v", pattern, name, got)
		}
	})
}

// FuzzCounterTable counts in any order in a small table and looks at its chains.
func FuzzCounterTable(f *testing.F) {
	f.Add([]byte{1, 2, 3, 4, 5, 6, 7, 8, 9, 200, 1, 250, 3})
	f.Fuzz(func(t *testing.T, steps []byte) {
		table := newCounterTable(2, 5)
		for _, b := range steps {
			if b >= 240 {
				table.forgetFile(int64(b&3) + 1)
				continue
			}
			table.at(counterKey{rule: int32(b & 1), scope: Scope(b >> 1 & 7 % 6), id: int64(b>>4&3) + 1, part: int32(b >> 6)}).seen++
			if len(table.entries) > 5 {
				t.Fatalf("%d entries in a table of 5", len(table.entries))
			}
		}
		requireSound(t, table, len(table.entries))
	})
}
