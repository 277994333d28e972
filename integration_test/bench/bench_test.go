package main

import (
	"bytes"
	"compress/gzip"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// A row says whether its goal is reached, by the ratio where there is one.
func TestLine(t *testing.T) {
	r := row{name: "part", unit: "ms/MB", most: 0.30}
	for _, c := range []struct {
		row     row
		figure  figure
		want    string
		reached bool
	}{
		{r, figure{ours: 2.5, theirs: 5}, "| part | 2.5 ms/MB | 5 ms/MB | 0.50 | 0.3 | **no** |\n", false},
		{r, figure{name: "p50", ours: 1.5, theirs: 5}, "| part, p50 | 1.5 ms/MB | 5 ms/MB | 0.30 | 0.3 | yes |\n", true},
		// As many digits as it takes.
		{row{name: "part", unit: "ms/MB", most: 0.2}, figure{ours: 203, theirs: 1000}, "| part | 203 ms/MB | 1000 ms/MB | 0.203 | 0.2 | **no** |\n", false},
		{r, figure{}, "| part | 0 ms/MB | 0 ms/MB | NaN | 0.3 | **no** |\n", false},
		{r, figure{ours: 0.2, alone: true}, "| part | 0.2 ms/MB |  |  | 0.3 | yes |\n", true},
		{r, figure{name: "RSS", unit: "MiB", most: 0.2, ours: 270, theirs: 1310}, "| part, RSS | 270 MiB | 1310 MiB | 0.21 | 0.2 | **no** |\n", false},
	} {
		line, reached := c.row.line(c.figure)
		require.Equal(t, c.want, line)
		require.Equal(t, c.reached, reached, line)
	}
}

// A table takes the place of the one of the same kind of processor, and leaves the others.
func TestMerged(t *testing.T) {
	const one, two = "## One\n\n| what | fakedc |\n|---|---|\n| a | 1 | yes |\n", "## Two\n\n| what | fakedc |\n|---|---|\n| a | 2 | yes |\n"
	const again = "## One\n\n| what | fakedc |\n|---|---|\n| a | 3 | yes |\n"
	now := time.Date(2026, 1, 2, 0, 0, 0, 0, time.UTC)
	page := merged("# Old\n\n"+one, "# What\n\n"+two, "", now)
	require.Equal(t, "# What\n\n"+one+"\n"+two, page, "another processor's is added")
	page = merged(page, "# What\n\n"+again, "", now)
	require.Equal(t, "# What\n\n"+again+"\n"+two, page, "this one's is replaced")
	page = merged(page, "# What\n\n## Two\n\n| what | fakedc |\n|---|---|\n| b | 4 | yes |\n", "b", now)
	require.Equal(t, "# What\n\n"+again+"\n"+two+"| b | 4 | yes |\n\nMeasured again by themselves (-only \"b\") on 2026-01-02, not in the run above: b.\n", page)
	require.Equal(t, page, merged(page, "# What\n\n"+again, "", now), "nothing else changes")
	require.Equal(t, "# What\n\n"+one, merged("nothing of the kind\n", "# What\n\n"+one, "", now))
}

func TestProcessor(t *testing.T) {
	for cpuinfo, want := range map[string][2]string{
		"processor\t: 0\nmodel name\t: Some CPU @ 2.50GHz\nflags\t\t: aes sha_ni avx512vl avx512bw\nmodel name\t: Other\n": {"Some CPU @ 2.50GHz", "with the instructions of SHA-256"},
		"model name : A\nflags : aes avx512vl avx512bw\nvmx flags : sha_ni\n":                                              {"A", "with AVX-512 and without the instructions of SHA-256"},
		"model name : A\nflags : aes avx512vl\n":                                                                           {"A", "without the instructions of SHA-256"},
		"Features\t: aes pmull sha1 sha2 crc32\n":                                                                          {runtime.GOARCH, "with the instructions of SHA-256"},
		"Features\t: fp asimd\n":                                                                                           {runtime.GOARCH, "without the instructions of SHA-256"},
		"":                                                                                                                 {runtime.GOARCH, "of which the system does not say how it hashes"},
	} {
		require.Equal(t, want, [2]string{processor(cpuinfo), hashing(cpuinfo)}, cpuinfo)
	}
}

func TestQuantile(t *testing.T) {
	values := []float64{5, 1, 4, 2, 3}
	require.Equal(t, 3.0, quantile(values, 0.5))
	require.Equal(t, 5.0, quantile(values, 0.99))
	require.Zero(t, quantile(nil, 0.5))
}

// The data is the same in every run, and compresses as its name says.
func TestData(t *testing.T) {
	require.Equal(t, noise(1000)(0), noise(1000)(1))
	require.Len(t, prose(1000)(0), 1000)
	seen := map[byte]bool{}
	for _, b := range noise(4096)(0) {
		seen[b] = true
	}
	require.Greater(t, len(seen), 250)
	packed := func(b []byte) float64 {
		var out bytes.Buffer
		w := gzip.NewWriter(&out)
		_, err := w.Write(b)
		require.NoError(t, err)
		require.NoError(t, w.Close())
		return float64(out.Len()) / float64(len(b))
	}
	require.Greater(t, packed(noise(512*kib)(0)), 1.0)
	require.InDelta(t, 0.3, packed(prose(512*kib)(0)), 0.2)
}

// Figures of a busy machine are told from those of a quiet one.
func TestSlots(t *testing.T) {
	require.Empty(t, slots{}.String())
	require.Equal(t, "of what a core can begin at once, others left 50 % (25 % at the least)", slots{20, 10, 40}.String())
	var s slots
	s.sample()
	require.Positive(t, s[0], "the compiler left the work out")
}

func TestLoad(t *testing.T) {
	require.Equal(t, ", load average 1.75", load("0.62 1.71 1.75 1/75 18098\n"))
	require.Empty(t, load(""), "not Linux")
}
