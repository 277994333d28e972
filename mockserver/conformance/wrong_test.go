package conformance

import (
	"encoding/binary"
	"testing"

	"github.com/gotd/td/bin"
	"github.com/gotd/td/crypto"
	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/mockserver/internal/envelope"
	"github.com/fakedc/fakedc/mockserver/rawclient"
)

// What a server does wrong has to be found by the case about it.
func TestWhatIsWrongIsFound(t *testing.T) {
	for name, test := range map[string]struct {
		id, finds string
		server    *scripted
	}{
		"the length is looked at before msg_key": {"5.2.11", "expected the same answer", &scripted{opened: func(l *line, frame []byte) bool {
			plain, _ := decrypted(l.key, frame)
			if int32(binary.LittleEndian.Uint32(plain[28:])) == 12 {
				return false // a wrong msg_key ends the connection
			}
			l.code(-404)
			return true
		}}},
		"12 bytes of padding are too few":                    {"5.3.7", "", &scripted{opened: paddingWithin(16, 1024)}},
		"1,024 bytes of padding are a lot":                   {"5.3.8", "", &scripted{opened: paddingWithin(12, 1020)}},
		"a replay is carried out, and answered to the owner": {"5.4.2", "a second result came", &scripted{on: replays()}},
		"pq is even": {"2.1.3", "expected two odd primes", &scripted{plain: evenPQ}},
	} {
		t.Run(name, func(t *testing.T) {
			r := test.server.run(t, test.id)
			require.Equal(t, Fail, r.Status, "%s %s", r.ID, r.Name)
			require.Contains(t, r.Detail, test.finds)
		})
	}
}

// paddingWithin ends the connection where padding is shorter or longer.
func paddingWithin(least, most int) func(*line, []byte) bool {
	return func(l *line, frame []byte) bool {
		plain, _ := decrypted(l.key, frame)
		n := len(plain) - 32 - int(int32(binary.LittleEndian.Uint32(plain[28:])))
		if n >= least && n <= most {
			return false
		}
		_ = l.Close()
		return true
	}
}

// replays carries out each query that comes, also again, and answers it over the session's
// first connection.
func replays() func(*line, envelope.Message) bool {
	first := map[int64]*line{}
	return func(l *line, m envelope.Message) bool {
		if first[m.SessionID] == nil {
			first[m.SessionID] = l
		}
		if (rawclient.Message{Body: m.Body}).Constructor() == idPing {
			return false
		}
		to := first[m.SessionID]
		to.key = l.key
		to.tell(m, value(idRPCResult).i64(m.MsgID).u32(0x0badcafe).i64(randomID()), true)
		return true
	}
}

// evenPQ answers req_pq with twice a prime.
func evenPQ(l *line, body []byte) bool {
	x, err := rawclient.NewKeyExchange(rawclient.KeyOptions{PublicKey: &scriptedRSA().PublicKey}, nil)
	if err != nil {
		return false
	}
	answer := append(value(idResPQ), body[4:20]...)
	answer = append(answer, x.Nonce[:]...)
	answer = append(answer, 4, 0x95, 0x02, 0xf8, 0xfa, 0, 0, 0) // twice the prime 0x4a817c7d
	l.unsealed(answer.longs(x.Fingerprint))
	return true
}

// decrypted is what a client's frame holds, and whether its msg_key fits.
func decrypted(key *envelope.Key, frame []byte) (plain []byte, right bool) {
	msgKey := bin.Int128(frame[8:24])
	aesKey, iv := crypto.Keys(key.Value, msgKey, crypto.Client)
	plain = decryptIGE(aesKey, iv, frame[24:])
	return plain, crypto.MessageKey(key.Value, plain, crypto.Client) == msgKey
}
