package doctor_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/mockserver/doctor"
	"github.com/fakedc/fakedc/mockserver/internal/journal"
)

// An upload that ends with an error of the server's own was given up for that, and not
// without a reason; and it makes no difference whether the other parts came.
func TestGivenUpForAnErrorOfTheServersOwn(t *testing.T) {
	three := func() *written { return new(written).part(0, 0, nil).part(1, 1, nil) }
	internal := refused("500 INTERNAL")
	const told = "was answered INTERNAL, which is the server's own trouble and passes, and has not been sent again"
	for name, tc := range map[string]struct {
		w              *written
		text, scenario string
	}{
		"the rest never came":  {three().part(1, 2, internal), "part 2 " + told, "server-error"},
		"the rest came":        {three().part(1, 2, internal).part(1, 3, nil), "part 2 " + told, "server-error"},
		"the lowest is named":  {three().part(1, 3, internal).part(1, 2, internal), "part 2 " + told, "server-error"},
		"another code":         {three().part(1, 2, refused("-503 Timeout")).part(1, 3, nil), strings.Replace("part 2 "+told, "INTERNAL", "Timeout", 1), "server-error"},
		"and a refusal, too":   {three().part(1, 2, internal).part(1, 3, refused("400 FILE_PART_INVALID")), "", ""},
		"it was tried enough":  {three().part(1, 2, internal).part(1, 2, internal).part(1, 2, internal).part(1, 2, internal), "", ""},
		"it was sent again":    {three().part(1, 2, internal).part(1, 2, nil).part(1, 3, nil), "", ""},
		"it passed, and then?": {three().part(1, 2, internal).part(1, 2, nil), "part 3 never came: the client gave up, or was ended, and nothing here was a reason to", "drop-mid-upload"},
		"the server stops":     {three().part(1, 2, internal).closed(time.Second, "the server was closed"), "part 3 had not come when the server was closed", "drop-mid-upload"},
	} {
		t.Run(name, func(t *testing.T) {
			r, err := doctor.Examine(strings.NewReader(tc.w.String()))
			require.NoError(t, err)
			found := r.Uploads[0].Findings
			if tc.text == "" {
				require.Empty(t, found)
				return
			}
			require.Len(t, found, 1)
			require.Equal(t, tc.text, found[0].Text)
			require.Equal(t, tc.scenario, found[0].Scenario)
		})
	}
}

// Who is sent to another datacenter and does not go there stops for a reason, which is told
// beside the uploads; who has gone there stops without one.
func TestUploadThatWasSentElsewhere(t *testing.T) {
	away := func() *written { return new(written).part(0, 0, nil).part(1, 1, refused("303 USER_MIGRATE_4")) }
	for name, tc := range map[string]struct {
		w    *written
		want []string
	}{
		"and stopped": {away(), []string{"upload.saveBigFilePart was answered USER_MIGRATE_4, and the client never went there"}},
		"and went":    {away().add(1, journal.Event{Kind: journal.KindConnect, DC: 4, Conn: 2}), []string{"parts 2-3 never came: the client gave up, or was ended, and nothing here was a reason to"}},
	} {
		t.Run(name, func(t *testing.T) {
			r, err := doctor.Examine(strings.NewReader(tc.w.String()))
			require.NoError(t, err)
			require.Equal(t, tc.want, textsOf(append(r.Uploads[0].Findings, r.Findings...)))
		})
	}
}
