package mockserver_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/mockserver"
	"github.com/fakedc/fakedc/validator"
)

// What Upload says of a file, at each moment of its life.
func TestUploadReport(t *testing.T) {
	inBubble(t, mockserver.Options{}, func(t *testing.T, b *bubble) {
		c := b.client()
		began := time.Now()
		require.Equal(t, "true", part(t, c, 7, 2, 5, contents(kib)))
		<-time.After(time.Second)
		require.Equal(t, "true", part(t, c, 7, 0, 5, contents(kib)))
		require.Equal(t, "true", part(t, c, 7, 0, 5, contents(kib)))
		require.Equal(t, "FILE_PART_SIZE_INVALID", part(t, c, 7, 1, 5, contents(1000)))
		require.Equal(t, "true", part(t, c, 7, 4, 5, contents(10)))
		require.Equal(t, "true", part(t, c, 7, 4, 5, contents(11)))

		u, ok := b.Upload(7)
		require.True(t, ok)
		require.Equal(t, validator.Big, u.Kind)
		require.Equal(t, 1, u.Ordinal)
		require.Equal(t, began, u.Started)
		require.Equal(t, began.Add(time.Second), u.Changed)
		require.Equal(t, []int32{1, 3}, u.Report.Missing)
		require.Equal(t, []int32{2, 4}, u.Report.OutOfOrder)
		require.Equal(t, []int32{0, 4}, u.Report.Repeated)
		require.Equal(t, []int32{4}, u.Report.RepeatedOtherBytes)
		require.Equal(t, 1, u.Report.RefusedCount)
		require.False(t, u.Report.Complete)
		require.Equal(t, []mockserver.PartState{
			{Index: 0, Size: kib, Stored: true, Attempts: 2, TimesStored: 2},
			{Index: 1, Attempts: 1, Refused: 1, Error: "FILE_PART_SIZE_INVALID"},
			{Index: 2, Size: kib, Stored: true, Attempts: 1, TimesStored: 1},
			{Index: 4, Size: 11, Stored: true, Attempts: 2, TimesStored: 2},
		}, u.Parts)
		_, err := u.Bytes()
		require.ErrorIs(t, err, mockserver.ErrIncomplete)
		require.ErrorContains(t, err, "2 missing")
		_, err = u.SHA256()
		require.ErrorIs(t, err, mockserver.ErrIncomplete)

		require.Equal(t, "true", part(t, c, 7, 1, 5, contents(kib)))
		require.Equal(t, "true", part(t, c, 7, 3, 5, contents(kib)))
		require.False(t, u.Report.Complete, "what was handed out is of its moment")
		u, _ = b.Upload(7)
		require.True(t, u.Report.Complete)
		require.False(t, u.Report.Finalised)
		want := append(bytes.Repeat(contents(kib), 4), contents(11)...)
		got, err := u.Bytes()
		require.NoError(t, err)
		require.True(t, bytes.Equal(want, got))
		sum := sha256.Sum256(want)
		digest, err := u.SHA256()
		require.NoError(t, err)
		require.Equal(t, hex.EncodeToString(sum[:]), digest)
		equal, stored := u.PartEqual(4, contents(11))
		require.True(t, stored)
		require.True(t, equal)
		equal, stored = u.PartEqual(4, contents(kib))
		require.True(t, stored)
		require.False(t, equal)
		_, stored = u.PartEqual(5, nil)
		require.False(t, stored)
	})
}

// full fails after some bytes, as a full disk does.
type full struct{ room int }

func (f *full) Write(p []byte) (int, error) {
	if len(p) > f.room {
		return 0, errors.New("disk full")
	}
	f.room -= len(p)
	return len(p), nil
}

func TestWriteTo(t *testing.T) {
	inBubble(t, mockserver.Options{}, func(t *testing.T, b *bubble) {
		data := contents(3*kib + 1)
		_, err := upload(t.Context(), b.client(), 7, data, kib)
		require.NoError(t, err)
		u, _ := b.Upload(7)
		var out bytes.Buffer
		n, err := u.WriteTo(&out)
		require.NoError(t, err)
		require.EqualValues(t, len(data), n)
		require.True(t, bytes.Equal(data, out.Bytes()))
		n, err = u.WriteTo(&full{room: 2 * kib})
		require.ErrorContains(t, err, "disk full")
		require.EqualValues(t, 2*kib, n)
	})
}

// The digest store tells bytes from others, and says why it has none.
func TestDigestStore(t *testing.T) {
	inBubble(t, mockserver.Options{Store: mockserver.StoreDigest}, func(t *testing.T, b *bubble) {
		c := b.client()
		data := contents(2*kib + 1)
		total, err := upload(t.Context(), c, 7, data, kib)
		require.NoError(t, err)
		u, _ := b.Upload(7)
		require.True(t, u.Report.Complete)
		equal, stored := u.PartEqual(1, data[kib:2*kib])
		require.True(t, stored)
		require.True(t, equal)
		other := bytes.Clone(data[kib : 2*kib])
		other[kib-1] ^= 1
		equal, _ = u.PartEqual(1, other)
		require.False(t, equal)
		_, err = u.Bytes()
		require.ErrorContains(t, err, "digest")
		require.NotErrorIs(t, err, mockserver.ErrIncomplete)
		doc, err := c.UploadMedia(t.Context(), input(7, total))
		require.NoError(t, err)
		require.EqualValues(t, len(data), doc.Size)
		_, err = c.GetFile(t.Context(), doc.Location, 0, 4096)
		require.ErrorContains(t, err, "LOCATION_INVALID")
	})
}

// The zero Upload, which comes with false, bears to be asked.
func TestZeroUpload(t *testing.T) {
	var u mockserver.Upload
	_, err := u.Bytes()
	require.ErrorIs(t, err, mockserver.ErrIncomplete)
	_, stored := u.PartEqual(0, nil)
	require.False(t, stored)
}

// Uploads come in the order of their first parts, whatever came later, and as
// JSON for reports.
func TestUploads(t *testing.T) {
	inBubble(t, mockserver.Options{}, func(t *testing.T, b *bubble) {
		c := b.client()
		require.Equal(t, "true", part(t, c, 30, 0, 2, contents(kib)))
		require.Equal(t, "true", smallPart(t, c, 30, 0, contents(5)))
		require.Equal(t, "true", part(t, c, 10, 0, 1, contents(5)))
		require.Equal(t, "true", part(t, c, 30, 1, 2, contents(5)))
		text, err := json.Marshal(b.Uploads())
		require.NoError(t, err)
		var got []struct {
			FileID  int64  `json:"file_id"`
			Kind    string `json:"kind"`
			Ordinal int    `json:"ordinal"`
		}
		require.NoError(t, json.Unmarshal(text, &got))
		require.Equal(t, "[{30 big 1} {30 small 2} {10 big 3}]", fmt.Sprint(got))
		var read []mockserver.Upload
		require.NoError(t, json.Unmarshal(text, &read))
		_, err = read[2].Bytes()
		require.ErrorContains(t, err, "without its server")
	})
}

// Files that nothing was sent to for Limits.PartTime are gone.
func TestPartTime(t *testing.T) {
	inBubble(t, mockserver.Options{Limits: mockserver.Limits{PartTime: time.Minute}}, func(t *testing.T, b *bubble) {
		c := b.client()
		require.Equal(t, "true", part(t, c, 7, 0, 1, contents(5)))
		<-time.After(2 * time.Minute)
		_, err := c.UploadMedia(t.Context(), input(7, 1))
		require.ErrorContains(t, err, "FILE_PART_0_MISSING")
		require.Empty(t, b.Uploads())
	})
}

// A store that is full refuses, and takes parts again when others have gone.
func TestStoreBytes(t *testing.T) {
	limits := mockserver.Limits{StoreBytes: 3 * kib, Uploads: 1}
	inBubble(t, mockserver.Options{Limits: limits}, func(t *testing.T, b *bubble) {
		c := b.client()
		for i, want := range []string{"true", "true", "true", "STORE_FULL", "STORE_FULL"} {
			require.Equal(t, want, part(t, c, 7, int32(i), 10, contents(kib)))
		}
		require.Equal(t, "true", part(t, c, 8, 0, 10, contents(kib)), "the other file made room")
		require.Len(t, b.Uploads(), 1)
	})
}
