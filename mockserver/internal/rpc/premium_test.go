package rpc

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/mockserver/internal/tl"
)

// An account with a setting of its own does not follow the rest, whether it was
// known before or logs in later; and the limit of parts follows it.
// https://core.telegram.org/api/config#upload-max-fileparts-default
func TestPremiumOfOneAccount(t *testing.T) {
	d := newDesk(t, nil)
	d.begin(t, 228)
	self := func() bool { return d.object(t, importBot("123456:fake-token")).Obj("user").Bool("premium") }
	manyParts := tl.New("upload.saveBigFilePart", tl.Fields{
		"file_id": int64(1), "file_part": int32(0), "file_total_parts": int32(8000), "bytes": make([]byte, 1024),
	})

	require.False(t, self())
	require.Equal(t, "400 FILE_PARTS_INVALID", d.ask(t, manyParts))
	d.SetPremiumOf(123456, true)
	require.True(t, self())
	require.Equal(t, "boolTrue", d.object(t, manyParts).Name)
	d.SetPremium(false)
	require.True(t, self(), "all others")

	d.SetPremium(true)
	d.SetPremiumOf(77, false) // has not logged in yet
	require.False(t, d.object(t, importBot("77:fake-token")).Obj("user").Bool("premium"))
	require.True(t, d.object(t, importBot("78:fake-token")).Obj("user").Bool("premium"))
}
