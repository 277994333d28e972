package ige

import (
	"bytes"
	"crypto/sha256"
	"math/rand/v2"
	"testing"

	gotd "github.com/gotd/ige"
	"github.com/stretchr/testify/require"
)

// requireSums demands what gotd/ige and crypto/sha256 give one after the other, whatever
// has come when.
func requireSums(t *testing.T, key, iv, secret [32]byte, sealed []byte, from, to int, come ...int) (hashed bool) {
	t.Helper()
	want := make([]byte, len(sealed))
	gotd.DecryptAES256Blocks(key[:], iv[:], want, sealed)

	data, usedIV := bytes.Clone(sealed), iv
	var d Decryption
	head := d.Start(&key, &usedIV, &secret, data)
	require.True(t, bytes.Equal(want[:len(head)], head), "the head is what it says")
	hashed = d.Hash(from, to)
	for _, n := range come {
		late := bytes.Clone(data[min(n, len(data)):])
		d.Advance(n)
		require.True(t, bytes.HasSuffix(data, late), "what has not come is left alone: %d", n)
	}
	all, part := d.Finish()
	require.True(t, bytes.Equal(want, data), "decrypted")
	require.Equal(t, iv, usedIV, "the vector is left alone")
	require.Equal(t, sha256.Sum256(append(secret[:], want...)), all, "all of it")
	if hashed {
		require.Equal(t, sha256.Sum256(want[from:to]), part, "the part")
	} else {
		require.Zero(t, part)
	}
	return hashed
}

func noiseOf(seed byte, size int) []byte {
	b := make([]byte, size)
	_, _ = rand.NewChaCha8([32]byte{seed}).Read(b)
	return b
}

// Each number of whole and broken groups behind the head, and each place where a part
// can begin and end in one.
func TestSums(t *testing.T) {
	key, iv, secret := [32]byte(noiseOf(1, 32)), [32]byte(noiseOf(2, 32)), [32]byte(noiseOf(3, 32))
	for blocks := range 2*headSize/BlockSize + 21 {
		sealed := noiseOf(4, blocks*BlockSize)
		requireSums(t, key, iv, secret, sealed, 0, 0)
		for _, from := range []int{0, 1, 31, 32, 56, 63, 64, 65, headSize - 128} {
			for _, short := range []int{0, 1, 12, 55, 56, 63, 64, 65, 300} {
				requireSums(t, key, iv, secret, sealed, from, len(sealed)-short)
			}
		}
	}
}

func TestSumsOfAPart(t *testing.T) {
	var key, iv, secret [32]byte
	sealed := noiseOf(5, 2*headSize)
	for _, c := range []struct {
		name     string
		from, to int
		want     bool
	}{
		{"most of it", 56, len(sealed) - 12, true},
		{"one block", 56, 56 + 64, true},
		{"less than a block", 56, 56 + 63, false},
		{"from the last place", headSize - 128, len(sealed), true},
		{"begins where nothing is decrypted yet", headSize - 127, len(sealed), false},
		{"to beyond the end", 56, len(sealed) + 1, false},
		{"begins before the beginning", -1, 200, false},
		{"ends before it begins", 200, 100, false},
		{"none", 0, 0, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			require.Equal(t, c.want, requireSums(t, key, iv, secret, sealed, c.from, c.to))
		})
	}
}

// A message that comes in any pieces gives what it gives as a whole.
func TestSumsOfWhatArrives(t *testing.T) {
	key, iv, secret := [32]byte(noiseOf(1, 32)), [32]byte(noiseOf(2, 32)), [32]byte(noiseOf(3, 32))
	for _, blocks := range []int{4, 63, 64, 65, 300, 1024} {
		sealed := noiseOf(4, blocks*BlockSize)
		for _, step := range []int{1, 15, 64, 65, 1000, 4096, 9999} {
			var come []int
			for n := step; n < len(sealed)+step; n += step {
				come = append(come, n)
			}
			for _, part := range [][2]int{{0, 0}, {56, len(sealed) - 12}, {0, len(sealed)}, {100, 600}} {
				requireSums(t, key, iv, secret, sealed, part[0], part[1], come...)
			}
		}
	}
}

// What was given up leaves nothing behind in the one that follows.
func TestSumsAfterOneGivenUp(t *testing.T) {
	var key, iv, secret [32]byte
	var d Decryption
	for range 3 {
		d.Start(&key, &iv, &secret, noiseOf(1, 4096))
		d.Hash(100, 3000)
		d.Advance(2000)
		sealed := noiseOf(2, 2048)
		want := make([]byte, len(sealed))
		gotd.DecryptAES256Blocks(key[:], iv[:], want, sealed)
		d.Start(&key, &iv, &secret, sealed)
		all, part := d.Finish()
		require.Equal(t, sha256.Sum256(append(secret[:], want...)), all)
		require.Zero(t, part)
	}
}

func TestSum(t *testing.T) {
	secret := [32]byte(noiseOf(8, 32))
	for size := range 300 {
		data := noiseOf(9, size)
		require.Equal(t, sha256.Sum256(append(secret[:], data...)), Sum(&secret, data), "%d bytes", size)
	}
	for seed := range byte(20) {
		a, b := [64]byte(noiseOf(seed, 64)), [64]byte(noiseOf(seed+100, 64))
		wantA, wantB := sha256.Sum256(a[:Derived]), sha256.Sum256(b[:Derived])
		ofA, ofB := SumDerived(&a, &b)
		require.Equal(t, wantA, ofA)
		require.Equal(t, wantB, ofB)
	}
}

// What is decrypted while it is hashed is what gotd/ige decrypts, and both digests are those of
// crypto/sha256, wherever the part begins and ends.
func FuzzSums(f *testing.F) {
	f.Add([]byte("key"), []byte("secret"), noiseOf(6, 3000), uint16(56), uint16(2900), uint16(0), uint16(0))
	f.Add([]byte{}, []byte{}, noiseOf(7, 64), uint16(0), uint16(64), uint16(3), uint16(5))
	f.Add([]byte{}, []byte{}, noiseOf(7, 2048), uint16(0), uint16(2048), uint16(600), uint16(999))
	f.Fuzz(func(t *testing.T, k, s, sealed []byte, from, to, first, second uint16) {
		var key, secret [32]byte
		copy(key[:], k)
		copy(secret[:], s)
		requireSums(t, key, key, secret, sealed[:len(sealed)/BlockSize*BlockSize], int(from), int(to), int(first), int(second))
	})
}

func TestSumsAllocateNothing(t *testing.T) {
	var key, iv, secret [32]byte
	buf := make([]byte, 4096)
	most := cipherAllocs()
	var d Decryption
	require.LessOrEqual(t, testing.AllocsPerRun(50, func() {
		d.Start(&key, &iv, &secret, buf)
		d.Hash(56, 4000)
		d.Advance(2000)
		d.Finish()
	}), most)
	require.Zero(t, testing.AllocsPerRun(50, func() { Sum(&secret, buf) }))
	require.Zero(t, testing.AllocsPerRun(50, func() {
		var few [2][sha256.BlockSize]byte
		SumDerived(&few[0], &few[1])
	}))
}

// Beside a pass for each: see also BenchmarkPart.
func BenchmarkSums(b *testing.B) {
	var key, iv, secret [32]byte
	buf := make([]byte, 512<<10)
	for _, c := range []struct {
		name string
		to   int
	}{{"one hash", 0}, {"two hashes", 256 << 10}, {"two hashes of all", 512<<10 - 16}} {
		b.Run(c.name, func(b *testing.B) {
			b.SetBytes(int64(len(buf)))
			b.ReportAllocs()
			var d Decryption
			for b.Loop() {
				d.Start(&key, &iv, &secret, buf)
				d.Hash(min(c.to, 56), c.to)
				d.Finish()
			}
		})
	}
	b.Run("SHA-256 alone", func(b *testing.B) {
		b.SetBytes(int64(len(buf)))
		for b.Loop() {
			sha256.Sum256(buf)
		}
	})
}
