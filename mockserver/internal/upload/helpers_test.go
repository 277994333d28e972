package upload

import (
	"bytes"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/mockserver/internal/bounds"
	"github.com/fakedc/fakedc/mockserver/internal/store"
	"github.com/fakedc/fakedc/validator"
)

var start = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)

const kib = 1024

// room is a service over a memory store whose gate can be looked at.
type room struct {
	*Service
	gate      *bounds.Gate
	forgotten []int
}

func newRoom(t testing.TB, l Limits) *room {
	t.Helper()
	return newRoomUnder(t, l, validator.Options{}, 1<<30)
}

func newRoomUnder(t testing.TB, l Limits, o validator.Options, bytes int64) *room {
	t.Helper()
	if l.Uploads == 0 {
		l.Uploads = 100
	}
	if l.Lifetime == 0 {
		l.Lifetime = time.Hour
	}
	if l.Documents == 0 {
		l.Documents = 100
	}
	rules, err := validator.New(o)
	require.NoError(t, err)
	r := &room{gate: bounds.NewGate("StoreBytes", bytes)}
	r.Service = New(rules, store.NewMemory(r.gate), l, func(ordinal int) { r.forgotten = append(r.forgotten, ordinal) })
	return r
}

func big(account, file int64) ID {
	return ID{DC: 2, Account: account, Kind: validator.Big, FileID: file}
}

func small(account, file int64) ID {
	return ID{DC: 2, Account: account, Kind: validator.Small, FileID: file}
}

// fill is n bytes of one value.
func fill(value byte, n int) []byte { return bytes.Repeat([]byte{value}, n) }

// save sends one part that has to be accepted.
func (r *room) save(t testing.TB, now time.Time, id ID, index, total int32, data []byte) Outcome {
	t.Helper()
	out := r.Save(now, r.Open(now, id), Part{Index: index, Total: total, Bytes: data}, Fate{})
	require.Nil(t, out.Verdict.Error)
	require.NoError(t, out.Err)
	return out
}

// finalise makes a document that has to come about.
func (r *room) finalise(t testing.TB, now time.Time, id ID, parts int32) *Document {
	t.Helper()
	d, v := r.Finalise(now, Final{ID: id, Parts: parts, Name: "a.bin"})
	require.Nil(t, v.Error)
	require.NotNil(t, d)
	return d
}

// refused finalises in vain.
func (r *room) refused(t testing.TB, now time.Time, f Final, want string) {
	t.Helper()
	d, v := r.Finalise(now, f)
	require.Nil(t, d)
	require.NotNil(t, v.Error)
	require.Equal(t, want, v.Error.Message)
}

func requireBytes(t testing.TB, d *Document, want []byte) {
	t.Helper()
	got, err := d.Read(0, 1<<30)
	require.NoError(t, err)
	require.True(t, bytes.Equal(want, got), "%d bytes, want %d", len(got), len(want))
	require.EqualValues(t, len(want), d.Size)
}

// drain forgets all that is left: what the gate holds then is a leak.
func (r *room) drain(t testing.TB, now time.Time) {
	t.Helper()
	r.Sweep(now.Add(24 * time.Hour))
	require.Empty(t, r.Files())
	for _, d := range r.Documents() {
		d.release()
	}
	require.Zero(t, r.gate.Held(), "bytes that nobody can reach are still counted")
}
