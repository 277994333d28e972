package handshake

import (
	"encoding/binary"

	"github.com/gotd/td/bin"
	"github.com/gotd/td/crypto"
	"github.com/gotd/td/mt"
)

// setClientDHParams computes the auth key and answers with dh_gen_ok, with
// dh_gen_retry if there is such a key already, and with dh_gen_fail if that
// has happened too often.
// https://core.telegram.org/mtproto/auth_key#dh-key-exchange-complete
func (m *Machine) setClientDHParams(b *bin.Buffer) (Output, error) {
	body := b.Buf
	var request mt.SetClientDHParamsRequest
	if err := request.Decode(b); err != nil {
		return Output{}, refuse(stepKey, "it does not parse: %v", err)
	}
	a, err := m.current(stepKey, request.Nonce, request.ServerNonce)
	if err != nil {
		return Output{}, err
	}
	hash := digest(body, b)
	if out, ok := a.recall(hash); ok {
		return out, nil
	}
	switch a.stage {
	case waitDH:
		return Output{}, refuse(stepKey, "req_DH_params has to come first")
	case done:
		return Output{}, refuse(stepKey, "the exchange is over, and this differs from what was answered")
	}
	gb, err := a.openGB(request.EncryptedData)
	if err != nil {
		return Output{}, err
	}
	key, problem := m.secret.agree(gb)
	if problem != "" {
		return Output{}, refuse(stepKey, "%s", problem)
	}
	reply, result, err := m.conclude(a, &key)
	if err != nil {
		return Output{}, err
	}
	out := a.remember(hash, reply)
	out.Result, out.Spoilt = result, a.spoilt == inGen && result != nil
	return out, nil
}

// openGB returns g_b from the client's encrypted data, after comparing all
// that comes with it.
func (a *attempt) openGB(encrypted []byte) ([]byte, error) {
	data, problem := a.tmp.openClientData(encrypted)
	switch {
	case problem != "":
		return nil, refuse(stepKey, "%s", problem)
	case data.Nonce != a.nonce:
		return nil, refuse(stepKey, "nonce in the inner data is not that of req_pq")
	case data.ServerNonce != a.serverNonce:
		return nil, refuse(stepKey, "server_nonce in the inner data is not that of resPQ")
	case data.RetryID != a.retryID:
		return nil, refuse(stepKey, "retry_id is %#x; want %#x: 0 at first, then auth_key_aux_hash of the key before", uint64(data.RetryID), uint64(a.retryID))
	}
	return data.GB, nil
}

// conclude chooses between the three answers.
func (m *Machine) conclude(a *attempt, key *[256]byte) (reply []byte, result *Result, err error) {
	auxHash, id := keyHashes(key)
	taken := m.config.KeyTaken != nil && m.config.KeyTaken(id)
	switch {
	case !taken:
		a.stage = done
		answer := &mt.DhGenOk{
			Nonce: a.nonce, ServerNonce: a.serverNonce, NewNonceHash1: nonceHash(a.inner.newNonce, 1, auxHash),
		}
		if a.spoils(inGen) {
			a.spoil.gen(answer, a, auxHash)
		}
		reply, err = encode(answer)
		return reply, a.result(key), err
	case a.retries < maxRetries:
		a.retries++
		a.retryID = int64(binary.LittleEndian.Uint64(auxHash[:]))
		reply, err = encode(&mt.DhGenRetry{
			Nonce: a.nonce, ServerNonce: a.serverNonce, NewNonceHash2: nonceHash(a.inner.newNonce, 2, auxHash),
		})
		return reply, nil, err
	default:
		a.stage = done
		reply, err = encode(&mt.DhGenFail{
			Nonce: a.nonce, ServerNonce: a.serverNonce, NewNonceHash3: nonceHash(a.inner.newNonce, 3, auxHash),
		})
		return reply, nil, err
	}
}

func (a *attempt) result(key *[256]byte) *Result {
	return &Result{
		AuthKey:   *key,
		Salt:      crypto.ServerSalt(a.inner.newNonce, a.serverNonce),
		Temporary: a.inner.temporary,
		ExpiresIn: a.inner.expiresIn,
		DC:        a.inner.place(),
	}
}
