package rpc

import (
	"bytes"
	"math/rand/v2"
	"testing"

	"github.com/gotd/td/bin"
	"github.com/gotd/td/proto"
	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/mockserver/internal/tl"
)

// noise is data that does not compress.
func noise(n int) []byte {
	b := make([]byte, n)
	_, _ = rand.NewChaCha8([32]byte{'n'}).Read(b) // it never fails
	return b
}

// prose is data that compresses as text does, three to one.
func prose(n int) []byte {
	r := rand.New(rand.NewPCG(1, 2))
	words := make([][]byte, 4096)
	for i := range words {
		words[i] = make([]byte, 2+r.IntN(9))
		for j := range words[i] {
			words[i][j] = "etaoinshrdlucmfwyp"[min(r.IntN(18), r.IntN(18))]
		}
	}
	var b bytes.Buffer
	for b.Len() < n {
		b.Write(words[min(r.IntN(4096), r.IntN(4096), r.IntN(4096))])
		b.WriteByte(' ')
	}
	return b.Bytes()[:n]
}

// packedPart is a part of 512 KiB as gotd's client sends it.
func packedPart(t testing.TB, data []byte) []byte {
	t.Helper()
	var b bin.Buffer
	require.NoError(t, proto.GZIP{Data: tl.AppendSavePart(nil, tl.SavePart{Big: true, FileID: 1, Total: 1, Bytes: data})}.Encode(&b))
	return b.Buf
}

func BenchmarkUnpack(b *testing.B) {
	for _, kind := range []struct {
		name string
		data []byte
	}{{"noise", noise(512 << 10)}, {"prose", prose(512 << 10)}, {"zeros", make([]byte, 512<<10)}} {
		b.Run(kind.name, func(b *testing.B) {
			body := packedPart(b, kind.data)
			b.SetBytes(int64(len(kind.data)))
			b.ReportAllocs()
			b.ReportMetric(float64(len(kind.data))/float64(len(body)), "ratio")
			for b.Loop() {
				budget := NewBudget(testLimits.Inflated)
				u, err := unwrap(body, testLimits.Wrappers, &budget)
				if err != nil {
					b.Fatal(err)
				}
				u.release()
			}
		})
	}
}
