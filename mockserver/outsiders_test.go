package mockserver_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/mockserver"
	"github.com/fakedc/fakedc/mockserver/rawclient"
)

// A client that is not logged in to the namespace is not seen by it, so that all that
// asks for nothing bad is content: the test is told whose calls there were instead.
func TestNamespaceOutsiders(t *testing.T) {
	const outside = "2 calls and 1 upload came from accounts of no namespace, such as 123: " +
		"a client logs in to this one with its BotToken or its Session"
	upload := func(t *testing.T, dc *mockserver.Server, token string) {
		c := botOf(t, dc, token)
		require.Equal(t, "true", part(t, c, 7, 0, 1, contents(kib)))
		require.NoError(t, c.Close())
	}
	for _, tc := range []struct {
		name   string
		allow  mockserver.AtEnd
		before bool // the namespace
		do     func(t *testing.T, dc *mockserver.Server, n *mockserver.Namespace, r *recorder)
		says   []string
	}{
		{"it asks for nothing bad", mockserver.AtEnd{}, false, func(t *testing.T, dc *mockserver.Server, n *mockserver.Namespace, r *recorder) {
			upload(t, dc, "123:abc")
			n.RequireVerdict(r)
			n.RequireNoViolations(r)
			n.RequireCalls(r, "upload.*", 0)
		}, []string{"fakedc: nobody called as an account of the namespace: its test is about nothing", "fakedc: " + outside}},
		{"it asks for the upload", mockserver.AtEnd{}, false, func(t *testing.T, dc *mockserver.Server, n *mockserver.Namespace, r *recorder) {
			upload(t, dc, "123:abc")
			n.RequireUploaded(r, 7, bytes.NewReader(nil))
			n.RequireUploaded(r, 7, bytes.NewReader(nil))
		}, []string{"fakedc: no part of a file 7 was uploaded", "fakedc: " + outside, "fakedc: no part of a file 7 was uploaded"}},
		{"it fails for another reason", mockserver.AtEnd{}, false, func(t *testing.T, dc *mockserver.Server, _ *mockserver.Namespace, r *recorder) {
			upload(t, dc, "123:abc")
			r.failed = true
		}, []string{"fakedc: " + outside}},
		{"nothing is uploaded", mockserver.AtEnd{}, false, func(t *testing.T, dc *mockserver.Server, _ *mockserver.Namespace, r *recorder) {
			botOf(t, dc, "123:abc")
			r.failed = true
		}, []string{"fakedc: " + strings.Replace(outside, "2 calls and 1 upload", "1 call", 1)}},
		{"nobody need log in", mockserver.AtEnd{AllowUnused: true}, false, func(t *testing.T, dc *mockserver.Server, _ *mockserver.Namespace, _ *recorder) {
			upload(t, dc, "123:abc")
		}, nil},
		{"another logs in beside it", mockserver.AtEnd{}, false, func(t *testing.T, dc *mockserver.Server, n *mockserver.Namespace, _ *recorder) {
			upload(t, dc, n.BotToken())
			upload(t, dc, "123:abc")
		}, nil},
		{"before it began", mockserver.AtEnd{}, true, nil, nil},
		{"the accounts next to those of namespaces", mockserver.AtEnd{}, false, func(t *testing.T, dc *mockserver.Server, n *mockserver.Namespace, r *recorder) {
			var own int64
			_, err := fmt.Sscanf(n.BotToken(), "%d:", &own)
			require.NoError(t, err)
			upload(t, dc, fmt.Sprintf("%d:ready", own-1)) // a ready one
			upload(t, dc, fmt.Sprintf("%d:later", own+1)) // of a namespace that there may be later
			r.failed = true
		}, []string{"fakedc: " + strings.NewReplacer("2 calls and 1 upload", "4 calls and 2 uploads", "123", "8000000018").Replace(outside)}},
		{"the user of another namespace", mockserver.AtEnd{}, false, func(t *testing.T, dc *mockserver.Server, _ *mockserver.Namespace, r *recorder) {
			s, err := dc.Namespace(t).Session(mockserver.SessionOptions{})
			require.NoError(t, err)
			c, err := rawclient.ConnectWithKey(t.Context(), dc.Addr(), rawclient.Options{}, rawclient.NewAuthKey(s.AuthKey, 0), rawclient.ClientOptions{})
			require.NoError(t, err)
			_, err = c.InitConnection(t.Context(), 228)
			require.NoError(t, err)
			require.Equal(t, "true", part(t, c, 7, 0, 1, contents(kib)))
			require.NoError(t, c.Close())
			r.failed = true
		}, nil},
		{"those of other namespaces", mockserver.AtEnd{}, false, func(t *testing.T, dc *mockserver.Server, n *mockserver.Namespace, r *recorder) {
			ended := &recorder{}
			upload(t, dc, dc.Namespace(ended).BotToken())
			ended.end()
			upload(t, dc, dc.Namespace(t).BotToken())
			n.RequireCalls(r, "upload.*", 1)
		}, []string{"fakedc: 0 calls of upload.*, not 1; all that were called: map[]"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			dc := mockserver.Start(t, mockserver.Options{AtEnd: tc.allow})
			if tc.before {
				upload(t, dc, "123:abc")
			}
			r := &recorder{}
			n := dc.Namespace(r)
			if tc.do != nil {
				tc.do(t, dc, n, r)
			}
			r.end()
			require.Equal(t, tc.says, r.errors)
			if len(r.errors) > 0 {
				require.True(t, strings.HasPrefix(r.lines[len(r.lines)-1], "FAIL "), "it is the last thing that is said")
			}
		})
	}
}
