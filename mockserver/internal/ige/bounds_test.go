//go:build linux || darwin

package ige

import (
	"bytes"
	"os"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
)

// guarded is memory that ends, or begins, where nothing may be touched: a single byte
// too many ends the process.
func guarded(t *testing.T, size int, atEnd bool) []byte {
	t.Helper()
	page := os.Getpagesize()
	pages := (size + page - 1) / page * page
	all, err := syscall.Mmap(-1, 0, pages+2*page, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_ANON|syscall.MAP_PRIVATE)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, syscall.Munmap(all)) })
	require.NoError(t, syscall.Mprotect(all[:page], syscall.PROT_NONE))
	require.NoError(t, syscall.Mprotect(all[page+pages:], syscall.PROT_NONE))
	if atEnd {
		return all[page+pages-size : page+pages : page+pages]
	}
	return all[page : page+size : page+size]
}

// Neither direction reads or writes beyond its blocks, whatever their number and
// wherever they lie.
func TestStaysInBounds(t *testing.T) {
	key, iv := [32]byte{1, 2, 3}, [32]byte{4, 5, 6}
	for blocks := range 20 {
		for _, atEnd := range []bool{true, false} {
			src, dst := guarded(t, blocks*BlockSize, atEnd), guarded(t, blocks*BlockSize, atEnd)
			for i := range src {
				src[i] = byte(i)
			}
			Encrypt(&key, &iv, dst, src)
			Decrypt(&key, &iv, dst, dst)
			require.True(t, bytes.Equal(src, dst), "%d blocks", blocks)
		}
	}
}

// Nor does hashing on the way.
func TestSumsStayInBounds(t *testing.T) {
	var key, iv, secret [32]byte
	for blocks := 2*headSize/BlockSize - 1; blocks < 2*headSize/BlockSize+9; blocks++ {
		for _, atEnd := range []bool{true, false} {
			data := guarded(t, blocks*BlockSize, atEnd)
			for _, part := range [][2]int{{0, 0}, {56, len(data)}, {0, 64}, {1, len(data) - 1}} {
				var d Decryption
				d.Start(&key, &iv, &secret, data)
				d.Hash(part[0], part[1])
				d.Advance(len(data) - part[0])
				d.Finish()
			}
		}
	}
}

// Neither touches anything beyond its blocks, or what was decrypted before.
func TestBothStayInBounds(t *testing.T) {
	for blocks := 2 * headSize / BlockSize; blocks < 2*headSize/BlockSize+9; blocks++ {
		for _, atEnd := range []bool{true, false} {
			var d [2]Decryption
			var data, head [2][]byte
			for i := range d {
				data[i] = guarded(t, (blocks+i)*BlockSize, atEnd)
				head[i] = bytes.Clone(d[i].Start(new([32]byte), new([32]byte), new([32]byte), data[i]))
			}
			AdvanceBoth(&d[0], &d[1])
			for i := range d {
				require.True(t, bytes.Equal(head[i], data[i][:headSize]))
			}
		}
	}
}
