package gotd_test

import (
	"context"
	"net"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gotd/td/telegram"
	"github.com/gotd/td/telegram/dcs"
	"github.com/gotd/td/telegram/uploader"
	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/mockserver"
	"github.com/fakedc/fakedc/scenarios"
)

// gotd is told to wait 30 s in the middle of an upload. The test takes none of them.
func TestUploadWaitsHalfAMinute(t *testing.T) {
	rules, err := scenarios.ParseFault("part=2: 1*flood_wait(30s)")
	require.NoError(t, err)
	synctest.Test(t, func(t *testing.T) {
		dc, err := mockserver.New(mockserver.Options{Scenario: &scenarios.Scenario{Rules: rules}})
		require.NoError(t, err)
		defer dc.Close()

		// Pipes in place of sockets: in the bubble, what waits must wait for the bubble.
		dial := func(context.Context, string, string) (net.Conn, error) {
			here, there := net.Pipe()
			go dc.ServeConn(there)
			return here, nil
		}
		client := telegram.NewClient(telegram.TestAppID, telegram.TestAppHash, telegram.Options{
			DC: dc.DC(), Resolver: dcs.Plain(dcs.PlainOptions{Dial: dial}), NoUpdates: true,
			PublicKeys: []telegram.PublicKey{{RSA: dc.PublicKey().RSA}},
		})
		began := time.Now()
		err = client.Run(t.Context(), func(ctx context.Context) error {
			if _, err := client.Auth().Bot(ctx, "123456:any"); err != nil {
				return err
			}
			_, err := uploader.NewUploader(client.API()).FromBytes(ctx, "big.bin", make([]byte, 12<<20))
			return err
		})
		require.NoError(t, err)
		require.GreaterOrEqual(t, time.Since(began), 30*time.Second)
		dc.RequireVerdict(t)
	})
}
