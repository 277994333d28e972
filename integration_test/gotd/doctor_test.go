package gotd_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/mockserver/doctor"
	"github.com/fakedc/fakedc/scenarios"
)

// invisible are the scenarios whose careless client does nothing that a journal could
// tell from care, and why.
var invisible = map[string]string{
	"drop-last-part":    "the part was stored: the client is lucky, or has sent it again under the same msg_id",
	"hash-roundtrip":    "only who has the file knows that other bytes came",
	"tl-bytes-boundary": "only who has the file knows that other bytes came",
}

// The doctor looks at the journals of the clients that prove the built-in scenarios.
// It has nothing to say of the careful one, and something of the careless one.
func TestDoctor(t *testing.T) {
	for _, name := range scenarios.Builtins() {
		p, ok := proofs[name]
		if !ok || strings.HasPrefix(name, "hostile-") {
			continue
		}
		t.Run(name, func(t *testing.T) {
			var careful, careless bytes.Buffer
			runInto(t, &careful, name, p.stranger, p.upload(nil), p.good)
			r, err := doctor.Examine(&careful)
			require.NoError(t, err)
			require.True(t, r.Whole)
			require.Empty(t, said(r), "the careful client")

			runInto(t, &careless, name, p.stranger, p.upload(p.badFile), p.bad)
			r, err = doctor.Examine(&careless)
			require.NoError(t, err)
			if _, ok := invisible[name]; ok {
				require.Empty(t, said(r), "it can be seen: take it out of the list")
				return
			}
			require.NotEmpty(t, said(r), "the careless client; its habit: %s", p.fails)
			t.Log(strings.Join(said(r), "\n"))
		})
	}
}

// said are all findings.
func said(r doctor.Report) (all []string) {
	each := func(found []doctor.Finding) {
		for _, f := range found {
			all = append(all, string(f.Kind)+": "+f.Text+" ["+f.Scenario+"]")
		}
	}
	each(r.Findings)
	for _, u := range r.Uploads {
		each(u.Findings)
	}
	return all
}
