package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/mockserver/rawclient"
)

// https://core.telegram.org/api/errors
func TestReactions(t *testing.T) {
	for name, c := range map[string]struct {
		err      error
		refusals int
		giveUp   bool
		wait     time.Duration
		told     string
	}{
		"400":          {&rawclient.RPCError{Code: 400, Message: "FILE_PART_INVALID"}, 0, false, 0, "400 FILE_PART_INVALID"},
		"400 again":    {&rawclient.RPCError{Code: 400, Message: "FILE_PART_INVALID"}, 1, true, 0, "400 FILE_PART_INVALID"},
		"420":          {&rawclient.RPCError{Code: 420, Message: "FLOOD_WAIT_7"}, 1, false, 7 * time.Second, "420 FLOOD_WAIT_7"},
		"420 premium":  {&rawclient.RPCError{Code: 420, Message: "FLOOD_PREMIUM_WAIT_2"}, 0, false, 2 * time.Second, "420 FLOOD_PREMIUM_WAIT_2"},
		"500":          {&rawclient.RPCError{Code: 500, Message: "STORE_FULL"}, 1, false, backOff, "500 STORE_FULL"},
		"-503":         {&rawclient.RPCError{Code: -503, Message: "Timeout"}, 1, false, backOff, "-503 Timeout"},
		"false":        {errFalse, 1, false, 0, "answered false"},
		"silence":      {fmt.Errorf("waiting: %w", context.DeadlineExceeded), 1, false, 0, "no answer"},
		"disconnected": {fmt.Errorf("reading: %w", io.EOF), 1, false, backOff, "the connection was lost"},
	} {
		r := reactTo(c.err, &c.refusals)
		require.Equal(t, c.giveUp, r.giveUp, name)
		require.Equal(t, c.wait, r.wait, name)
		require.NotEmpty(t, r.did, name)
		require.Equal(t, c.told, told(c.err), name)
	}
}

// Only a refusal counts towards giving up: waiting is not being wrong.
func TestOnlyRefusalsCount(t *testing.T) {
	refusals := 0
	for _, err := range []error{errFalse, io.EOF, &rawclient.RPCError{Code: 420, Message: "FLOOD_WAIT_1"}, &rawclient.RPCError{Code: 500}} {
		require.False(t, reactTo(err, &refusals).giveUp)
		require.Zero(t, refusals)
	}
	require.False(t, reactTo(&rawclient.RPCError{Code: 400}, &refusals).giveUp)
	require.Equal(t, 1, refusals)
}

func TestMissingPart(t *testing.T) {
	part, ok := missingPart(fmt.Errorf("x: %w", &rawclient.RPCError{Code: 400, Message: "FILE_PART_12_MISSING"}))
	require.True(t, ok)
	require.EqualValues(t, 12, part)
	for _, err := range []error{errors.New("FILE_PART_1_MISSING"), &rawclient.RPCError{Code: 400, Message: "FILE_PART_X_MISSING"}, &rawclient.RPCError{Code: 400, Message: "FILE_PARTS_INVALID"}} {
		_, ok := missingPart(err)
		require.False(t, ok, err)
	}
}

func TestPace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		p := pace{rate: 1000}
		for range 4 { // the first goes at once, each of the others waits for the one before
			require.NoError(t, p.wait(t.Context(), 500))
		}
		require.Equal(t, 1500*time.Millisecond, time.Since(start))

		free := pace{}
		require.NoError(t, free.wait(t.Context(), 1<<30))
		require.Equal(t, 1500*time.Millisecond, time.Since(start), "0 is no limit")

		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		require.ErrorIs(t, (&pace{rate: 1, free: time.Now().Add(time.Hour)}).wait(ctx, 1), context.DeadlineExceeded)
	})
}
