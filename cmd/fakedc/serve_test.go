package main

import (
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"net"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/mockserver"
	"github.com/fakedc/fakedc/mockserver/rawclient"
)

// readyOf reads the ready line as a program of another language would.
func readyOf(t *testing.T, s *serving) (addr string, key *rsa.PublicKey, all map[string]any) {
	t.Helper()
	line := s.out.until(t, `"ready"`)
	require.NoError(t, json.Unmarshal([]byte(line), &all))
	dc := all["dcs"].([]any)[0].(map[string]any)
	block, rest := pem.Decode([]byte(all["rsa"].(map[string]any)["pem"].(string)))
	require.Empty(t, rest)
	require.Equal(t, "RSA PUBLIC KEY", block.Type)
	key, err := x509.ParsePKCS1PublicKey(block.Bytes)
	require.NoError(t, err)
	return dc["addr"].(string), key, all
}

// connected is a client that has not logged in.
func connected(t *testing.T, s *serving) *rawclient.Client {
	t.Helper()
	addr, key, _ := readyOf(t, s)
	c, err := rawclient.Connect(t.Context(), addr, rawclient.Options{}, rawclient.KeyOptions{PublicKey: key}, rawclient.ClientOptions{})
	require.NoError(t, err)
	t.Cleanup(func() { _ = c.Close() })
	_, err = c.InitConnection(t.Context(), 0)
	require.NoError(t, err)
	return c
}

func loggedIn(t *testing.T, s *serving) *rawclient.Client {
	t.Helper()
	c := connected(t, s)
	_, err := c.LoginBot(t.Context(), "123456:any-token")
	require.NoError(t, err)
	return c
}

func TestReadyLine(t *testing.T) {
	s := startServe(t, "--seed", "18446744073709551615", "--dc", "4", "--scenario", "builtin:flood-wait", "--profile", "docs", "--log", "off")
	addr, _, all := readyOf(t, s)
	s.end(t, 0)
	require.Equal(t, 1, strings.Count(s.out.String(), "\n"), "one line and no other")
	require.Empty(t, s.errs.String(), "--log off")

	host, _, err := net.SplitHostPort(addr)
	require.NoError(t, err)
	dc := all["dcs"].([]any)[0].(map[string]any)
	require.Equal(t, host, dc["host"])
	require.EqualValues(t, 4, dc["id"])
	require.Len(t, dc["transports"], 7)
	require.Equal(t, "18446744073709551615", all["seed_string"])
	require.Equal(t, "flood-wait", all["scenario"])
	require.Equal(t, "docs", all["profile"])
	require.Equal(t, "-6075152478867352986", all["rsa"].(map[string]any)["fingerprint"])
	require.Equal(t, "abb0b9020cc71266", all["rsa"].(map[string]any)["fingerprint_hex"])
	require.NotEmpty(t, all["run_id"])
	require.NotEmpty(t, all["version"])
	require.Positive(t, all["pid"])
}

// A scenario's own seed and profile win, so the line must not repeat the flags.
func TestReadyLineTellsWhatIsInForce(t *testing.T) {
	dir := t.TempDir()
	path := write(t, dir, "s.yaml", "fakedc: 1\nname: own\nseed: 7\nprofile: docs\n", 0o644)
	s := startServe(t, "--seed", "1", "--profile", "observed", "--scenario", path, "--log", "off")
	_, _, all := readyOf(t, s)
	s.end(t, 0)
	require.Equal(t, "7", all["seed_string"])
	require.Equal(t, "docs", all["profile"])
	require.Equal(t, "own", all["scenario"])
}

// The seed's call: part 43 of 43. Parts are numbered from 0.
func TestServeTellsWhatItRefusesAndFinishes(t *testing.T) {
	s := startServe(t, "--snippets", "none", "--scenario", "builtin:flood-wait")
	c := loggedIn(t, s)
	c.Session().SetSalt(12345) // which the server corrects, without a word here
	_, err := c.SaveBigFilePart(t.Context(), -4156887774564, 43, 43, make([]byte, 19))
	require.ErrorContains(t, err, "FILE_PART_INVALID")
	s.errs.until(t, "file -4156887774564: part 43 of 43 refused: 400 FILE_PART_INVALID: ", "42")

	for {
		ok, err := c.SaveBigFilePart(t.Context(), 5, 0, 1, []byte("all of it"))
		if err == nil {
			require.True(t, ok)
			break
		}
		require.ErrorContains(t, err, "FLOOD_WAIT")
	}
	_, err = c.UploadMedia(t.Context(), rawclient.InputFile{ID: 5, Parts: 1, Name: "a", Big: true})
	require.NoError(t, err)
	s.errs.until(t, "file 5: finished: 1 part, 9 bytes")
	s.end(t, 0)
	s.errs.until(t, "stopped: 2 uploads, 1 complete, 1 used; ")
	require.NotContains(t, s.errs.String(), "salt", "learning a salt is no news")
	require.NotContains(t, s.errs.String(), "\x1b", "a buffer is no terminal")
}

// What is finished is the file of that method, and what was wrong with it is told though it
// was taken: here a stream that ends without its total.
func TestServeTellsWhatWasReportedOfAFinishedFile(t *testing.T) {
	s := startServe(t, "--snippets", "none")
	c := loggedIn(t, s)
	for part := range int32(2) {
		_, err := c.SaveBigFilePart(t.Context(), 5, part, -1, make([]byte, 1024))
		require.NoError(t, err)
	}
	_, err := c.SaveFilePart(t.Context(), 5, 0, []byte("the other store"))
	require.NoError(t, err)
	_, err = c.UploadMedia(t.Context(), rawclient.InputFile{ID: 5, Parts: 2, Name: "a", Big: true})
	require.NoError(t, err)
	s.errs.until(t, "file 5: finished: 2 parts, 2,048 bytes, but: no part of the stream carried file_total_parts 2; ")
	_, err = c.UploadMedia(t.Context(), rawclient.InputFile{ID: 5, Parts: 1, Name: "a"})
	require.NoError(t, err)
	s.errs.until(t, "file 5: finished: 1 part, 15 bytes")
	s.end(t, 0)
}

// A part that is refused before it is judged belongs to no upload, and is told all the same.
func TestServeTellsOfPartsBeforeTheLogin(t *testing.T) {
	s := startServe(t, "--snippets", "none")
	c := connected(t, s)
	_, err := c.SaveFilePart(t.Context(), 5, 0, []byte("all of it"))
	require.ErrorContains(t, err, "AUTH_KEY_UNREGISTERED")
	s.errs.until(t, "connection 1: upload.saveFilePart refused: 401 AUTH_KEY_UNREGISTERED: the auth key has no account: log in first")
	s.end(t, 0)
}

// The printed snippets upload and send no message: that the file is there is said, once.
func TestServeTellsWhatIsCompleteAndNotUsed(t *testing.T) {
	for _, verbose := range []string{"--verbose=false", "--verbose"} {
		t.Run(verbose, func(t *testing.T) {
			s := startServe(t, "--snippets", "none", verbose)
			c := loggedIn(t, s)
			send := func(part, total int32) {
				ok, err := c.SaveBigFilePart(t.Context(), 5, part, total, make([]byte, 1024))
				require.NoError(t, err)
				require.True(t, ok)
			}
			send(1, 3)
			send(1, 3) // again: three calls are not three parts
			send(0, 3)
			send(2, 3)
			s.errs.until(t, "file 5: complete, not used yet: 3 parts, 3,072 bytes")
			send(2, 3)
			_, err := c.SaveBigFilePart(t.Context(), 6, 0, 2, make([]byte, 1024))
			require.NoError(t, err)
			s.end(t, 0)
			s.errs.until(t, "stopped: 2 uploads, 1 complete, 0 used; 0 parts refused")
			require.Equal(t, 1, strings.Count(s.errs.String(), "not used yet"), s.errs.String())
		})
	}
}

// The last line counts what the lines before it count: a part is refused by whatever answer
// of a scenario it is that says "not stored".
func TestServeCountsThePartsThatTheScenarioRefused(t *testing.T) {
	for _, tt := range []struct{ fault, want string }{
		{"part=0: 1*keep", "0 parts refused"},
		{"part=0: 1*error(FILE_PART_INVALID)", "1 part refused"},
		{"part=0: 1*false", "1 part refused"},
		{"part=0: 1*bad_server_salt", "1 part refused"},
	} {
		t.Run(tt.fault, func(t *testing.T) {
			s := startServe(t, "--snippets", "none", "--fault", tt.fault)
			c := loggedIn(t, s)
			for range 2 {
				_, _ = c.SaveBigFilePart(t.Context(), 5, 0, 1, make([]byte, 1024)) // the second time it is stored
			}
			s.end(t, 0)
			s.errs.until(t, "stopped: 1 upload, 1 complete, 0 used; "+tt.want)
		})
	}
}

// Of a stream only the last part says how many there are, and it need not come last.
func TestServeTellsOfACompleteStream(t *testing.T) {
	for name, parts := range map[string][]int32{"the last part last": {0, 1, 2}, "the last part first": {2, 0, 1}} {
		t.Run(name, func(t *testing.T) {
			s := startServe(t, "--snippets", "none")
			c := loggedIn(t, s)
			for _, part := range parts {
				total := map[bool]int32{true: 3, false: -1}[part == 2]
				ok, err := c.SaveBigFilePart(t.Context(), 5, part, total, make([]byte, 1024))
				require.NoError(t, err)
				require.True(t, ok)
			}
			s.errs.until(t, "file 5: complete, not used yet: 3 parts, 3,072 bytes")
			s.end(t, 0)
		})
	}
}

func TestServeLogsJSON(t *testing.T) {
	s := startServe(t, "--log", "json", "--listen", "127.0.0.1:0")
	c := loggedIn(t, s)
	_, err := c.SaveBigFilePart(t.Context(), 1, 0, 1, nil)
	require.ErrorContains(t, err, "FILE_PART_EMPTY")
	s.errs.until(t, `"kind":"part"`, `"error":"400 FILE_PART_EMPTY"`)
	s.end(t, 0)
	for line := range strings.Lines(s.errs.String()) {
		var e mockserver.Event
		require.NoError(t, json.Unmarshal([]byte(line), &e), line)
	}
}

func TestServeVerbose(t *testing.T) {
	s := startServe(t, "--verbose", "--snippets", "none")
	loggedIn(t, s)
	s.errs.until(t, "connect")
	s.errs.until(t, "login", "logged in as")
	s.end(t, 0)
}

// Only a wrong salt is no news.
func TestWrongSaltIsNoNews(t *testing.T) {
	w := &watcher{}
	require.Empty(t, w.line(mockserver.Event{Kind: mockserver.EventRefused, Error: "bad_server_salt", Text: "wrong server salt"}))
	require.Equal(t, "connection 3: refused: bad_msg_notification 16: msg_id too low",
		w.line(mockserver.Event{Kind: mockserver.EventRefused, Conn: 3, Error: "bad_msg_notification 16", Text: "msg_id too low"}))
}

// What a client says goes to a terminal, so it must not command it.
func TestClientsCannotCommandTheTerminal(t *testing.T) {
	out := newLines()
	w := &watcher{t: newTerminal(out), format: logText}
	w.say(plain, "%s", "a\x1b[2Jb\nc\u202ed\u009bE")
	require.Equal(t, "a\ufffd[2Jb c\ufffdd\ufffdE\n", out.String())
}

func TestNonLoopback(t *testing.T) {
	s := startServe(t, "--listen", ":0", "--log", "off")
	addr, _, _ := readyOf(t, s)
	require.True(t, strings.HasPrefix(addr, "127.0.0.1:"), "an address that a client can dial: %s", addr)
	s.errs.until(t, "fakedc: warning: listening on [::]:", "other machines can connect")
	s.end(t, 0)
}

func TestServeRefusesWrongFlags(t *testing.T) {
	taken, err := mockserver.Listen()
	require.NoError(t, err)
	defer taken.Close()
	for name, c := range map[string]struct {
		args []string
		code int
		says string
	}{
		"datacenter 0":      {[]string{"--dc", "0"}, 2, "--dc 0: datacenters are numbered 1 to 1000"},
		"datacenter 1001":   {[]string{"--dc", "1001"}, 2, "numbered 1 to 1000"},
		"negative seed":     {[]string{"--seed", "-1"}, 2, "--seed"},
		"unknown store":     {[]string{"--store", "disk"}, 2, "it takes memory, digest"},
		"unknown order":     {[]string{"--ordering", "random"}, 2, "it takes any, sequential"},
		"an argument":       {[]string{"mine.yaml"}, 2, `unexpected argument "mine.yaml"`},
		"address, no port":  {[]string{"--listen", "127.0.0.1"}, 2, "it takes HOST:PORT"},
		"address in use":    {[]string{"--listen", taken.Addr().String()}, 3, "--listen 127.0.0.1:0 takes a port that is free"},
		"address elsewhere": {[]string{"--listen", "192.0.2.1:0"}, 3, "192.0.2.1:0"},
		"no such scenario":  {[]string{"--scenario", "nix.yaml"}, 2, "nix.yaml"},
		"no such built-in":  {[]string{"--scenario", "builtin:flood-wiat"}, 2, `did you mean "flood-wait"?`},
		"no such key":       {[]string{"--key", "nix.pem"}, 3, "nix.pem"},
	} {
		t.Run(name, func(t *testing.T) {
			stdout, stderr := command(t, c.code, append([]string{"serve"}, c.args...)...)
			require.Empty(t, stdout)
			require.Contains(t, stderr, c.says)
			require.Equal(t, 1, strings.Count(stderr, "\n"), "one line: %q", stderr)
			require.True(t, strings.HasPrefix(stderr, "fakedc: "), stderr)
		})
	}
}
