package conformance

import (
	"encoding/binary"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/mockserver/internal/envelope"
	"github.com/fakedc/fakedc/mockserver/rawclient"
)

// What the documentation leaves to a server must not fail a case.
func TestWhatIsLeftToTheServer(t *testing.T) {
	for name, test := range map[string]struct {
		id     string
		server *scripted
	}{
		// "A response is usually returned to the same connection":
		// https://core.telegram.org/mtproto/service_messages#ping-messages-pingpong
		"pong over the connection of the ping": {"3.4.11", &scripted{}},
		// "The first version of the response is used if the server remembers nothing of the
		// incoming req_msg_id (if it has already been responded to, for example)":
		// https://core.telegram.org/mtproto/service_messages#cancellation-of-an-rpc-query
		"an answered query is forgotten": {"4.2.2", &scripted{result: func(_ *line, m envelope.Message) []byte {
			if (rawclient.Message{Body: m.Body}).Constructor() == idDropAnswer {
				return value(idDropUnknown)
			}
			return value(0x0badcafe)
		}}},
		// "The server returns a maximum of num future server salts (may return fewer)":
		// https://core.telegram.org/mtproto/service_messages#request-for-several-future-salts
		"fewer salts":              {"4.3.2", &scripted{on: fewSalts}},
		"fewer salts, long frames": {"1.1.3", &scripted{on: fewSalts}},
		// "the server will simply re-send the same response":
		// https://core.telegram.org/mtproto/auth_key#error-handling-lost-queries-and-responses
		"the same response with its msg_id": {"2.1.8", &scripted{plain: sameFrame()}},
		// "following which they forget all other temporary data":
		// https://core.telegram.org/mtproto/auth_key#dh-key-exchange-complete
		"a finished exchange is forgotten": {"2.4.5", &scripted{plain: forgetful()}},
		// "The server is free to discard its copy earlier":
		// https://core.telegram.org/mtproto/auth_key#presenting-proof-of-work-server-authentication
		"a temporary key is discarded early": {"2.5.3", &scripted{opened: func(l *line, _ []byte) bool {
			l.code(-404)
			return true
		}}},
		// That the connection stays open after a transport error is written nowhere.
		"the end after -404": {"1.8.7", &scripted{frame: func(l *line, frame []byte) bool {
			if len(frame) < 20 || l.keys[int64(binary.LittleEndian.Uint64(frame))] != nil || binary.LittleEndian.Uint64(frame) == 0 {
				return false
			}
			l.code(-404)
			_ = l.Close()
			return true
		}}},
		// "Error 429 is returned [...] if any of the container/service message limits are reached":
		// https://core.telegram.org/mtproto/mtproto-transports#transport-errors
		"a container over the limit is flood": {"4.6.9", &scripted{opened: func(l *line, frame []byte) bool {
			if len(frame) < 30_000 {
				return false
			}
			l.code(-429)
			return true
		}}},
		"a transport error, then the end":           {"1.9.9", &scripted{frame: errorAndEnd}},
		"an abridged transport error, then the end": {"1.9.8", &scripted{frame: errorAndEnd}},
		"silence to an unencrypted ping":            {"2.6.4", &scripted{plain: silent()}},
		"silence to a frame of four bytes":          {"1.9.18", &scripted{frame: ignoresShort}},
		"silence to length 0":                       {"1.9.6", &scripted{frame: ignoresShort}},
		"silence to abridged length 0":              {"1.9.7", &scripted{frame: ignoresShort}},
		"silence to a header of no framing":         {"1.5.8", &scripted{frame: ignoresShort, patience: 3 * time.Second}},
		// msg_detailed_info is what a server normally says to a duplicate:
		// https://core.telegram.org/mtproto/service_messages_about_messages#extended-voluntary-communication-of-status-of-one-message
		"a duplicate gets msg_detailed_info": {"4.7.4", &scripted{on: detailed()}},
		// Only errors before the check of msg_key have to look like a failure of it:
		// https://core.telegram.org/mtproto/security_guidelines#checking-sha256-hash-value-of-msg-key
		"msg_key before the length": {"5.2.11", &scripted{opened: func(l *line, frame []byte) bool {
			if _, right := decrypted(l.key, frame); right {
				return false // what the length is like ends the connection
			}
			l.code(-404)
			return true
		}}},
	} {
		t.Run(name, func(t *testing.T) {
			r := test.server.run(t, test.id)
			require.Equal(t, Pass, r.Status, "%s %s: %s", r.ID, r.Name, r.Detail)
		})
	}
}

func fewSalts(l *line, m envelope.Message) bool {
	switch (rawclient.Message{Body: m.Body}).Constructor() {
	case idGetSalts:
		l.tell(m, value(idFutureSalts).i64(m.MsgID).i32(1).i32(1).i32(1).i32(2).i64(3), false)
	case idStateReq:
		n := (len(m.Body) - 12) / 8
		info := append([]byte{254, byte(n), byte(n >> 8), 0}, make([]byte, n)...)
		l.tell(m, append(value(idStateInfo).i64(m.MsgID), info...), false)
	default:
		return false
	}
	return true
}

// sameFrame answers a repeated req_pq with the frame that answered the first one.
func sameFrame() func(*line, []byte) bool {
	sent := map[string][]byte{}
	return func(l *line, body []byte) bool {
		frame := sent[string(body)]
		if frame == nil {
			out, err := l.machine.Step(body, time.Now())
			if err != nil {
				return false
			}
			frame = rawclient.PlainMessage{MsgID: l.nextID(), Body: out.Reply}.Append(nil)
			sent[string(body)] = frame
		}
		l.send(frame)
		return true
	}
}

// forgetful refuses a set_client_DH_params that it has answered.
func forgetful() func(*line, []byte) bool {
	answered := map[string]bool{}
	return func(l *line, body []byte) bool {
		if answered[string(body)] {
			l.code(-404)
			return true
		}
		answered[string(body)] = true
		return false
	}
}

func errorAndEnd(l *line, frame []byte) bool {
	if len(frame) >= 20 {
		return false
	}
	l.code(-404)
	_ = l.Close()
	return true
}

// silent ignores what does not belong to an exchange.
func silent() func(*line, []byte) bool {
	return func(l *line, body []byte) bool {
		out, err := l.machine.Step(body, time.Now())
		if err == nil {
			l.unsealed(out.Reply)
		}
		return true
	}
}

func ignoresShort(_ *line, frame []byte) bool { return len(frame) < 20 }

// detailed answers a duplicate with msg_detailed_info, and msg_resend_req with the answer.
func detailed() func(*line, envelope.Message) bool {
	var query int64
	var answer []byte
	return func(l *line, m envelope.Message) bool {
		switch id := (rawclient.Message{Body: m.Body}).Constructor(); {
		case id == idResendReq:
			l.send(answer)
		case id == idPing:
			return false
		case m.MsgID == query:
			sent, err := rawclient.Open(rawclient.NewAuthKey(l.key.Value, 0), answer)
			if err != nil {
				return false
			}
			l.tell(m, value(idDetailed).i64(query).i64(sent.MsgID).i32(int32(len(answer))).i32(0), false)
		default:
			query = m.MsgID
			answer = l.tell(m, value(idRPCResult).i64(m.MsgID).u32(0x0badcafe), true)
		}
		return true
	}
}
