package mockserver_test

import (
	"bytes"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/mockserver"
	"github.com/fakedc/fakedc/mockserver/rawclient"
	"github.com/fakedc/fakedc/scenarios"
)

const kib = 1024

// The six errors of https://core.telegram.org/method/upload.saveBigFilePart: each
// comes from its built-in scenario, once, and from breaking its rule.
func TestTheSixErrors(t *testing.T) {
	for _, c := range []struct {
		name, builtin string
		provoke       func(t *testing.T, c *rawclient.Client) string
	}{
		{"FILE_PART_EMPTY", "file-part-empty", func(t *testing.T, c *rawclient.Client) string {
			return part(t, c, 9, 0, 2, nil)
		}},
		{"FILE_PART_INVALID", "file-part-invalid", func(t *testing.T, c *rawclient.Client) string {
			return part(t, c, 9, 2, 2, contents(kib))
		}},
		{"FILE_PART_SIZE_CHANGED", "file-part-size-changed", func(t *testing.T, c *rawclient.Client) string {
			require.Equal(t, "true", part(t, c, 9, 0, 3, contents(kib)))
			return part(t, c, 9, 1, 3, contents(2*kib))
		}},
		{"FILE_PART_SIZE_INVALID", "file-part-size-invalid", func(t *testing.T, c *rawclient.Client) string {
			return part(t, c, 9, 0, 2, contents(1000))
		}},
		{"FILE_PART_TOO_BIG", "file-part-too-big", func(t *testing.T, c *rawclient.Client) string {
			return part(t, c, 9, 0, 2, contents(512*kib+1))
		}},
		{"FILE_PARTS_INVALID", "file-parts-invalid", func(t *testing.T, c *rawclient.Client) string {
			return part(t, c, 9, 0, 4001, contents(kib))
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			injected, err := scenarios.Builtin(c.builtin)
			require.NoError(t, err)
			inBubble(t, mockserver.Options{Scenario: injected}, func(t *testing.T, b *bubble) {
				client := b.client()
				data := contents(3*kib + 5)
				for i, want := range []string{"true", "true", c.name, "true"} {
					require.Equal(t, want, part(t, client, 1, int32(i), 4, data[i*kib:min(len(data), (i+1)*kib)]))
				}
				require.False(t, b.stored(1, 2))
				_, err := client.UploadMedia(t.Context(), input(1, 4))
				require.ErrorContains(t, err, "FILE_PART_2_MISSING")
				require.Equal(t, "true", part(t, client, 1, 2, 4, data[2*kib:3*kib]), "only once for each file")
				doc, err := client.UploadMedia(t.Context(), input(1, 4))
				require.NoError(t, err)
				got, err := download(t.Context(), client, doc.Location)
				require.NoError(t, err)
				require.True(t, bytes.Equal(data, got))

				require.NoError(t, b.SetScenario(nil))
				require.Equal(t, c.name, c.provoke(t, client))
				u, _ := b.Upload(9)
				require.Equal(t, 1, u.Report.RefusedCount)
				require.NotEmpty(t, u.Report.Refused[0].Sentence)
			})
		})
	}
}

// The call of the GramJS documentation, verbatim: part 43 of 43.
func TestTheCallOfTheDocumentation(t *testing.T) {
	const id, total = -4156887774564, 43
	data := []byte("some string here...")
	require.Len(t, data, 19)
	inBubble(t, mockserver.Options{}, func(t *testing.T, b *bubble) {
		c := b.client()
		require.Equal(t, "FILE_PART_INVALID", part(t, c, id, 43, total, data))
		u, ok := b.Upload(id)
		require.True(t, ok)
		require.Len(t, u.Report.Refused, 1)
		require.Contains(t, u.Report.Refused[0].Sentence, "from 0")
		require.Contains(t, u.Report.Refused[0].Sentence, "42")
		require.Equal(t, "true", part(t, c, id, 42, total, data))
	})
}

// What the client sees of a fault in part 1, and what the server has of it then.
func TestPositions(t *testing.T) {
	good, bad := contents(kib), contents(1000) // bad breaks part.size_invalid
	for name, c := range map[string]struct {
		rule   scenarios.Rule
		data   []byte
		want   string
		after  time.Duration
		stored bool
	}{
		"error before the rules": {scenarios.Rule{Reply: scenarios.ErrorReply("FILE_PART_EMPTY")}, bad, "FILE_PART_EMPTY", 0, false},
		"answer false":           {scenarios.Rule{Reply: scenarios.AnswerReply(false)}, good, "false", 0, false},
		"answer true":            {scenarios.Rule{Reply: scenarios.AnswerReply(true)}, good, "true", 0, true},
		"answer true to a lie":   {scenarios.Rule{Reply: scenarios.AnswerReply(true)}, bad, "true", 0, false},
		"late":                   {scenarios.Rule{Delay: 7 * time.Second}, good, "true", 7 * time.Second, true},
		"late refusal":           {scenarios.Rule{Delay: 7 * time.Second}, bad, "FILE_PART_SIZE_INVALID", 7 * time.Second, false},
		"silence":                {scenarios.Rule{Reply: scenarios.NoReply()}, good, "silence", time.Minute, true},
		"silence, lost":          {scenarios.Rule{Reply: scenarios.NoReply(), Store: scenarios.StoreLose}, good, "silence", time.Minute, false},
		"lost":                   {scenarios.Rule{Store: scenarios.StoreLose}, good, "true", 0, false},
		"wait":                   {scenarios.Rule{Reply: scenarios.FloodWaitReply(30 * time.Second)}, good, "FLOOD_WAIT_30", 0, false},
		"own error, kept":        {scenarios.Rule{Reply: scenarios.CustomErrorReply(500, "OOPS"), Store: scenarios.StoreKeep}, good, "OOPS", 0, true},
	} {
		t.Run(name, func(t *testing.T) {
			c.rule.Match, c.rule.Times = only(1), 1
			inBubble(t, mockserver.Options{Scenario: faults(c.rule)}, func(t *testing.T, b *bubble) {
				client := b.client()
				require.Equal(t, "true", part(t, client, 1, 0, 3, good))
				got, after := patient(t, client, time.Minute, 1, 1, 3, c.data)
				require.Equal(t, c.want, got)
				require.Equal(t, c.after, after)
				require.Equal(t, c.stored, b.stored(1, 1))
				// The connection works, and a repetition is taken as it should be.
				require.Equal(t, "true", part(t, client, 1, 1, 3, good))
				require.True(t, b.stored(1, 1))
			})
		})
	}
}

// A drop closes the connection; the key lives on, and the part is there or not.
func TestDrops(t *testing.T) {
	for _, at := range []scenarios.DropPoint{scenarios.DropBeforeStore, scenarios.DropAfterStore} {
		for _, delay := range []time.Duration{0, 3 * time.Second} {
			t.Run(at.String()+"/"+delay.String(), func(t *testing.T) {
				rule := scenarios.Rule{Match: only(0), Times: 1, Delay: delay, Reply: scenarios.DropReply(at)}
				inBubble(t, mockserver.Options{Scenario: faults(rule)}, func(t *testing.T, b *bubble) {
					first, other := b.client(), b.client()
					got, after := patient(t, first, time.Minute, 1, 0, 2, contents(kib))
					require.Equal(t, "gone", got)
					require.GreaterOrEqual(t, after, delay)
					require.Less(t, after, delay+time.Second)
					require.Equal(t, at == scenarios.DropAfterStore, b.stored(1, 0))
					require.Equal(t, "true", part(t, other, 1, 1, 2, contents(5)), "nobody else's connection ends")
					require.Equal(t, "true", part(t, b.client(), 1, 0, 2, contents(kib)))
					u, _ := b.Upload(1)
					require.True(t, u.Report.Complete)
					require.Equal(t, at == scenarios.DropAfterStore, len(u.Report.Repeated) == 1)
				})
			})
		}
	}
}

// While one answer is late, others go on: also on the same connection.
func TestDelayHoldsNobodyElseUp(t *testing.T) {
	rule := scenarios.Rule{Match: only(0), Delay: 10 * time.Second}
	inBubble(t, mockserver.Options{Scenario: faults(rule)}, func(t *testing.T, b *bubble) {
		c := b.client()
		late := make(chan time.Duration, 1)
		go func() {
			_, after := patient(t, c, time.Minute, 1, 0, 3, contents(kib))
			late <- after
		}()
		for i := range int32(2) {
			_, after := patient(t, c, time.Minute, 1, i+1, 3, contents(kib))
			require.Zero(t, after)
		}
		require.Equal(t, 10*time.Second, <-late)
	})
}

// A part that was lost is missing when the file is used, and sending it again
// helps.
func TestLostPart(t *testing.T) {
	lost, err := scenarios.Builtin("part-lost")
	require.NoError(t, err)
	inBubble(t, mockserver.Options{Scenario: lost}, func(t *testing.T, b *bubble) {
		c := b.client()
		data := contents(5 * kib)
		total, err := upload(t.Context(), c, 1, data, kib)
		require.NoError(t, err)
		_, err = c.SendMedia(t.Context(), input(1, total), "", 1)
		require.ErrorContains(t, err, "FILE_PART_3_MISSING")
		require.Equal(t, "true", part(t, c, 1, 3, total, data[3*kib:4*kib]))
		_, err = c.SendMedia(t.Context(), input(1, total), "", 1)
		require.NoError(t, err)
	})
}

// FLOOD_WAIT_30 and all, a whole upload takes no time.
func TestUploadThroughFloodWaits(t *testing.T) {
	rule := scenarios.Rule{Per: scenarios.ScopeFile, Every: 3, Reply: scenarios.FloodWaitReply(30 * time.Second)}
	inBubble(t, mockserver.Options{Scenario: faults(rule)}, func(t *testing.T, b *bubble) {
		c := b.client()
		data := contents(9*64*kib + 1)
		began, waits := time.Now(), 0
		for i := int32(0); i < 10; {
			ok, err := c.SaveBigFilePart(t.Context(), 1, i, 10, data[int(i)*64*kib:min(len(data), int(i+1)*64*kib)])
			var flood *rawclient.RPCError
			if err != nil {
				require.ErrorAs(t, err, &flood)
				require.Equal(t, 30*time.Second, flood.Wait())
				waits++
				<-time.After(flood.Wait())
				continue
			}
			require.True(t, ok)
			i++
		}
		require.Equal(t, 4, waits, "10 parts are 14 calls, every third is refused")
		require.Equal(t, 2*time.Minute, time.Since(began))
		sent, err := c.SendMedia(t.Context(), input(1, 10), "", 1)
		require.NoError(t, err)
		got, err := download(t.Context(), c, sent.Document.Location)
		require.NoError(t, err)
		require.True(t, bytes.Equal(data, got))
	})
}
