package main

import (
	"context"
	"crypto/x509"

	"github.com/fakedc/fakedc/mockserver/rawclient"
)

const (
	kib = 1 << 10
	mib = 1 << 20
	// filled is how many parts a repetition sends: 64 MiB of the largest.
	filled = 128
)

// row is one line of the table.
type row struct {
	name string
	unit string
	most float64 // of ours to theirs; of ours itself where there is no other
	long bool    // takes minutes or gigabytes
	run  func(ctx context.Context, b *bench) ([]figure, error)
}

// figure is one measurement of it.
type figure struct {
	name         string // beside the row's, where there are several
	ours, theirs float64
	alone        bool // there is nothing to compare with
	unit         string
	most         float64 // instead of the row's
}

// parts compares servers by the CPU per MB of a file.
func parts(names [2]string, size int, pack func([]byte) []byte, data func(int) []byte) func(context.Context, *bench) ([]figure, error) {
	return func(ctx context.Context, b *bench) ([]figure, error) {
		got, err := b.compare(ctx, names, file(filled, size, pack, data))
		return medians(got, 1e6), err
	}
}

// medians are in units of so many nanoseconds.
func medians(got [2][]float64, unit float64) []figure {
	return []figure{{ours: quantile(got[0], 0.5) / unit, theirs: quantile(got[1], 0.5) / unit}}
}

var rows = []row{
	{name: "512 KiB parts, digest store, beside tgtest that throws parts away", unit: "ms/MB", most: 0.30,
		run: parts([2]string{oursDigest, theirs}, 512*kib, plain, noise(512*kib))},
	{name: "the same, memory store", unit: "ms/MB", most: 0.40,
		run: parts([2]string{oursMemory, theirs}, 512*kib, plain, noise(512*kib))},
	{name: "the same, digest store, beside the floor: one read, one IGE, one SHA-256", unit: "ms/MB", most: 1.25,
		run: parts([2]string{oursDigest, theFloor}, 512*kib, plain, noise(512*kib))},
	{name: "the same, without assembly, beside tgtest", unit: "ms/MB", most: 0.58,
		run: parts([2]string{oursPure, theirs}, 512*kib, plain, noise(512*kib))},
	{name: "gzip-packed parts that do not compress", unit: "ms/MB", most: 0.25,
		run: parts([2]string{oursDigest, theirs}, 512*kib, rawclient.GzipPacked, noise(512*kib))},
	{name: "gzip-packed parts of text", unit: "ms/MB", most: 0.70,
		run: parts([2]string{oursDigest, theirs}, 512*kib, rawclient.GzipPacked, prose(512*kib))},
	{name: "ping, 32 in flight", unit: "µs", most: 0.25, run: pings},
	{name: "auth key, server's part", unit: "ms", most: 0.15, run: authKeys},
	{name: "latency of a 128 KiB part, one in flight", unit: "ms", most: 0.5, run: latency(128 * kib)},
	{name: "latency of a 512 KiB part, one in flight", unit: "ms", most: 0.5, run: latency(512 * kib)},
	{name: "allocations per 512 KiB part, digest store", unit: "", most: 2, run: allocations},
	{name: "memory of an idle connection after 32 parts", unit: "KiB", most: 16, run: idleConnections},
	{name: "fakedc serve, from exec to the ready line", unit: "ms", most: 10, run: startup},
	{name: "512 KiB parts while 5,000 connections are idle, beside none", unit: "ms/MB", most: 1.25, run: beside5000},
	{name: "peak RSS of 4 GB, digest store", unit: "MiB", most: 24, long: true, run: fourGigabytes},
	{name: "memory store: the last 64 MiB of 2 GB, beside the first", unit: "ms/MB", most: 1.25, long: true, run: flat},
	{name: "1 GiB kept in memory, beside tgtest as shipped", unit: "ms/MB", most: 0.02, long: true, run: kept},
}

func pings(ctx context.Context, b *bench) ([]figure, error) {
	const n = 4096
	got, err := b.compare(ctx, [2]string{oursDigest, theirs}, func(c *client, _ int) (job, error) {
		frames, err := c.pings(n)
		return job{frames, 32, n}, err
	})
	return medians(got, 1e3), err
}

// authKeys makes keys over connections that stay open: one that ends ends tgtest.
func authKeys(ctx context.Context, b *bench) ([]figure, error) {
	const n = 5
	var got [2][]float64
	var open []*rawclient.Conn
	defer func() {
		for _, c := range open {
			_ = c.Close()
		}
	}()
	var sides [2]side
	for i, name := range []string{oursDigest, theirs} {
		var err error
		if sides[i], err = b.side(ctx, name); err != nil {
			return nil, err
		}
		defer sides[i].stop()
	}
	for rep := range b.reps + 1 {
		for turn := range 2 {
			s := sides[(rep+turn)%2]
			public, err := x509.ParsePKCS1PublicKey(s.hello.PublicKey)
			if err != nil {
				return nil, err
			}
			before, err := s.cpu()
			if err != nil {
				return nil, err
			}
			for range n {
				c, err := rawclient.Dial(ctx, s.hello.Addr, rawclient.Options{})
				if err != nil {
					return nil, err
				}
				open = append(open, c)
				if _, err := rawclient.CreateKey(ctx, c, rawclient.KeyOptions{PublicKey: public}); err != nil {
					return nil, err
				}
			}
			after, err := s.cpu()
			if err != nil {
				return nil, err
			}
			if rep > 0 {
				got[(rep+turn)%2] = append(got[(rep+turn)%2], float64(after-before)/n)
			}
		}
	}
	return medians(got, 1e6), nil
}

func latency(size int) func(context.Context, *bench) ([]figure, error) {
	return func(ctx context.Context, b *bench) ([]figure, error) {
		got, err := b.latencies(ctx, [2]string{oursDigest, theirs}, file(filled, size, plain, noise(size)))
		return []figure{
			{name: "p50", ours: quantile(got[0], 0.5) / 1e6, theirs: quantile(got[1], 0.5) / 1e6},
			{name: "p99", ours: quantile(got[0], 0.99) / 1e6, theirs: quantile(got[1], 0.99) / 1e6},
		}, err
	}
}
