package mockserver_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// caller calls the admin API, and hangs up when it likes.
type caller struct {
	w    *soak
	r    *rand.Rand
	calm bool // see rowdy
	http *http.Client
}

func (w *soak) caller(n int, calm bool) *caller {
	return &caller{w: w, r: w.random(uint64(300 + n)), calm: calm, http: &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 2}}}
}

// end hangs up.
func (c *caller) end() { c.http.CloseIdleConnections() }

// call makes one call.
func (c *caller) call() {
	c.w.calls.Add(1)
	method, path, kind, body := c.choose()
	if c.r.IntN(8) == 0 {
		c.cut(method, path, kind, body)
		return
	}
	ctx, cancel := context.WithTimeout(c.w.ctx, 10*time.Second)
	defer cancel()
	if strings.Contains(path, "/follow") || strings.HasSuffix(path, "/live") {
		ctx, cancel = context.WithTimeout(ctx, 50*time.Millisecond)
		defer cancel()
	}
	if c.r.IntN(4) == 0 {
		ctx, cancel = context.WithTimeout(ctx, time.Duration(c.r.IntN(3000))*time.Microsecond)
		defer cancel()
	}
	run := c.w.run.Load()
	request, err := http.NewRequestWithContext(ctx, method, run.url+path, strings.NewReader(body))
	if err != nil {
		panic(err)
	}
	request.Header.Set("Authorization", "Bearer "+run.admin.Token())
	request.Header.Set("Content-Type", kind)
	response, err := c.http.Do(request)
	if err != nil {
		return // hung up, or the server is being replaced
	}
	defer func() { _ = response.Body.Close() }()
	if response.StatusCode == http.StatusInternalServerError {
		text, _ := io.ReadAll(response.Body)
		c.w.fail("%s %s: %s: %s", method, path, response.Status, text)
		return
	}
	if strings.Contains(path, "/follow") || strings.HasSuffix(path, "/live") {
		c.follow(response.Body)
		return
	}
	_, _ = io.Copy(io.Discard, response.Body)
}

// follow reads a stream for a while. The numbers of its events only rise.
func (c *caller) follow(body io.Reader) {
	lines := bufio.NewScanner(body)
	lines.Buffer(nil, 1<<20)
	last := int64(0)
	for left := c.r.IntN(60); left > 0 && lines.Scan(); {
		text, is := strings.CutPrefix(lines.Text(), "id: ")
		if !is {
			continue
		}
		left--
		id, err := strconv.ParseInt(text, 10, 64)
		if err != nil || id < last {
			c.w.fail("a stream went from %d to %s", last, text)
			return
		}
		last = id
	}
}

// cut sends a part of a request and leaves.
func (c *caller) cut(method, path, kind, body string) {
	run := c.w.run.Load()
	conn, err := net.DialTimeout("tcp", strings.TrimPrefix(run.url, "http://"), time.Second)
	if err != nil {
		return
	}
	text := fmt.Sprintf("%s %s HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer %s\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n%s",
		method, path, run.admin.Token(), kind, len(body), body)
	_, _ = io.WriteString(conn, text[:1+c.r.IntN(len(text))])
	if c.r.IntN(2) == 0 {
		_ = conn.SetReadDeadline(time.Now().Add(5 * time.Millisecond))
		_, _ = io.ReadFull(conn, make([]byte, 1+c.r.IntN(300)))
	}
	_ = conn.(*net.TCPConn).SetLinger(c.r.IntN(2) - 1)
	_ = conn.Close()
}

// choose is a call of any route, with arguments of which most are good.
func (c *caller) choose() (method, path, kind, body string) {
	const get, post, put, del, js = http.MethodGet, http.MethodPost, http.MethodPut, http.MethodDelete, "application/json"
	number := strconv.Itoa(c.r.IntN(60))
	api := "/api/v1/"
	all := [][4]string{
		{get, "/", "", ""}, {get, "/livez", "", ""}, {get, "/readyz", "", ""}, {get, "/metrics", "", ""}, {get, "/metrics", "", ""},
		{get, api + "openapi.yaml", "", ""}, {get, api + "server", "", ""}, {get, api + "uploads", "", ""}, {get, api + "uploads/" + number, "", ""},
		{get, api + "journal?limit=50&kind=part", "", ""}, {get, api + "journal?since=" + number, "", ""}, {get, api + "journal/follow?since=" + number, "", ""},
		{get, api + "verdict", "", ""}, {get, api + "live", "", ""}, {get, api + "scenario", "", ""}, // the list of all scenarios takes longer than all others together
		{get, api + "faults", "", ""}, {get, api + "connections", "", ""}, {get, api + "sessions", "", ""},
		{post, api + "verify", js, `{"verdict": true, "calls": [{"method": "upload.*", "times": ` + number + `}], "uploads": [{"file_id": "` + number + `"}]}`},
		{put, api + "advertise", js, `{"wrong": true}`}, {post, api + "shutdown", js, ""}, {get, api + "nothing", "", ""},
		{del, api + "connections/" + number, "", ""}, {del, api + "sessions/" + number, "", ""},
	}
	if !c.calm {
		all = append(all, [][4]string{
			{put, api + "scenario", js, `{"builtin": "` + soakScenarios[c.r.IntN(len(soakScenarios))] + `"}`},
			{put, api + "scenario", "application/yaml", "fakedc: 1\nrules:\n  - { chance: 0.1, delay: 5ms }\n"},
			{del, api + "scenario", "", ""}, {post, api + "scenario/reset", js, ""},
			{put, api + "faults", js, `{"on": ` + strconv.FormatBool(c.r.IntN(3) > 0) + `}`},
			{post, api + "faults", js, `{"fault": "` + soakFaults[c.r.IntN(len(soakFaults)-c.w.tame())] + `"}`},
			{post, api + "faults", js, `{"fault": "5%delay(5ms)"}`},
			{del, api + "faults/" + number, "", ""}, {del, api + "faults/" + number, "", ""}, {del, api + "faults/" + number, "", ""},
			{del, api + "connections", "", ""},
		}...)
	}
	one := all[c.r.IntN(len(all))]
	return one[0], one[1], one[2], one[3]
}
