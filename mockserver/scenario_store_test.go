package mockserver_test

import (
	"bytes"
	"crypto/md5"
	"encoding/hex"
	"math/bits"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/mockserver"
	"github.com/fakedc/fakedc/scenarios"
)

// A corrupted part is answered with true and reads back as something else; sent
// again, it is healed.
func TestCorruptedPart(t *testing.T) {
	for how, differs := range map[scenarios.Corruption]func(t *testing.T, sent, got []byte){
		scenarios.CorruptFlip: func(t *testing.T, sent, got []byte) {
			require.Len(t, got, len(sent))
			flipped := 0
			for i := range sent {
				flipped += bits.OnesCount8(sent[i] ^ got[i])
			}
			require.Equal(t, 1, flipped)
			require.Equal(t, sent[:kib], got[:kib])
			require.Equal(t, sent[2*kib:], got[2*kib:])
		},
		scenarios.CorruptTruncate: func(t *testing.T, sent, got []byte) {
			require.Equal(t, append(bytes.Clone(sent[:kib+kib/2]), sent[2*kib:]...), got)
		},
		scenarios.CorruptZero: func(t *testing.T, sent, got []byte) {
			require.Equal(t, append(append(bytes.Clone(sent[:kib]), make([]byte, kib)...), sent[2*kib:]...), got)
		},
	} {
		t.Run(how.String(), func(t *testing.T) {
			rule := scenarios.Rule{Match: only(1), Times: 1, Corrupt: how}
			inBubble(t, mockserver.Options{Scenario: faults(rule)}, func(t *testing.T, b *bubble) {
				c, sent := b.client(), contents(3*kib)
				read := func() []byte {
					doc, err := c.UploadMedia(t.Context(), input(1, 3))
					require.NoError(t, err)
					got, err := download(t.Context(), c, doc.Location)
					require.NoError(t, err)
					return got
				}
				for i := range int32(3) {
					require.Equal(t, "true", part(t, c, 1, i, 3, sent[i*kib:(i+1)*kib]))
				}
				differs(t, sent, read())
				var texts []string
				for _, e := range events(b.Server, mockserver.EventPart) {
					texts = append(texts, e.Text)
				}
				require.Contains(t, texts, "carried out, the stored bytes corrupted ("+how.String()+")")
				require.Equal(t, "true", part(t, c, 1, 1, 3, sent[kib:2*kib]))
				require.Equal(t, sent, read())
			})
		})
	}
}

// The MD5 of a small file tells the client of it.
// https://core.telegram.org/api/files#uploading-files
func TestCorruptedPartOfASmallFile(t *testing.T) {
	inBubble(t, mockserver.Options{Scenario: faults(scenarios.Rule{Times: 1, Corrupt: scenarios.CorruptFlip})}, func(t *testing.T, b *bubble) {
		c, data := b.client(), contents(kib)
		file := input(1, 1)
		file.Big, file.MD5 = false, md5Of(data)
		require.Equal(t, "true", smallPart(t, c, 1, 0, data))
		_, err := c.UploadMedia(t.Context(), file)
		require.ErrorContains(t, err, "MD5_CHECKSUM_INVALID")
		require.Equal(t, "true", smallPart(t, c, 1, 0, data))
		_, err = c.UploadMedia(t.Context(), file)
		require.NoError(t, err)
	})
}

// A part that expires is there until then; who sends it again has it for good.
func TestPartExpires(t *testing.T) {
	expired, err := scenarios.Builtin("part-expired")
	require.NoError(t, err)
	inBubble(t, mockserver.Options{Scenario: expired}, func(t *testing.T, b *bubble) {
		c, data := b.client(), contents(5*kib)
		total, err := upload(t.Context(), c, 1, data, kib)
		require.NoError(t, err)
		began := time.Now()
		_, err = c.UploadMedia(t.Context(), input(1, total))
		require.NoError(t, err, "in time")
		<-time.After(time.Until(began.Add(time.Minute)))
		require.True(t, b.stored(1, 3))
		<-time.After(time.Until(began.Add(2*time.Minute + time.Second)))
		require.False(t, b.stored(1, 3))
		_, err = c.UploadMedia(t.Context(), input(1, total))
		require.ErrorContains(t, err, "FILE_PART_3_MISSING")
		require.Equal(t, "true", part(t, c, 1, 3, total, data[3*kib:4*kib]))
		<-time.After(5 * time.Minute)
		require.True(t, b.stored(1, 3))
		_, err = c.UploadMedia(t.Context(), input(1, total))
		require.NoError(t, err)
	})
}

// A part that was not stored is not said to be lost later.
func TestRefusedPartDoesNotExpire(t *testing.T) {
	s := faults(scenarios.Rule{Times: 1, Reply: scenarios.ErrorReply("FILE_PART_INVALID")}, scenarios.Rule{Times: 1, Delay: time.Second})
	s.PartLifetime = 5 * time.Minute
	inBubble(t, mockserver.Options{Scenario: s}, func(t *testing.T, b *bubble) {
		c := b.client()
		require.Equal(t, "FILE_PART_INVALID", part(t, c, 1, 0, 2, contents(kib)))
		require.Equal(t, "true", part(t, c, 1, 0, 2, contents(kib)))
		said := events(b.Server, mockserver.EventPart)
		require.Equal(t, "answered with an error", said[0].Text)
		require.Equal(t, "answered late, the part to be lost 5m0s later, after 1s", said[1].Text)
	})
}

// A part that is sent again before its time is not lost with the first.
func TestPartSentAgainDoesNotExpire(t *testing.T) {
	rule := scenarios.Rule{Times: 1, LoseAfter: 2 * time.Minute}
	inBubble(t, mockserver.Options{Scenario: faults(rule)}, func(t *testing.T, b *bubble) {
		c := b.client()
		for range 2 {
			require.Equal(t, "true", part(t, c, 1, 0, 2, contents(kib)))
			<-time.After(time.Minute)
		}
		<-time.After(3 * time.Minute)
		require.True(t, b.stored(1, 0))
	})
}

func md5Of(b []byte) string {
	sum := md5.Sum(b)
	return hex.EncodeToString(sum[:])
}
