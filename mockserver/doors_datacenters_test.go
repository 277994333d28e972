package mockserver_test

import (
	"io"
	"net"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/mockserver"
	"github.com/fakedc/fakedc/mockserver/rawclient"
)

// several is a server of datacenters 2, which is home, 4 and 5.
func several() mockserver.Options { return mockserver.Options{MoreDCs: []int{4, 5}} }

// strangerAt is a client with a key of one datacenter that is nobody yet.
func (b *bubble) strangerAt(dc int) *rawclient.Client {
	b.t.Helper()
	conn := b.connectDC(dc)
	key, err := rawclient.CreateKey(b.t.Context(), conn, rawclient.KeyOptions{PublicKey: b.PublicKey().RSA, DC: dc})
	require.NoError(b.t, err)
	c := b.session(conn, key)
	config, err := c.InitConnection(b.t.Context(), 228)
	require.NoError(b.t, err)
	require.EqualValues(b.t, dc, config.ThisDC)
	return c
}

// call asks a method with an answer of one object.
func call(t *testing.T, c *rawclient.Client, method string, f rawclient.Fields) (*rawclient.Object, error) {
	t.Helper()
	body, err := rawclient.Encode(c.Layer(), rawclient.NewObject(method, f))
	require.NoError(t, err)
	answer, err := c.Invoke(t.Context(), body)
	if err != nil {
		return nil, err
	}
	o, err := rawclient.Decode(answer)
	require.NoError(t, err)
	return o, nil
}

func requireRPCError(t *testing.T, err error, code int32, message string) {
	t.Helper()
	var e *rawclient.RPCError
	require.ErrorAs(t, err, &e)
	require.Equal(t, &rawclient.RPCError{Code: code, Message: message}, e)
}

// Each datacenter has an address of its own, which help.getConfig lists everywhere,
// once for all and once for media.
func TestDatacentersListEachOther(t *testing.T) {
	dc := mockserver.Start(t, several())
	require.Equal(t, []int{2, 4, 5}, dc.DCs())
	require.Equal(t, dc.Addr(), dc.AddrOf(2))
	require.Empty(t, dc.AddrOf(1))
	want := map[rawclient.DCOption]bool{}
	for _, id := range dc.DCs() {
		host, port, err := net.SplitHostPort(dc.AddrOf(id))
		require.NoError(t, err)
		n, err := strconv.Atoi(port)
		require.NoError(t, err)
		for _, media := range []bool{false, true} {
			want[rawclient.DCOption{ID: int32(id), IPAddress: host, Port: int32(n), MediaOnly: media}] = true
		}
	}
	require.Len(t, want, 6, "no two datacenters share an address")
	for _, id := range dc.DCs() {
		c, err := rawclient.Connect(t.Context(), dc.AddrOf(id), rawclient.Options{}, rawclient.KeyOptions{PublicKey: dc.PublicKey().RSA, DC: id}, rawclient.ClientOptions{})
		require.NoError(t, err)
		t.Cleanup(func() { require.NoError(t, c.Close()) })
		config, err := c.InitConnection(t.Context(), 228)
		require.NoError(t, err)
		require.EqualValues(t, id, config.ThisDC)
		got := map[rawclient.DCOption]bool{}
		for _, o := range config.DCOptions {
			got[o] = true
		}
		require.Equal(t, want, got)
	}
}

// Auth keys belong to a datacenter, and a client that takes one for another is
// told so while it makes one: -444.
// https://core.telegram.org/mtproto/mtproto-transports#transport-errors
func TestKeysBelongToADatacenter(t *testing.T) {
	inBubble(t, several(), func(t *testing.T, b *bubble) {
		key := b.strangerAt(4).Key()
		elsewhere := b.session(b.connectDC(5), key)
		_, err := elsewhere.GetConfig(t.Context())
		var refused *rawclient.TransportError
		require.ErrorAs(t, err, &refused)
		require.EqualValues(t, -404, refused.Code)
		require.NoError(t, elsewhere.Close())

		for said, want := range map[int]int32{5: -444, 0: 0, 4: 0, -4: 0, 10_004: 0, -5: -444, 10_005: -444} {
			_, err := rawclient.CreateKey(t.Context(), b.connectDC(4), rawclient.KeyOptions{PublicKey: b.PublicKey().RSA, DC: said})
			if want == 0 {
				require.NoError(t, err, "dc %d", said)
				continue
			}
			require.ErrorAs(t, err, &refused, "dc %d", said)
			require.Equal(t, want, refused.Code)
		}
	})
	// A single datacenter is taken for whatever a client likes. The journal says so: gotd
	// with another number than its server's waits for ever, without a word.
	inBubble(t, mockserver.Options{}, func(t *testing.T, b *bubble) {
		for _, dc := range []int{0, 2, -2, 10_002, 5, -10_005} {
			_, err := rawclient.CreateKey(t.Context(), b.connect(), rawclient.KeyOptions{PublicKey: b.PublicKey().RSA, DC: dc})
			require.NoError(t, err, "dc %d", dc)
		}
		var said []string
		for _, e := range events(b.Server, mockserver.EventAuthKey) {
			if text, _, _ := strings.Cut(e.Text, "; "); strings.HasPrefix(text, "the client") {
				said = append(said, text)
			}
		}
		other := "the client takes this for datacenter 5, it is 2"
		require.Equal(t, []string{other, other}, said)
	})
}

// All accounts live at home: a login elsewhere is sent there.
// https://core.telegram.org/api/datacenter#user-migration
func TestLoginElsewhereMigrates(t *testing.T) {
	inBubble(t, several(), func(t *testing.T, b *bubble) {
		c := b.strangerAt(4)
		_, err := c.LoginBot(t.Context(), "123456:fake-token")
		requireRPCError(t, err, 303, "USER_MIGRATE_2")
		_, err = c.SendCode(t.Context(), "+15550100")
		requireRPCError(t, err, 303, "PHONE_MIGRATE_2")
		_, err = c.LoginBot(t.Context(), "no token")
		requireRPCError(t, err, 400, "ACCESS_TOKEN_INVALID")
		_, err = c.SendCode(t.Context(), "none")
		requireRPCError(t, err, 400, "PHONE_NUMBER_INVALID")
		require.Equal(t, "AUTH_KEY_UNREGISTERED", part(t, c, 1, 0, 1, contents(5)), "nobody is logged in")
		_, err = b.strangerAt(2).LoginBot(t.Context(), "123456:fake-token")
		require.NoError(t, err)
	})
}

// An account that is logged in at home comes to another datacenter with what the
// home exported. https://core.telegram.org/api/datacenter#authorization-transfer
func TestAuthorizationTransfer(t *testing.T) {
	inBubble(t, several(), func(t *testing.T, b *bubble) {
		home, four, five := b.strangerAt(2), b.strangerAt(4), b.strangerAt(5)
		export := func(c *rawclient.Client, dc int32) (*rawclient.Object, error) {
			return call(t, c, "auth.exportAuthorization", rawclient.Fields{"dc_id": dc})
		}
		bring := func(c *rawclient.Client, id int64, bytes []byte) error {
			_, err := call(t, c, "auth.importAuthorization", rawclient.Fields{"id": id, "bytes": bytes})
			return err
		}
		_, err := export(home, 4)
		requireRPCError(t, err, 401, "AUTH_KEY_UNREGISTERED")
		user, err := home.LoginBot(t.Context(), "123456:fake-token")
		require.NoError(t, err)
		for _, dc := range []int32{2, 3, 0, -4} { // itself, and three that there are not
			_, err = export(home, dc)
			requireRPCError(t, err, 400, "DC_ID_INVALID")
		}
		exported, err := export(home, 4)
		require.NoError(t, err)
		require.Equal(t, user.ID, exported.Long("id"))
		bytes := exported.Bytes("bytes")

		requireRPCError(t, bring(five, user.ID, bytes), 400, "AUTH_BYTES_INVALID") // meant for 4
		requireRPCError(t, bring(four, user.ID+1, bytes), 400, "USER_ID_INVALID")
		requireRPCError(t, bring(four, user.ID, append([]byte{1}, bytes...)), 400, "AUTH_BYTES_INVALID")
		requireRPCError(t, bring(four, user.ID, nil), 400, "AUTH_BYTES_INVALID")
		_, err = home.LoginBot(t.Context(), "654321:fake-token")
		require.NoError(t, err)
		requireRPCError(t, bring(four, 654321, bytes), 400, "AUTH_BYTES_INVALID") // of another account
		require.Equal(t, "AUTH_KEY_UNREGISTERED", part(t, four, 1, 0, 1, contents(5)))

		require.NoError(t, bring(four, user.ID, bytes))
		require.Equal(t, user.ID, self(t, four).Long("id"))
		require.Equal(t, "true", part(t, four, 1, 0, 1, contents(5)))
	})
}

// Parts lie in the datacenter that they were sent to, and so do the documents that
// are made of them. https://core.telegram.org/api/files#uploading-files
func TestFilesLieInTheirDatacenter(t *testing.T) {
	inBubble(t, several(), func(t *testing.T, b *bubble) {
		home, four := b.ready(mockserver.SessionOptions{}), b.ready(mockserver.SessionOptions{DC: 4})
		require.Equal(t, self(t, home).Long("id"), self(t, four).Long("id"), "one account")
		require.Equal(t, "true", part(t, four, 1, 0, 1, []byte("in four")))
		_, err := home.UploadMedia(t.Context(), input(1, 1))
		requireRPCError(t, err, 400, "FILE_PART_0_MISSING")
		doc, err := four.UploadMedia(t.Context(), input(1, 1))
		require.NoError(t, err)
		require.EqualValues(t, 4, doc.DC)

		_, err = home.GetFile(t.Context(), doc.Location, 0, 4096)
		requireRPCError(t, err, 303, "FILE_MIGRATE_4")
		got, err := four.GetFile(t.Context(), doc.Location, 0, 4096)
		require.NoError(t, err)
		require.Equal(t, "in four", string(got))

		// The same file_id at home is another file.
		require.Equal(t, "true", part(t, home, 1, 0, 1, []byte("at home")))
		other, err := home.UploadMedia(t.Context(), input(1, 1))
		require.NoError(t, err)
		require.EqualValues(t, 2, other.DC)
		got, err = home.GetFile(t.Context(), other.Location, 0, 4096)
		require.NoError(t, err)
		require.Equal(t, "at home", string(got))
		require.Len(t, b.Uploads(), 2)
	})
}

// What there is not is an error for Go's callers and a closed connection for
// clients.
func TestDatacentersThatThereAreNot(t *testing.T) {
	for _, o := range []mockserver.Options{{MoreDCs: []int{2}}, {DC: 4, MoreDCs: []int{5, 5}}, {DC: -1}, {MoreDCs: []int{0}}, {MoreDCs: []int{1001}}} {
		_, err := mockserver.New(o)
		require.ErrorContains(t, err, "datacenter", "%+v", o)
	}
	inBubble(t, several(), func(t *testing.T, b *bubble) {
		l := newPipes()
		require.ErrorContains(t, b.ServeDC(3, l), "no datacenter 3")
		_, err := l.Accept()
		require.ErrorIs(t, err, net.ErrClosed, "the listener is closed")
		here, there := net.Pipe()
		b.wg.Go(func() { b.ServeConnDC(3, there) })
		_, err = here.Read(make([]byte, 1))
		require.ErrorIs(t, err, io.EOF)
		require.Zero(t, b.Connections())
	})
}

// An address that was announced is what clients are told, whatever is listened at
// afterwards: behind a forwarded port the two differ.
func TestAnnouncedAddress(t *testing.T) {
	inBubble(t, several(), func(t *testing.T, b *bubble) {
		require.NoError(t, b.Announce(4, &net.TCPAddr{IP: net.IPv4(127, 0, 0, 9), Port: 99}))
		require.ErrorContains(t, b.Announce(3, &net.TCPAddr{}), "no datacenter 3")
		l := newPipes()
		b.wg.Go(func() { require.ErrorIs(t, b.ServeDC(4, l), mockserver.ErrClosed) })
		conn, err := rawclient.NewConn(l.dial(), rawclient.Options{})
		require.NoError(t, err)
		s, err := b.Session(mockserver.SessionOptions{DC: 4})
		require.NoError(t, err)
		require.Equal(t, "127.0.0.9", s.Host)
		require.Equal(t, 99, s.Port)
		config, err := b.session(conn, rawclient.NewAuthKey(s.AuthKey, 0)).InitConnection(t.Context(), 228)
		require.NoError(t, err)
		require.Contains(t, config.DCOptions, rawclient.DCOption{ID: 4, IPAddress: "127.0.0.9", Port: 99})
		require.Contains(t, config.DCOptions, rawclient.DCOption{ID: 4, IPAddress: "127.0.0.9", Port: 99, MediaOnly: true})
		require.Equal(t, "127.0.0.9:99", b.AddrOf(4))
	})
}

// An upload is forgotten by whoever calls next, perhaps another datacenter: its event has
// the number of its own.
func TestForgottenUploadIsNotedWithItsDatacenter(t *testing.T) {
	o := several()
	o.Limits.Uploads = 1
	inBubble(t, o, func(t *testing.T, b *bubble) {
		at := func(dc int) *rawclient.Client {
			ready, err := b.Session(mockserver.SessionOptions{DC: dc})
			require.NoError(t, err)
			c := b.session(b.connectDC(dc), rawclient.NewAuthKey(ready.AuthKey, 0))
			_, err = c.InitConnection(t.Context(), 228)
			require.NoError(t, err)
			return c
		}
		require.Equal(t, "true", part(t, at(4), 7, 0, 1, contents(5)))
		require.Equal(t, "true", part(t, at(2), 8, 0, 1, contents(5)))
		var forgotten []any
		for _, e := range ofKind(b, mockserver.EventLimit) {
			forgotten = append(forgotten, e.Sign, e.FileID, e.DC)
		}
		require.Equal(t, []any{mockserver.SignForgotten, int64(7), 4}, forgotten)
	})
}
