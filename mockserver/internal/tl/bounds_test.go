package tl

import (
	"encoding/binary"
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"
)

// One request stays under the memory that MaxValues is there for, also if it is all
// objects whose many parameters are absent.
func TestDecodeMemoryIsBounded(t *testing.T) {
	word := binary.LittleEndian.AppendUint32
	updates, _ := ID("updates", Newest)
	user, _ := ID("user", Newest)
	body := word(word(word(nil, updates), vectorID), 0)
	const users = MaxValues/2 - 10 // each is a value and has one, its id
	body = word(word(body, vectorID), users)
	for range users {
		body = append(word(body, user), make([]byte, 4+4+8)...)
	}
	body = append(word(word(body, vectorID), 0), make([]byte, 4+4)...)

	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	o, rest, err := Decode(body)
	runtime.ReadMemStats(&after)
	require.NoError(t, err)
	require.Empty(t, rest)
	require.Len(t, o.Vector("users"), users)
	require.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(10<<20))
}
