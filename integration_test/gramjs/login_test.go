package gramjs_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/integration_test/internal/drivers"
	"github.com/fakedc/fakedc/mockserver"
)

// who is what scripts/login.js prints.
type who struct {
	Before  bool       `json:"before"`
	Error   *gramError `json:"error"`
	ID      string     `json:"id"`
	Bot     bool       `json:"bot"`
	Session string     `json:"session"`
}

func TestLogin(t *testing.T) {
	for _, as := range []string{"bot", "user"} {
		t.Run(as, func(t *testing.T) {
			t.Parallel()
			dc := mockserver.Start(t, mockserver.Options{})
			first := run[who](t, "login.js", job{DC: drivers.AddressOf(t, dc), As: as})
			require.Nil(t, first.Error)
			require.False(t, first.Before, "a new auth key belongs to nobody: updates.getState is refused")
			require.Equal(t, as == "bot", first.Bot)

			again := run[who](t, "login.js", job{DC: drivers.AddressOf(t, dc), As: as, Session: first.Session})
			require.True(t, again.Before, "the string session is logged in already")
			require.Equal(t, first.ID, again.ID)
			require.Equal(t, first.Session, again.Session)
			require.True(t, sameKey(dc), "the second program made no new auth key")
			require.Len(t, drivers.Events(dc, mockserver.EventLogin), 1, "and did not log in")
		})
	}
}

func TestLoginWithAWrongCode(t *testing.T) {
	t.Parallel()
	dc := mockserver.Start(t, mockserver.Options{LoginCode: "31415"})
	got := run[who](t, "login.js", job{DC: drivers.AddressOf(t, dc), As: "user"})
	requireRPCError(t, got.Error, 400, "PHONE_CODE_INVALID")
	require.Empty(t, drivers.Events(dc, mockserver.EventLogin))

	got = run[who](t, "login.js", job{DC: drivers.AddressOf(t, dc), As: "user", Code: "31415"})
	require.Nil(t, got.Error)
}

// requireRPCError checks an error that GramJS threw: the class that it has for an
// answer of the server that no class of its own stands for, with code and name.
func requireRPCError(t *testing.T, got *gramError, code int, name string) {
	t.Helper()
	require.NotNil(t, got, "GramJS threw nothing, %s was expected", name)
	require.True(t, got.IsRPCError, "%+v", got)
	require.Equal(t, "RPCError", got.Class)
	require.Equal(t, name, got.Name)
	require.Equal(t, code, got.Code)
	require.Contains(t, got.Text, name)
}
