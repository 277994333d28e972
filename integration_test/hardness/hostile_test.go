package hardness_test

import (
	"context"
	"flag"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

var (
	long    = flag.Bool("long", false, "press with the full crowd, for two minutes")
	garbage = flag.Duration("garbage", 2*time.Minute, "with -long, how long there is garbage")
	update  = flag.Bool("update", false, "with -long, write what was measured to ../HARDNESS.md")
)

// size is that of a crowd.
type size struct {
	slow, half, garbage int // peers, each with one connection at a time
	lasts               time.Duration
}

// What is asked of the server while they are there.
const (
	mostLatency = 250 * time.Millisecond // of 99 of 100 honest parts
	mostMemory  = 512 << 20              // resident, at its peak, in bytes
	settled     = 90 * time.Second       // until it is as before: longer than HandshakeTime
)

// press is one run.
type press struct {
	size
	server     *server
	slows      crowd
	halves     crowd
	sent       sent
	honest     honest
	quiet      honest // before the others came
	peak       int64
	logged     int
	took, cpu  time.Duration // from the first garbage to the last, and what the server worked meanwhile
	lived      time.Duration // the server, by then
	before     held
	afterwards held
}

// Slow connections, half handshakes and garbage are all there at once, and an honest
// client uploads as if they were not. Afterwards the server holds what it held before.
func TestHostilePeersTogether(t *testing.T) {
	p := &press{size: size{slow: 100, half: 30, garbage: 4, lasts: 2 * time.Second}}
	if *long {
		p.size = size{slow: 2000, half: 500, garbage: 8, lasts: *garbage}
	}
	p.server = startServer(t)
	began := time.Now()
	p.honest.addr, p.honest.server = p.server.addr(), p.server.key
	p.alone(t)
	p.wait(t.Context(), t, func() bool {
		p.before = p.server.held(t)
		return p.before.Connections == 0
	})
	p.run(t)
	p.peak, p.logged = p.server.memory(t, "VmHWM"), p.server.lines(t)
	p.lived = time.Since(began)
	p.settle(t)
	for _, r := range p.rows() {
		t.Logf("%s: %s", r[0], r[1])
	}
	if *long && *update {
		p.write(t)
	}
	require.NotZero(t, p.honest.uploads.Load(), "an honest upload completes")
	require.GreaterOrEqual(t, p.sent.connections.Load(), int64(p.garbage), "of garbage")
	require.NotZero(t, p.sent.bytes.Load(), "of garbage")
	require.Less(t, p.peak, int64(mostMemory), "resident memory at its peak")
	// Twenty refusals a second and how many more there were; and what an honest upload has a line for: its connection, its
	// key, its login, the file.
	most := 20 + 21*int(p.lived.Seconds()+1) + 5*int(p.honest.uploads.Load()+p.quiet.uploads.Load())
	require.LessOrEqual(t, p.logged, most, "lines on stderr: a flood of refusals is summed up")
	require.NotContains(t, p.server.metrics(t), `kind="panic"`)
	if *long {
		// A small run on a machine that does other things says nothing about time: it
		// would fail for what the others do. The long one has thousands of parts.
		require.Less(t, quantile(p.honest.parts, 0.99), mostLatency, "latency of an honest part")
		require.GreaterOrEqual(t, p.honest.uploads.Load(), int64(10), "again and again")
	}
	p.server.stop(t)
}

// run has the crowd come, and then the garbage; all leave at its end.
func (p *press) run(t *testing.T) {
	t.Helper()
	kinds, err := littering()
	require.NoError(t, err)
	ctx, cancel := context.WithCancelCause(t.Context())
	defer cancel(nil)
	var all sync.WaitGroup
	start := func(n int, one func(i int) error) {
		for i := range n {
			all.Go(func() {
				if err := one(i); err != nil {
					cancel(err)
				}
			})
		}
	}
	addr := p.server.addr()
	start(p.slow, func(i int) error { return slows[i%len(slows)].keep(ctx, addr, &p.slows) })
	start(p.half, func(i int) error { return keepHalf(ctx, addr, p.server.key, i%halves, &p.halves) })
	p.wait(ctx, t, func() bool {
		return p.slows.open.Load() >= int64(p.slow)*9/10 && p.halves.opened.Load() >= int64(p.half)
	})
	began, cpu := time.Now(), p.server.cpu(t)
	stop := make(chan struct{})
	uploaded := make(chan error, 1)
	go func() { uploaded <- p.honest.upload(ctx, stop) }()
	start(p.garbage, func(i int) error { return throw(ctx, addr, kinds, i, &p.sent) })
	select {
	case <-time.After(p.lasts):
	case <-ctx.Done():
	case err := <-uploaded:
		require.NoError(t, err)
	}
	require.NoError(t, context.Cause(ctx))
	close(stop)
	require.NoError(t, <-uploaded)
	p.took, p.cpu = time.Since(began), p.server.cpu(t)-cpu
	cancel(context.Canceled)
	all.Wait()
}

// alone has the honest client upload without anybody else, to be compared with.
func (p *press) alone(t *testing.T) {
	t.Helper()
	stop := make(chan struct{})
	defer time.AfterFunc(min(p.lasts, 10*time.Second)/2, func() { close(stop) }).Stop()
	p.quiet.addr = p.server.addr()
	require.NoError(t, p.quiet.upload(t.Context(), stop))
}

// wait looks at a condition again and again.
func (p *press) wait(ctx context.Context, t *testing.T, done func() bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(ctx, settled)
	defer cancel()
	look := time.NewTicker(20 * time.Millisecond)
	defer look.Stop()
	for !done() {
		select {
		case <-look.C:
		case <-ctx.Done():
			require.FailNow(t, "it took too long", "%v; the server holds %+v", context.Cause(ctx), p.server.held(t))
		}
	}
}

// settle waits until the server holds no more than before.
func (p *press) settle(t *testing.T) {
	t.Helper()
	p.wait(t.Context(), t, func() bool {
		p.afterwards = p.server.held(t)
		return p.afterwards.Connections == 0 && p.afterwards.Descriptors <= p.before.Descriptors && p.afterwards.Goroutines <= p.before.Goroutines
	})
}

// rows are the figures: what, how much, and what is wanted of it.
func (p *press) rows() [][3]string {
	q := func(h *honest, share float64) time.Duration {
		return quantile(h.parts, share).Round(100 * time.Microsecond)
	}
	row := func(what, wanted, format string, args ...any) [3]string {
		return [3]string{what, fmt.Sprintf(format, args...), wanted}
	}
	return [][3]string{
		row("slow connections", "", "%d peers, %d in all", p.slow, p.slows.opened.Load()),
		row("half handshakes", "", "%d peers, %d attempts; there are 64 places", p.half, p.halves.opened.Load()),
		row("garbage", "", "%d sources for %v: %d connections, %d MiB", p.garbage, p.took.Round(time.Second), p.sent.connections.Load(), p.sent.bytes.Load()>>20),
		row("honest uploads meanwhile, one part in flight", "again and again", "%d of %d parts of %d KiB", p.honest.uploads.Load(), partsEach, partSize>>10),
		row("latency of an honest part, p99", fmt.Sprintf("under %v", mostLatency), "%v; p50 %v, at most %v; before the others came p50 %v, p99 %v",
			q(&p.honest, 0.99), q(&p.honest, 0.50), q(&p.honest, 1), q(&p.quiet, 0.50), q(&p.quiet, 0.99)),
		row("time to connect and be answered, p99", "", "%v", quantile(p.honest.connect, 0.99).Round(100*time.Microsecond)),
		row("time to make an auth key, p50 and p99", "each is made", "%v, %v; %d keys, %d attempts found no place", quantile(p.honest.keys, 0.50).Round(time.Millisecond),
			quantile(p.honest.keys, 0.99).Round(time.Millisecond), len(p.honest.keys), p.honest.refused),
		row("processor time of the server", "", "%v", p.cpu.Round(100*time.Millisecond)),
		row("resident memory at its peak", fmt.Sprintf("under %d MiB", mostMemory>>20), "%d MiB", p.peak>>20),
		row("lines on stderr", "bounded", "%d in %v", p.logged, p.lived.Round(time.Second)),
		row("connections, goroutines, file descriptors afterwards", "as before", "%v, %v, %d; before %v, %v, %d",
			p.afterwards.Connections, p.afterwards.Goroutines, p.afterwards.Descriptors, p.before.Connections, p.before.Goroutines, p.before.Descriptors),
	}
}
