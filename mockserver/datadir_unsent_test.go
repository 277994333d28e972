package mockserver_test

import (
	"errors"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
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
	every         int64 // one of so many commits fails; 0: none
	commits       atomic.Int64
}

func (k *broken) Commit(do, undo []store.Change) error {
	n := k.commits.Add(1)
	if !k.fails && (k.every == 0 || n%k.every != 0) {
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
	single := func(document *rawclient.Object, id int64) any {
		known := rawclient.NewObject("inputMediaDocument", rawclient.Fields{"id": rawclient.NewObject("inputDocument", rawclient.Fields{
			"id": document.Long("id"), "access_hash": document.Long("access_hash"), "file_reference": document.Bytes("file_reference"),
		})})
		return rawclient.NewObject("inputSingleMedia", rawclient.Fields{"media": known, "random_id": id, "message": ""})
	}
	methods := map[string]func(document *rawclient.Object) rawclient.Fields{
		"messages.sendMessage": func(*rawclient.Object) rawclient.Fields {
			return rawclient.Fields{"peer": self, "message": "text", "random_id": int64(11)}
		},
		"messages.sendMedia": func(*rawclient.Object) rawclient.Fields {
			return rawclient.Fields{"peer": self, "media": media(), "message": "", "random_id": int64(12)}
		},
		"messages.sendMultiMedia": func(document *rawclient.Object) rawclient.Fields {
			return rawclient.Fields{"peer": self, "multi_media": []any{single(document, 13), single(document, 14)}}
		},
	}
	for method, of := range methods {
		for how, c := range map[string]struct{ writes, temporary, restart bool }{
			"nothing was written":                          {},
			"everything was written":                       {writes: true},
			"nothing was written, under a temporary key":   {temporary: true},
			"everything was written, and the server ended": {writes: true, restart: true},
		} {
			t.Run(method+": "+how, func(t *testing.T) {
				var key *rawclient.AuthKey
				var fields rawclient.Fields
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
					made, err := call(t, perm, "messages.uploadMedia", rawclient.Fields{"peer": self, "media": media()})
					require.NoError(t, err)
					fields = of(made.Obj("document"))
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

// Nor does what counts as a message use up a number that is not kept.
func TestNumberThatIsNotKeptIsNotUsed(t *testing.T) {
	self := rawclient.NewObject("inputPeerSelf", nil)
	media := rawclient.NewObject("inputMediaUploadedDocument", rawclient.Fields{
		"file":      rawclient.NewObject("inputFileBig", rawclient.Fields{"id": int64(7), "parts": int32(1), "name": "a.bin"}),
		"mime_type": "", "attributes": []any{},
	})
	for method, it := range map[string]struct {
		fields rawclient.Fields
		field  string // of its update, that is the first of its kind behind one message
		want   int32
		after  int32 // the account's sequence: a story is none of its updates
	}{
		"messages.editMessage": {rawclient.Fields{"peer": self, "id": int32(1), "message": "edited"}, "pts", 3, 3},
		"stories.sendStory":    {rawclient.Fields{"peer": self, "media": media, "privacy_rules": []any{}, "random_id": int64(12)}, "id", 2, 2},
	} {
		for _, writes := range []bool{false, true} {
			var key *rawclient.AuthKey
			pts := func(t *testing.T, b *bubble, want int32) {
				state, err := call(t, b.again(key), "updates.getState", nil)
				require.NoError(t, err)
				require.Equal(t, want, state.Int("pts"), "%s, written: %v", method, writes)
			}
			dir := filepath.Join(t.TempDir(), "data")
			runs(t, mockserver.Options{DataDir: dir}, func(t *testing.T, b *bubble) {
				k := breakable(t, b)
				c := b.client()
				key = c.Key()
				require.Equal(t, "true", part(t, c, 7, 0, 1, contents(5)))
				_, err := call(t, c, "messages.sendMessage", rawclient.Fields{"peer": self, "message": "text", "random_id": int64(11)})
				require.NoError(t, err)
				k.fails, k.writes = true, writes
				for range 2 {
					_, err := call(t, c, method, it.fields)
					requireRPCError(t, err, 500, "STORE_FAILED")
				}
				k.fails = false
				pts(t, b, 2)
			}, func(t *testing.T, b *bubble) {
				pts(t, b, 2)
				done, err := call(t, b.again(key), method, it.fields)
				require.NoError(t, err)
				require.Equal(t, it.want, done.Objects("updates")[0].Int(it.field), method)
				pts(t, b, it.after)
			}, func(t *testing.T, b *bubble) { pts(t, b, it.after) })
		}
	}
}

// Clients of one account that send at once, while one commit of three fails: who was told
// that a message was sent finds it sent, in the next run too, and each of the others is
// sent in the end, once.
func TestSendsWhileTheDiskFailsAtTimes(t *testing.T) {
	const clients, messages = 4, 30
	dir := filepath.Join(t.TempDir(), "data")
	send := func(t *testing.T, c *rawclient.Client, id int64) error {
		_, err := call(t, c, "messages.sendMessage", rawclient.Fields{
			"peer": rawclient.NewObject("inputPeerSelf", nil), "message": "text", "random_id": id,
		})
		return err
	}
	var key *rawclient.AuthKey
	runs(t, mockserver.Options{DataDir: dir}, func(t *testing.T, b *bubble) {
		k := breakable(t, b)
		var all []*rawclient.Client
		for range clients { // each with a key of its own
			all = append(all, b.login("123456:fake-token"))
		}
		key = all[0].Key()
		k.every = 3
		var wg sync.WaitGroup
		for n, c := range all {
			wg.Go(func() {
				for i := range int64(messages) {
					id := int64(n+1)*1000 + i
					err := send(t, c, id)
					for tries := 0; err != nil && tries < 20; tries++ {
						var e *rawclient.RPCError
						if !assert.ErrorAs(t, err, &e) || e.Message == "RANDOM_ID_DUPLICATE" { // another client had it kept
							break
						}
						err = send(t, c, id)
					}
				}
			})
		}
		wg.Wait()
		k.every = 0
		require.NoError(t, b.again(key).Ping(t.Context(), 1))
	}, func(t *testing.T, b *bubble) {
		c := b.again(key)
		for n := range int64(clients) {
			for i := range int64(messages) {
				requireRPCError(t, send(t, c, (n+1)*1000+i), 500, "RANDOM_ID_DUPLICATE")
			}
		}
	})
}
