package mockserver_test

import (
	"bytes"
	"crypto/rand"
	"encoding/binary"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gotd/td/bin"
	"github.com/gotd/td/mt"
	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/mockserver"
	"github.com/fakedc/fakedc/mockserver/rawclient"
	"github.com/fakedc/fakedc/scenarios"
)

// https://core.telegram.org/mtproto/service_messages#http-wait-long-poll
const (
	containerID = 0x73f1f8dc
	defaultPoll = 25 * time.Second
)

// connectHTTP opens an HTTP connection that is served.
func (b *bubble) connectHTTP() *rawclient.Conn {
	b.t.Helper()
	here, there := net.Pipe()
	b.wg.Go(func() { b.ServeConnDC(b.DC(), there) })
	c, err := rawclient.NewConn(here, rawclient.Options{Transport: rawclient.HTTP})
	require.NoError(b.t, err)
	b.t.Cleanup(func() { _ = c.Close() })
	return c
}

// sessionHTTP is a session of the logged in account that has been greeted; ways is
// how many connections it has, the first of them greeted.
func (b *bubble) sessionHTTP(ways int) (*rawclient.Session, []*rawclient.Session) {
	b.t.Helper()
	if b.key == nil {
		_ = b.client()
	}
	var all []*rawclient.Session
	for range ways {
		s, err := rawclient.NewSession(b.connectHTTP(), b.key, 77)
		require.NoError(b.t, err)
		all = append(all, s)
	}
	tell(b.t, all[0], ping(1))
	require.Equal(b.t, []uint32{mt.NewSessionCreatedTypeID, mt.PongTypeID}, ids(heardOver(b.t, all[0])))
	return all[0], all
}

func encodedTL(t testing.TB, v bin.Encoder) []byte {
	t.Helper()
	var b bin.Buffer
	require.NoError(t, v.Encode(&b))
	return b.Buf
}

func ping(id int64) bin.Encoder { return &mt.PingRequest{PingID: id} }

func poll(maxDelay, waitAfter, maxWait time.Duration) bin.Encoder {
	return &mt.HTTPWaitRequest{
		MaxDelay: int(maxDelay.Milliseconds()), WaitAfter: int(waitAfter.Milliseconds()), MaxWait: int(maxWait.Milliseconds()),
	}
}

func tell(t testing.TB, s *rawclient.Session, v bin.Encoder) {
	t.Helper()
	sendBody(t, s, encodedTL(t, v))
}

func sendBody(t testing.TB, s *rawclient.Session, body []byte) {
	t.Helper()
	_, err := s.Send(t.Context(), rawclient.Envelope{Body: body})
	require.NoError(t, err)
}

// heardOver reads one response and takes it apart. A container must have a msg_id
// above all that are in it, and an even seqno.
func heardOver(t testing.TB, s *rawclient.Session) []rawclient.Message {
	t.Helper()
	m, err := s.Recv(t.Context())
	require.NoError(t, err)
	if m.Constructor() != containerID {
		return []rawclient.Message{m}
	}
	require.False(t, m.ContentRelated())
	inner, err := rawclient.Unpack(m)
	require.NoError(t, err)
	for _, i := range inner {
		require.Less(t, i.MsgID, m.MsgID)
	}
	return inner
}

func ids(messages []rawclient.Message) []uint32 {
	found := []uint32{}
	for _, m := range messages {
		found = append(found, m.Constructor())
	}
	return found
}

// after demands that a response comes after so long, with these constructors.
func after(t testing.TB, s *rawclient.Session, start time.Time, wait time.Duration, want ...uint32) {
	t.Helper()
	got := ids(heardOver(t, s))
	require.Equal(t, wait, time.Since(start))
	require.Equal(t, append([]uint32{}, want...), got)
}

// What is there leaves at once and together: one response carries one message.
func TestHTTPPacksWhatIsReady(t *testing.T) {
	inBubble(t, mockserver.Options{}, func(t *testing.T, b *bubble) {
		s, _ := b.sessionHTTP(1)
		var inner []rawclient.Inner
		for i := range 3 {
			inner = append(inner, rawclient.Inner{MsgID: s.NextMsgID(), SeqNo: s.NextSeqNo(true), Body: encodedTL(t, ping(int64(i)))})
		}
		start := time.Now()
		sendBody(t, s, rawclient.Container(inner...))
		after(t, s, start, 0, mt.PongTypeID, mt.PongTypeID, mt.PongTypeID)
	})
}

// Nothing to say is said with an empty container, when the longest wait is over.
func TestHTTPLongPollEndsEmpty(t *testing.T) {
	for name, tt := range map[string]struct {
		ask  bin.Encoder
		want time.Duration
	}{
		"http_wait":                   {poll(0, 0, 10*time.Second), 10 * time.Second},
		"http_wait, other waits":      {poll(time.Minute, time.Minute, 10*time.Second), 10 * time.Second},
		"http_wait of nothing":        {poll(0, 0, 0), 0},
		"http_wait of less":           {poll(0, 0, -time.Second), 0},
		"no http_wait":                {&mt.MsgsAck{MsgIDs: []int64{1}}, defaultPoll},
		"longer than the idle time":   {poll(0, 0, time.Hour), 5 * time.Minute * 3 / 4},
		"http_wait, longest possible": {&mt.HTTPWaitRequest{MaxWait: 1<<31 - 1}, 5 * time.Minute * 3 / 4},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, mockserver.Options{}, func(t *testing.T, b *bubble) {
				s, _ := b.sessionHTTP(1)
				for range 2 { // and the connection goes on
					start := time.Now()
					tell(t, s, tt.ask)
					after(t, s, start, tt.want)
				}
			})
		})
	}
}

// A poll ends with the answer that it waits for, together with what the two other
// waits let come in between.
func TestHTTPLongPollWaits(t *testing.T) {
	delayed := func(at ...time.Duration) *scenarios.Scenario {
		var rules []scenarios.Rule
		for i, d := range at {
			rules = append(rules, scenarios.Rule{Name: string(rune('a' + i)), Match: only(int64(i)), Delay: d})
		}
		return faults(rules...)
	}
	const s = time.Second
	for name, tt := range map[string]struct {
		ask     bin.Encoder
		want    time.Duration
		answers int
	}{
		"at once":                         {poll(0, 0, 20*s), 5 * s, 1},
		"max_delay alone waits for none":  {poll(3*s, 0, 20*s), 5 * s, 1},
		"wait_after alone waits for none": {poll(0, 3*s, 20*s), 5 * s, 1},
		"wait_after":                      {poll(20*s, 1500*time.Millisecond, 20*s), 7500 * time.Millisecond, 2},
		"max_delay before wait_after":     {poll(3*s, 20*s, 20*s), 8 * s, 2},
		"max_wait before both":            {poll(20*s, 20*s, 9*s), 9 * s, 3},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, mockserver.Options{Scenario: delayed(5*s, 6*s, 8500*time.Millisecond)}, func(t *testing.T, b *bubble) {
				c, _ := b.sessionHTTP(1)
				start := time.Now()
				for i := range int32(3) {
					sendBody(t, c, partBody(t, 1, i, 3, contents(1024)))
				}
				tell(t, c, tt.ask)
				for range 3 { // each is released by the next request behind it
					for _, id := range ids(heardOver(t, c)) {
						require.EqualValues(t, mt.MsgsAckTypeID, id)
					}
				}
				var results []uint32
				for _, id := range ids(heardOver(t, c)) {
					if id != mt.MsgsAckTypeID {
						results = append(results, id)
					}
				}
				require.Equal(t, tt.want, time.Since(start))
				require.Len(t, results, tt.answers)
				require.NotContains(t, results, mt.PongTypeID)
			})
		})
	}
}

// A request behind another takes over its waiting: responses come in order.
func TestHTTPRequestBehindReleases(t *testing.T) {
	inBubble(t, mockserver.Options{}, func(t *testing.T, b *bubble) {
		s, _ := b.sessionHTTP(1)
		start := time.Now()
		tell(t, s, poll(0, 0, 10*time.Second))
		synctest.Wait()
		tell(t, s, poll(0, 0, 5*time.Second))
		after(t, s, start, 0)
		after(t, s, start, 5*time.Second)
	})
}

// An answer leaves by whichever connection of the session is asked next, and other
// sessions have no part in it.
func TestHTTPAnswersByAnotherConnection(t *testing.T) {
	inBubble(t, mockserver.Options{Scenario: faults(scenarios.Rule{Name: "slow", Match: only(0), Delay: 5 * time.Second})}, func(t *testing.T, b *bubble) {
		first, all := b.sessionHTTP(2)
		other, err := rawclient.NewSession(b.connectHTTP(), b.key, 78)
		require.NoError(t, err)
		tell(t, other, ping(1))
		require.Equal(t, []uint32{mt.NewSessionCreatedTypeID, mt.PongTypeID}, ids(heardOver(t, other)))
		tell(t, all[1], ping(2)) // makes the second the newest
		require.Contains(t, ids(heardOver(t, all[1])), uint32(mt.PongTypeID))

		start := time.Now()
		tell(t, other, poll(0, 0, 10*time.Second))
		sendBody(t, all[1], partBody(t, 1, 0, 2, contents(1024)))
		tell(t, all[1], poll(0, 0, 0))
		for range 2 {
			require.NotContains(t, ids(heardOver(t, all[1])), uint32(resultID))
		}
		tell(t, first, poll(0, 0, 10*time.Second))
		after(t, first, start, 5*time.Second, resultID)
		after(t, other, start, 10*time.Second)
	})
}

// A dropped query has no response: the connection ends instead.
func TestHTTPDropEndsTheConnection(t *testing.T) {
	for _, delay := range []time.Duration{0, 3 * time.Second} {
		r := scenarios.Rule{Name: "drop", Match: only(0), Reply: scenarios.DropReply(scenarios.DropBeforeStore), Delay: delay}
		inBubble(t, mockserver.Options{Scenario: faults(r)}, func(t *testing.T, b *bubble) {
			s, _ := b.sessionHTTP(1)
			start := time.Now()
			sendBody(t, s, partBody(t, 1, 0, 2, contents(1024)))
			_, err := s.Recv(t.Context())
			require.ErrorIs(t, err, io.EOF)
			require.InDelta(t, delay, time.Since(start), float64(time.Second), "a pipe is lingered on for a moment")
		})
	}
}

// The same, as Go's HTTP client sees it: an unknown key is status 404 with the code
// in the body, a frame is a body, and a page may ask first.
func TestHTTPByAnotherClient(t *testing.T) {
	dc := mockserver.Start(t, mockserver.Options{})
	url := "http://" + dc.Addr() + "/apiw1"
	key := dial(t, dc, rawclient.Options{}).Key()
	web := &http.Client{Timeout: 20 * time.Second}
	defer web.CloseIdleConnections()
	do := func(method string, body []byte) (*http.Response, []byte) {
		r, err := http.NewRequestWithContext(t.Context(), method, url, bytes.NewReader(body))
		require.NoError(t, err)
		r.Header.Set("Origin", "http://page.example")
		r.Header.Set("Access-Control-Request-Method", "POST")
		answer, err := web.Do(r)
		require.NoError(t, err)
		defer func() { _ = answer.Body.Close() }()
		said, err := io.ReadAll(answer.Body)
		require.NoError(t, err)
		require.Equal(t, "*", answer.Header.Get("Access-Control-Allow-Origin"))
		return answer, said
	}
	answer, said := do(http.MethodOptions, nil)
	require.Equal(t, http.StatusOK, answer.StatusCode)
	require.Contains(t, answer.Header.Get("Access-Control-Allow-Methods"), "POST")
	require.Empty(t, said)

	answer, said = do(http.MethodPost, bytes.Repeat([]byte{9}, 88))
	require.Equal(t, http.StatusNotFound, answer.StatusCode)
	require.EqualValues(t, -404, int32(binary.LittleEndian.Uint32(said)))

	for i := range int64(3) {
		salt := keySalt(t, dc, key)
		frame, _, err := rawclient.Seal(key, rawclient.Sealed{
			Salt: salt, SessionID: 5, MsgID: rawclient.MsgID(time.Now()), SeqNo: int32(2*i + 1), Body: encodedTL(t, ping(i)),
		}, rand.Reader)
		require.NoError(t, err)
		answer, said = do(http.MethodPost, frame)
		require.Equal(t, http.StatusOK, answer.StatusCode)
		m, err := rawclient.Open(key, said)
		require.NoError(t, err)
		if m.Constructor() == containerID {
			inner, err := rawclient.Unpack(m)
			require.NoError(t, err)
			m = inner[len(inner)-1]
		}
		require.EqualValues(t, mt.PongTypeID, m.Constructor())
	}
}

// keySalt is a salt that the server takes now.
func keySalt(t *testing.T, dc *mockserver.Server, key *rawclient.AuthKey) int64 {
	t.Helper()
	c, err := rawclient.ConnectWithKey(t.Context(), dc.Addr(), rawclient.Options{Transport: rawclient.HTTP}, key, rawclient.ClientOptions{})
	require.NoError(t, err)
	defer func() { _ = c.Close() }()
	require.NoError(t, c.Ping(t.Context(), 1))
	return c.Session().Salt()
}

// A client that asks for much at once and reads late is waited for, not cut off.
func TestHTTPLateReader(t *testing.T) {
	inBubble(t, mockserver.Options{}, func(t *testing.T, b *bubble) {
		c := b.client()
		total, err := upload(t.Context(), c, 1, contents(1<<20), 512<<10)
		require.NoError(t, err)
		sent, err := c.SendMedia(t.Context(), input(1, total), "text", 99)
		require.NoError(t, err)
		s, _ := b.sessionHTTP(1)
		l := sent.Document.Location
		query, err := rawclient.Encode(228, rawclient.NewObject("upload.getFile", rawclient.Fields{
			"location": rawclient.NewObject("inputDocumentFileLocation", rawclient.Fields{
				"id": l.ID, "access_hash": l.AccessHash, "file_reference": l.FileReference, "thumb_size": "",
			}),
			"offset": int64(0), "limit": int32(1 << 20),
		}))
		require.NoError(t, err)
		const queries = 40 // of a MiB each
		asked := make(chan error, 1)
		go func() {
			var err error
			for i := 0; i < queries && err == nil; i++ {
				_, err = s.Send(t.Context(), rawclient.Envelope{Body: query})
			}
			asked <- err
		}()
		synctest.Wait()
		for got := 0; got < queries; {
			for _, m := range heardOver(t, s) {
				if m.Constructor() == resultID {
					require.Greater(t, len(m.Body), 1<<20)
					got++
				}
			}
		}
		require.NoError(t, <-asked)
	})
}

// Garbage on HTTP connections is nobody else's business and is not echoed.
func TestHTTPHostile(t *testing.T) {
	dc := mockserver.Start(t, mockserver.Options{})
	beside(t, dc, func() {
		for name, in := range map[string]string{
			"elsewhere": "POST /elsewhere HTTP/1.1\r\nHost: secret\r\nContent-Length: 40\r\n\r\n" + strings.Repeat("x", 40),
			"chunked":   "POST /api HTTP/1.1\r\nHost: secret\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nabcd\r\n0\r\n\r\n",
			"too long":  "POST /api HTTP/1.1\r\nHost: secret\r\nContent-Length: 999999999999\r\n\r\n",
			"one head":  "POST /api HTTP/1.1\r\nA: " + strings.Repeat("x", 1<<20),
			"a form":    "POST / HTTP/1.1\r\nContent-Type: text/plain\r\nContent-Length: 8\r\n\r\nsecret=1",
			"preflight": "OPTIONS /elsewhere HTTP/1.1\r\nHost: secret\r\nAccess-Control-Request-Method: POST\r\n\r\n",
		} {
			c := rawDial(t, dc)
			_, _ = io.WriteString(c, in) // the end may come before all is written
			require.Empty(t, requireEnd(t, c), name)
		}
		awaitEvent(t, dc, mockserver.EventRefused, "Transfer-Encoding")
	})
}
