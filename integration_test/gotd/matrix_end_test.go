package gotd_test

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/gotd/td/rpc"
	"github.com/gotd/td/tgerr"
)

// The ends of an upload that are no error of the server's.
const (
	completes = "completes"
	// damaged: gotd and the server say that all is well, and the bytes are others.
	damaged = "completes with other bytes"
	// endless: it calls as often as its caller lets it.
	endless = "repeats the part until its caller ends it"
	// patient: it waits, or connects anew, as long as its caller lets it.
	patient = "goes on until its caller ends it"
	// silent is rpc.RetryLimitReachedErr.
	silent = "gives up after 5 repetitions without an acknowledgement"
	// gone is a write that failed, which gotd does not repeat.
	gone = "fails to write to the broken connection"
	// unanswered is a call that was acknowledged before the connection ended: gotd
	// does not repeat it, since it may have been carried out.
	unanswered = "fails: acknowledged, not answered before the connection ended"
	// noConnection: it never came to an upload.
	noConnection = "does not connect: "
	// whenSent: the upload went well, and using it failed.
	whenSent = "when the file is sent: "
)

// ending says in a few words how an upload failed: the same ones for the same
// failure, whatever it was wrapped in. caller is the context of gotd's caller, ctx
// that of the calls.
func ending(caller, ctx context.Context, where string, err error) string {
	var limit *rpc.RetryLimitReachedErr
	switch rpcErr, isRPC := tgerr.As(err); {
	case err == nil:
		return where + "ended without an error"
	case errors.Is(context.Cause(ctx), errEndless):
		return where + endless
	case errors.As(err, &limit):
		return where + fmt.Sprintf("gives up after %d repetitions without an acknowledgement", limit.Retries)
	case isRPC:
		return where + fmt.Sprintf("%d %s", rpcErr.Code, rpcErr.Message)
	case errors.Is(caller.Err(), context.DeadlineExceeded):
		return where + patient
	}
	text := err.Error()
	if _, inner, ok := strings.Cut(text, "rpcDoRequest: "); ok {
		text = inner
	}
	switch {
	case text == "engine forcibly closed: context canceled":
		return where + unanswered
	case strings.HasPrefix(text, "retryUntilAck: send: "):
		return where + gone
	}
	return where + text
}
