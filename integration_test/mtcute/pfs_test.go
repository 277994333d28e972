package mtcute_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/integration_test/internal/drivers"
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
	dc, f := mockserver.Start(t, mockserver.Options{}), drivers.NewFile(t, bigSize)
	r := drivers.Only(t).Run(t, dc, f, drivers.Job{PFS: true})
	drivers.RequireTransferred(t, dc, r, f)
	bound := map[int64]bool{}
	for _, e := range drivers.Events(dc, mockserver.EventCall) {
		if e.Method == bind {
			require.Empty(t, e.Error)
			require.False(t, bound[e.Key], "a key of its own for each connection")
			bound[e.Key] = true
		}
	}
	require.Greater(t, len(bound), 2, "the main connection, and others for files")
	require.GreaterOrEqual(t, len(drivers.Events(dc, mockserver.EventAuthKey)), len(bound)+1, "those, and the permanent one")
	for _, e := range drivers.Events(dc, mockserver.EventPart) {
		require.True(t, bound[e.Key], "part %d came with key %x, which was not bound", *e.Part, e.Key)
	}
	require.Len(t, drivers.Events(dc, mockserver.EventLogin), 1, "the account belongs to the permanent key")
}
