package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestFind(t *testing.T) {
	root := t.TempDir()
	const one = "package p\n\nimport \"testing\"\n\n"
	for path, text := range map[string]string{
		"z/a_test.go":            one + "// It holds x\n// against y.\nfunc FuzzB(f *testing.F) {}\n\nfunc FuzzA(f *testing.F) {}\n",
		"a_test.go":              one + "// A helper.\nfunc FuzzHelper(f *testing.F, n int) {}\nfunc FuzzNot(t *testing.T) {}\nfunc TestFuzz(t *testing.T) {}\n",
		"z/a.go":                 one + "func FuzzInNoTest(f *testing.F) {}\n",
		"z/other_plan9_test.go":  one + "func FuzzElsewhere(f *testing.F) {}\n",
		"z/long_test.go":         "//go:build long\n\n" + one + "func FuzzLong(f *testing.F) {}\n",
		"z/testdata/a_test.go":   one + "func FuzzData(f *testing.F) {}\n",
		".git/a_test.go":         one + "func FuzzGit(f *testing.F) {}\n",
		"other/go.mod":           "module other\n",
		"other/a_test.go":        one + "func FuzzOther(f *testing.F) {}\n",
		"node_modules/a_test.go": one + "func FuzzNode(f *testing.F) {}\n",
	} {
		require.NoError(t, os.MkdirAll(filepath.Dir(filepath.Join(root, path)), 0o755))
		require.NoError(t, os.WriteFile(filepath.Join(root, path), []byte(text), 0o644))
	}
	found, err := find(root)
	require.NoError(t, err)
	require.Equal(t, []target{{"z", "FuzzA", ""}, {"z", "FuzzB", "It holds x against y."}}, found)
}
