package tl

import (
	"bytes"
	"encoding/binary"
	"testing"

	"github.com/stretchr/testify/require"
)

func inContainer(bodies ...[]byte) []byte {
	b := binary.LittleEndian.AppendUint32(nil, idContainer)
	b = binary.LittleEndian.AppendUint32(b, uint32(len(bodies)))
	for i, body := range bodies {
		b = binary.LittleEndian.AppendUint64(b, uint64(4*i))
		b = binary.LittleEndian.AppendUint32(b, 1)
		b = binary.LittleEndian.AppendUint32(b, uint32(len(body)))
		b = append(b, body...)
	}
	return b
}

func behind(body []byte, words ...uint32) (b []byte) {
	for _, w := range words {
		b = binary.LittleEndian.AppendUint32(b, w)
	}
	return append(b, body...)
}

func TestLocatePart(t *testing.T) {
	data := bytes.Repeat([]byte("part"), 1000)
	big := AppendSavePart(nil, SavePart{Big: true, FileID: 1, Total: 2, Bytes: data})
	small := AppendSavePart(nil, SavePart{FileID: 1, Bytes: data})
	short := AppendSavePart(nil, SavePart{FileID: 1, Bytes: data[:253]})
	ack := behind(make([]byte, 24), 0x62d6b459, 0x1cb5c415, 3)
	for _, c := range []struct {
		name string
		body []byte
		want []byte // nil: none is seen
	}{
		{"upload.saveBigFilePart", big, data},
		{"upload.saveFilePart", small, data},
		{"a value of one length byte", short, data[:253]},
		{"invokeWithoutUpdates", behind(big, idInvokeWithoutUpdates), data},
		{"invokeWithLayer and invokeWithoutUpdates", behind(small, idInvokeWithLayer, 200, idInvokeWithoutUpdates), data},
		{"in a container", inContainer(big), data},
		{"in a container behind an acknowledgement", inContainer(ack, big, small), data},
		{"in a container, wrapped", inContainer(behind(big, idInvokeWithoutUpdates)), data},
		{"another call", behind(big, 0xc4f9186b), nil},
		{"too far behind", inContainer(make([]byte, 600), big), nil},
		{"a container that lies about a message", behind(big, idContainer, 1, 0, 0, 1, 1<<31, 7), nil},
		{"cut in the head", big[:22], nil},
		{"255 begins no bytes", behind(nil, SaveFilePartID, 0, 0, 0, 255), nil},
		{"nothing", nil, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			from, to := LocatePart(c.body[:min(len(c.body), 480)])
			if c.want == nil {
				require.Equal(t, []int{0, 0}, []int{from, to})
				return
			}
			require.Equal(t, c.want, c.body[from:to])
		})
	}
}

// Whatever it is shown, it ends, and what it finds in a part that can be decoded is
// that part.
func FuzzLocatePart(f *testing.F) {
	f.Add(AppendSavePart(nil, SavePart{Big: true, FileID: 1, Total: 2, Bytes: []byte("bytes")}))
	f.Add(inContainer(make([]byte, 8), AppendSavePart(nil, SavePart{Bytes: make([]byte, 300)})))
	f.Fuzz(func(t *testing.T, head []byte) {
		from, to := LocatePart(head)
		require.LessOrEqual(t, from, to)
		require.GreaterOrEqual(t, from, 0)
		require.LessOrEqual(t, from, len(head))
		id, _ := PeekID(head)
		if id != SaveBigFilePartID && id != SaveFilePartID {
			return
		}
		if p, _, err := DecodeSavePart(head); err == nil {
			require.Equal(t, p.Bytes, head[from:to])
		}
	})
}
