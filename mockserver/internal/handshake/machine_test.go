package handshake

import (
	"crypto/sha1"
	"encoding/binary"
	"errors"
	"io"
	"math/big"
	"testing"
	"time"

	"github.com/gotd/td/bin"
	"github.com/gotd/td/crypto"
	"github.com/gotd/td/mt"
	"github.com/stretchr/testify/require"
)

// Every way a client may ask for a key and what the server learns from it.
// https://core.telegram.org/mtproto/auth_key#presenting-proof-of-work-server-authentication
func TestKinds(t *testing.T) {
	for _, c := range []struct {
		name string
		set  func(c *client)
		dc   int    // that it names, 0 for none
		want Result // without key and salt, which run compares, and dc
	}{
		{"p_q_inner_data_dc", func(c *client) {}, 2, Result{}},
		{"p_q_inner_data", func(c *client) { c.kind = mt.PQInnerDataTypeID }, 0, Result{}},
		{"p_q_inner_data_temp", func(c *client) { c.kind = innerDataTempID }, 0, Result{Temporary: true, ExpiresIn: 3600}},
		{"p_q_inner_data_temp_dc", func(c *client) { c.kind = mt.PQInnerDataTempDCTypeID }, 2, Result{Temporary: true, ExpiresIn: 3600}},
		{"media dc", func(c *client) { c.dc = -2 }, 2, Result{}},
		{"test dc", func(c *client) { c.dc = 10002 }, 2, Result{}},
		{"test media dc", func(c *client) { c.dc = -10002 }, 2, Result{}},
		{"req_pq", func(c *client) { c.multi = false }, 2, Result{}},
		{"old RSA", func(c *client) { c.oldRSA = true }, 2, Result{}},
		{"old RSA, p_q_inner_data", func(c *client) { c.oldRSA = true; c.kind = mt.PQInnerDataTypeID }, 0, Result{}},
		{"old RSA, temporary", func(c *client) { c.oldRSA = true; c.kind = mt.PQInnerDataTempDCTypeID }, 2, Result{Temporary: true, ExpiresIn: 3600}},
	} {
		t.Run(c.name, func(t *testing.T) {
			config := testConfig(t)
			named := 0
			config.AcceptDC = func(dc int) bool { named = dc; return true }
			cl := newClient(t, &config.Key.PublicKey)
			c.set(cl)
			got := *cl.run(New(config))
			got.AuthKey, got.Salt = [256]byte{}, 0
			c.want.DC = c.dc
			require.Equal(t, c.want, got)
			require.Equal(t, c.dc, named)
		})
	}
}

// What Pyrogram and other clients compare, and the margins of SG-2.
func TestServersParameters(t *testing.T) {
	config := testConfig(t)
	c := newClient(t, &config.Key.PublicKey)
	c.toKey(New(config))
	prime := new(big.Int).SetBytes(c.params.DhPrime)
	require.Equal(t, 3, c.params.G)
	require.EqualValues(t, testTime.Unix(), c.params.ServerTime)
	require.Len(t, c.params.GA, 256)
	require.NotZero(t, c.params.GA[0])
	require.NoError(t, crypto.CheckDH(c.params.G, prime))
	ga := new(big.Int).SetBytes(c.params.GA)
	require.NoError(t, crypto.CheckDHParams(prime, big.NewInt(3), ga, ga))
}

func TestSameRandomnessSameBytes(t *testing.T) {
	var keys [2]Result
	for i := range keys {
		config := testConfig(t)
		config.Secret = nil // It must come from Rand too.
		keys[i] = *newClient(t, &config.Key.PublicKey).run(New(config))
	}
	require.Equal(t, keys[0], keys[1])
}

// https://core.telegram.org/mtproto/auth_key#error-handling-lost-queries-and-responses
func TestRepeatsGetTheSameAnswer(t *testing.T) {
	config := testConfig(t)
	config.MaxSteps = 9
	c := newClient(t, &config.Key.PublicKey)
	m := New(config)
	again := func(request []byte) []byte {
		t.Helper()
		first := step(t, m, request)
		padded := append(append([]byte(nil), request...), 1, 2, 3, 4) // As TDLib: repeated with other padding.
		repeat, err := m.Step(padded, testTime.Add(time.Minute))
		require.NoError(t, err)
		require.Equal(t, first.Reply, repeat.Reply)
		require.Nil(t, repeat.Result, "a key is made once")
		repeat.Reply[0] ^= 0xff // The caller's own bytes: they must not spoil the next repeat.
		require.Equal(t, first.Reply, step(t, m, request).Reply)
		return first.Reply
	}
	c.gotResPQ(again(c.reqPQ()))
	c.gotDHParams(again(c.encode(c.reqDH())))
	c.gotDHGenOk(again(c.attemptKey(0)))
}

// A late repeat of an earlier request changes nothing for the later ones.
func TestRepeatOutOfTurn(t *testing.T) {
	config := testConfig(t)
	c := newClient(t, &config.Key.PublicKey)
	m := New(config)
	resPQ := step(t, m, c.reqPQ()).Reply
	c.gotResPQ(resPQ)
	c.gotDHParams(step(t, m, c.encode(c.reqDH())).Reply)
	require.Equal(t, resPQ, step(t, m, c.reqPQ()).Reply)
	out := step(t, m, c.encode(c.setDH(c.encode(c.clientData(c.drawB())))))
	c.gotDHGenOk(out.Reply)
	require.NotNil(t, out.Result)
}

// tdesktop and TDLib send a req_pq just to see whether anyone is there, then
// begin in earnest with another nonce.
func TestNewNonceStartsAgain(t *testing.T) {
	config := testConfig(t)
	c := newClient(t, &config.Key.PublicKey)
	m := New(config)
	c.toDH(m)
	before := c.serverNonce
	c.nonce[3]++
	c.toDH(m)
	require.NotEqual(t, before, c.serverNonce)
	c.run(m)
}

// Perfect forward secrecy: a second key on the same connection.
func TestSecondKey(t *testing.T) {
	config := testConfig(t)
	config.MaxSteps = 3
	c := newClient(t, &config.Key.PublicKey)
	m := New(config)
	first := c.run(m)
	c.nonce[0]++
	c.newNonce[0]++
	c.kind = mt.PQInnerDataTempDCTypeID
	second := c.run(m)
	require.NotEqual(t, first.AuthKey, second.AuthKey)
	require.True(t, second.Temporary)
}

// dh_gen_retry, with the hashes computed by the rule and not by our code.
// https://core.telegram.org/mtproto/auth_key#dh-key-exchange-complete
func TestTakenKey(t *testing.T) {
	for _, c := range []struct {
		name    string
		taken   int // that many keys exist already
		retries int
		fails   bool
	}{
		{"none", 0, 0, false},
		{"one", 1, 1, false},
		{"three", 3, 3, false},
		{"four", 4, 3, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			config := testConfig(t)
			var asked []int64
			config.KeyTaken = func(id int64) bool {
				asked = append(asked, id)
				return len(asked) <= c.taken
			}
			cl := newClient(t, &config.Key.PublicKey)
			m := New(config)
			cl.toKey(m)
			var retryID int64
			for range c.retries {
				out := step(t, m, cl.attemptKey(retryID))
				require.Nil(t, out.Result)
				var retry mt.DhGenRetry
				require.NoError(t, retry.Decode(&bin.Buffer{Buf: out.Reply}))
				require.Equal(t, cl.hash(2), retry.NewNonceHash2)
				aux := cl.authKey.AuxHash()
				retryID = int64(binary.LittleEndian.Uint64(aux[:]))
			}
			out := step(t, m, cl.attemptKey(retryID))
			require.Equal(t, cl.authKey.WithID().IntID(), asked[len(asked)-1])
			if !c.fails {
				cl.gotDHGenOk(out.Reply)
				require.NotNil(t, out.Result)
				return
			}
			require.Nil(t, out.Result)
			var fail mt.DhGenFail
			require.NoError(t, fail.Decode(&bin.Buffer{Buf: out.Reply}))
			require.Equal(t, mt.DhGenFail{Nonce: cl.nonce, ServerNonce: cl.serverNonce, NewNonceHash3: cl.hash(3)}, fail)
			_, err := m.Step(cl.attemptKey(retryID), testTime)
			requireRefused(t, err, CodeNotFound, "the exchange is over")
		})
	}
}

func (c *client) attemptKey(retryID int64) []byte {
	data := c.clientData(c.drawB())
	data.RetryID = retryID
	return c.encode(c.setDH(c.encode(data)))
}

func (c *client) hash(number byte) (hash bin.Int128) {
	aux := c.authKey.AuxHash()
	input := append(append(append([]byte(nil), c.newNonce[:]...), number), aux[:]...)
	sum := sha1.Sum(input)
	copy(hash[:], sum[4:])
	return hash
}

func TestStepsAreBounded(t *testing.T) {
	config := testConfig(t)
	c := newClient(t, &config.Key.PublicKey)
	m := New(config)
	for range DefaultMaxSteps {
		step(t, m, c.reqPQ())
	}
	for range 3 {
		_, err := m.Step(c.reqPQ(), testTime)
		requireRefused(t, err, 0, "more than 7 requests without a key")
	}
}

// Telegram for Android acknowledges each answer in an unencrypted message.
func TestAcknowledgementsAreSilent(t *testing.T) {
	config := testConfig(t)
	config.MaxSteps = 3
	c := newClient(t, &config.Key.PublicKey)
	m := New(config)
	ack := c.encode(&mt.MsgsAck{MsgIDs: []int64{1}})
	silent := func() {
		t.Helper()
		out, err := m.Step(ack, testTime)
		require.NoError(t, err)
		require.Equal(t, Output{}, out)
	}
	c.gotResPQ(step(t, m, c.reqPQ()).Reply)
	silent()
	c.gotDHParams(step(t, m, c.encode(c.reqDH())).Reply)
	silent()
	step(t, m, c.attemptKey(0))
	for range 3 {
		silent()
	}
	_, err := m.Step(ack, testTime)
	requireRefused(t, err, 0, "more than 3 msgs_ack")
}

// Randomness that ends is the server's trouble: an error that is not the
// client's, at every place where randomness is needed.
func TestRandomnessFails(t *testing.T) {
	config := testConfig(t)
	config.Secret = nil
	for size := 0; ; size++ {
		random := &limited{r: newRandom(1), n: size}
		config.Rand = random
		c := newClient(t, &config.Key.PublicKey)
		m := New(config)
		out, err := m.Step(c.reqPQ(), testTime)
		if err == nil {
			c.gotResPQ(out.Reply)
			_, err = m.Step(c.encode(c.reqDH()), testTime)
		}
		if err == nil {
			require.GreaterOrEqual(t, size, 16+8+exponentSize)
			return
		}
		require.ErrorIs(t, err, errDry)
		require.NotErrorAs(t, err, new(*Error))
		if size > 1000 {
			t.Fatal("the exchange needs more than 1000 random bytes")
		}
	}
}

var errDry = errors.New("no more")

type limited struct {
	r io.Reader
	n int
}

func (l *limited) Read(p []byte) (int, error) {
	if l.n < len(p) {
		return 0, errDry
	}
	l.n -= len(p)
	return l.r.Read(p)
}

func TestNewPanicsWithoutAKey(t *testing.T) {
	require.Panics(t, func() { New(Config{}) })
}

// Only between resPQ and the next request, and not for who merely looks whether anybody
// answers, the client may be one that does not know the key.
func TestUnanswered(t *testing.T) {
	config := testConfig(t)
	c, m := newClient(t, &config.Key.PublicKey), New(config)
	require.False(t, m.Unanswered(), "nothing was asked")
	c.toDH(m)
	require.True(t, m.Unanswered(), "resPQ was sent")
	c, m = newClient(t, &config.Key.PublicKey), New(config)
	c.toKey(m)
	require.False(t, m.Unanswered(), "the client went on")
	c, m = newClient(t, &config.Key.PublicKey), New(config)
	usedUp := func(last []byte) bool {
		m.steps = DefaultMaxSteps
		_, err := m.Step(last, testTime)
		requireRefused(t, err, 0, "more than 7 requests without a key")
		return m.Unanswered()
	}
	c.toDH(m)
	require.True(t, usedUp(c.reqPQ()), "resPQ was asked for until the steps were used up")
	c, m = newClient(t, &config.Key.PublicKey), New(config)
	c.toDH(m)
	require.False(t, usedUp(c.encode(c.reqDH())), "the client went on when the steps were used up")
	c, m = newClient(t, &config.Key.PublicKey), New(config)
	c.toKey(m)
	require.False(t, usedUp(c.reqPQ()), "the client had gone on before")
	c, m = newClient(t, &config.Key.PublicKey), New(config)
	c.nonce = bin.Int128{}
	c.toDH(m)
	require.False(t, m.Unanswered(), "a nonce of zeros")
}
