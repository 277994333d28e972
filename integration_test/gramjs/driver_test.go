package gramjs_test

import (
	"cmp"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/integration_test/internal/drivers"
	"github.com/fakedc/fakedc/mockserver"
)

// drive gives driver.js a job, and looks who answers. Where other tests share the machine
// it may take minutes.
func drive(t *testing.T, dc *mockserver.Server, f drivers.File, j drivers.Job) drivers.Result {
	t.Helper()
	c := drivers.Only(t)
	j.Timeout = cmp.Or(j.Timeout, 150)
	r := c.Run(t, dc, f, j)
	require.Equal(t, "telegram "+c.Version, r.Library)
	require.Equal(t, 198, r.Layer)
	return r
}

func TestDriverRoundTrip(t *testing.T) {
	t.Parallel()
	dc, small := mockserver.Start(t, mockserver.Options{}), drivers.NewFile(t, smallSize)
	r := drive(t, dc, small, drivers.Job{Transport: "obfuscated"})
	drivers.RequireReadBack(t, r, small)
	require.Equal(t, "logged in as a user", r.Note)
	drivers.RequireStored(t, dc.Uploads()[0], small)
}

func TestForwarding(t *testing.T) { drivers.TestForwarding(t) }

func TestKeeping(t *testing.T) { drivers.TestKeeping(t) }

func TestDriverRefusal(t *testing.T) {
	t.Parallel()
	r := drive(t, drivers.Builtin(t, "file-part-empty"), drivers.NewFile(t, smallSize), drivers.Job{As: "bot", Action: "upload"})
	require.False(t, r.OK)
	require.Equal(t, "RPCError", r.Error.Class)
	require.Equal(t, 400, r.Error.Code)
	require.Contains(t, r.Error.Message, "FILE_PART_EMPTY")
}

// GramJS waits for an answer for ever; its driver does not.
func TestDriverEndsInTime(t *testing.T) {
	t.Parallel()
	r := drive(t, drivers.Builtin(t, "silent-part"), drivers.NewFile(t, smallSize), drivers.Job{Timeout: 5})
	require.False(t, r.OK)
	require.Equal(t, "Timeout", r.Error.Class)
}
