package conformance

import (
	"encoding/binary"
	"fmt"
	"strings"

	"github.com/fakedc/fakedc/mockserver/rawclient"
)

// reader takes a TL value apart. Reading beyond the end yields zeros and sets short.
type reader struct {
	b     []byte
	short bool
}

func (r *reader) take(n int) []byte {
	if n < 0 || n > len(r.b) {
		r.short, r.b = true, nil
		return make([]byte, min(max(n, 0), 64))
	}
	out := r.b[:n:n]
	r.b = r.b[n:]
	return out
}

func (r *reader) u32() uint32 { return binary.LittleEndian.Uint32(r.take(4)) }
func (r *reader) i32() int32  { return int32(r.u32()) }
func (r *reader) i64() int64  { return int64(binary.LittleEndian.Uint64(r.take(8))) }

// bytes reads a TL string with its padding to four bytes.
func (r *reader) bytes() []byte {
	n, head := int(r.take(1)[0]), 1
	if n == 254 {
		b := r.take(3)
		n, head = int(b[0])|int(b[1])<<8|int(b[2])<<16, 4
	}
	out := r.take(n)
	if rest := (head + n) % 4; rest != 0 && !r.short {
		r.take(4 - rest)
	}
	return out
}

// badMsg is a bad_msg_notification or, with a salt, a bad_server_salt.
type badMsg struct {
	msgID   int64
	seqno   int32
	code    int32
	newSalt int64
}

func readBadMsg(body []byte) (b badMsg, ok bool) {
	r := &reader{b: body}
	id := r.u32()
	b = badMsg{msgID: r.i64(), seqno: r.i32(), code: r.i32()}
	if id == idBadSalt {
		b.newSalt = r.i64()
	}
	return b, (id == idBadMsg || id == idBadSalt) && !r.short && len(r.b) == 0
}

type pong struct{ msgID, pingID int64 }

func readPong(body []byte) (p pong, ok bool) {
	r := &reader{b: body}
	id := r.u32()
	p = pong{r.i64(), r.i64()}
	return p, id == idPong && !r.short
}

// about returns the msg_id that a message begins with, as most answers do.
func about(body []byte) int64 {
	r := &reader{b: body}
	r.u32()
	return r.i64()
}

// readAck returns the identifiers of a msgs_ack.
func readAck(body []byte) []int64 {
	r := &reader{b: body}
	if r.u32() != idMsgsAck || r.u32() != idVector {
		return nil
	}
	var ids []int64
	for n := r.i32(); n > 0 && !r.short; n-- {
		ids = append(ids, r.i64())
	}
	return ids
}

// readRPCError returns the code and the text of a rpc_error.
func readRPCError(body []byte) (code int32, text string, ok bool) {
	r := &reader{b: body}
	id := r.u32()
	code, text = r.i32(), string(r.bytes())
	return code, text, id == idRPCError && !r.short
}

var names = map[uint32]string{
	idPong: "pong", idFutureSalts: "future_salts", idDropUnknown: "rpc_answer_unknown", idDropRunning: "rpc_answer_dropped_running",
	idDropped: "rpc_answer_dropped", idDestroyOK: "destroy_session_ok", idDestroyNone: "destroy_session_none", idDestroyKeyOK: "destroy_auth_key_ok",
	idNewSession: "new_session_created", idMsgsAck: "msgs_ack", idStateInfo: "msgs_state_info", idDetailed: "msg_detailed_info",
	idNewDetailed: "msg_new_detailed_info", idBadMsg: "bad_msg_notification", idBadSalt: "bad_server_salt", idContainer: "msg_container",
	idRPCResult: "rpc_result", idRPCError: "rpc_error", idGzip: "gzip_packed", idResPQ: "resPQ", idDHOK: "server_DH_params_ok",
	idDHFail: "server_DH_params_fail", idDHGenOK: "dh_gen_ok", idDHGenRetry: "dh_gen_retry", idDHGenFail: "dh_gen_fail",
}

// describe says for a person what a body is.
func describe(body []byte) string {
	id := rawclient.Message{Body: body}.Constructor()
	name, ok := names[id]
	if !ok {
		name = fmt.Sprintf("%#08x (%d bytes)", id, len(body))
	}
	switch id {
	case idBadMsg, idBadSalt:
		if b, ok := readBadMsg(body); ok {
			return fmt.Sprintf("%s %d", name, b.code)
		}
	case idRPCResult:
		if len(body) > 12 {
			return name + " of " + describe(body[12:])
		}
	case idRPCError:
		if code, text, ok := readRPCError(body); ok {
			return fmt.Sprintf("%s %d %s", name, code, text)
		}
	}
	return name
}

func describeAll(messages []rawclient.Message) string {
	if len(messages) == 0 {
		return "nothing"
	}
	const enough = 20 // for a person
	var words []string
	for _, m := range messages[:min(len(messages), enough)] {
		words = append(words, describe(m.Body))
	}
	if more := len(messages) - len(words); more > 0 {
		words = append(words, fmt.Sprintf("%d more", more))
	}
	return strings.Join(words, ", ")
}
