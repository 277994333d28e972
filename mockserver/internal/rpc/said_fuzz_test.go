package rpc

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// FuzzMemory drives what accounts have said by a program of bytes, against a plain list that
// never makes room: what is there is what was said last, what is not has a reason, and the
// bytes that are counted are those that are there.
func FuzzMemory(f *testing.F) {
	f.Add([]byte("\x00\x01\x02\x03\x04\x05\x10\x11\x12\x13\x14\x15\x20\x30\x40"))
	f.Add([]byte(strings.Repeat("\x00\x80", 40) + "\x01\x02\x03\x04\x05"))
	f.Fuzz(func(t *testing.T, program []byte) {
		m := &memory{limit: 6 * saidBytes}
		accounts := [2]*Account{{ID: 1}, {ID: 2}}
		var last [2]int32
		var want [2]map[int32]said // all that is neither deleted nor undone
		for i := range want {
			want[i] = map[int32]said{}
		}
		for _, b := range program {
			n := int(b & 1)
			a, id := accounts[n], int32(b>>4)
			where := box(b >> 3 & 1)
			switch b >> 1 & 3 {
			case 0:
				last[n]++
				s := said{id: last[n], date: 1, text: strings.Repeat("x", int(b)), to: peer{channel: int64(where)}}
				m.add(a, s)
				want[n][s.id] = s
			case 1:
				removed, lost := m.remove(a, where, []int32{id})
				if s, was := want[n][id]; was && s.to.box() == where {
					require.Equal(t, 1, len(removed)+lost)
					delete(want[n], id)
				} else {
					require.Empty(t, removed)
				}
			case 2:
				if s, was := want[n][id]; was {
					s.text = strings.Repeat("y", int(b))
					m.change(a, s)
					want[n][id] = s
				}
			case 3:
				m.forget(a, id, id)
				delete(want[n], id)
			}
		}
		sum, count := int64(0), 0
		for n, a := range accounts {
			for id := int32(-1); id <= last[n]+1; id++ {
				s, is := m.find(a, ownBox, id)
				if is == absent {
					s, is = m.find(a, box(1), id)
				}
				w, was := want[n][id]
				switch is {
				case there:
					require.True(t, was)
					require.Equal(t, w, s)
					sum, count = sum+s.bytes(), count+1
				case madeRoom:
					require.LessOrEqual(t, id, last[n])
					require.Positive(t, id)
				default:
					require.Equal(t, absent, is)
					require.False(t, was, "message %d of account %d", id, n)
				}
			}
		}
		require.Equal(t, sum, m.bytes)
		require.Equal(t, count, m.order.Len())
		require.LessOrEqual(t, m.bytes, m.limit)
		m.clear()
		require.Zero(t, m.bytes)
	})
}
