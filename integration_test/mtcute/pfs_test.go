package mtcute_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/mockserver"
)

// With perfect forward secrecy each connection makes a temporary key of its own,
// binds it to the permanent one, and uploads and downloads with that.
// https://core.telegram.org/api/pfs
func TestPerfectForwardSecrecy(t *testing.T) {
	const bind = "auth.bindTempAuthKey"
	if !slices.Contains(mockserver.Methods(), bind) {
		t.Skipf("%s is not answered by the server yet", bind)
	}
	t.Parallel()
	dc, f := mockserver.Start(t, mockserver.Options{}), newFile(t, bigSize)
	r := drive(t, dc, f, job{PFS: true})
	requireTransferred(t, only(t, dc), r, f)
	bound := 0
	for _, e := range events(dc, mockserver.EventCall) {
		if e.Method == bind {
			require.Empty(t, e.Error)
			bound++
		}
	}
	connections := len(events(dc, mockserver.EventTransport))
	require.Greater(t, connections, 2)
	require.Equal(t, connections, bound, "one key for each connection")
	require.Len(t, events(dc, mockserver.EventLogin), 1, "the account belongs to the permanent key")
}
