package mockserver_test

import (
	"bytes"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/mockserver"
	"github.com/fakedc/fakedc/mockserver/doctor"
	"github.com/fakedc/fakedc/mockserver/rawclient"
	"github.com/fakedc/fakedc/validator"
)

// What is told of a broken rule has to lead the author of a client to the mistake: each
// rule with its own sentence, in the verdict and by the doctor, and which file it is about.
func TestBlame(t *testing.T) {
	send := func(t *testing.T, c *rawclient.Client, id int64, parts int32, isBig bool) {
		_, err := c.SendMedia(t.Context(), rawclient.InputFile{ID: id, Parts: parts, Name: "a.bin", Big: isBig}, "", id)
		require.Error(t, err)
	}
	for name, tc := range map[string]struct {
		options mockserver.Options
		run     func(t *testing.T, b *bubble, c *rawclient.Client)
		verdict []string
		doctor  []string
	}{
		"two rules of a part": {
			run: func(t *testing.T, _ *bubble, c *rawclient.Client) {
				part(t, c, 7, 0, -1, contents(kib))
				require.Equal(t, "FILE_PART_SIZE_INVALID", part(t, c, 7, 1, -1, contents(500)))
			},
			verdict: []string{
				"failed part.size_changed: upload 1: part 1 has 500 bytes, the parts before it have 1024; only the last part may be shorter: answered FILE_PART_SIZE_INVALID",
				"failed part.size_invalid: upload 1: part 1 is not the last (its file_total_parts is -1) and has 500 bytes, which is not divisible by 1024: answered FILE_PART_SIZE_INVALID",
			},
			doctor: []string{
				"part.size_invalid: part 1 is not the last (its file_total_parts is -1) and has 500 bytes, which is not divisible by 1024: answered FILE_PART_SIZE_INVALID",
				"part.size_changed: part 1 has 500 bytes, the parts before it have 1024; only the last part may be shorter: answered FILE_PART_SIZE_INVALID",
			},
		},
		"two rules of the use": {
			run: func(t *testing.T, _ *bubble, c *rawclient.Client) {
				part(t, c, 7, 0, 1, contents(kib))
				send(t, c, 7, 5000, true)
			},
			verdict: []string{
				"failed final.part_missing: upload 1: part 1 of 5000 is not stored (it never arrived); 4999 missing in all: save it again and repeat this call: answered FILE_PARTS_INVALID",
				"failed final.parts_range: upload 1: parts is 5000, not between 1 and 4000 (an account without Premium): answered FILE_PARTS_INVALID",
				"failed final.total_mismatch: upload 1: parts is 5000, but the parts announced 1: answered FILE_PARTS_INVALID",
			},
			doctor: []string{
				"final.parts_range: parts is 5000, not between 1 and 4000 (an account without Premium): answered FILE_PARTS_INVALID",
				"final.total_mismatch: parts is 5000, but the parts announced 1: answered FILE_PARTS_INVALID",
			},
		},
		"the other store": {
			run: func(t *testing.T, _ *bubble, c *rawclient.Client) {
				smallPart(t, c, 7, 0, contents(kib))
				send(t, c, 7, 1, true)
			},
			verdict: []string{"failed final.kind: upload 1: inputFileBig looks for parts of upload.saveBigFilePart, but the parts of this file_id were sent with upload.saveFilePart, which inputFile names: answered FILE_PART_0_MISSING"},
			doctor:  []string{"final.kind: inputFileBig looks for parts of upload.saveBigFilePart, but the parts of this file_id were sent with upload.saveFilePart, which inputFile names: answered FILE_PART_0_MISSING"},
		},
		"never uploaded": {
			run: func(t *testing.T, _ *bubble, c *rawclient.Client) {
				send(t, c, 99, 1, true)
				send(t, c, 98, 1, true)
			},
			verdict: []string{
				"failed final.unknown: file_id 99: no part of this file_id was ever stored with upload.saveBigFilePart: answered FILE_PART_0_MISSING",
				"failed final.unknown: file_id 98: no part of this file_id was ever stored with upload.saveBigFilePart: answered FILE_PART_0_MISSING",
			},
			doctor: []string{
				"beside: final.unknown: file_id 98: no part of this file_id was ever stored with upload.saveBigFilePart: answered FILE_PART_0_MISSING",
				"beside: final.unknown: file_id 99: no part of this file_id was ever stored with upload.saveBigFilePart: answered FILE_PART_0_MISSING",
			},
		},
		"another account's": {
			run: func(t *testing.T, b *bubble, c *rawclient.Client) {
				part(t, c, 7, 0, 1, contents(kib))
				send(t, b.login("654321:other"), 7, 1, true)
			},
			verdict: []string{"failed final.unknown: file_id 7: no part of this file_id was ever stored with upload.saveBigFilePart; account 123456 has sent parts of it, and accounts share none: answered FILE_PART_0_MISSING"},
			doctor:  []string{"beside: final.unknown: file_id 7: no part of this file_id was ever stored with upload.saveBigFilePart; account 123456 has sent parts of it, and accounts share none: answered FILE_PART_0_MISSING"},
		},
		"a rule that the server enforces on top of its profile": {
			options: mockserver.Options{Ordering: validator.OrderingSequential},
			run: func(t *testing.T, _ *bubble, c *rawclient.Client) {
				require.Equal(t, "FILE_PART_INVALID", part(t, c, 7, 1, 2, contents(5)))
			},
			verdict: []string{"failed order.sequential: upload 1: part 1 came before part 0: with sequential ordering the next new part is 0: answered FILE_PART_INVALID"},
			doctor:  []string{"order.sequential: part 1 came before part 0: with sequential ordering the next new part is 0: answered FILE_PART_INVALID"},
		},
		"a rule that the server only reports, against its profile": {
			options: mockserver.Options{Rules: map[string]validator.Mode{"total.range": validator.ReportOnly, "photo.ext": validator.Off}},
			run: func(t *testing.T, _ *bubble, c *rawclient.Client) {
				for n := range int32(3) {
					require.Equal(t, "true", part(t, c, 7, n, 4001, contents(kib)))
				}
				require.Equal(t, "true", part(t, c, 7, 3, 4, contents(5)))
			},
			verdict: []string{
				"noted total.changed: upload 1: part 3 says that the file has 4 parts, earlier parts said 4001: answered as usual",
				"noted total.range: upload 1: file_total_parts is 4001, but an account without Premium may send at most 4000 parts: use larger parts (up to 512 KiB) or a smaller file: answered as usual (the first of 3 such calls)",
			},
			doctor: []string{
				"note: upload 1 broke a rule that is only reported: total.range: file_total_parts is 4001, but an account without Premium may send at most 4000 parts: use larger parts (up to 512 KiB) or a smaller file: answered true; 3 times in all, parts 0-2",
				"note: upload 1 broke a rule that is only reported: total.changed: part 3 says that the file has 4 parts, earlier parts said 4001: answered true",
			},
		},
		"before the login": {
			run: func(t *testing.T, b *bubble, _ *rawclient.Client) {
				c := b.stranger()
				_, err := c.InitConnection(t.Context(), 228)
				require.NoError(t, err)
				require.Equal(t, "AUTH_KEY_UNREGISTERED", part(t, c, 7, 0, 1, contents(kib)))
				require.Equal(t, "AUTH_KEY_UNREGISTERED", part(t, c, 7, 0, 1, contents(kib)))
			},
			verdict: []string{"noted server.auth: upload.saveBigFilePart: the auth key has no account: log in first: answered AUTH_KEY_UNREGISTERED (the first of 2 such calls)"},
			doctor:  []string{"note: server.auth: upload.saveBigFilePart: the auth key has no account: log in first: answered AUTH_KEY_UNREGISTERED (the first of 2 such calls)"},
		},
		"forgotten": {
			options: mockserver.Options{Limits: mockserver.Limits{PartTime: time.Minute}},
			run: func(t *testing.T, _ *bubble, c *rawclient.Client) {
				part(t, c, 7, 0, 1, contents(kib))
				<-time.After(2 * time.Minute)
				send(t, c, 7, 1, true)
			},
			verdict: []string{"failed final.unknown: file_id 7: no part of this file_id is stored any more: nothing was sent to it for 1m0s (the limit PartTime): answered FILE_PART_0_MISSING"},
			doctor:  []string{"beside: final.unknown: file_id 7: no part of this file_id is stored any more: nothing was sent to it for 1m0s (the limit PartTime): answered FILE_PART_0_MISSING"},
		},
		"forgotten while it went on": {
			options: mockserver.Options{Limits: mockserver.Limits{PartTime: time.Minute}},
			run: func(t *testing.T, _ *bubble, c *rawclient.Client) {
				part(t, c, 7, 0, 2, contents(kib))
				<-time.After(2 * time.Minute)
				part(t, c, 7, 1, 2, contents(5))
				send(t, c, 7, 2, true)
			},
			verdict: []string{"failed final.part_missing: upload 2: part 0 of 2 is not stored (it has not come since all parts were forgotten: nothing was sent to it for 1m0s (the limit PartTime)); 1 missing in all: save it again and repeat this call: answered FILE_PART_0_MISSING"},
			doctor:  []string{"the server had forgotten part 0, which upload 1 had stored, and said so with FILE_PART_0_MISSING; a good client sends it again"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			var file bytes.Buffer
			tc.options.Journal = &file
			inBubble(t, tc.options, func(t *testing.T, b *bubble) {
				tc.run(t, b, b.client())
				var told []string
				for _, c := range b.Verdict().Checks {
					for _, f := range c.Findings {
						told = append(told, fmt.Sprintf("%s %s: %s", c.Status, c.Name, f.Text))
					}
				}
				require.Equal(t, tc.verdict, told)
			})
			report, err := doctor.Examine(&file)
			require.NoError(t, err)
			var told []string
			for _, u := range report.Uploads {
				for _, f := range u.Findings {
					told = append(told, f.Text)
				}
			}
			for _, f := range report.Findings {
				told = append(told, "beside: "+f.Text)
			}
			for _, n := range report.Notes {
				told = append(told, "note: "+n)
			}
			require.Equal(t, tc.doctor, told)
		})
	}
}

// A person reads the sentences of one call one after the other.
func TestSentencesOfAUseAreApart(t *testing.T) {
	inBubble(t, mockserver.Options{}, func(t *testing.T, b *bubble) {
		c := b.client()
		part(t, c, 7, 0, 1, contents(kib))
		_, err := c.SendMedia(t.Context(), rawclient.InputFile{ID: 7, Parts: 2, Name: "a.bin", Big: true}, "", 1)
		require.Error(t, err)
		want := "parts is 2, but the parts announced 1; part 1 of 2 is not stored (it never arrived); 1 missing in all: save it again and repeat this call"
		var told []string
		for _, e := range b.Journal() {
			if e.Error != "" && e.Kind != mockserver.EventRefused {
				told = append(told, e.Text)
			}
		}
		require.Equal(t, []string{want, want}, told)
	})
}
