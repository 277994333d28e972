package mockserver_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/mockserver"
	"github.com/fakedc/fakedc/scenarios"
)

func TestInjectRefuses(t *testing.T) {
	dc, err := mockserver.New(mockserver.Options{})
	require.NoError(t, err)
	_, err = dc.Inject(scenarios.Rule{Reply: scenarios.ErrorReply("NO_SUCH_ERROR")})
	require.ErrorContains(t, err, "NO_SUCH_ERROR")
	require.False(t, dc.FaultsMuted())
	require.False(t, dc.DropConnection(1))
	require.Zero(t, dc.DropConnections())
	require.Empty(t, dc.OpenConnections())
}
