package hardness_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync/atomic"
	"time"

	"github.com/fakedc/fakedc/mockserver"
	"github.com/fakedc/fakedc/mockserver/rawclient"
)

// honest uploads one file after the other, each over a connection of its own, one part
// at a time.
type honest struct {
	addr    string
	uploads atomic.Int64
	parts   []time.Duration // how long each part took, sealing included
	connect []time.Duration // how long it took to dial and to be answered for the first time
}

const (
	partsEach = 16
	partSize  = 512 << 10
)

// upload goes on until stop is closed, or something fails: nothing may.
func (h *honest) upload(ctx context.Context, stop <-chan struct{}) error {
	ready, err := mockserver.NewSession(mockserver.SessionOptions{})
	if err != nil {
		return err
	}
	key := rawclient.NewAuthKey(ready.AuthKey, 0)
	data := make([]byte, partSize)
	for file := int64(1); ; file++ {
		select {
		case <-stop:
			return nil
		default:
		}
		one, cancel := context.WithTimeout(ctx, 30*time.Second)
		err := h.file(one, key, file, data)
		cancel()
		if err != nil {
			return fmt.Errorf("honest upload %d: %w", file, err)
		}
		h.uploads.Add(1)
	}
}

func (h *honest) file(ctx context.Context, key *rawclient.AuthKey, file int64, data []byte) (err error) {
	began := time.Now()
	c, err := rawclient.ConnectWithKey(ctx, h.addr, rawclient.Options{Transport: rawclient.Intermediate, Obfuscated: true}, key, rawclient.ClientOptions{})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, c.Close()) }()
	if _, err := c.InitConnection(ctx, 0); err != nil {
		return err
	}
	h.connect = append(h.connect, time.Since(began))
	for i := range int32(partsEach) {
		data[0], data[1] = byte(file), byte(i)
		began := time.Now()
		ok, err := c.SaveBigFilePart(ctx, file, i, partsEach, data)
		if err != nil || !ok {
			return fmt.Errorf("part %d: %t, %w", i, ok, err)
		}
		h.parts = append(h.parts, time.Since(began))
	}
	_, err = c.UploadMedia(ctx, rawclient.InputFile{ID: file, Parts: partsEach, Name: "a.bin", Big: true})
	return err
}

// quantile returns the smallest of durations that a share of them does not pass.
func quantile(all []time.Duration, share float64) time.Duration {
	if len(all) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(all))
	return sorted[min(len(sorted)-1, int(share*float64(len(sorted))))]
}
