package scenarios

import (
	"math"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestMatchGlob(t *testing.T) {
	for _, tt := range []struct {
		pattern, name string
		want          bool
	}{
		{"upload.saveFilePart", "upload.saveFilePart", true},
		{"upload.saveFilePart", "upload.saveFilePart2", false},
		{"upload.save*Part", "upload.saveBigFilePart", true},
		{"upload.save*Part", "upload.savePart", true},
		{"upload.save*Part", "upload.saveBigFile", false},
		{"*", "", true}, {"", "", true}, {"", "a", false}, {"?", "", false}, {"?", "a", true},
		{"*.*", "help.getConfig", true}, {"a*b*c", "aXbXbXc", true}, {"a*b*c", "aXbXbX", false},
		{"**a", "bba", true}, {"*a?", "ab", true}, {"*a?", "ba", false},
		{"UPLOAD.GETFILE", "upload.getFile", true},
	} {
		require.Equal(t, tt.want, matchGlob(tt.pattern, tt.name), "%q %q", tt.pattern, tt.name)
	}
}

// TestMatchGlobIsPolynomial would run for years with a matcher that tries every * in every place.
func TestMatchGlobIsPolynomial(t *testing.T) {
	require.False(t, matchGlob(strings.Repeat("*a", 50)+"b", strings.Repeat("a", 10_000)))
}

func TestDistance(t *testing.T) {
	for _, tt := range []struct {
		a, b string
		want int
	}{{"", "", 0}, {"", "abc", 3}, {"abc", "", 3}, {"part", "prat", 1}, {"part", "parts", 1}, {"per", "part", 2}, {"kitten", "sitting", 3}} {
		require.Equal(t, tt.want, distance(tt.a, tt.b), "%q %q", tt.a, tt.b)
		require.Equal(t, tt.want, distance(tt.b, tt.a), "%q %q", tt.b, tt.a)
	}
}

func TestSuggest(t *testing.T) {
	keys := []string{"part", "total", "size", "upload_max_fileparts_default", "before-store"}
	for word, want := range map[string]string{
		"prat": "part", "PART": "part", "totl": "total", "before_store": "before-store", "upload_max": "upload_max_fileparts_default",
		"up": "", "colour": "", "": "", strings.Repeat("x", 1000): "",
	} {
		require.Equal(t, want, suggest(word, keys), word)
	}
}

// TestNumbersString writes sets back the way a file has them, and reads them again.
func TestNumbersString(t *testing.T) {
	for text, want := range map[string]Numbers{
		"2": Exactly(2), "4..9": Between(4, 9), ">=11": AtLeast(11), "last": {Last: true}, "even": {Even: true}, "odd": {Odd: true},
	} {
		require.Equal(t, text, want.String())
		got, err := parseNumbers(text, 0, parseWhole)
		require.NoError(t, err)
		require.Equal(t, want, got)
	}
	require.Equal(t, "any", Numbers{}.String())
	require.Equal(t, "[1, 4..9, last]", Numbers{Spans: []Span{{1, 1}, {4, 9}}, Last: true}.String())
}

func TestNumbersEdges(t *testing.T) {
	for _, text := range []string{">9223372036854775807", ">99999999999999999999", "..", "1..", "..1", "1..2..3", ">", "<=", "=3", "1e3", "0x10", "+1", "1_000", " "} {
		_, err := parseNumbers(text, 0, parseWhole)
		require.Error(t, err, text)
	}
	n, err := parseNumbers(">=9223372036854775807", 0, parseWhole)
	require.NoError(t, err)
	require.True(t, n.Contains(math.MaxInt64))
	even := Numbers{Even: true}
	require.True(t, even.Contains(0) && even.Contains(-2) && !even.Contains(-1))
	odd := Numbers{Odd: true}
	require.True(t, odd.Contains(-1) && !odd.Contains(0))
}

// TestExact says which sets are indexed; a set that is indexed wrongly loses faults.
func TestExact(t *testing.T) {
	for _, tt := range []struct {
		set  Numbers
		want []int64
	}{
		{Exactly(2), []int64{2}}, {Exactly(3, 1, 3), []int64{1, 3}}, {Between(4, 6), []int64{4, 5, 6}}, {Between(0, 7), []int64{0, 1, 2, 3, 4, 5, 6, 7}},
		{Between(0, 8), nil}, {AtLeast(0), nil}, {Numbers{}, nil}, {Numbers{Spans: []Span{{1, 1}}, Last: true}, nil}, {Numbers{Even: true}, nil},
		{Between(math.MinInt64, math.MaxInt64), nil}, {Between(-1, math.MaxInt64), nil},
		{Exactly(math.MaxInt64), []int64{math.MaxInt64}}, {AtLeast(math.MaxInt64 - 1), []int64{math.MaxInt64 - 1, math.MaxInt64}},
	} {
		got, ok := tt.set.exact(8)
		require.Equal(t, tt.want, got, tt.set.String())
		require.Equal(t, tt.want != nil, ok, tt.set.String())
	}
}

func TestUnits(t *testing.T) {
	for text, want := range map[string]int64{"0": 0, "19": 19, "19B": 19, "1KiB": 1024, "512KiB": 524288, "2MiB": 2 << 20, "1GiB": 1 << 30, "-1KiB": -1024} {
		got, err := parseSize(text)
		require.NoError(t, err, text)
		require.Equal(t, want, got, text)
	}
	for text, likely := range map[string]string{"1KB": "1KiB", "1kb": "1KiB", "2M": "2MiB", "1.5KiB": "", "KiB": "", "": "", "1 KiB": "", "9007199254740993GiB": ""} {
		_, err := parseSize(text)
		require.Error(t, err, text)
		require.Equal(t, likely, hintOf(err), text)
	}
	d, err := parseDuration("1m30s")
	require.NoError(t, err)
	require.Equal(t, 90*time.Second, d)
	for text, likely := range map[string]string{"10": "10%", "0.5": "50%", "%": "", "1e2%": "", "NaN%": "", "Inf%": "", "0.000%": ""} {
		_, err := parsePercent(text)
		require.Error(t, err, text)
		require.Equal(t, likely, hintOf(err), text)
	}
	// Too small to be told from 0, which would mean "always".
	_, err = parsePercent("0." + strings.Repeat("0", 323) + "1%")
	require.Error(t, err)
}
