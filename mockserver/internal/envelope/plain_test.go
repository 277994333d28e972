package envelope

import (
	"encoding/binary"
	"testing"

	"github.com/gotd/td/bin"
	"github.com/gotd/td/proto"
	"github.com/stretchr/testify/require"
)

func plainFrame(keyID, msgID uint64, length uint32, rest ...byte) []byte {
	b := binary.LittleEndian.AppendUint64(nil, keyID)
	b = binary.LittleEndian.AppendUint64(b, msgID)
	b = binary.LittleEndian.AppendUint32(b, length)
	return append(b, rest...)
}

// https://core.telegram.org/mtproto/description#unencrypted-message
func TestOpenPlain(t *testing.T) {
	for _, c := range []struct {
		name  string
		frame []byte
		want  string // the error; empty: opens with the body that follows, 1 2 3 4 or none
	}{
		{"exact", plainFrame(0, 9, 4, 1, 2, 3, 4), ""},
		{"transport padding after it", plainFrame(0, 9, 4, 1, 2, 3, 4, 5, 6, 7), ""},
		{"no body", plainFrame(0, 9, 0), ""},
		{"no header", plainFrame(0, 9, 4)[:19], "envelope: opening frame: not an unencrypted message: 19 bytes, and its header alone takes 20"},
		{"a key id", plainFrame(5, 9, 4, 1, 2, 3, 4), "envelope: opening frame: not an unencrypted message: auth_key_id is 0x5, not 0"},
		{"length beyond the frame", plainFrame(0, 9, 8, 1, 2, 3, 4), "envelope: opening frame: not an unencrypted message: its body claims 8 bytes where 4 follow"},
		{"length negative", plainFrame(0, 9, 0xfffffffc, 1, 2, 3, 4), "envelope: opening frame: not an unencrypted message: its body claims -4 bytes where 4 follow"},
		{"length odd", plainFrame(0, 9, 3, 1, 2, 3, 4), "envelope: opening frame: not an unencrypted message: its body of 3 bytes is not a multiple of 4, as all TL is"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := OpenPlain(c.frame)
			if c.want != "" {
				require.ErrorIs(t, err, ErrPlain)
				require.EqualError(t, err, c.want)
				require.Nil(t, got)
				return
			}
			require.NoError(t, err)
			require.Equal(t, []byte{1, 2, 3, 4}[:c.frame[16]], got)
			require.Equal(t, len(got), cap(got))
		})
	}
}

func TestPlainBothWaysWithGotd(t *testing.T) {
	body := []byte("sixteen bytes...")
	var b bin.Buffer
	require.NoError(t, proto.UnencryptedMessage{MessageID: -3, MessageData: body}.Encode(&b))
	require.Equal(t, append([]byte("x"), b.Buf...), SealPlain([]byte("x"), -3, body))

	got, err := OpenPlain(b.Buf)
	require.NoError(t, err)
	require.Equal(t, body, got)
}
