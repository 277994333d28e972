package mtcute_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/integration_test/internal/drivers"
	"github.com/fakedc/fakedc/mockserver"
)

// client is the one of manifest.json.
func client(t *testing.T) drivers.Client {
	t.Helper()
	all := drivers.Load(t)
	require.Len(t, all, 1)
	return all[0]
}

// drive has the driver do a job.
func drive(t *testing.T, dc *mockserver.Server, f drivers.File, j drivers.Job) drivers.Result {
	t.Helper()
	return client(t).Run(t, dc, f, j)
}

// requireTransferred compares what a file was, what the server has, and what the
// library read back.
func requireTransferred(t *testing.T, dc *mockserver.Server, r drivers.Result, want drivers.File) mockserver.Upload {
	t.Helper()
	drivers.RequireReadBack(t, r, want)
	require.Equal(t, "a.bin, application/octet-stream", r.Note, "name and type of the document")
	u := drivers.Only(t, dc)
	drivers.RequireStored(t, u, want)
	return u
}
