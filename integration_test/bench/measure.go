package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"slices"
	"time"

	"github.com/fakedc/fakedc/mockserver/rawclient"
)

// bench is one run of this command.
type bench struct {
	*programs
	reps  int
	slots slots
}

// side is a server with a client, one of two that are compared.
type side struct {
	*process
	*client
}

// Names of servers, as the rows use them.
const (
	oursDigest = "digest"
	oursMemory = "memory"
	oursPure   = "purego"
	// oursForgetful keeps few events, so that a connection's memory can be told from
	// the journal's.
	oursForgetful = "forgetful"
	theirs        = "tgtest"
	asShipped     = "tgtest as shipped"
	theFloor      = "floor"
)

// side starts a server and logs in.
func (b *bench) side(ctx context.Context, name string) (s side, err error) {
	recipe, args := "fakedc", []string{"-store", "digest"}
	switch name {
	case oursMemory:
		args = []string{"-store", "memory"}
	case oursForgetful:
		args = append(args, "-journal", "100")
	case oursPure:
		recipe = "noasm"
	case theirs:
		recipe, args = "tgtest", nil
	case asShipped:
		recipe, args = "tgtest", []string{"-shipped"}
	case theFloor:
		recipe = "floor"
	}
	program, err := b.program(recipe)
	if err != nil {
		return s, err
	}
	if name == theFloor {
		program, args = "env", []string{"FAKEDC_FLOOR=1", program}
	}
	if s.process, err = start(ctx, name, program, args...); err != nil {
		return s, err
	}
	defer func() {
		if err != nil {
			s.end()
		}
	}()
	if name != theFloor {
		s.client, err = dial(ctx, s.process)
		return s, err
	}
	var key [256]byte
	_, _ = rand.Read(key[:])
	s.client = &client{key: rawclient.NewAuthKey(key, 0), blind: true}
	return s, s.connect(s.hello.Addr)
}

func (s side) stop() {
	if s.client != nil && s.conn != nil {
		_ = s.conn.Close()
	}
	if s.client != nil && s.login != nil {
		_ = s.login.Close()
	}
	s.end()
}

// job is what one repetition sends.
type job struct {
	frames   [][]byte
	inFlight int
	units    float64 // what the result is divided by
}

// compare has two servers do the same, in turns, and returns the CPU that each used,
// in nanoseconds per unit.
func (b *bench) compare(ctx context.Context, names [2]string, make func(c *client, rep int) (job, error)) (got [2][]float64, err error) {
	var sides [2]side
	for i, name := range names {
		if sides[i], err = b.side(ctx, name); err != nil {
			return got, fmt.Errorf("%s: %w", name, err)
		}
		defer sides[i].stop()
	}
	for rep := range b.reps + 1 {
		for turn := range 2 {
			i := (rep + turn) % 2
			b.slots.sample()
			used, err := sides[i].used(rep, make)
			if err != nil {
				return got, fmt.Errorf("%s: %w", names[i], err)
			}
			if rep > 0 { // the first warms up
				got[i] = append(got[i], used)
			}
		}
	}
	return got, nil
}

func (s side) used(rep int, make func(c *client, rep int) (job, error)) (float64, error) {
	j, err := make(s.client, rep)
	if err != nil {
		return 0, err
	}
	before, err := s.cpu()
	if err != nil {
		return 0, err
	}
	if _, err := s.send(j.frames, j.inFlight); err != nil {
		return 0, err
	}
	after, err := s.cpu()
	return float64(after-before) / j.units, err
}

// latencies has two servers answer one at a time, and returns how long each took.
func (b *bench) latencies(ctx context.Context, names [2]string, make func(c *client, rep int) (job, error)) (got [2][]float64, err error) {
	var sides [2]side
	for i, name := range names {
		if sides[i], err = b.side(ctx, name); err != nil {
			return got, err
		}
		defer sides[i].stop()
	}
	for rep := range b.reps + 1 {
		for turn := range 2 {
			i := (rep + turn) % 2
			b.slots.sample()
			j, err := make(sides[i].client, rep)
			if err != nil {
				return got, err
			}
			took, err := sides[i].send(j.frames, 1)
			if err != nil {
				return got, fmt.Errorf("%s: %w", names[i], err)
			}
			for _, d := range took {
				if rep > 0 {
					got[i] = append(got[i], float64(d))
				}
			}
		}
	}
	return got, nil
}

// quantile of values, which it sorts: 0.5 is the median.
func quantile(values []float64, q float64) float64 {
	if len(values) == 0 {
		return 0
	}
	slices.Sort(values)
	return values[min(len(values)-1, int(q*float64(len(values))))]
}

// noise is data that no compression shrinks, the same in every run.
func noise(size int) func(int) []byte {
	all := make([]byte, size)
	state := uint64(88172645463325252)
	for i := range all {
		state ^= state << 13
		state ^= state >> 7
		state ^= state << 17
		all[i] = byte(state)
	}
	return func(int) []byte { return all }
}

// prose is text, as compressible as text is.
func prose(size int) func(int) []byte {
	words := []string{"part", "upload", "datacenter", "the", "of", "a", "client", "server", "key", "session", "message", "answers", "is", "and"}
	random := noise(size)(0)
	var all []byte
	for i := 0; len(all) < size; i++ {
		all = append(all, words[int(random[i%size])%len(words)]...)
		all = append(all, ' ')
	}
	return func(int) []byte { return all[:size] }
}

func plain(body []byte) []byte { return body }

// file is a job: a file of n parts, four in flight, per MB.
func file(n, size int, pack func([]byte) []byte, data func(int) []byte) func(*client, int) (job, error) {
	return func(c *client, rep int) (job, error) {
		frames, err := c.parts(int64(rep)<<32+time.Now().UnixNano()&0xffffffff, n, size, pack, data)
		return job{frames, 4, float64(n*size) / 1e6}, err
	}
}
