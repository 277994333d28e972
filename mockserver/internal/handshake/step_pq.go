package handshake

import (
	"bytes"
	"fmt"
	"io"

	"github.com/gotd/td/bin"
	"github.com/gotd/td/mt"
)

// reqPQ answers req_pq and req_pq_multi with resPQ. A new nonce starts again;
// the same nonce gets the same answer.
// https://core.telegram.org/mtproto/auth_key#dh-exchange-initiation
func (m *Machine) reqPQ(b *bin.Buffer, request interface {
	bin.Decoder
	GetNonce() bin.Int128
}) (Output, error) {
	if err := request.Decode(b); err != nil {
		return Output{}, refuse(stepPQ, "it is cut short: %v", err)
	}
	nonce := request.GetNonce()
	if a := m.attempt; a != nil && a.nonce == nonce && a.stage != failed {
		return Output{Reply: bytes.Clone(a.resPQ)}, nil
	}
	a := &attempt{nonce: nonce, spoil: m.spoil}
	m.spoil = nil
	if _, err := io.ReadFull(m.config.Rand, a.serverNonce[:]); err != nil {
		return Output{}, fmt.Errorf("handshake: reading randomness for server_nonce: %w", err)
	}
	var err error
	if a.challenge, err = newChallenge(m.config.Rand); err != nil {
		return Output{}, err
	}
	answer := &mt.ResPQ{
		Nonce: nonce, ServerNonce: a.serverNonce, Pq: a.challenge.pq(),
		ServerPublicKeyFingerprints: []int64{m.config.Key.fingerprint},
	}
	if a.spoils(inResPQ) {
		a.spoil.resPQ(answer)
	}
	if a.resPQ, err = encode(answer); err != nil {
		return Output{}, err
	}
	m.attempt = a
	return Output{Reply: bytes.Clone(a.resPQ), Spoilt: a.spoilt == inResPQ}, nil
}

func encode(e bin.Encoder) ([]byte, error) {
	var b bin.Buffer
	if err := e.Encode(&b); err != nil {
		return nil, fmt.Errorf("handshake: encoding %T: %w", e, err)
	}
	return b.Buf, nil
}
