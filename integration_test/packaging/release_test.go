package packaging_test

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/integration_test/internal/clients"
)

// A release has the same bytes whoever builds it, holds what it should, and knows its
// version.
func TestRelease(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("releases are built with GNU tar")
	}
	clients.NeedTool(t, "git")
	platform := runtime.GOOS + "/" + runtime.GOARCH
	archive := "fakedc_1.2.3_" + runtime.GOOS + "_" + runtime.GOARCH
	var sums []string
	for range 2 {
		dist := filepath.Join(t.TempDir(), "dist")
		code, stdout, stderr := bash(t, root, "umask "+[]string{"022", "077"}[len(sums)]+"; .ci/release "+platform,
			append(inherited(), "VERSION=v1.2.3", "SOURCE_DATE_EPOCH=1700000000", "DIST="+dist)...)
		require.Zero(t, code, stderr)
		require.Contains(t, stdout, platform)
		data, err := os.ReadFile(filepath.Join(dist, archive+".tar.gz"))
		require.NoError(t, err)
		sum := sha256.Sum256(data)
		list, err := os.ReadFile(filepath.Join(dist, "SHA256SUMS"))
		require.NoError(t, err)
		require.Equal(t, hex.EncodeToString(sum[:])+"  "+archive+".tar.gz\n", string(list))
		sums = append(sums, string(list))

		files := unpacked(t, data)
		require.Len(t, files, 3)
		require.Equal(t, read(t, "LICENSE"), string(files[archive+"/LICENSE"]))
		require.NotEmpty(t, files[archive+"/README.md"])
		program := filepath.Join(dist, "fakedc")
		require.NoError(t, os.WriteFile(program, files[archive+"/fakedc"], 0o755))
		code, stdout, stderr = bash(t, dist, "./fakedc version")
		require.Zero(t, code, stderr)
		require.Contains(t, stdout, "fakedc v1.2.3 ")
	}
	require.Equal(t, sums[0], sums[1], "the second has other bytes")
}

func unpacked(t *testing.T, data []byte) map[string][]byte {
	t.Helper()
	z, err := gzip.NewReader(bytes.NewReader(data))
	require.NoError(t, err)
	files := map[string][]byte{}
	for r := tar.NewReader(z); ; {
		h, err := r.Next()
		if err == io.EOF {
			return files
		}
		require.NoError(t, err)
		require.Equal(t, int64(1700000000), h.ModTime.Unix())
		if h.Typeflag == tar.TypeReg {
			files[h.Name], err = io.ReadAll(r)
			require.NoError(t, err)
		}
	}
}
