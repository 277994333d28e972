package session

import (
	"testing"
	"time"

	"github.com/gotd/td/bin"
	"github.com/gotd/td/mt"
	"github.com/stretchr/testify/require"
)

// https://core.telegram.org/mtproto/description#server-salt
func TestServerSalt(t *testing.T) {
	const first = 1234
	s := NewSalts([]byte("key"), first, testStart)
	at := func(d time.Duration) time.Time { return testStart.Add(d) }
	second, third := s.Current(at(31*time.Minute)), s.Current(at(61*time.Minute))

	require.EqualValues(t, first, s.Current(testStart), "the salt of the key's creation comes first")
	require.EqualValues(t, first, s.Current(at(-time.Hour)), "a clock that went back is no new salt")
	require.NotEqual(t, second, third)
	for _, tc := range []struct {
		name  string
		after time.Duration
		salt  int64
		valid bool
	}{
		{"the current one", 0, first, true},
		{"to its last moment", 30*time.Minute - 1, first, true},
		{"in its time of grace", 60*time.Minute - 1, first, true},
		{"after its time of grace", 60 * time.Minute, first, false},
		{"the second", 30 * time.Minute, second, true},
		{"before its time", 30*time.Minute - 1, second, false},
		{"the second in its time of grace", 89 * time.Minute, second, true},
		{"two periods back", 95 * time.Minute, second, false},
		{"none at all", 0, 0, false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			require.Equal(t, tc.valid, s.Valid(at(tc.after), tc.salt))
		})
	}
}

// Rotation on demand has no time of grace, in whatever period it happens.
func TestRotationOnDemand(t *testing.T) {
	for _, after := range []time.Duration{0, 10 * time.Minute, 45 * time.Minute, 10 * time.Hour} {
		t.Run(after.String(), func(t *testing.T) {
			s := NewSalts([]byte("key"), 1234, testStart)
			now := testStart.Add(after)
			old := s.Current(now)
			s.Rotate(now)
			require.False(t, s.Valid(now, old), "the former salt ends at once")
			fresh := s.Current(now)
			require.True(t, s.Valid(now, fresh))
			require.True(t, s.Valid(now.Add(30*time.Minute), fresh), "the new one has its time of grace")
			s.Rotate(now)
			s.Rotate(now)
			require.False(t, s.Valid(now, fresh))
			require.False(t, s.Valid(now, old))
		})
	}
}

// https://core.telegram.org/mtproto/service_messages#request-for-several-future-salts
func TestFutureSalts(t *testing.T) {
	for asked, want := range map[int]int{-1: 1, 0: 1, 1: 1, 4: 4, 64: 64, 65: 64, 128: 64, 1 << 30: 64} {
		c := begun(t)
		m := c.content1(encode(&mt.GetFutureSaltsRequest{Num: asked}))
		c.send(m)
		require.Len(t, c.link.got, 1)
		require.EqualValues(t, 1, c.link.got[0].MsgID&3)
		var v mt.FutureSalts
		require.NoError(t, v.Decode(&bin.Buffer{Buf: c.link.got[0].Body}), "raw, not in a rpc_result")
		require.Len(t, v.Salts, want, "asked for %d", asked)
		require.Equal(t, m.MsgID, v.ReqMsgID)
		require.EqualValues(t, c.now.Unix(), v.Now)
		for i, s := range v.Salts {
			since, until := time.Unix(int64(s.ValidSince), 0), time.Unix(int64(s.ValidUntil), 0)
			require.True(t, c.salts.Valid(since, s.Salt), "salt %d from its first moment", i)
			require.True(t, c.salts.Valid(until.Add(-time.Second), s.Salt), "salt %d to its last", i)
			require.False(t, c.salts.Valid(until, s.Salt), "salt %d no longer", i)
			require.False(t, i > 0 && c.salts.Valid(since.Add(-time.Second), s.Salt), "salt %d no earlier", i)
		}
	}
}

// The client learns the salt to use, the message is not processed, and the same
// query goes through with the salt that it was told.
func TestBadServerSalt(t *testing.T) {
	c := begun(t)
	m := c.content1(aQuery)
	c.sendWith(m, 4711)
	require.Empty(t, c.queries())
	require.Len(t, c.link.got, 1)
	var v mt.BadServerSalt
	require.NoError(t, v.Decode(&bin.Buffer{Buf: c.link.got[0].Body}))
	require.Equal(t, mt.BadServerSalt{BadMsgID: m.MsgID, BadMsgSeqno: int(m.SeqNo), ErrorCode: 48, NewServerSalt: c.salts.Current(c.now)}, v)
	require.Equal(t, 48, c.got.Refusals[0].Code)
	c.sendWith(m, v.NewServerSalt)
	require.Equal(t, []int64{m.MsgID}, c.queries(), "the same msg_id was not used up by the refusal")
}

// After a rotation the list begins with the salt of now, in the period of now.
func TestFutureSaltsAfterRotation(t *testing.T) {
	s := NewSalts([]byte("key"), 1234, testStart)
	s.Rotate(testStart)
	now := testStart.Add(45 * time.Minute)
	s.Rotate(now)
	list := s.Future(now, 2)
	require.Equal(t, s.Current(now), list[0].Salt)
	require.EqualValues(t, testStart.Add(30*time.Minute).Unix(), list[0].ValidSince)
	require.EqualValues(t, testStart.Add(90*time.Minute).Unix(), list[0].ValidUntil)
	require.EqualValues(t, testStart.Add(60*time.Minute).Unix(), list[1].ValidSince)
}

// A clock that went back behind the beginning does not bring the first salt back
// once it was rotated away.
func TestRotatedSaltAndAClockThatWentBack(t *testing.T) {
	s := NewSalts([]byte("key"), 1234, testStart)
	s.Rotate(testStart)
	before := testStart.Add(-3 * time.Hour)
	require.Equal(t, s.Current(testStart), s.Current(before))
	require.False(t, s.Valid(before, 1234))
}

// A schedule that was kept goes on where it was: with the salts of then, and without
// those that were rotated away.
func TestSaltsRestored(t *testing.T) {
	s := NewSalts([]byte("key"), 1234, testStart)
	require.Zero(t, s.Changes())
	now := testStart.Add(45 * time.Minute)
	old := s.Current(now)
	s.Rotate(now)
	require.EqualValues(t, 1, s.Changes())
	s.Rotate(now)
	require.EqualValues(t, 2, s.Changes(), "each rotation is one more to keep")

	again := NewSalts([]byte("key"), 0, now.Add(time.Hour))
	again.Restore(s.State())
	require.Equal(t, s.State(), again.State())
	for _, after := range []time.Duration{0, 29 * time.Minute, 3 * time.Hour} {
		at := now.Add(after)
		require.Equal(t, s.Current(at), again.Current(at))
		require.Equal(t, s.Future(at, 3), again.Future(at, 3))
	}
	require.False(t, again.Valid(now, old))
	first := NewSalts([]byte("key"), 0, now)
	first.Restore(NewSalts([]byte("key"), 1234, testStart).State())
	require.EqualValues(t, 1234, first.Current(testStart), "the first salt is kept, too")
	for _, salts := range []*Salts{s, again} {
		require.True(t, salts.mu.TryLock(), "they are not left locked")
		salts.mu.Unlock()
	}
}
