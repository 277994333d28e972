package main

import (
	"bytes"
	"context"
	"io"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

// A fixture that starts the server with a pipe for its stderr, and reads nothing of it,
// can end it all the same.
func TestServeEndsThoughNobodyReadsIt(t *testing.T) {
	t.Parallel()
	ctx, stop := context.WithCancel(t.Context())
	out, code := newLines(), make(chan int, 1)
	_, full := io.Pipe() // takes nothing
	go func() { code <- run(ctx, []string{"serve"}, strings.NewReader(""), out, full) }()
	out.until(t, "{")
	stop()
	select {
	case got := <-code:
		require.Zero(t, got)
	case <-time.After(30 * time.Second):
		t.Fatal("it waits for somebody to read what it says")
	}
}

func TestUnread(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, stop := context.WithCancel(t.Context())
		var all bytes.Buffer
		u := newUnread(ctx, &all)
		_, err := u.Write([]byte("one "))
		require.NoError(t, err)
		stop()
		_, err = u.Write([]byte("two"))
		require.NoError(t, err)
		require.Equal(t, "one two", all.String(), "what is read is written to the end")

		reader, pipe := io.Pipe()
		ctx, stop = context.WithCancel(t.Context())
		u = newUnread(ctx, pipe)
		began := time.Now()
		time.AfterFunc(time.Hour, stop)
		_, err = u.Write([]byte("a"))
		require.ErrorIs(t, err, errUnread)
		require.Equal(t, time.Hour+lastWords, time.Since(began), "until it ends it waits")
		_, err = u.Write([]byte("b"))
		require.ErrorIs(t, err, errUnread)
		require.Equal(t, time.Hour+lastWords, time.Since(began))
		require.NoError(t, reader.Close()) // and the write that waited ends
	})
}
