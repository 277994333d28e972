package conformance_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/mockserver"
	"github.com/fakedc/fakedc/mockserver/conformance"
)

// defects of gotd's server v0.161.0 that were tried out by hand, and what the
// suite says of them. A case that failed for another reason would not count.
var defects = []struct {
	defect string
	id     string
	says   string
}{
	{"one connect and close ends the server", "1.9.2", "does not serve others"},
	{"one idle connection blocks all others", "1.9.3", "does not serve others"},
	{"a full frame of length 1 to 3 ends the process", "1.9.12", "does not serve others"},
	{"a full frame of length 8 to 11 ends the process", "1.9.13", "does not serve others"},
	{"answers go to the session's first connection", "3.4.10", "over the new connection"},
	{"any salt is taken", "3.2.1", "expected bad_server_salt"},
	{"a query with a wrong salt is carried out", "3.2.3", "expected bad_server_salt"},
	{"a msg_id of long ago is taken", "3.1.1", "carried out"},
	{"a msg_id of 1970 is taken", "3.1.2", "carried out"},
	{"a msg_id that is not divisible by four is taken", "3.1.5", "carried out"},
	{"any seqno is taken", "3.3.1", "expected bad_msg_notification 35"},
	{"its own seqno is always 0", "3.3.7", "expected an odd seqno"},
	{"a replayed frame is carried out again", "5.4.1", "a second result"},
	{"12 of 16 paddings end the connection", "1.3.2", "refused were"},
	{"no quick acknowledgement", "1.7.1", "expected a pong"},
	{"64 MiB are waited for", "1.9.8", "expected the connection to be closed"},
	{"the SHA1 form of RSA is refused", "2.2.2", "expected an auth key"},
	{"nonce is not compared", "2.2.7", "server_DH_params_ok"},
	{"fingerprint is not compared", "2.2.13", "server_DH_params_ok"},
	{"nonce in the inner data is not compared", "2.2.20", "server_DH_params_ok"},
	{"the range of g_b is not checked", "5.1.6", "dh_gen_ok"},
	{"temporary keys never expire", "2.5.3", "expected transport error -404"},
	{"a short last part is refused", "6.1.19", "FILE_PART_SIZE_CHANGED"},
	{"a first part of 1,001 bytes is stored", "6.1.3", "it was accepted"},
	{"part 7 of 3 is stored", "6.1.13", "it was accepted"},
	{"4,000 parts are refused", "6.1.18", "FILE_PART"},
}

func TestSuiteFindsGotdsDefects(t *testing.T) {
	g := &gotd{t: t}
	defer g.end()
	for _, d := range defects {
		r := g.run(d.id, conformance.Options{Patience: time.Second})
		assert.Equal(t, conformance.Fail, r.Status, "%s (%s %s): %s", d.defect, r.ID, r.Name, r.Detail)
		assert.Contains(t, r.Detail, d.says, "%s (%s %s) for another reason", d.defect, r.ID, r.Name)
	}
}

// What is found there would be found here.
func TestFakedcHasNoneOfThem(t *testing.T) {
	server := mockserver.Start(t, mockserver.Options{})
	for _, d := range defects {
		r := conformance.Run(t.Context(), conformance.Target{Addr: server.Addr(), PublicKey: server.PublicKey().RSA, DC: server.DC()},
			conformance.Options{Run: d.id, Patience: time.Minute})
		require.Equal(t, 1, r.Passed, "%s: %s", d.id, r.Results[0].Detail)
	}
}
