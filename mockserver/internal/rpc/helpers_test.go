package rpc

import (
	"bytes"
	"crypto/rand"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gotd/td/bin"
	"github.com/gotd/td/mt"
	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/mockserver/internal/bounds"
	"github.com/fakedc/fakedc/mockserver/internal/fault"
	"github.com/fakedc/fakedc/mockserver/internal/journal"
	"github.com/fakedc/fakedc/mockserver/internal/store"
	"github.com/fakedc/fakedc/mockserver/internal/tl"
	"github.com/fakedc/fakedc/mockserver/internal/upload"
	"github.com/fakedc/fakedc/scenarios"
	"github.com/fakedc/fakedc/validator"
)

var start = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)

// layers are those in which a constructor that is used here changed, and with them
// those of all clients at hand: Telethon 144, Pyrogram 158, GramJS 198, mtcute 227,
// gotd 228, kurigram 229, grammers 230.
var layers = []int{
	143, 144, 145, 146, 148, 151, 152, 154, 158, 160, 164, 166, 167, 170, 174, 176, 177, 181, 185, 189,
	195, 196, 198, 200, 201, 206, 210, 211, 214, 216, 218, 221, 223, 224, 225, 227, 228, 229, 230,
}

// testLimits are those of a server that nobody configured.
var testLimits = Limits{Inflated: 10 << 20, Wrappers: 8, RandomIDs: 1 << 20, Messages: 1 << 20}

// desk is a handler with one auth key at it.
type desk struct {
	*Handler
	auth  *Auth
	layer int
	room  *bounds.Gate
}

// binder answers every auth.bindTempAuthKey alike.
type binder string

func (b binder) Bind(time.Time, Binding) string { return string(b) }

// newDesk makes a handler; the key has said nothing yet.
func newDesk(t testing.TB, s *scenarios.Scenario) *desk {
	t.Helper()
	d := &desk{auth: &Auth{}, layer: 228, room: bounds.NewGate("StoreBytes", 1<<28)}
	faults := &fault.Injector{}
	require.NoError(t, faults.Set(s, 1))
	limits := upload.Limits{Uploads: 64, Lifetime: time.Hour, Documents: 64}
	d.Handler = New(Config{
		Uploads: upload.New(validator.MustNew(validator.Options{}), store.NewMemory(d.room), limits, faults.ForgetFile),
		Faults:  faults, Journal: journal.New(1000), Rand: rand.Reader, LoginCode: "12345",
		DC: 2, Home: 2, Keys: binder(""), Limits: testLimits,
		DCs: func() []DC {
			return []DC{{ID: 2, Host: "127.0.0.1", Port: 1234}, {ID: 4, Host: "127.0.0.1", Port: 1235}}
		},
	})
	return d
}

// loggedIn is a desk whose key has a layer and a user's account.
func loggedIn(t testing.TB, layer int, s *scenarios.Scenario) *desk {
	t.Helper()
	d := newDesk(t, s)
	d.begin(t, layer)
	d.auth.LogIn(d.accounts.phone("+15550100"))
	return d
}

// begin is what every client does first.
func (d *desk) begin(t testing.TB, layer int) {
	t.Helper()
	d.layer = layer
	r := d.send(d.wrapped(t, tl.New("help.getConfig", nil)))
	o, _, err := tl.Decode(r.Body)
	require.NoError(t, err)
	require.Equal(t, "config", o.Name)
	require.Equal(t, layer, d.auth.Layer())
}

// wrapped is a query in invokeWithLayer and initConnection.
func (d *desk) wrapped(t testing.TB, query *tl.Object) []byte {
	t.Helper()
	return withLayer(t, d.layer, initConnection(t, d.encode(t, query)))
}

func withLayer(t testing.TB, layer int, query []byte) []byte {
	t.Helper()
	return wrap(t, "invokeWithLayer", tl.Fields{"layer": int32(layer)}, query)
}

func initConnection(t testing.TB, query []byte) []byte {
	t.Helper()
	return wrap(t, "initConnection", tl.Fields{
		"api_id": int32(1), "device_model": "a test", "system_version": "1", "app_version": "1",
		"system_lang_code": "en", "lang_pack": "", "lang_code": "en",
	}, query)
}

func wrap(t testing.TB, name string, f tl.Fields, query []byte) []byte {
	t.Helper()
	f["query"] = query
	b, err := tl.Append(nil, tl.Newest, tl.New(name, f))
	require.NoError(t, err)
	return b
}

func (d *desk) encode(t testing.TB, query *tl.Object) []byte {
	t.Helper()
	b, err := tl.Append(nil, d.layer, query)
	require.NoError(t, err)
	return b
}

func (d *desk) caller() Caller { return Caller{Auth: d.auth, Key: 11, Conn: 1, Session: 33, MsgID: 44} }

func (d *desk) send(body []byte) Result { return d.Handle(start, d.caller(), body) }

// ask sends a query and returns what came: an object, objects for a vector, or an
// error as "400 NAME".
func (d *desk) ask(t testing.TB, query *tl.Object) any {
	t.Helper()
	return answer(t, d.send(d.encode(t, query)))
}

func answer(t testing.TB, r Result) any {
	t.Helper()
	require.NotNil(t, r.Body)
	id, ok := tl.PeekID(r.Body)
	require.True(t, ok)
	switch id {
	case mt.RPCErrorTypeID:
		var e mt.RPCError
		require.NoError(t, e.Decode(&bin.Buffer{Buf: r.Body}))
		return fmt.Sprintf("%d %s", e.ErrorCode, e.ErrorMessage)
	case bin.TypeVector:
		objects, rest, err := tl.DecodeVector(r.Body)
		require.NoError(t, err)
		require.Empty(t, rest)
		return objects
	}
	o, rest, err := tl.Decode(r.Body)
	require.NoError(t, err)
	require.Empty(t, rest)
	return o
}

// object is an answer that has to be one.
func (d *desk) object(t testing.TB, query *tl.Object) *tl.Object {
	t.Helper()
	o, ok := d.ask(t, query).(*tl.Object)
	require.True(t, ok, "%s: %v", query.Name, d.last().Error)
	return o
}

// refused asks for something that has to end in an error.
func (d *desk) refused(t testing.TB, query *tl.Object, want string) {
	t.Helper()
	require.Equal(t, want, d.ask(t, query))
	require.Equal(t, want, d.last().Error, "the journal says what the client was told")
	require.NotEmpty(t, d.last().Text, "and why")
}

// last is the newest event.
func (d *desk) last() journal.Event {
	events := d.Journal.Since(0)
	return events[len(events)-1]
}

// save sends a part that has to be accepted.
func (d *desk) save(t testing.TB, p tl.SavePart) {
	t.Helper()
	o, ok := answer(t, d.send(tl.AppendSavePart(nil, p))).(*tl.Object)
	require.True(t, ok, "%v", d.last().Error)
	require.Equal(t, "boolTrue", o.Name)
}

// file uploads n bytes in parts of 4 KiB and returns its InputFile.
func (d *desk) file(t testing.TB, id int64, isBig bool, data []byte, name string) *tl.Object {
	t.Helper()
	const size = 4096
	total := int32((len(data) + size - 1) / size)
	for i := range total {
		d.save(t, tl.SavePart{Big: isBig, FileID: id, Part: i, Total: total, Bytes: data[int(i)*size : min(len(data), int(i+1)*size)]})
	}
	if isBig {
		return tl.New("inputFileBig", tl.Fields{"id": id, "parts": total, "name": name})
	}
	return tl.New("inputFile", tl.Fields{"id": id, "parts": total, "name": name, "md5_checksum": ""})
}

// contents are bytes that tell their place.
func contents(n int) []byte {
	var b bytes.Buffer
	for b.Len() < n {
		fmt.Fprintf(&b, "%07d ", b.Len())
	}
	return b.Bytes()[:n]
}

func self() *tl.Object { return tl.New("inputPeerSelf", nil) }

func uploadedDocument(file *tl.Object, attributes ...*tl.Object) *tl.Object {
	return tl.New("inputMediaUploadedDocument", tl.Fields{"file": file, "mime_type": "text/plain", "attributes": tl.Vector(attributes...)})
}

func uploadMedia(media *tl.Object) *tl.Object {
	return tl.New("messages.uploadMedia", tl.Fields{"peer": self(), "media": media})
}

func sendMedia(media *tl.Object) *tl.Object {
	return tl.New("messages.sendMedia", tl.Fields{"peer": self(), "media": media, "message": "text", "random_id": nextRandomID.Add(1)})
}

// nextRandomID numbers the messages of all tests: none is sent twice. It begins
// above the numbers that some tests choose themselves.
var nextRandomID atomic.Int64

func init() { nextRandomID.Store(1 << 32) }
