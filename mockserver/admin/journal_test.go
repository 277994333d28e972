package admin_test

import (
	"net/http"
	"os"
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"
)

// A misspelt filter is refused: taken, it would let everything pass, or nothing.
func TestJournalFilters(t *testing.T) {
	d := newDesk(t)
	d.upload(t, 0)
	for query, want := range map[string]struct {
		status int
		says   string
	}{
		"kind=part":                  {200, `"kind":"part"`},
		"kind=part,auth_key":         {200, `"kind":"auth_key"`},
		"kind=call&kind=part":        {200, `"kind":"part"`},
		"file=1&part=0&conn=1":       {200, `"left_out":0`},
		"kind=prt":                   {400, `there are no events of kind \"prt\"; the kinds are connect, transport`},
		"kind=part,":                 {400, `of kind \"\"`},
		"fil=1":                      {400, `there is no parameter \"fil\": it takes kind, conn, file, limit, part, since`},
		"file=x":                     {400, `file: `},
		"file=-1":                    {400, `file: -1 is below 0`},
		"conn=-1":                    {400, `conn: -1 is below 0`},
		"since=-9223372036854775808": {400, `since: -9223372036854775808 is below 0`},
		"kind=part;file=1":           {400, `semicolon`},
		"kind=%zz":                   {400, `invalid URL escape`},
		"part=-1":                    {200, `"events":[]`}, // clients send such parts
		"part=":                      {400, `part: it is empty; leave it out for any`},
		"part=1&part=2":              {400, `part: it is given 2 times`},
		"part=0":                     {200, `"part":0`},
		"limit=0":                    {400, `limit: it takes 1 to 10000`},
		"file=1&part=0&conn=1&kin=x": {400, `there is no parameter \"kin\"`},
	} {
		status, text, _ := d.call(t, "GET", "/api/v1/journal?"+query, "", "")
		require.Equal(t, want.status, status, "%s: %s", query, text)
		require.Contains(t, text, want.says, query)
	}
	status, _, _ := d.call(t, "GET", "/api/v1/journal/follow?kind=prt", "", "")
	require.Equal(t, 400, status)

	schemas := d.document["components"].(map[string]any)["schemas"].(map[string]any)
	documented := schemas["Event"].(map[string]any)["properties"].(map[string]any)["kind"].(map[string]any)["enum"].([]any)
	source, err := os.ReadFile("../internal/journal/event.go")
	require.NoError(t, err)
	var all []any
	for _, found := range regexp.MustCompile(`Kind = "(\w+)"`).FindAllSubmatch(source, -1) {
		if kind := string(found[1]); kind != "ack" { // of no journal, as it says there
			all = append(all, kind)
		}
	}
	require.Equal(t, all, documented)
	for _, kind := range documented {
		status, text, _ := d.call(t, "GET", "/api/v1/journal?kind="+kind.(string), "", "")
		require.Equal(t, 200, status, text)
	}
}

// The ready line's URL ends in a slash, and scripts put one between: curl takes the mux's
// redirect for success, and the fault would not be there.
func TestTwoSlashes(t *testing.T) {
	d := newDesk(t)
	status, text, _ := d.call(t, "POST", "//api/v1/faults", "application/json", `{"fault":"part=2: 1*error(FILE_PART_INVALID)"}`)
	require.Equal(t, 201, status, text)
	d.upload(t, 2) // it is there
	status, _, _ = d.call(t, "GET", "///livez", "", "")
	require.Equal(t, 200, status)
	status, _, _ = d.call(t, "GET", "//metrics", "", "", func(r *http.Request) { r.Header.Del("Authorization") })
	require.Equal(t, 401, status)
}
