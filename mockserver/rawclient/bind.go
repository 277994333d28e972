package rawclient

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"fmt"
	"io"
	"time"

	"github.com/gotd/td/crypto"
)

// BindFields is what auth.bindTempAuthKey is about to say: openly, and once more
// encrypted under the permanent key. A Tamper hook changes what it wants to
// falsify.
//
// https://core.telegram.org/constructor/bind_auth_key_inner
type BindFields struct {
	// Openly.
	PermKeyID, Nonce int64
	ExpiresAt        int32 // Unix seconds
	// Encrypted. MsgID repeats that of the message around the call.
	MsgID, InnerNonce, TempKeyID, InnerPermKeyID, TempSessionID int64
	InnerExpiresAt                                              int32
	// Message, when set, replaces the encrypted message.
	Message []byte
}

// BindTempAuthKey binds the client's key, a temporary one, to a permanent one,
// until expires (zero: when the key ends by itself). Other queries of the client
// have to wait meanwhile. tamper may be nil.
//
// https://core.telegram.org/method/auth.bindTempAuthKey
func (c *Client) BindTempAuthKey(ctx context.Context, perm *AuthKey, expires time.Time, tamper func(*BindFields)) error {
	if expires.IsZero() {
		expires = c.Key().Expires
	}
	for range maxResends + 1 {
		e, err := c.bindMessage(perm, int32(expires.Unix()), tamper)
		if err != nil {
			return err
		}
		o, err := c.ask(ctx, e)
		if err != nil {
			return err
		}
		if !o.resend { // else the salt was wrong; msg_id is part of the message
			return bindResult(o)
		}
	}
	return fmt.Errorf("rawclient: binding: %d salts in a row were refused", maxResends+1)
}

func bindResult(o outcome) error {
	if o.err != nil {
		return o.err
	}
	answer, err := Decode(o.body)
	if err == nil && answer.Name != "boolTrue" {
		err = fmt.Errorf("rawclient: auth.bindTempAuthKey was answered with %s", answer.Name)
	}
	return err
}

func (c *Client) bindMessage(perm *AuthKey, expires int32, tamper func(*BindFields)) (Envelope, error) {
	var b [8]byte
	if _, err := io.ReadFull(rand.Reader, b[:]); err != nil {
		return Envelope{}, fmt.Errorf("rawclient: binding: %w", err)
	}
	nonce, msgID := int64(binary.LittleEndian.Uint64(b[:])), c.session.NextMsgID()
	f := BindFields{
		PermKeyID: perm.ID, Nonce: nonce, ExpiresAt: expires,
		MsgID: msgID, InnerNonce: nonce, TempKeyID: c.Key().ID, InnerPermKeyID: perm.ID,
		TempSessionID: c.session.ID(), InnerExpiresAt: expires,
	}
	if tamper != nil {
		tamper(&f)
	}
	if err := f.encrypt(perm); err != nil {
		return Envelope{}, err
	}
	body, err := Encode(c.Layer(), NewObject("auth.bindTempAuthKey", Fields{
		"perm_auth_key_id": f.PermKeyID, "nonce": f.Nonce, "expires_at": f.ExpiresAt, "encrypted_message": f.Message,
	}))
	return Envelope{Body: body, MsgID: &msgID}, err
}

func (f *BindFields) encrypt(perm *AuthKey) (err error) {
	if f.Message != nil {
		return nil
	}
	f.Message, err = crypto.EncryptBindMessage(rand.Reader, crypto.Key(perm.Value).WithID(), f.MsgID, &crypto.BindAuthKeyInner{
		Nonce: f.InnerNonce, TempAuthKeyID: f.TempKeyID, PermAuthKeyID: f.InnerPermKeyID,
		TempSessionID: f.TempSessionID, ExpiresAt: int(f.InnerExpiresAt),
	})
	if err != nil {
		return fmt.Errorf("rawclient: binding: %w", err)
	}
	return nil
}
