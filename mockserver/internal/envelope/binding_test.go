package envelope

import (
	"crypto/aes"
	"crypto/rand"
	"encoding/binary"
	"testing"

	gotdige "github.com/gotd/ige"
	"github.com/gotd/td/bin"
	"github.com/gotd/td/crypto"
	"github.com/stretchr/testify/require"
)

func bindingMessage(t testing.TB, msgID int64, inner *crypto.BindAuthKeyInner) (*Key, []byte) {
	t.Helper()
	var value [KeySize]byte
	_, err := rand.Read(value[:])
	require.NoError(t, err)
	message, err := crypto.EncryptBindMessage(rand.Reader, crypto.Key(value).WithID(), msgID, inner)
	require.NoError(t, err)
	return NewKey(value), message
}

// gotd's client is the independent other side.
func TestOpenBinding(t *testing.T) {
	k, message := bindingMessage(t, 77<<2, &crypto.BindAuthKeyInner{Nonce: 1, TempAuthKeyID: 2, PermAuthKeyID: 3, TempSessionID: 4, ExpiresAt: 5})
	before := string(message)
	b, err := OpenBinding(k, message)
	require.NoError(t, err)
	require.Equal(t, Binding{MsgID: 77 << 2, Nonce: 1, TempKeyID: 2, PermKeyID: 3, TempSessionID: 4, ExpiresAt: 5}, b)
	require.Equal(t, before, string(message), "the body of a query may be read again")
}

func TestOpenBindingRefuses(t *testing.T) {
	k, message := bindingMessage(t, 4, &crypto.BindAuthKeyInner{})
	other, _ := bindingMessage(t, 4, &crypto.BindAuthKeyInner{})
	_, err := OpenBinding(other, message)
	require.ErrorIs(t, err, ErrBinding, "another key")
	for i := range message {
		// The last bytes are padding behind what msg_key covers, but a block of
		// IGE that is changed there garbles nothing before it.
		if i >= prefixSize+bindingSize-16 {
			break
		}
		changed := append([]byte(nil), message...)
		changed[i] ^= 1
		_, err := OpenBinding(k, changed)
		require.ErrorIs(t, err, ErrBinding, "byte %d changed", i)
	}
	for _, n := range []int{0, 7, 24, len(message) - 1, len(message) - 16} {
		_, err := OpenBinding(k, message[:n])
		require.ErrorIs(t, err, ErrBinding, "cut to %d", n)
	}
	_, err = OpenBinding(k, append(message, make([]byte, 16)...))
	require.ErrorIs(t, err, ErrBinding, "longer")
}

// A message that is whole and encrypted under the right key, and has another layout
// inside. https://core.telegram.org/api/pfs#special-binding-message: seqno 0, length 40.
func TestOpenBindingRefusesAnotherLayout(t *testing.T) {
	k, _ := bindingMessage(t, 4, &crypto.BindAuthKeyInner{})
	for _, c := range []struct {
		name          string
		seqno, length uint32
		opens         bool
	}{
		{"as it should be", 0, 40, true},
		{"seqno 1", 1, 40, false},
		{"seqno 256", 256, 40, false},
		{"length 36", 0, 36, false},
		{"length 44", 0, 44, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			plain := make([]byte, 16+8, bindingSize)
			plain = binary.LittleEndian.AppendUint32(plain, c.seqno)
			plain = binary.LittleEndian.AppendUint32(plain, c.length)
			var inner bin.Buffer
			require.NoError(t, (&crypto.BindAuthKeyInner{Nonce: 7}).Encode(&inner))
			plain = append(plain, inner.Buf...)
			msgKey := crypto.MessageKeyV1(plain)
			plain = plain[:bindingSize]
			key, iv := crypto.KeysV1(crypto.Key(k.Value), msgKey)
			block, err := aes.NewCipher(key[:])
			require.NoError(t, err)
			message := append(binary.LittleEndian.AppendUint64(nil, uint64(k.ID)), msgKey[:]...)
			encrypted := make([]byte, len(plain))
			gotdige.EncryptBlocks(block, iv[:], encrypted, plain)
			b, err := OpenBinding(k, append(message, encrypted...))
			if !c.opens {
				require.ErrorIs(t, err, ErrBinding)
				require.Zero(t, b)
				return
			}
			require.NoError(t, err)
			require.EqualValues(t, 7, b.Nonce)
		})
	}
}
