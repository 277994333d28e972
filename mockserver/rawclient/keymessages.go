package rawclient

import (
	"github.com/gotd/td/bin"
)

// Constructors of the client's messages.
//
// https://core.telegram.org/mtproto/auth_key
const (
	idReqPQ         = 0x60469778
	idReqPQMulti    = 0xbe7e8ef1
	idReqDHParams   = 0xd712e4be
	idSetClientDH   = 0xf5045f1f
	idClientDHInner = 0x6643b654

	// https://core.telegram.org/mtproto/auth_key#presenting-proof-of-work-server-authentication
	idPQInner       = 0x83c95aec
	idPQInnerDC     = 0xa9f55f95
	idPQInnerTemp   = 0x3c6a84d4
	idPQInnerTempDC = 0x56fddf88
)

// encode writes a step's fields in the order of its constructor.
func (f *KeyFields) encode(s Step, hasDC, temporary bool) []byte {
	if f.Body != nil {
		return f.Body
	}
	var b bin.Buffer
	b.PutUint32(f.Constructor)
	switch s {
	case StepReqPQ:
		b.PutInt128(f.Nonce)
	case StepInnerData:
		f.encodeInner(&b, hasDC, temporary)
	case StepReqDH:
		b.PutInt128(f.Nonce)
		b.PutInt128(f.ServerNonce)
		b.PutBytes(f.P)
		b.PutBytes(f.Q)
		b.PutLong(f.Fingerprint)
		b.PutBytes(f.EncryptedData)
	case StepClientInner:
		b.PutInt128(f.Nonce)
		b.PutInt128(f.ServerNonce)
		b.PutLong(f.RetryID)
		b.PutBytes(f.GB)
	case StepSetClientDH:
		b.PutInt128(f.Nonce)
		b.PutInt128(f.ServerNonce)
		b.PutBytes(f.EncryptedData)
	}
	return b.Buf
}

func (f *KeyFields) encodeInner(b *bin.Buffer, hasDC, temporary bool) {
	b.PutBytes(f.PQ)
	b.PutBytes(f.P)
	b.PutBytes(f.Q)
	b.PutInt128(f.Nonce)
	b.PutInt128(f.ServerNonce)
	b.PutInt256(f.NewNonce)
	if hasDC {
		b.PutInt32(f.DC)
	}
	if temporary {
		b.PutInt32(f.ExpiresIn)
	}
}

// innerConstructor picks among the four kinds of inner data.
func innerConstructor(hasDC, temporary bool) uint32 {
	switch {
	case hasDC && temporary:
		return idPQInnerTempDC
	case temporary:
		return idPQInnerTemp
	case hasDC:
		return idPQInnerDC
	}
	return idPQInner
}
