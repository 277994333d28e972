package envelope

import (
	"crypto/sha256"
	"runtime"
	"testing"
	"weak"

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

// An opening is of one frame, in one buffer.
func TestOpeningFinishedWithAnother(t *testing.T) {
	k := testKey()
	one, body := large(t, k, 2000)
	other := append([]byte{}, one...)
	behind := append(append([]byte{}, one...), make([]byte, 15)...)
	for _, c := range []struct {
		name          string
		begin, finish []byte
		want          error
	}{
		{"nothing was begun", nil, one, ErrOpen},
		{"another buffer", append([]byte{}, one...), other, ErrOpen},
		{"a shorter frame", append([]byte{}, one...), nil, ErrOpen},
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
