package scenarios

import (
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestErrorTableIsSound(t *testing.T) {
	name := regexp.MustCompile(`^(Timeout|[A-Z][A-Z0-9]*(_[A-Z0-9]+)*)$`)
	seen := map[string]bool{}
	for _, e := range Errors() {
		require.Regexp(t, name, e.Name)
		require.False(t, seen[e.Name], "%s is there twice", e.Name)
		seen[e.Name] = true
		require.Contains(t, []int{303, 400, 401, 403, 404, 406, 420, 500, -503}, e.Code, e.Name)
		require.NotEmpty(t, e.Description, e.Name)
		require.True(t, strings.HasPrefix(e.Source, "https://"), e.Name)
		if e.Code == 420 || e.Code == 303 {
			require.True(t, e.HasNumber, "%s tells how long or where to", e.Name)
		}
	}
}

// TestLookupError covers the six errors of upload.saveBigFilePart and every form of a number.
func TestLookupError(t *testing.T) {
	for _, tt := range []struct {
		name, found string
		code        int
	}{
		{"FILE_PARTS_INVALID", "FILE_PARTS_INVALID", 400},
		{"FILE_PART_EMPTY", "FILE_PART_EMPTY", 400},
		{"FILE_PART_INVALID", "FILE_PART_INVALID", 400},
		{"FILE_PART_SIZE_CHANGED", "FILE_PART_SIZE_CHANGED", 400},
		{"FILE_PART_SIZE_INVALID", "FILE_PART_SIZE_INVALID", 400},
		{"FILE_PART_TOO_BIG", "FILE_PART_TOO_BIG", 400},
		{"FILE_PART_92_MISSING", "FILE_PART_X_MISSING", 400},
		{"FLOOD_WAIT_31", "FLOOD_WAIT_X", 420},
		{"FLOOD_WAIT_X", "FLOOD_WAIT_X", 420},
		{"FLOOD_PREMIUM_WAIT_3", "FLOOD_PREMIUM_WAIT_X", 420},
		{"FILE_MIGRATE_2", "FILE_MIGRATE_X", 303},
		{"FILE_REFERENCE_0_EXPIRED", "FILE_REFERENCE_X_EXPIRED", 400},
		{"RANDOM_ID_DUPLICATE", "RANDOM_ID_DUPLICATE", 500},
		{"AUTH_KEY_DUPLICATED", "AUTH_KEY_DUPLICATED", 406},
		{"Timeout", "Timeout", -503},
	} {
		info, ok := LookupError(tt.name)
		require.True(t, ok, tt.name)
		require.Equal(t, tt.found, info.Name)
		require.Equal(t, tt.code, info.Code, tt.name)
	}
	for _, name := range []string{"", "X", "FILE_PART", "FLOOD_WAIT_", "FLOOD_WAIT_-1", "FILE_PART_1_2_MISSING", "file_part_empty", "MD5_CHECKSUM"} {
		_, ok := LookupError(name)
		require.False(t, ok, name)
	}
	info, ok := LookupError("MD5_CHECKSUM_INVALID")
	require.True(t, ok)
	require.False(t, info.HasNumber, "the 5 is part of the name")
}

func TestSuggestError(t *testing.T) {
	for name, want := range map[string]string{
		"FILE_PART_SIZE_INVLID": "FILE_PART_SIZE_INVALID", "FLOD_WAIT_7": "FLOOD_WAIT_7", "file-parts-invalid": "FILE_PARTS_INVALID",
		"FILE_PART_12_MISING": "FILE_PART_12_MISSING", "SOMETHING_ELSE_ENTIRELY": "",
	} {
		require.Equal(t, want, suggestError(name), name)
	}
}

// TestErrorsIsACopy keeps callers from changing the table.
func TestErrorsIsACopy(t *testing.T) {
	Errors()[0].Code = 1
	require.Equal(t, 400, Errors()[0].Code)
}
