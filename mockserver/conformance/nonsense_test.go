package conformance

import (
	"crypto/rand"
	"encoding/binary"
	"io"
	"math"
	"net"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/mockserver/internal/envelope"
	"github.com/fakedc/fakedc/mockserver/rawclient"
)

// What cannot be unpacked is an answer, and no end of the connection: a case that waits
// for either must not take the one for the other.
func TestBrokenPackingIsNoEnd(t *testing.T) {
	here, there := net.Pipe()
	conn, err := rawclient.NewConn(here, rawclient.Options{Transport: rawclient.Intermediate})
	require.NoError(t, err)
	defer conn.Close()
	var value [256]byte
	s, err := rawclient.NewSession(conn, rawclient.NewAuthKey(value, 0), 1)
	require.NoError(t, err)

	body := append(binary.LittleEndian.AppendUint32(nil, idGzip), 3, 'b', 'a', 'd')
	frame := envelope.SealServer(nil, envelope.NewKey(value), envelope.Message{SessionID: 1, MsgID: 1, SeqNo: 1, Body: body}, rand.Reader)
	go func() { _, _ = io.Copy(io.Discard, there) }()
	go func() {
		_, _ = there.Write(append(binary.LittleEndian.AppendUint32(nil, uint32(len(frame))), frame...))
	}()

	p := &peer{Session: s, env: &Env{suite: &suite{patience: time.Minute}}}
	require.ErrorContains(t, p.discards(t.Context(), 1), "gzip_packed")
}

func TestEndlessPatience(t *testing.T) {
	o := Options{Patience: math.MaxInt64}.withDefaults()
	require.Positive(t, patiencePerCase*o.Patience)
}
