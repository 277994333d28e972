package main

import (
	"bufio"
	"context"
	"net"
	"os/exec"
	"time"
)

// allocations counts what the server allocates for a part, without what it takes to
// ask it.
func allocations(ctx context.Context, b *bench) ([]figure, error) {
	s, err := b.side(ctx, oursDigest)
	if err != nil {
		return nil, err
	}
	defer s.stop()
	var per []float64
	for rep := range b.reps + 1 {
		j, err := file(filled, 512*kib, plain, noise(512*kib))(s.client, rep)
		if err != nil {
			return nil, err
		}
		var counts [3]float64
		for i := range counts {
			if i == 2 {
				if _, err := s.send(j.frames, 4); err != nil {
					return nil, err
				}
			}
			u, err := s.usage("")
			if err != nil {
				return nil, err
			}
			counts[i] = float64(u.Mallocs)
		}
		if rep > 0 {
			per = append(per, (counts[2]-counts[1]-(counts[1]-counts[0]))/filled)
		}
	}
	return []figure{{ours: quantile(per, 0.5), alone: true}}, nil
}

// idleConnections looks at what is left of connections that were busy.
func idleConnections(ctx context.Context, b *bench) ([]figure, error) {
	const conns, each = 100, 32
	s, err := b.side(ctx, oursForgetful)
	if err != nil {
		return nil, err
	}
	defer s.stop()
	var open []net.Conn
	busy := func() error {
		if err := s.connect(s.hello.Addr); err != nil {
			return err
		}
		open = append(open, s.conn)
		// The same file again: what is known of uploads is no connection's.
		frames, err := s.parts(7, each, 512*kib, plain, noise(512*kib))
		if err != nil {
			return err
		}
		if _, err = s.send(frames, 4); err != nil {
			return err
		}
		return s.acknowledge() // what is not acknowledged is the session's, for as long as it takes
	}
	defer func() {
		for _, c := range open {
			_ = c.Close()
		}
	}()
	if err := busy(); err != nil { // what is allocated once is nobody's
		return nil, err
	}
	before, err := s.usage("gc")
	if err != nil {
		return nil, err
	}
	for range conns {
		if err := busy(); err != nil {
			return nil, err
		}
	}
	after, err := s.usage("gc")
	return []figure{{ours: float64(after.Live-before.Live) / conns / kib, alone: true}}, err
}

// startup runs the command itself.
func startup(ctx context.Context, b *bench) ([]figure, error) {
	program, err := b.program("command")
	if err != nil {
		return nil, err
	}
	var took []float64
	for range b.reps + 1 {
		cmd := exec.CommandContext(ctx, program, "serve", "--log", "off")
		out, err := cmd.StdoutPipe()
		if err != nil {
			return nil, err
		}
		began := time.Now()
		if err := cmd.Start(); err != nil {
			return nil, err
		}
		_, err = bufio.NewReader(out).ReadBytes('\n')
		took = append(took, float64(time.Since(began)))
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		if err != nil {
			return nil, err
		}
	}
	return []figure{{ours: quantile(took[1:], 0.5) / 1e6, alone: true}}, nil
}

// beside5000 compares a server with itself.
func beside5000(ctx context.Context, b *bench) ([]figure, error) {
	const idle = 5000
	var open []net.Conn
	defer func() {
		for _, c := range open {
			_ = c.Close()
		}
	}()
	crowd := true
	got, err := b.compare(ctx, [2]string{oursDigest, oursDigest}, func(c *client, rep int) (job, error) {
		for crowd && len(open) < idle { // the first side alone
			conn, err := net.Dial("tcp", c.conn.RemoteAddr().String())
			if err != nil {
				return job{}, err
			}
			open = append(open, conn)
			if _, err := conn.Write([]byte{0xee, 0xee, 0xee, 0xee}); err != nil {
				return job{}, err
			}
		}
		crowd = false
		return file(filled, 512*kib, plain, noise(512*kib))(c, rep)
	})
	return medians(got, 1e6), err
}

func fourGigabytes(ctx context.Context, b *bench) ([]figure, error) {
	s, err := b.side(ctx, oursDigest)
	if err != nil {
		return nil, err
	}
	defer s.stop()
	for n := range 4 << 30 / (filled * 512 * kib) {
		j, err := file(filled, 512*kib, plain, noise(512*kib))(s.client, n)
		if err != nil {
			return nil, err
		}
		if _, err := s.send(j.frames, 4); err != nil {
			return nil, err
		}
	}
	peak, err := s.memory("VmHWM")
	return []figure{{ours: float64(peak) / mib, alone: true}}, err
}

// flat compares the end of a large file with its beginning. Where a virtual machine has to
// ask its host for memory, the end costs more than the next time: that is why there is one.
func flat(ctx context.Context, b *bench) ([]figure, error) {
	var first, last []float64
	for range keeps {
		begin, end, err := b.twoGigabytes(ctx)
		if err != nil {
			return nil, err
		}
		first, last = append(first, begin), append(last, end)
	}
	return []figure{{ours: quantile(last, 0.5), theirs: quantile(first, 0.5)}}, nil
}

// twoGigabytes has them kept, and returns what of them cost at first and in the end, in ms/MB.
func (b *bench) twoGigabytes(ctx context.Context) (begin, end float64, err error) {
	s, err := b.side(ctx, oursMemory)
	if err != nil {
		return 0, 0, err
	}
	defer s.stop()
	var per []float64
	const rounds, some = 2 << 30 / (filled * 512 * kib), 8
	for n := range rounds {
		used, err := s.used(n, file(filled, 512*kib, plain, noise(512*kib)))
		if err != nil {
			return 0, 0, err
		}
		per = append(per, used/1e6)
	}
	return quantile(per[1:1+some], 0.5), quantile(per[rounds-some:], 0.5), nil
}

// keeps is how often gigabytes are kept. How much more than that tgtest takes hangs on
// when its collector gets to run: 5.1 and 6.8 GB were seen within an hour.
const keeps = 3

// kept has both keep what they are sent. tgtest takes the longer, the more it has.
func kept(ctx context.Context, b *bench) ([]figure, error) {
	var used, peak [2][]float64
	for range keeps {
		for i, name := range []string{oursMemory, asShipped} {
			cpu, rss, err := keep(ctx, b, name)
			if err != nil {
				return nil, err
			}
			used[i], peak[i] = append(used[i], cpu), append(peak[i], rss)
		}
	}
	median := func(of []float64) float64 { return quantile(of, 0.5) }
	return []figure{
		{name: "CPU", ours: median(used[0]), theirs: median(used[1])},
		{name: "peak RSS", unit: "MiB", most: 0.20, ours: median(peak[0]), theirs: median(peak[1])},
	}, nil
}

// keep has one of them keep a gigabyte: in ms/MB, and in MiB at most.
func keep(ctx context.Context, b *bench, name string) (cpu, rss float64, err error) {
	s, err := b.side(ctx, name)
	if err != nil {
		return 0, 0, err
	}
	defer s.stop()
	if cpu, err = s.used(0, file(2048, 512*kib, plain, noise(512*kib))); err != nil {
		return 0, 0, err
	}
	peak, err := s.memory("VmHWM")
	return cpu / 1e6, float64(peak) / mib, err
}
