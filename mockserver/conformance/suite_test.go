package conformance_test

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"net"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/mockserver/conformance"
)

// number turns an ID into something that sorts.
func number(t *testing.T, id string) []int {
	t.Helper()
	var n []int
	for part := range strings.SplitSeq(id, ".") {
		i, err := strconv.Atoi(part)
		require.NoError(t, err, id)
		n = append(n, i)
	}
	require.Len(t, n, 3, id)
	return n
}

func TestCasesAreNumberedAndNamed(t *testing.T) {
	names, last := map[string]string{}, []int{0, 0, 0}
	for _, c := range conformance.Cases() {
		require.Negative(t, slices.Compare(last, number(t, c.ID)), "%s comes after %v", c.ID, last)
		last = number(t, c.ID)
		require.NotEmpty(t, c.Name, c.ID)
		require.Empty(t, names[c.Name], "%s and %s have the same name, %q", c.ID, names[c.Name], c.Name)
		names[c.Name] = c.ID
		require.NotNil(t, c.Run, c.ID)
	}
	require.GreaterOrEqual(t, len(names), 150)
	require.Equal(t, 6, last[0], "chapters")
}

func TestRequirementsAreSentencesWithASource(t *testing.T) {
	for _, c := range conformance.Cases() {
		require.Greater(t, len(c.Requirement), 20, c.ID)
		require.True(t, strings.HasSuffix(c.Requirement, "."), "%s: %q does not end", c.ID, c.Requirement)
		u, err := url.Parse(c.URL)
		require.NoError(t, err, c.ID)
		require.Equal(t, "core.telegram.org", u.Host, c.ID)
		require.Greater(t, len(u.Path), 4, c.ID)
	}
}

// headings are the anchors of the pages that most cases point to.
var headings = map[string]string{
	"/mtproto/mtproto-transports": "abridged intermediate padded-intermediate full quick-ack transport-errors transport-obfuscation",
	"/mtproto/auth_key": "dh-exchange-initiation proof-of-work presenting-proof-of-work-server-authentication dh-key-exchange-complete " +
		"error-handling-lost-queries-and-responses",
	"/mtproto/service_messages": "response-to-an-rpc-query rpc-error cancellation-of-an-rpc-query request-for-several-future-salts " +
		"ping-messages-pingpong deferred-connection-closure--ping request-to-destroy-session new-session-creation-notification " +
		"simple-container packed-object http-waitlong-poll",
	"/mtproto/service_messages_about_messages": "acknowledgment-of-receipt notice-of-ignored-error-message " +
		"request-for-message-status-information informational-message-regarding-status-of-messages " +
		"voluntary-communication-of-status-of-messages extended-voluntary-communication-of-status-of-one-message " +
		"explicit-request-to-re-send-messages",
	"/mtproto/security_guidelines": "diffie-hellman-key-exchange checking-sha256-hash-value-of-msg-key checking-message-length " +
		"checking-session-id checking-msg-id behavior-in-case-of-mismatch",
}

// A link to a heading that is not there leads to the top of a long page.
func TestLinksLeadToHeadings(t *testing.T) {
	for _, c := range conformance.Cases() {
		u, err := url.Parse(c.URL)
		require.NoError(t, err, c.ID)
		if known := headings[u.Path]; known != "" && u.Fragment != "" {
			require.Contains(t, strings.Fields(known), u.Fragment, "%s %s", c.ID, c.Name)
		}
	}
}

func TestKnownFailuresNameCasesAndReasons(t *testing.T) {
	ids := map[string]bool{}
	for _, c := range conformance.Cases() {
		ids[c.ID] = true
	}
	for _, k := range conformance.Known() {
		require.True(t, ids[k.ID], "%s is no case", k.ID)
		require.Greater(t, len(k.Reason), 20, k.ID)
	}
}

func TestSelect(t *testing.T) {
	count := func(match func(id string) bool) (n int) {
		for _, c := range conformance.Cases() {
			if match(c.ID) {
				n++
			}
		}
		return n
	}
	chapter := func(prefix string) int {
		return count(func(id string) bool { return strings.HasPrefix(id, prefix) })
	}
	for pattern, want := range map[string]int{
		"":           len(conformance.Cases()),
		"4.2.3":      1,
		"4.2":        chapter("4.2."),
		"4":          chapter("4."),
		"4.":         chapter("4."),
		"1.1, 6.6.1": chapter("1.1.") + 1,
		"1.1.1,1.1":  chapter("1.1."),
		"9":          0,
		"4.2.33":     0,
		",":          0,
		"GZIP BOMB":  1,
		"no such":    0,
	} {
		require.Len(t, conformance.Select(pattern), want, pattern)
	}
}

// A mistyped number must not pass for want of cases.
func TestWhatNamesNoCaseFails(t *testing.T) {
	for _, test := range []struct {
		pattern string
		want    []string
	}{
		{"", nil},
		{"1.1", nil},
		{"1.1,GZIP bomb", nil},
		{"9.9", []string{"9.9"}},
		{"4.2.33,1.1.1, no such", []string{"4.2.33", "no such"}},
		{"1.1.1,", []string{""}},
	} {
		require.ElementsMatch(t, test.want, conformance.Unmatched(test.pattern), test.pattern)
	}
	r := conformance.Run(t.Context(), conformance.Target{Addr: "127.0.0.1:1"}, conformance.Options{Run: "9.9"})
	require.Len(t, r.Failures(), 1)
	require.Equal(t, "9.9", r.Failures()[0].Name)
}

func TestCancelledRun(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	r := conformance.Run(ctx, conformance.Target{Addr: "127.0.0.1:1"}, conformance.Options{Run: "1.1"})
	require.Equal(t, len(r.Results), r.Unfinished)
	require.Equal(t, conformance.Unfinished, r.Results[0].Status)
	require.Contains(t, r.Results[0].Detail, "cancelled")
}

// Cases that wait for an answer when the run is cancelled have found nothing wrong.
func TestCancelledCasesHaveNotFailed(t *testing.T) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	require.NoError(t, err)
	silent, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	accepted := make(chan struct{})
	go func() {
		defer close(accepted)
		for n := 1; ; n++ {
			c, err := silent.Accept()
			if err != nil {
				return
			}
			defer func() { _ = c.Close() }()
			if n == 2 {
				cancel()
			}
		}
	}()
	r := conformance.Run(ctx, conformance.Target{Addr: silent.Addr().String(), PublicKey: &key.PublicKey}, conformance.Options{Run: "1", Patience: time.Minute})
	require.NoError(t, silent.Close())
	<-accepted
	require.Zero(t, r.Failed, "%+v", r.Failures())
	require.Zero(t, r.Passed)
	require.Equal(t, len(r.Results), r.Unfinished)
}

func TestReportCounts(t *testing.T) {
	told := 0
	r := conformance.Run(t.Context(), conformance.Target{Addr: "127.0.0.1:1"}, conformance.Options{
		Run: "2.3", Known: []conformance.KnownFailure{{ID: "2.3.2", Reason: "nobody listens"}},
		OnResult: func(conformance.Result) { told++ },
	})
	require.Equal(t, 6, r.Failed)
	require.Equal(t, 6, told)
	require.Equal(t, 1, r.KnownFailed)
	require.Len(t, r.Failures(), 5)
	require.Empty(t, r.Mended())
	require.Equal(t, "2.3.2", r.Results[1].ID)
	require.Equal(t, "nobody listens", r.Results[1].Known)
}
