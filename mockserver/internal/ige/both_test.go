package ige

import (
	"bytes"
	"crypto/sha256"
	"testing"

	gotd "github.com/gotd/ige"
	"github.com/stretchr/testify/require"
)

// requireBoth demands of two messages that are decrypted at once what gotd/ige and
// crypto/sha256 give for each, whatever of them was decrypted before.
func requireBoth(t *testing.T, keys, secrets [2][32]byte, sealed [2][]byte, come [2]int) {
	t.Helper()
	var want, data [2][]byte
	var d [2]Decryption
	for i := range d {
		want[i] = make([]byte, len(sealed[i]))
		gotd.DecryptAES256Blocks(keys[i][:], secrets[i][:], want[i], sealed[i])
		data[i] = bytes.Clone(sealed[i])
		d[i].Start(&keys[i], &secrets[i], &secrets[i], data[i])
		d[i].Advance(come[i])
	}
	AdvanceBoth(&d[0], &d[1])
	for i := range d {
		all, part := d[i].Finish()
		require.True(t, bytes.Equal(want[i], data[i]), "decrypted")
		require.Equal(t, sha256.Sum256(append(secrets[i][:], want[i]...)), all)
		require.Zero(t, part)
	}
}

func TestBoth(t *testing.T) {
	keys := [2][32]byte{[32]byte(noiseOf(1, 32)), [32]byte(noiseOf(2, 32))}
	secrets := [2][32]byte{[32]byte(noiseOf(3, 32)), [32]byte(noiseOf(4, 32))}
	sizes := []int{0, 1, 63, 64, 65, 66, 67, 68, 69, 95, 96, 97, 100, 128, 1000}
	for _, a := range sizes {
		for _, b := range sizes {
			sealed := [2][]byte{noiseOf(5, a*BlockSize), noiseOf(6, b*BlockSize)}
			for _, come := range [][2]int{{}, {600, 1600}, {0, 1 << 20}, {1 << 20, 1000}} {
				requireBoth(t, keys, secrets, sealed, come)
			}
		}
	}
}

// As much of both is done as goes together, where the processor gains by it, and none of
// what is not to be.
func TestHowFarBothGo(t *testing.T) {
	for _, c := range []struct {
		name    string
		bytes   [2]int
		hash    bool
		forward int
	}{
		{"equal", [2]int{4096, 4096}, false, 4096 - headSize},
		{"one is longer", [2]int{8192, 4096}, false, 4096 - headSize},
		{"the other", [2]int{2048, 4096}, false, 2048 - headSize},
		{"whole groups of four blocks", [2]int{4096 - 16, 4096}, false, 4096 - headSize - 64},
		{"a short one", [2]int{4096, shortest - 16}, false, 0},
		{"one is hashed besides", [2]int{4096, 4096}, true, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			var d [2]Decryption
			var before [2]int
			for i := range d {
				d[i].Start(new([32]byte), new([32]byte), new([32]byte), make([]byte, c.bytes[i]))
				before[i] = d[i].done
			}
			if c.hash {
				require.True(t, d[1].Hash(56, 2000))
			}
			if !BothGain() {
				c.forward = 0
			}
			AdvanceBoth(&d[0], &d[1])
			for i := range d {
				require.Equal(t, c.forward, d[i].done-before[i])
			}
		})
	}
}

func TestBothAllocateNothing(t *testing.T) {
	bufs := [2][]byte{make([]byte, 4096), make([]byte, 4096)}
	var key [32]byte
	var d [2]Decryption
	most := 2 * cipherAllocs()
	require.LessOrEqual(t, testing.AllocsPerRun(50, func() {
		for i := range d {
			d[i].Start(&key, &key, &key, bufs[i])
		}
		AdvanceBoth(&d[0], &d[1])
		for i := range d {
			d[i].Finish()
		}
	}), most)
}

// Two messages of any lengths, of which any beginnings were decrypted before.
func FuzzBoth(f *testing.F) {
	f.Add([]byte("key"), []byte("secret"), noiseOf(6, 5000), uint16(2000), uint16(0), uint16(0))
	f.Add([]byte{}, []byte{}, noiseOf(7, 3000), uint16(1500), uint16(700), uint16(1))
	f.Fuzz(func(t *testing.T, k, s, sealed []byte, cut, first, second uint16) {
		var keys, secrets [2][32]byte
		copy(keys[0][:], k)
		copy(keys[1][:], s)
		copy(secrets[0][:], s)
		whole := func(b []byte) []byte { return b[:len(b)/BlockSize*BlockSize] }
		at := min(int(cut), len(sealed))
		requireBoth(t, keys, secrets, [2][]byte{whole(sealed[:at]), whole(sealed[at:])}, [2]int{int(first), int(second)})
	})
}

// Two messages, beside one after the other.
func BenchmarkBoth(b *testing.B) {
	var key, iv, secret [32]byte
	bufs := [2][]byte{make([]byte, 512<<10), make([]byte, 512<<10)}
	for name, atOnce := range map[string]bool{"in turns": false, "at once": true} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(2 * len(bufs[0])))
			b.ReportAllocs()
			var d [2]Decryption
			for b.Loop() {
				for i := range d {
					d[i].Start(&key, &iv, &secret, bufs[i])
				}
				if atOnce {
					AdvanceBoth(&d[0], &d[1])
				}
				for i := range d {
					d[i].Finish()
				}
			}
		})
	}
}
