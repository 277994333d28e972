package mockserver_test

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/mockserver"
	"github.com/fakedc/fakedc/mockserver/rawclient"
)

// contents makes bytes that no two parts share.
func contents(n int) []byte {
	b := make([]byte, n)
	r := rand.NewChaCha8([32]byte{1})
	_, _ = r.Read(b)
	return b
}

// dial connects a client that is logged in as a bot.
func dial(t *testing.T, dc *mockserver.Server, o rawclient.Options) *rawclient.Client {
	t.Helper()
	c, err := rawclient.Connect(t.Context(), dc.Addr(), o, rawclient.KeyOptions{PublicKey: dc.PublicKey().RSA}, rawclient.ClientOptions{})
	require.NoError(t, err)
	t.Cleanup(func() { _ = c.Close() })
	_, err = c.InitConnection(t.Context(), 228)
	require.NoError(t, err)
	_, err = c.LoginBot(t.Context(), "123456:fake-token")
	require.NoError(t, err)
	return c
}

// upload sends data in parts, in order, and returns the number of parts.
func upload(ctx context.Context, c *rawclient.Client, fileID int64, data []byte, partSize int) (int32, error) {
	total := int32((len(data) + partSize - 1) / partSize)
	for i := range total {
		end := min(len(data), (int(i)+1)*partSize)
		ok, err := c.SaveBigFilePart(ctx, fileID, i, total, data[int(i)*partSize:end])
		if err != nil {
			return total, err
		}
		if !ok {
			return total, fmt.Errorf("part %d: false", i)
		}
	}
	return total, nil
}

func download(ctx context.Context, c *rawclient.Client, l rawclient.Location) ([]byte, error) {
	var out []byte
	for {
		b, err := c.GetFile(ctx, l, int64(len(out)), 1<<20)
		if err != nil {
			return nil, err
		}
		out = append(out, b...)
		if len(b) < 1<<20 {
			return out, nil
		}
	}
}

func TestUploadOverEveryTransport(t *testing.T) {
	dc := mockserver.Start(t, mockserver.Options{})
	data := contents(3<<20 + 77)
	id := int64(0)
	for _, transport := range []rawclient.Transport{rawclient.Abridged, rawclient.Intermediate, rawclient.Padded, rawclient.Full, rawclient.HTTP} {
		for _, wrap := range []string{"plain", "obfuscated", "websocket"} {
			if transport >= rawclient.Full && wrap != "plain" {
				continue // the full and the HTTP transport have no obfuscated form
			}
			id++
			t.Run(fmt.Sprintf("%v/%s", transport, wrap), func(t *testing.T) {
				ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
				defer cancel()
				c := dial(t, dc, rawclient.Options{Transport: transport, Obfuscated: wrap == "obfuscated", WebSocket: wrap == "websocket"})
				total, err := upload(ctx, c, id, data, 512<<10)
				require.NoError(t, err)
				sent, err := c.SendMedia(ctx, rawclient.InputFile{ID: id, Parts: total, Name: "a.bin", Big: true}, "text", id)
				require.NoError(t, err)
				got, err := download(ctx, c, sent.Document.Location)
				require.NoError(t, err)
				require.True(t, bytes.Equal(data, got), "what is read back is what was sent")
				u, ok := dc.Upload(id)
				require.True(t, ok)
				kept, err := u.Bytes()
				require.NoError(t, err)
				require.True(t, bytes.Equal(data, kept))
				require.True(t, u.Report.Finalised)
			})
		}
	}
}
