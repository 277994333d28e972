package mockserver_test

import (
	"errors"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/mockserver"
	"github.com/fakedc/fakedc/mockserver/internal/store"
	"github.com/fakedc/fakedc/mockserver/rawclient"
)

// broken is a keeper that fails when it is told to: before it wrote anything, or after it
// wrote everything.
type broken struct {
	store.Keeper
	fails, writes bool
}

func (k *broken) Commit(do, undo []store.Change) error {
	if !k.fails {
		return k.Keeper.Commit(do, undo)
	}
	if k.writes {
		if err := k.Keeper.Commit(do, nil); err != nil {
			return err
		}
	}
	k.Later(undo...)
	return errors.New("broken")
}

// breakable makes what a server keeps its keys by break.
func breakable(t *testing.T, b *bubble) *broken {
	t.Helper()
	k := &broken{}
	require.NoError(t, b.KeepKeysBy(func(inner store.Keeper) store.Keeper { k.Keeper = inner; return k }))
	return k
}

// What was answered STORE_FAILED was not sent: the same random_id works as soon as the disk
// does, in this run or the next, and once.
func TestMessageThatIsNotKeptIsNotSent(t *testing.T) {
	self := rawclient.NewObject("inputPeerSelf", nil)
	media := func() *rawclient.Object {
		return rawclient.NewObject("inputMediaUploadedDocument", rawclient.Fields{
			"file":      rawclient.NewObject("inputFileBig", rawclient.Fields{"id": int64(7), "parts": int32(1), "name": "a.bin"}),
			"mime_type": "", "attributes": []any{},
		})
	}
	single := func(id int64) any {
		return rawclient.NewObject("inputSingleMedia", rawclient.Fields{"media": media(), "random_id": id, "message": ""})
	}
	methods := map[string]rawclient.Fields{
		"messages.sendMessage":    {"peer": self, "message": "text", "random_id": int64(11)},
		"messages.sendMedia":      {"peer": self, "media": media(), "message": "", "random_id": int64(12)},
		"messages.sendMultiMedia": {"peer": self, "multi_media": []any{single(13), single(14)}},
	}
	for method, fields := range methods {
		for how, c := range map[string]struct{ writes, temporary, restart bool }{
			"nothing was written":                          {},
			"everything was written":                       {writes: true},
			"nothing was written, under a temporary key":   {temporary: true},
			"everything was written, and the server ended": {writes: true, restart: true},
		} {
			t.Run(method+": "+how, func(t *testing.T) {
				var key *rawclient.AuthKey
				send := func(t *testing.T, b *bubble) (first int32, err error) {
					o, err := call(t, b.again(key), method, fields)
					if err != nil {
						return 0, err
					}
					return o.Objects("updates")[0].Int("id"), nil
				}
				works := func(t *testing.T, b *bubble) {
					first, err := send(t, b)
					require.NoError(t, err)
					require.EqualValues(t, 1, first, "no number was used up")
					_, err = send(t, b)
					requireRPCError(t, err, 500, "RANDOM_ID_DUPLICATE")
				}
				dir := filepath.Join(t.TempDir(), "data")
				runs(t, mockserver.Options{DataDir: dir}, func(t *testing.T, b *bubble) {
					k := breakable(t, b)
					perm := b.client()
					key = perm.Key()
					require.Equal(t, "true", part(t, perm, 7, 0, 1, contents(5)))
					if c.temporary {
						key = b.bound(perm.Key(), 24*time.Hour).Key()
					}
					k.fails, k.writes = true, c.writes
					for range 2 { // the second time it is no duplicate either
						_, err := send(t, b)
						requireRPCError(t, err, 500, "STORE_FAILED")
					}
					k.fails = false
					if !c.restart {
						works(t, b)
					}
				}, func(t *testing.T, b *bubble) {
					if c.restart {
						works(t, b)
						return
					}
					_, err := send(t, b)
					requireRPCError(t, err, 500, "RANDOM_ID_DUPLICATE")
				})
			})
		}
	}
}
