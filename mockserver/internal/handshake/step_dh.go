package handshake

import (
	"fmt"
	"time"

	"github.com/gotd/td/bin"
	"github.com/gotd/td/crypto"
	"github.com/gotd/td/mt"
)

// reqDHParams checks the client's proof of work, learns new_nonce and answers
// with server_DH_params_ok.
// https://core.telegram.org/mtproto/auth_key#presenting-proof-of-work-server-authentication
func (m *Machine) reqDHParams(b *bin.Buffer, now time.Time) (Output, error) {
	body := b.Buf
	var request mt.ReqDHParamsRequest
	if err := request.Decode(b); err != nil {
		return Output{}, refuse(stepDH, "it does not parse: %v", err)
	}
	a, err := m.current(stepDH, request.Nonce, request.ServerNonce)
	if err != nil {
		return Output{}, err
	}
	hash := digest(body, b)
	if out, ok := a.recall(hash); ok {
		return out, nil
	}
	if a.stage != waitDH {
		return Output{}, refuse(stepDH, "it was answered before and differs from what was answered")
	}
	if problem := a.challenge.check(request.P, request.Q); problem != "" {
		return Output{}, refuse(stepDH, "%s", problem)
	}
	if got := request.PublicKeyFingerprint; got != m.config.Key.fingerprint {
		return Output{}, refuse(stepDH, "public_key_fingerprint is %#x; the only key here is %#x", uint64(got), uint64(m.config.Key.fingerprint))
	}
	if a.inner, err = m.openInner(request.EncryptedData); err != nil {
		return Output{}, err
	}
	if problem := a.inner.check(a); problem != "" {
		return Output{}, refuse(stepDH, "%s", problem)
	}
	if err := m.acceptDC(a.inner); err != nil {
		return Output{}, err
	}
	reply, err := m.dhParams(a, now)
	if err != nil {
		return Output{}, err
	}
	a.stage = waitKey
	out := a.remember(hash, reply)
	out.Spoilt = a.spoilt == inDH
	return out, nil
}

// current returns the attempt that a request belongs to.
func (m *Machine) current(step string, nonce, serverNonce bin.Int128) (*attempt, error) {
	a := m.attempt
	switch {
	case a == nil:
		return nil, refuse(step, "req_pq or req_pq_multi has to come first")
	case a.stage == failed:
		return nil, refuse(step, "the exchange has failed before and must start again with req_pq_multi")
	case nonce != a.nonce:
		return nil, refuse(step, "nonce is not that of req_pq")
	case serverNonce != a.serverNonce:
		return nil, refuse(step, "server_nonce is not that of resPQ")
	}
	return a, nil
}

func (m *Machine) openInner(encrypted []byte) (*innerData, error) {
	block, problem := m.config.Key.decrypt(encrypted)
	if problem != "" {
		return nil, refuse(stepDH, "%s", problem)
	}
	if data, ok := openRSAPad(block); ok {
		inner, _, err := parseInner(data)
		if err != nil {
			return nil, refuse(stepDH, "encrypted_data does not hold P_Q_inner_data: %v", err)
		}
		return inner, nil
	}
	if inner, ok := openHashed(block); ok {
		return inner, nil
	}
	return nil, refuse(stepDH, "encrypted_data is neither RSA_PAD nor SHA1(data) + data + random bytes under this key")
}

func (m *Machine) acceptDC(inner *innerData) error {
	dc := inner.place()
	if !inner.hasDC || m.config.AcceptDC == nil || m.config.AcceptDC(dc) {
		return nil
	}
	return &Error{TransportCode: CodeWrongDC, Step: stepDH, Reason: fmt.Sprintf("the client takes this for datacenter %d (dc %d)", dc, inner.dc)}
}

// dhParams makes server_DH_params_ok and the keys for what follows.
func (m *Machine) dhParams(a *attempt, now time.Time) ([]byte, error) {
	if m.secret == nil {
		secret, err := NewSecret(m.config.Rand)
		if err != nil {
			return nil, err
		}
		m.secret = secret
	}
	inner := &mt.ServerDHInnerData{
		Nonce: a.nonce, ServerNonce: a.serverNonce,
		G: generator, DhPrime: dhPrimeBytes, GA: m.secret.publicBytes(),
		ServerTime: int(int32(now.Unix())),
	}
	spoils := a.spoils(inDH)
	if spoils && a.spoil.inner != nil {
		a.spoil.inner(inner)
	}
	data, err := encode(inner)
	if err != nil {
		return nil, err
	}
	sealed, err := crypto.DataWithHash(data, m.config.Rand)
	if err != nil {
		return nil, fmt.Errorf("handshake: reading randomness for padding: %w", err)
	}
	if spoils && a.spoil.hash {
		spoilHash(sealed)
	}
	a.tmp = newTmpKeys(a.inner.newNonce, a.serverNonce)
	a.tmp.seal(sealed)
	answer := &mt.ServerDHParamsOk{Nonce: a.nonce, ServerNonce: a.serverNonce, EncryptedAnswer: sealed}
	if spoils && a.spoil.outer != nil {
		a.spoil.outer(answer)
	}
	return encode(answer)
}
