package envelope

import (
	"bytes"
	"crypto/sha256"
	"runtime"
	"testing"
	"weak"

	"github.com/gotd/td/crypto"
	"github.com/stretchr/testify/require"
)

// A frame that comes in pieces is opened to what it is opened to as a whole, and what has
// not come yet may still be anything.
func TestOpeningWhileItArrives(t *testing.T) {
	k := testKey()
	find := func([]byte) (int, int) { return 24, 1500 }
	for _, size := range []int{0, 4, 500, 952, 956, 2000, 9000} {
		sealed, body := large(t, k, size)
		for _, step := range []int{1, 23, 24, 100, 536, 1000, 4096} {
			frame := append([]byte{}, sealed...)
			for i := step; i < len(frame); i++ {
				frame[i] = 0xcc
			}
			var o Opening
			for come := step; come < len(frame); come += step {
				if o.Begun() {
					o.Advance(come)
				} else {
					o.Begin(k, frame, come, find)
				}
				copy(frame[come:], sealed[come:min(come+step, len(sealed))])
			}
			if !o.Begun() {
				require.True(t, o.Begin(k, frame, len(frame), find), "%d bytes, by %d", size, step)
			}
			m, err := o.Finish(frame)
			require.NoError(t, err, "%d bytes, by %d", size, step)
			require.Equal(t, body, m.Body)
			require.False(t, o.Begun())
			if size < 1500 {
				require.Nil(t, m.Hashed)
				continue
			}
			require.Equal(t, body[24:1500], m.Hashed)
			require.Equal(t, sha256.Sum256(m.Hashed), m.SHA256)
		}
	}
}

// What is too little to begin with is left as it is.
func TestOpeningBegunTooEarly(t *testing.T) {
	k := testKey()
	for size, enough := range map[int]int{4: 24 + 64, 2000: 24 + 512} {
		sealed, _ := large(t, k, size)
		for come := range enough {
			frame := append([]byte{}, sealed...)
			var o Opening
			require.False(t, o.Begin(k, frame, come, nil), "%d of %d bytes", come, len(frame))
			require.False(t, o.Begun())
			require.Equal(t, sealed, frame)
		}
		var o Opening
		require.True(t, o.Begin(k, sealed, enough, nil))
	}
}

// What has come is decrypted at once, in groups of four blocks, and nothing behind it is.
func TestOpeningDecryptsWhatHasCome(t *testing.T) {
	k := testKey()
	const group, begins = 64, 24 + 512
	sealed, body := large(t, k, 8000)
	plain := append(append([]byte{}, make([]byte, 24+32)...), body...) // its header is not looked at
	var o Opening
	decrypted := func(come, want int, frame []byte) {
		t.Helper()
		require.Equal(t, plain[24+32:want], frame[24+32:want], "%d bytes have come", come)
		require.Equal(t, sealed[want:], frame[want:], "%d bytes have come", come)
	}
	for _, c := range []struct{ come, want int }{
		{begins, begins},
		{begins + group - 1, begins},
		{begins + group, begins + group},
		{4000, begins + (4000-begins)/group*group},
	} {
		frame := append([]byte{}, sealed...)
		require.True(t, o.Begin(k, frame, c.come, nil))
		decrypted(c.come, c.want, frame)
		o.Drop()
	}
	frame := append([]byte{}, sealed...)
	require.True(t, o.Begin(k, frame, begins, nil))
	for _, more := range []int{1, 1, 2, 50} {
		o.Advance(begins + more*group - 1)
		o.Advance(begins + more*group)
		decrypted(begins+more*group, begins+more*group, frame)
	}
}

// One that begins forgets the one before, whether it can begin or not.
func TestOpeningAfterAnother(t *testing.T) {
	k := testKey()
	first, _ := large(t, k, 2000)
	var o Opening
	require.True(t, o.Begin(k, first, len(first), func([]byte) (int, int) { return 24, 1500 }))
	require.False(t, o.Begin(k, first, 100, nil))
	require.False(t, o.Begun())

	for range 2 {
		first, _ = large(t, k, 2000)
		require.True(t, o.Begin(k, first, len(first), func([]byte) (int, int) { return 24, 1500 }))
		second, body := large(t, k, 2000)
		require.True(t, o.Begin(k, second, len(second), nil))
		m, err := o.Finish(second)
		require.NoError(t, err)
		require.Equal(t, body, m.Body)
		require.Nil(t, m.Hashed, "nobody asked for it this time")
	}
}

// An opening is of one frame, in one buffer.
func TestOpeningFinishedWithAnother(t *testing.T) {
	k := testKey()
	_, body := large(t, k, 2000)
	one := encrypt(t, k, crypto.Client, append(append(header(sample, 2000), body...), make([]byte, 16+32)...)) // enough without a block
	other := append([]byte{}, one...)
	behind := append(append([]byte{}, one...), make([]byte, 15)...)
	room := append(append([]byte{}, one...), make([]byte, 16)...)
	for _, c := range []struct {
		name          string
		begin, finish []byte
		want          error
	}{
		{"nothing was begun", nil, one, ErrOpen},
		{"another buffer", append([]byte{}, one...), other, ErrOpen},
		{"a shorter frame", append([]byte{}, one...), nil, ErrOpen},
		{"a longer frame", room[:len(one)], room, ErrOpen},
		{"a byte longer", room[:len(one)], room[:len(one)+1], ErrOpen},
		{"what follows the last block is gone", behind, behind[:len(one)], nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			var o Opening
			if c.begin != nil {
				require.True(t, o.Begin(k, c.begin, len(c.begin), nil))
			}
			if c.finish == nil {
				c.finish = c.begin[:len(c.begin)-16]
			}
			m, err := o.Finish(c.finish)
			require.Equal(t, c.want, err)
			if c.want == nil {
				require.Equal(t, body, m.Body)
			}
			require.False(t, o.Begun(), "it is over either way")
		})
	}
}

// A connection that waits holds no frame: whoever has the buffer next, or nobody.
func TestOpeningHoldsNoFrame(t *testing.T) {
	k := testKey()
	for name, leave := range map[string]func(o *Opening, frame []byte){
		"finished": func(o *Opening, frame []byte) { _, _ = o.Finish(frame) },
		"dropped":  func(o *Opening, _ []byte) { o.Drop() },
		"refused":  func(o *Opening, frame []byte) { _, _ = o.Finish(frame[:100]) },
	} {
		t.Run(name, func(t *testing.T) {
			var o Opening
			frame, _ := large(t, k, 8000)
			held := weak.Make(&frame[0])
			require.True(t, o.Begin(k, frame, 4000, func([]byte) (int, int) { return 24, 1500 }))
			leave(&o, frame)
			runtime.KeepAlive(frame)
			frame = nil
			runtime.GC()
			require.Nil(t, held.Value())
			runtime.KeepAlive(&o)
		})
	}
}

// open opens a message that has come as a whole.
func open(k *Key, x direction, frame []byte, find Finder) (Message, error) {
	var o Opening
	o.begin(k, x, frame, len(frame), find) // if it does not, there is nothing to finish
	return o.Finish(frame)
}

func openClient(k *Key, frame []byte, find Finder) (Message, error) {
	return open(k, fromClient, frame, find)
}

// Two that are opened at once are opened to what they are alone, and one that is broken
// breaks no other.
func TestOpeningTwoAtOnce(t *testing.T) {
	k := testKey()
	other := NewKey([KeySize]byte{1})
	for _, sizes := range [][2]int{{8000, 8000}, {8000, 3000}, {8000, 4}, {4, 4}, {956, 2000}} {
		for broken := range 3 { // the last is neither
			var o [2]Opening
			var frames, bodies [2][]byte
			for i, key := range []*Key{k, other} {
				frames[i], bodies[i] = large(t, key, sizes[i])
				if i == broken {
					frames[i][len(frames[i])-1] ^= 1
				}
				require.True(t, o[i].Start(key, frames[i], nil))
			}
			untouched := bytes.Clone(frames[0])
			AdvanceBoth(&o[0], &o[1])
			if min(sizes[0], sizes[1]) > 1000 {
				require.Equal(t, BothGain(), !bytes.Equal(untouched, frames[0]), "it is done here, or left to Finish")
			}
			for i := range o {
				m, err := o[i].Finish(frames[i])
				if i == broken {
					require.Equal(t, ErrOpen, err)
					continue
				}
				require.NoError(t, err)
				require.Equal(t, bodies[i], m.Body)
			}
		}
	}
	var o Opening
	require.False(t, o.Start(k, make([]byte, 24), nil), "no message is so short")
	AdvanceBoth(&o, &Opening{})
}
