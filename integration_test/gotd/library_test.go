package gotd_test

import (
	"context"
	"io"
	"net"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gotd/td/telegram"
	"github.com/gotd/td/telegram/uploader"

	"github.com/fakedc/fakedc/integration_test/internal/script"
	"github.com/fakedc/fakedc/mockserver"
	"github.com/fakedc/fakedc/mockserver/rawclient"
	"github.com/fakedc/fakedc/scenarios"
	"github.com/fakedc/fakedc/scenarios/oracle"
)

// proof is what is shown of a built-in scenario: a careful client passes it, and
// one with a bad habit fails it by the check that is about that habit.
type proof struct {
	// file is what all of them upload; nil is ten parts of 1 KiB, the last shorter.
	file *script.File
	good script.Habits
	bad  script.Habits
	// badFile is what the bad client uploads, nil for the same.
	badFile *script.File
	// fails is the beginning of the finding that the bad client gets.
	fails string
	// gotd is the same for gotd's client, empty where it passes.
	gotd string
	// gotdFile is what gotd uploads, nil for the same.
	gotdFile *script.File
	// stranger: the clients make their keys themselves.
	stranger bool
	// realTime: gotd is run on the real clock, for two seconds.
	realTime bool
	// alone: gotd does not upload what this is about.
	alone bool
}

// Every built-in scenario is proven, in simulated time.
func TestLibrary(t *testing.T) {
	for _, name := range scenarios.Builtins() {
		p, ok := proofs[name]
		if h, hostile := scenarios.LookupHostile(strings.TrimPrefix(name, "hostile-")); hostile {
			p, ok = proofOf(h), true
		}
		if !ok {
			t.Run(name, func(t *testing.T) { require.Fail(t, "there is no proof of "+name) })
			continue
		}
		t.Run(name, func(t *testing.T) {
			t.Run("careful", func(t *testing.T) {
				requireVerdict(t, run(t, name, p.stranger, p.upload(nil), p.good), "")
			})
			t.Run("careless", func(t *testing.T) {
				requireVerdict(t, run(t, name, p.stranger, p.upload(p.badFile), p.bad), p.fails)
			})
			if !p.alone {
				t.Run("gotd", func(t *testing.T) { requireVerdict(t, runGotd(t, name, &p), p.gotd) })
			}
		})
	}
	for name := range proofs {
		require.Contains(t, scenarios.Builtins(), name)
	}
}

// upload is a file of its own for one run.
func (p *proof) upload(other *script.File) script.File {
	f := script.File{Data: contents(9*1024 + 100), PartSize: 1024}
	if p.file != nil {
		f = *p.file
	}
	if other != nil {
		f = *other
	}
	f.ID = 4711
	return f
}

// run has a scripted client upload a file and returns the verdict about it.
func run(t *testing.T, name string, stranger bool, f script.File, h script.Habits) oracle.Verdict {
	return runInto(t, nil, name, stranger, f, h)
}

// runInto writes a journal, too.
func runInto(t *testing.T, journal io.Writer, name string, stranger bool, f script.File, h script.Habits) (v oracle.Verdict) {
	synctest.Test(t, func(t *testing.T) {
		dc, key := bubbleServer(t, journal, name)
		if stranger {
			key = nil
		}
		c := script.Client{Key: key, PublicKey: dc.PublicKey().RSA, Habits: h, Dial: func(context.Context) (net.Conn, error) {
			client, server := net.Pipe()
			go dc.ServeConn(server)
			return client, nil
		}}
		ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
		defer cancel()
		if err := c.Upload(ctx, f); err != nil {
			t.Log(err)
		}
		c.Close()
		synctest.Wait() // until the server has read that: who is there when it is closed may have gone on
		v = dc.Verdict()
	})
	return v
}

// runGotd does the same with gotd, which gives up when its caller's patience ends.
func runGotd(t *testing.T, name string, p *proof) (v oracle.Verdict) {
	if p.realTime {
		return gotdUploads(t, name, p, 2*time.Second)
	}
	synctest.Test(t, func(t *testing.T) { v = gotdUploads(t, name, p, 5*time.Minute) })
	return v
}

func gotdUploads(t *testing.T, name string, p *proof, patience time.Duration) oracle.Verdict {
	f, stranger := p.upload(p.gotdFile), p.stranger
	dc, _ := bubbleServer(t, nil, name)
	s, err := dc.Session(mockserver.SessionOptions{})
	require.NoError(t, err)
	o := piped(dc)
	if !stranger {
		o = withSession(t, s, o)
	}
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	c := telegram.NewClient(appID, appHash, o)
	_ = c.Run(ctx, func(ctx context.Context) error {
		if stranger {
			if _, err := c.Auth().Bot(ctx, botToken); err != nil {
				t.Log(err)
				return err
			}
		}
		up := uploader.NewUploader(c.API()).WithPartSize(f.PartSize).WithThreads(max(f.Threads, 1))
		size := int64(len(f.Data))
		if f.Stream {
			size = -1
		}
		file, err := up.Upload(ctx, uploader.NewUpload("upload.bin", newReader(f.Data), size))
		if err == nil {
			_, err = send(ctx, c.API(), file)
		}
		if err != nil {
			t.Log(err)
		}
		return err
	})
	return dc.Verdict()
}

// bubbleServer is a server of the scenario, with a key that is logged in.
func bubbleServer(t *testing.T, journal io.Writer, name string) (*mockserver.Server, *rawclient.AuthKey) {
	t.Helper()
	dc, err := mockserver.New(mockserver.Options{Strict: true, Scenario: builtin(t, name), Journal: journal})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, dc.Close()) })
	s, err := dc.Session(mockserver.SessionOptions{})
	require.NoError(t, err)
	return dc, rawclient.NewAuthKey(s.AuthKey, 0)
}

// requireVerdict wants a verdict that passes, or one with a finding that begins so.
func requireVerdict(t *testing.T, v oracle.Verdict, finding string) {
	t.Helper()
	var bad []string
	for _, c := range v.Checks {
		for _, f := range c.Findings {
			if c.Bad() {
				bad = append(bad, string(c.Kind)+" "+c.Name+": "+f.Text)
			}
		}
	}
	if finding == "" {
		require.Empty(t, bad)
		require.NotEmpty(t, v.Checks)
		return
	}
	for _, b := range bad {
		if len(b) >= len(finding) && b[:len(finding)] == finding {
			return
		}
	}
	require.Fail(t, "not found: "+finding, "%q", bad)
}
