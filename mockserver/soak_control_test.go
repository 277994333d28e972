package mockserver_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/fakedc/fakedc/mockserver"
	"github.com/fakedc/fakedc/scenarios"
)

// soakFaults are put in force by one who does not look. Those that spoil what is stored come
// last.
var soakFaults = []string{
	"20%delay(5ms)", "5%drop(before-store)", "5%drop(after-store)", "5%drop(mid-answer)", "5%drop(after-store, rst)", "3%drop(before-store, rst)",
	"10%error(500, INTERNAL)", "10%flood_wait(1s)", "10%false", "5%none", "10%bad_server_salt", "10%duplicate", "10%gzip",
	"5%new_session", "5%bad_msg(16)", "2%transport_error(-429)", "2%transport_error(-404)", "5%garbage(12)", "3%wrong_msg_key", "30%delay(20ms)",
	"method=*: 10%delay(10ms)", "method=messages.*: 30%error(500, INTERNAL)", "method=upload.getFile: 20%drop(before-store)",
	"event=connect: 5%refuse(rst)", "event=connect: 10%delay(5ms)", "attempt=1: 10%drop(after-store)",
	"bandwidth(8MiB/s)", "10%keep", "2%drop(after-store, stall)",
	"5%true", "5%lose", "5%corrupt(flip)", "10%lose_after(20ms)",
}

// spoiling is how many of them spoil what is stored.
const spoiling = 4

// rowdy is one of those who do things to the server.
type rowdy struct {
	w *soak
	r *rand.Rand
	// calm: it does nothing that a client would have to be told of, or that scenarios count.
	calm bool

	injected []*mockserver.Injection
	holds    []*mockserver.Hold
	spaces   []*rowdySpace
}

// rowdySpace is a namespace with the test that it belongs to.
type rowdySpace struct {
	*mockserver.Namespace
	test *soakTest
	dc   *mockserver.Server
}

// act does one thing.
func (c *rowdy) act() {
	c.w.acts.Add(1)
	dc := c.w.server()
	if len(c.holds) > 1 { // or nobody goes on
		c.let()
	}
	n := c.r.IntN(30)
	if c.calm && n >= 15 {
		n = 0
	}
	switch n {
	case 0, 1:
		c.look(dc)
	case 2:
		if c.r.IntN(4) == 0 {
			dc.DropConnections()
		}
	case 3, 4:
		if all := dc.OpenConnections(); len(all) > 0 {
			dc.DropConnection(all[c.r.IntN(len(all))].Number)
		}
	case 5:
		dc.RotateSalt()
	case 6:
		if all := dc.Sessions(); len(all) > 0 {
			dc.RotateSalt(all[c.r.IntN(len(all))].Key)
		}
	case 7, 8:
		if all := dc.Sessions(); len(all) > 0 {
			dc.DropSession(all[c.r.IntN(len(all))].ID)
		}
	case 9:
		for _, x := range dc.Sessions() { // a ready account has no other login
			if !c.calm || x.Account < soakBots+10 {
				dc.ForgetKey(x.Key)
				break
			}
		}
	case 10, 11:
		c.gate(dc)
	case 12, 13, 14:
		c.let()
	case 15:
		if c.r.IntN(4) == 0 {
			dc.ForgetKey()
		}
	case 16, 17, 18:
		c.inject(dc)
	case 19:
		c.remove()
	case 20:
		c.scenario(dc)
	case 21:
		dc.MuteFaults(c.r.IntN(3) == 0)
	case 22, 23, 24:
		c.space(dc)
	case 25:
		if c.r.IntN(4) > 0 {
			return
		}
		if err := c.w.reset(); err != nil && !errors.Is(err, mockserver.ErrNamespaces) && !errors.Is(err, mockserver.ErrClosed) {
			c.w.fail("Reset: %v", err)
		}
	case 26:
		if c.r.IntN(12) == 0 {
			if err := c.w.replace(); err != nil {
				c.w.fail("replacing the server: %v", err)
			}
		}
	default:
		c.endSpace()
	}
}

// look asks for whatever there is to see.
func (c *rowdy) look(dc *mockserver.Server) {
	ctx, cancel := context.WithTimeout(c.w.ctx, time.Duration(c.r.IntN(3))*time.Millisecond)
	defer cancel()
	switch c.r.IntN(7) {
	case 0:
		dc.Verdict()
	case 1:
		for _, u := range dc.Uploads() {
			if c.r.IntN(4) == 0 {
				_, _ = u.SHA256()
			}
		}
	case 2:
		events := dc.JournalSince(0)
		for i := 1; i < len(events); i++ {
			if events[i].Seq != events[i-1].Seq+1 {
				c.w.fail("event %d follows event %d", events[i].Seq, events[i-1].Seq)
			}
		}
	case 3:
		_, _ = dc.WaitUploads(ctx, 1000)
	case 4:
		_, _ = dc.Calls("upload.save*")
	case 5:
		dc.Sessions()
	case 6:
		dc.Scenario()
	}
}

func (c *rowdy) gate(dc *mockserver.Server) {
	m := scenarios.Match{}
	if c.r.IntN(3) == 0 {
		m.Method = "*"
	} else {
		m.Part = scenarios.Exactly(c.r.Int64N(4))
	}
	var h *mockserver.Hold
	var err error
	if n := len(c.spaces); n > 0 && c.r.IntN(2) == 0 {
		h, err = c.spaces[c.r.IntN(n)].Hold(m)
	} else {
		h, err = dc.Hold(m)
	}
	switch {
	case err == nil:
		if c.holds = append(c.holds, h); c.calm { // who waits for long sends again
			c.let()
		}
	case !errors.Is(err, mockserver.ErrClosed):
		c.w.fail("Hold: %v", err)
	}
}

// let lets some pass, or all.
func (c *rowdy) let() {
	if len(c.holds) == 0 {
		return
	}
	h := c.holds[0]
	ctx, cancel := context.WithTimeout(c.w.ctx, 10*time.Millisecond)
	defer cancel()
	if h.Wait(ctx, 1) == nil && !c.calm && c.r.IntN(2) == 0 {
		h.Let(1 + c.r.IntN(3))
		return
	}
	h.Open()
	c.holds = c.holds[1:]
}

func (c *rowdy) fault() []scenarios.Rule {
	text := soakFaults[c.r.IntN(len(soakFaults)-c.w.tame())]
	if *long && c.r.IntN(20) == 0 { // they may take half a minute
		text = []string{"part=0: hold_until(2)", "10%reorder(2)"}[c.r.IntN(2)]
	}
	rules, err := scenarios.ParseFault(text)
	if err != nil {
		panic(err)
	}
	return rules
}

func (c *rowdy) inject(dc *mockserver.Server) {
	var in *mockserver.Injection
	var err error
	if n := len(c.spaces); n > 0 && c.r.IntN(2) == 0 {
		in, err = c.spaces[c.r.IntN(n)].Inject(c.fault()...)
		if err != nil {
			return // about what concerns the whole server
		}
	} else if in, err = dc.Inject(c.fault()...); err != nil {
		c.w.fail("Inject: %v", err)
		return
	}
	c.injected = append(c.injected, in)
	if len(c.injected) > 3 {
		c.remove()
	}
}

func (c *rowdy) remove() {
	if len(c.injected) > 0 {
		c.injected[0].Remove()
		c.injected = c.injected[1:]
	}
}

// soakScenarios are those of the library that keep nobody waiting.
var soakScenarios = []string{"drop-after-store", "drop-before-store", "drop-mid-answer", "drop-mid-upload", "duplicate-answer", "gzip-answer", "new-session", "salt-rotation", "server-error", "bad-msg", "answer-false", "retry-same-bytes", "single-error"}

func (c *rowdy) scenario(dc *mockserver.Server) {
	var s *scenarios.Scenario
	if c.r.IntN(3) > 0 {
		var err error
		if s, err = scenarios.Builtin(soakScenarios[c.r.IntN(len(soakScenarios))]); err != nil {
			panic(err)
		}
	}
	if n := len(c.spaces); n > 0 && c.r.IntN(2) == 0 {
		_ = c.spaces[c.r.IntN(n)].SetScenario(s) // one may be about the whole server
		return
	}
	if err := dc.SetScenario(s); err != nil {
		c.w.fail("SetScenario: %v", err)
	}
}

// space opens a namespace, whose bot some client becomes.
func (c *rowdy) space(dc *mockserver.Server) {
	if len(c.spaces) > 1 {
		c.endSpace()
		return
	}
	test := &soakTest{name: fmt.Sprint(c.r.Int64())}
	n := dc.Namespace(test)
	c.spaces = append(c.spaces, &rowdySpace{n, test, dc})
	c.w.lend(n)
}

func (c *rowdy) endSpace() {
	if len(c.spaces) > 0 {
		c.spaces[0].test.end()
		c.spaces = c.spaces[1:]
	}
}

// end leaves nothing behind.
func (c *rowdy) end() {
	for _, h := range c.holds {
		h.Open()
	}
	for _, in := range c.injected {
		in.Remove()
	}
	for len(c.spaces) > 0 {
		c.endSpace()
	}
}
