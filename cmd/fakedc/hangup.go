package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
)

// untilHangup has SIGHUP end a context. A terminal that is closed sends it, often twice:
// by the shell and by the kernel. So, other than a second Ctrl-C, it ends no process that
// is about to tidy up. Where nohup had it ignored it stays so.
func untilHangup(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(ctx)
	if signal.Ignored(syscall.SIGHUP) {
		return ctx, cancel
	}
	hangup := make(chan os.Signal, 1)
	signal.Notify(hangup, syscall.SIGHUP) // for good
	go func() {
		select {
		case <-hangup:
			cancel()
		case <-ctx.Done():
		}
	}()
	return ctx, cancel
}
