package handshake

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"io"
	"time"

	"github.com/gotd/td/bin"
	"github.com/gotd/td/mt"
)

const (
	// DefaultMaxSteps is three requests, two attempts more after dh_gen_retry
	// or a restart, and two repeats of a request whose answer was late.
	DefaultMaxSteps = 7
	// maxBody bounds one request, in bytes. The longest honest one is below
	// 600, and TDLib adds up to 256 of padding.
	maxBody = 4096
	// maxRetries is how often dh_gen_retry is answered before dh_gen_fail.
	maxRetries = 3
)

// Config is what a [Machine] is made of.
type Config struct {
	// Key is the server's RSA key, see [NewKey].
	Key *Key
	// Secret is the server's half of the Diffie-Hellman exchange, which all
	// machines of a server may share; nil: this machine draws its own when it
	// comes to that, half a millisecond's work.
	Secret *Secret
	// Rand is where nonces, primes and padding come from; nil: crypto/rand.
	Rand io.Reader
	// AcceptDC says whether this server is the datacenter dc, without sign
	// and without the 10000 of test datacenters; nil: it is any.
	AcceptDC func(dc int) bool
	// KeyTaken says whether an auth key with this id exists already, which
	// makes the client try another; nil: none does.
	KeyTaken func(id int64) bool
	// MaxSteps bounds the requests between one key and the next;
	// 0: DefaultMaxSteps.
	MaxSteps int
}

// Output is what a step came to.
type Output struct {
	// Reply is the TL body to send as an unencrypted message; nil: nothing.
	Reply []byte
	// Result is set by the one step that made an auth key. It must be put to
	// use before Reply is sent: the client may use the key at once.
	Result *Result
	// Spoilt: Reply breaks a rule. Accepted: the client went on with an answer that
	// did.
	Spoilt, Accepted bool
}

// Result is a new auth key and what the client said about it.
type Result struct {
	AuthKey [256]byte
	// Salt is the first server salt of the key.
	Salt int64
	// Temporary says that the key is for perfect forward secrecy; it is then
	// to be forgotten ExpiresIn seconds from now.
	Temporary bool
	ExpiresIn int32
	// DC is the datacenter that the client took this for, as AcceptDC has it; 0 if it
	// did not say.
	DC int
}

// Machine is the server's side of auth key creation on one connection. After a
// key is made it can make another, as clients with perfect forward secrecy
// ask for. It is not for concurrent use.
type Machine struct {
	config      Config
	secret      *Secret
	steps, acks int      // since the last key
	spoil       *spoiler // what the next exchange breaks
	attempt     *attempt // nil before the first req_pq
	inVain      bool     // resPQ is all that was asked for, until the steps were used up
}

// New returns a machine that waits for req_pq or req_pq_multi.
func New(c Config) *Machine {
	if c.Key == nil {
		panic("handshake: no RSA key")
	}
	if c.Rand == nil {
		c.Rand = rand.Reader
	}
	if c.MaxSteps <= 0 {
		c.MaxSteps = DefaultMaxSteps
	}
	return &Machine{config: c, secret: c.Secret}
}

// Pending says whether a key is being made: a req_pq was answered, and what came
// of it is not known yet.
func (m *Machine) Pending() bool {
	a := m.attempt
	return a != nil && (a.stage == waitDH || a.stage == waitKey)
}

// Unanswered says whether resPQ was sent and nothing came upon it, or only that it was
// asked for anew: a client that knows none of the keys it names says so to nobody. A nonce
// of zeros is that of "fakedc wait", which only looks whether anybody answers.
func (m *Machine) Unanswered() bool {
	a := m.attempt
	return m.inVain || a != nil && a.stage == waitDH && a.nonce != bin.Int128{}
}

// Step answers the TL body of one unencrypted message. now becomes the
// server's time in the answer. After an error that is an [*Error] nothing but
// a new req_pq or req_pq_multi will be answered, and not even that once the
// steps are used up; any other error comes from Config.Rand.
func (m *Machine) Step(body []byte, now time.Time) (Output, error) {
	out, err := m.step(body, now)
	if err != nil {
		if m.attempt != nil {
			m.attempt.stage = failed
		}
		return Output{Accepted: out.Accepted}, err
	}
	if out.Result != nil {
		m.steps, m.acks = 0, 0
	}
	return out, nil
}

func (m *Machine) step(body []byte, now time.Time) (Output, error) {
	if len(body) > maxBody {
		return Output{}, hangUp("%d bytes are more than any request of the exchange has", len(body))
	}
	request := &bin.Buffer{Buf: body}
	id, err := request.PeekID()
	if err != nil {
		return Output{}, hangUp("%d bytes are too few for a constructor", len(body))
	}
	if id == mt.MsgsAckTypeID {
		return Output{}, m.acknowledged()
	}
	if m.steps++; m.steps > m.config.MaxSteps {
		m.inVain = m.Unanswered() && (id == mt.ReqPqRequestTypeID || id == mt.ReqPqMultiRequestTypeID)
		return Output{}, hangUp("more than %d requests without a key: HandshakeSteps", m.config.MaxSteps)
	}
	switch id {
	case mt.ReqPqRequestTypeID:
		return m.reqPQ(request, &mt.ReqPqRequest{})
	case mt.ReqPqMultiRequestTypeID:
		return m.reqPQ(request, &mt.ReqPqMultiRequest{})
	case mt.ReqDHParamsRequestTypeID:
		if m.accepted(inDH) {
			return Output{Accepted: true}, refuse(stepDH, "it goes on with a resPQ that broke a rule")
		}
		return m.reqDHParams(request, now)
	case mt.SetClientDHParamsRequestTypeID:
		if m.accepted(inGen) {
			return Output{Accepted: true}, refuse(stepKey, "it goes on with server_DH_params_ok that broke a rule")
		}
		return m.setClientDHParams(request)
	}
	return Output{}, hangUp("constructor %#x is no request of the exchange", id)
}

// acknowledged takes no notice of the msgs_ack that Telegram's Android client
// sends after each answer, as long as there are not more of them than steps.
func (m *Machine) acknowledged() error {
	if m.acks++; m.acks > m.config.MaxSteps {
		return hangUp("more than %d msgs_ack without a key: HandshakeSteps", m.config.MaxSteps)
	}
	return nil
}

// stage is the request an attempt waits for.
type stage int

const (
	waitDH  stage = iota // resPQ was sent
	waitKey              // server_DH_params_ok or dh_gen_retry was sent
	done                 // dh_gen_ok or dh_gen_fail was sent; only repeats are answered
	failed               // only a new req_pq helps
)

// attempt is the state of one key's creation, from req_pq on.
type attempt struct {
	stage              stage
	nonce, serverNonce bin.Int128
	challenge          challenge
	resPQ              []byte
	inner              *innerData
	tmp                tmpKeys
	retries            int
	retryID            int64
	spoil              *spoiler
	spoilt             stageNo // the answer that was spoilt
	answers            []answered
}

// answered is a request with its answer. A client that missed the answer
// repeats the request and must get the same bytes:
// https://core.telegram.org/mtproto/auth_key#error-handling-lost-queries-and-responses
type answered struct {
	request [sha256.Size]byte
	reply   []byte
}

// remember keeps the answer to a request. The number of steps bounds how many.
func (a *attempt) remember(request [sha256.Size]byte, reply []byte) Output {
	a.answers = append(a.answers, answered{request, reply})
	return Output{Reply: bytes.Clone(reply)}
}

// recall finds the answer to a request that was answered before.
func (a *attempt) recall(request [sha256.Size]byte) (Output, bool) {
	for _, e := range a.answers {
		if e.request == request {
			return Output{Reply: bytes.Clone(e.reply)}, true
		}
	}
	return Output{}, false
}

// digest is the hash of what was read from body. What was left is padding,
// which TDLib puts after unencrypted messages and which changes when it
// repeats one.
func digest(body []byte, left *bin.Buffer) [sha256.Size]byte {
	return sha256.Sum256(body[:len(body)-left.Len()])
}
