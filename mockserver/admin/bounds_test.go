package admin_test

import (
	"bufio"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"strconv"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/mockserver"
)

const (
	streams = 32 // at once
	patient = 10 * time.Second
	quiet   = 15 * time.Second
)

// fill opens as many streams as there may be.
func (b *bubble) fill() (all []*http.Response) {
	b.t.Helper()
	for i := range streams {
		a := b.get([]string{"/api/v1/live", "/api/v1/journal/follow"}[i%2])
		require.Equal(b.t, 200, a.StatusCode, "stream %d", i)
		all = append(all, a)
	}
	return all
}

// The 33rd stream is refused, and each that ends gives its place back.
func TestStreamsAreBounded(t *testing.T) {
	inBubble(t, func(t *testing.T, b *bubble) {
		all := b.fill()
		for _, path := range []string{"/api/v1/live", "/api/v1/journal/follow"} {
			status, text := b.text(path)
			require.Equal(t, 503, status)
			require.JSONEq(t, `{"error":"32 callers follow this server already"}`, text)
		}
		status, _ := b.text("/api/v1/server")
		require.Equal(t, 200, status, "all else is answered")

		for _, i := range []int{0, 1} {
			require.NoError(t, all[i].Body.Close())
			synctest.Wait()
			require.Equal(t, 200, b.get("/api/v1/journal/follow").StatusCode)
			status, _ = b.text("/api/v1/live")
			require.Equal(t, 503, status)
		}
	})
}

// Who asks for a stream and does not read it is given up on after a while; until
// then it holds up nobody, and afterwards its place is free.
func TestDeafReaders(t *testing.T) {
	inBubble(t, func(t *testing.T, b *bubble) {
		var deaf []net.Conn
		for i := range streams {
			deaf = append(deaf, b.deaf([]string{"/api/v1/live", "/api/v1/journal/follow", "/api/v1/journal/follow?kind=panic"}[i%3]))
		}
		synctest.Wait()
		began := time.Now()
		status, _ := b.text("/api/v1/live")
		require.Equal(t, 503, status)
		for range 100 {
			b.event()
		}
		status, _ = b.text("/api/v1/journal?limit=10000")
		require.Equal(t, 200, status)
		require.Zero(t, time.Since(began), "nothing waited for them")

		<-time.After(patient)
		synctest.Wait()
		b.fill()
		for _, c := range deaf {
			_, err := io.ReadAll(c)
			require.NoError(t, err, "it was closed")
		}
	})
}

// An answer that ends is no stream, but holds its connection as long as nobody reads it.
func TestDeafCallers(t *testing.T) {
	for _, path := range []string{"/api/v1/journal?limit=10000", "/api/v1/server", "/api/v1/openapi.yaml", "/metrics", "/", "/nowhere", "/livez"} {
		inBubble(t, func(t *testing.T, b *bubble) {
			for range 1000 {
				b.event()
			}
			c := b.deaf(path)
			<-time.After(patient + time.Second)
			synctest.Wait()
			answer, err := io.ReadAll(c)
			require.NoError(t, err, "it was closed")
			require.Empty(t, answer, path)
		})
	}
}

// Who asks before it sends a body is refused at once, without it.
func TestRefusedBeforeTheBody(t *testing.T) {
	for head, want := range map[string]int{
		"Host: localhost\r\n": 401,
		"Host: localhost\r\nAuthorization: Bearer " + token + "\r\nContent-Type: text/plain\r\n": 415,
		"Host: elsewhere.example\r\n": 421,
	} {
		inBubble(t, func(t *testing.T, b *bubble) {
			c := b.pipes.dial()
			defer c.Close()
			began := time.Now()
			_, err := io.WriteString(c, "PUT /api/v1/scenario HTTP/1.1\r\n"+head+"Expect: 100-continue\r\nContent-Length: 1000000\r\n\r\n")
			require.NoError(t, err)
			in := bufio.NewReader(c)
			answer, err := http.ReadResponse(in, nil)
			require.NoError(t, err)
			require.Equal(t, want, answer.StatusCode)
			require.Zero(t, time.Since(began))
			_, err = io.ReadAll(in)
			require.NoError(t, err, "it was closed")
		})
	}
}

// Nor is there anybody for ever who does not read that he may send a body.
func TestDeafCallersWithABody(t *testing.T) {
	inBubble(t, func(t *testing.T, b *bubble) {
		c := b.deaf("/api/v1/server")
		_, err := http.ReadResponse(bufio.NewReader(c), nil)
		require.NoError(t, err)
		_, err = io.WriteString(c, "PUT /api/v1/scenario HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer "+token+"\r\n"+
			"Content-Type: application/json\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n")
		require.NoError(t, err)
		<-time.After(patient + time.Second)
		synctest.Wait()
		answer, err := io.ReadAll(c)
		require.NoError(t, err, "it was closed")
		require.Empty(t, answer)
	})
}

// Who reads slowly gets all of it.
func TestSlowCallers(t *testing.T) {
	inBubble(t, func(t *testing.T, b *bubble) {
		for range 5000 {
			b.event()
		}
		_, want := b.text("/api/v1/journal?limit=10000")
		c := b.deaf("/api/v1/journal?limit=10000")
		began := time.Now()
		slow := bufio.NewReaderSize(readerFunc(func(p []byte) (int, error) {
			<-time.After(time.Second)
			return c.Read(p)
		}), 4<<10)
		a, err := http.ReadResponse(slow, nil)
		require.NoError(t, err)
		got, err := io.ReadAll(a.Body)
		require.NoError(t, err)
		require.Equal(t, want, string(got))
		require.Greater(t, time.Since(began), 2*patient)
	})
}

type readerFunc func(p []byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

// A stream lasts, however long nothing happens.
func TestStreamsLast(t *testing.T) {
	inBubble(t, func(t *testing.T, b *bubble) {
		next := messages(t, b.get("/api/v1/journal/follow").Body)
		began := time.Now()
		for range 10 {
			require.Equal(t, sent{comment: "still here"}, next())
		}
		require.Equal(t, 10*quiet, time.Since(began))
		b.event()
		require.Equal(t, "1", next().id)
	})
}

// Who comes back with the id of the last message gets the next one, and all that
// came meanwhile.
func TestLastEventIDResumes(t *testing.T) {
	inBubble(t, func(t *testing.T, b *bubble) {
		for range 3 {
			b.event()
		}
		a := b.get("/api/v1/journal/follow?since=1")
		next := messages(t, a.Body)
		require.Equal(t, "2", next().id)
		last := next()
		require.Equal(t, "3", last.id)
		var e mockserver.Event
		require.NoError(t, json.Unmarshal([]byte(last.data), &e))
		require.EqualValues(t, 3, e.Seq)
		require.NoError(t, a.Body.Close())
		b.event()
		b.event()

		next = messages(t, b.get("/api/v1/journal/follow?since=1", "Last-Event-ID", last.id).Body)
		for want := 4; want <= 5; want++ {
			require.Equal(t, strconv.Itoa(want), next().id)
		}
		b.event()
		require.Equal(t, "6", next().id)

		// One of a server that was here before: all of this one is new.
		next = messages(t, b.get("/api/v1/journal/follow", "Last-Event-ID", "99").Body)
		require.Equal(t, "1", next().id)

		wrong := b.get("/api/v1/journal/follow", "Last-Event-ID", "x")
		require.Equal(t, 400, wrong.StatusCode)
	})
}

// The document cannot say more of a stream than its media type: what it carries is
// held to the schemas of the same things elsewhere.
func TestStreamsAreAsDocumented(t *testing.T) {
	d := newDesk(t)
	const schema = "#/components/schemas/"
	var event json.RawMessage
	var all struct{ Events, Connections []json.RawMessage }
	follow, live := d.follow(t, "/api/v1/journal/follow"), d.follow(t, "/api/v1/live")
	live(&all)
	d.upload(t, 0)
	for range 5 {
		follow(&event)
		d.holds(t, schema+"Event", "application/json", string(event))
	}
	for len(all.Events) == 0 {
		live(&all)
	}
	for name, list := range map[string][]json.RawMessage{"Event": all.Events, "Connection": all.Connections} {
		require.NotEmpty(t, list, name)
		for _, one := range list {
			d.holds(t, schema+name, "application/json", string(one))
		}
	}
	for _, path := range []string{"/live", "/journal/follow"} {
		require.True(t, d.operation(t, "GET", path).streams(), path)
	}
}

// A reset of the server takes injected faults out: they are listed no more, and make room.
func TestResetTakesFaultsOut(t *testing.T) {
	d := newDesk(t)
	inject := func() (int, string) {
		status, text, _ := d.call(t, "POST", "/api/v1/faults", "application/json", `{"fault":"1*flood_wait(3s)"}`)
		return status, text
	}
	for range 100 {
		status, text := inject()
		require.Equal(t, 201, status, text)
	}
	status, _ := inject()
	require.Equal(t, 409, status)
	require.NoError(t, d.dc.Reset())
	_, text, _ := d.call(t, "GET", "/api/v1/faults", "", "")
	require.Contains(t, text, `"injected":[]`)
	status, _, _ = d.call(t, "DELETE", "/api/v1/faults/100", "", "")
	require.Equal(t, 404, status)
	status, text = inject()
	require.Equal(t, 201, status, text)
	require.Contains(t, text, `"id":101`)
	status, _, _ = d.call(t, "DELETE", "/api/v1/faults/101", "", "")
	require.Equal(t, 204, status)
}
