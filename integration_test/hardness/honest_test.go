package hardness_test

import (
	"context"
	"crypto/rsa"
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

	server  *rsa.PublicKey  // to make a key, which every upload begins with; nil: it makes none
	keys    []time.Duration // how long it took
	refused int
}

const (
	partsEach = 16
	partSize  = 512 << 10
)

// upload goes on until stop is closed, but for one file at least, or something fails:
// nothing may.
func (h *honest) upload(ctx context.Context, stop <-chan struct{}) error {
	ready, err := mockserver.NewSession(mockserver.SessionOptions{})
	if err != nil {
		return err
	}
	key := rawclient.NewAuthKey(ready.AuthKey, 0)
	data := make([]byte, partSize)
	for file := int64(1); ; file++ {
		one, cancel := context.WithTimeout(ctx, 30*time.Second)
		err := h.makeKey(one)
		if err == nil {
			err = h.file(one, key, file, data)
		}
		cancel()
		if err != nil {
			return fmt.Errorf("honest upload %d: %w", file, err)
		}
		h.uploads.Add(1)
		select {
		case <-stop:
			return nil
		default:
		}
	}
}

// makeKey makes an auth key, as somebody does who comes for the first time: where there
// is no place, again.
func (h *honest) makeKey(ctx context.Context) error {
	if h.server == nil {
		return nil
	}
	began := time.Now()
	for {
		err := h.tryKey(ctx)
		if err == nil {
			h.keys = append(h.keys, time.Since(began))
			return nil
		}
		h.refused++
		select {
		case <-time.After(20 * time.Millisecond):
		case <-ctx.Done():
			return fmt.Errorf("making a key, %d were refused: %w", h.refused, err)
		}
	}
}

func (h *honest) tryKey(ctx context.Context) (err error) {
	c, err := rawclient.Dial(ctx, h.addr, rawclient.Options{})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, c.Close()) }()
	_, err = rawclient.CreateKey(ctx, c, rawclient.KeyOptions{PublicKey: h.server})
	return err
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
