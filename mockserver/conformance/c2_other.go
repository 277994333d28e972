package conformance

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"time"

	"github.com/fakedc/fakedc/mockserver/rawclient"
)

const pagePFS = "https://core.telegram.org/api/pfs"

func temporaryCases() []Case {
	return []Case{
		test("temporary key", "p_q_inner_data_temp_dc makes a temporary key.", "#presenting-proof-of-work-server-authentication",
			makesKey(func(o *rawclient.KeyOptions) { o.Temporary = true })),
		test("temporary key without dc", "p_q_inner_data_temp makes a temporary key.", "#presenting-proof-of-work-server-authentication",
			makesKey(func(o *rawclient.KeyOptions) { o.Temporary, o.DC = true, 0 })),
		test("temporary key expires", "After expires_in seconds a temporary key is unknown: -404.", pagePFS, temporaryExpires),
		test("unbound temporary key", "A temporary key that is not bound may not log in: 401 AUTH_KEY_PERM_EMPTY.", pageErrors+"#401-unauthorized", unboundTemporary),
	}
}

func temporaryExpires(ctx context.Context, e *Env) error {
	o := e.keyOptions()
	o.Temporary, o.ExpiresIn = true, time.Second
	key := must(e.newKeyOf(ctx, o))
	p := must(e.peerWith(ctx, rawclient.Options{}, key, 0))
	// The server may have discarded it already, by a slow line or because it likes to.
	_, _ = p.ping(ctx)
	demand(pause(ctx, 1500*time.Millisecond))
	return e.unknown(ctx, key)
}

// pause waits for what only time brings about.
func pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

func unboundTemporary(ctx context.Context, e *Env) error {
	o := e.keyOptions()
	o.Temporary = true
	key := must(e.newKeyOf(ctx, o))
	p := must(e.peerWith(ctx, rawclient.Options{}, key, 0))
	body, _ := must2(p.ask(ctx, inited(encoded("auth.importBotAuthorization", rawclient.Fields{
		"flags": int32(0), "api_id": int32(1), "api_hash": "0123456789abcdef0123456789abcdef", "bot_auth_token": e.suite.target.BotToken,
	}))))
	return isRPCError(body, 401, "AUTH_KEY_PERM_EMPTY")
}

// isRPCError demands this rpc_error; an empty text is any.
func isRPCError(body []byte, code int32, text string) error {
	gotCode, gotText, ok := readRPCError(body)
	if !ok || code != 0 && gotCode != code || text != "" && gotText != text {
		return fmt.Errorf("expected rpc_error %d %s; got %s", code, text, describe(body))
	}
	return nil
}

func plainMessageCases() []Case {
	const anchor = "#unencrypted-message"
	return []Case{
		test("unencrypted, length too great", "A message_data_length beyond the frame is refused.", anchor, plainLength(4096)),
		test("unencrypted, negative length", "A negative message_data_length is refused.", anchor, plainLength(-4)),
		test("unencrypted, no body", "An unencrypted message without a body is refused.", anchor, refusesBody(func(*rawclient.KeyExchange) []byte { return nil })),
		test("unencrypted ping", "What is no step of the key exchange has to be encrypted: a bare ping gets no pong.", anchor,
			refusesBody(func(*rawclient.KeyExchange) []byte { return ping(7) })),
		test("unencrypted query", "What is no step of the key exchange has to be encrypted: a bare query gets no result.", anchor,
			refusesBody(func(*rawclient.KeyExchange) []byte { return getConfig() })),
		test("unencrypted, unknown constructor", "A constructor that nobody knows is refused.", anchor,
			refusesBody(func(*rawclient.KeyExchange) []byte { return value(0x0badf00d).i64(1) })),
		test("key made beside its use", "Unencrypted steps and encrypted messages may follow one another on one connection.", anchor, interleaved),
	}
}

func plainLength(n int32) func(context.Context, *Env) error {
	return func(ctx context.Context, e *Env) error {
		s := must(e.shake(ctx, nil))
		m := rawclient.PlainMessage{MsgID: rawclient.MsgID(time.Now()), Body: s.ReqPQBody(), Length: &n}
		demand(s.conn.SendFrame(ctx, m.Append(nil)))
		return e.refusesOrIgnores(ctx, s.conn)
	}
}

// interleaved sends a ping between two steps of an exchange.
func interleaved(ctx context.Context, e *Env) error {
	p := must(e.peer(ctx))
	s := must(e.shakeOver(p.Conn(), nil))
	demand(s.reqPQ(ctx))
	must(p.fence(ctx))
	demand(s.TakeServerDHParams(must(s.round(ctx, must(s.ReqDHParamsBody())))))
	_, err := s.finish(ctx)
	return err
}

// randomID is a number for files and messages.
func randomID() int64 {
	var b [8]byte
	if _, err := rand.Read(b[:]); err != nil {
		panic(errors.Join(errors.New("no randomness"), err))
	}
	return int64(binary.LittleEndian.Uint64(b[:]))
}
