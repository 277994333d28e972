package conformance

import (
	"crypto/sha256"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestCheckHashes(t *testing.T) {
	data := []byte("the bytes of a file")
	sum := sha256.Sum256(data)
	hash := func(id uint32, offset int64, limit int32, sum []byte) tl {
		return append(value(id).i64(offset).i32(limit), append(append([]byte{32}, sum...), 0, 0, 0)...)
	}
	good := hash(0xf39b035c, 0, int32(len(data)), sum[:])
	vector := func(n int32, of ...tl) tl {
		b := value(idVector).i32(n)
		for _, one := range of {
			b = append(b, one...)
		}
		return b
	}
	for name, test := range map[string]struct {
		answer tl
		finds  string
	}{
		"right":               {vector(1, good), ""},
		"right twice":         {vector(2, good, good), ""},
		"none":                {vector(0), "got 0 of them"},
		"fewer than none":     {vector(-1), "got -1 of them"},
		"no vector":           {good, "expected a vector"},
		"another constructor": {vector(1, hash(idPong, 0, int32(len(data)), sum[:])), "expected fileHash"},
		"another hash":        {vector(1, hash(0xf39b035c, 0, 3, sum[:])), "the SHA-256 of 3 bytes"},
		"longer than is left": {vector(1, hash(0xf39b035c, 0, 128<<10, sum[:])), ""},
		"beyond the file":     {vector(1, hash(0xf39b035c, int64(len(data)), 128<<10, sum[:])), "ranges of the file"},
		"fewer than it says":  {vector(2, good), "expected fileHash"},
		"more than it says":   {vector(1, good, good), "follow them"},
	} {
		err := checkHashes(test.answer, data)
		if test.finds == "" {
			require.NoError(t, err, name)
		} else {
			require.ErrorContains(t, err, test.finds, name)
		}
	}
}
