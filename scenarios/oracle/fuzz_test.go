package oracle

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/scenarios"
)

// all has one expectation of each kind.
const all = `fakedc: 1
rules: [{ name: one, delay: 1s }]
expect:
  - { upload: complete }
  - { bytes: equal }
  - { max_calls: 2 }
  - { retry: { after: flood_wait, same: [total, sha256] } }
  - { resent: { only: unacknowledged, file_id: same } }
  - { answered: { error: A } }
  - { sent: { method: b, ok: 1 } }
  - { never: { error: A } }
  - { order: [b, c] }
`

// FuzzObserve feeds observations made of any bytes, four to each. Parts are counted
// beside it in the simplest way: max_calls has to agree.
func FuzzObserve(f *testing.F) {
	f.Add([]byte{0, 1, 2, 3, 0, 1, 2, 3, 2, 0, 0, 0, 3, 1, 1, 1})
	s, err := scenarios.Parse("all.yaml", []byte(all))
	require.NoError(f, err)
	f.Fuzz(func(t *testing.T, program []byte) {
		o := New(s, func(string) Rule { return Rule{Enforced: true} })
		calls, beyond := map[[2]byte]int{}, false
		now := time.Unix(1e9, 0)
		for i := 0; i+4 <= len(program); i += 4 {
			b := program[i : i+4]
			now = now.Add(time.Duration(b[3]) * time.Millisecond)
			x := Observation{Kind: Kind(b[0] % 4), Seq: int64(i), Time: now, MsgID: int64(b[3] % 8), Method: string('a' + rune(b[2]%4)),
				Answer: Answer(b[2] % 7), Done: b[2]%7 == 0, Print: uint64(b[3] % 3), Acked: []int64{int64(b[3] % 8)}}
			if x.Answer == Error {
				x.Error = []string{"A", "FLOOD_WAIT_1", "FLOOD_WAIT_x"}[b[3]%3]
			}
			if b[0]&4 == 0 && x.Kind == Call {
				x.Method, x.File, x.HasPart, x.Part = "upload.saveFilePart", int(b[1]%3)+1, true, int32(b[1]/3%4)
				k := [2]byte{b[1] % 3, b[1] / 3 % 4}
				calls[k]++
				beyond = beyond || calls[k] > 2
			}
			o.Observe(x)
		}
		v := o.Verdict(State{})
		require.Equal(t, beyond, v.Checks[2].Status == Failed, "max_calls")
		for _, c := range v.Checks {
			require.NotEmpty(t, c.Status, c.Name)
			require.NotEmpty(t, c.Name)
			require.LessOrEqual(t, len(c.Findings), MaxFindings)
			if c.Bad() {
				require.NotEmpty(t, c.Findings, c.Name)
			}
		}
	})
}
