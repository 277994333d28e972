package words

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestCount(t *testing.T) {
	for n, want := range map[int][3]string{
		0: {"0 auth keys", "0 auth keys are", "0 auth keys were"},
		1: {"1 auth key", "1 auth key is", "1 auth key was"},
		2: {"2 auth keys", "2 auth keys are", "2 auth keys were"},
	} {
		require.Equal(t, want, [3]string{Count(n, "auth key"), Are(n, "auth key"), Were(n, "auth key")})
	}
}

func TestBytes(t *testing.T) {
	for n, want := range map[int64]string{
		0:             "0 bytes",
		1:             "1 byte",
		1023:          "1023 bytes",
		1024:          "1 KiB",
		1536:          "1.5 KiB",
		34 << 10:      "34 KiB",
		1<<20 - 1:     "1023.9 KiB",
		1<<20 + 1:     "1.0 MiB",
		1<<30 - 1<<15: "1023.9 MiB",
		1 << 30:       "1 GiB",
		1 << 40:       "1024 GiB",
		math.MaxInt64: "8589934591.9 GiB",
		-1:            "-1 bytes",
	} {
		require.Equal(t, want, Bytes(n))
	}
}
