package rawclient

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// RPCError is the error that answers a query.
//
// https://core.telegram.org/api/errors
type RPCError struct {
	Code    int32
	Message string
}

func (e *RPCError) Error() string {
	return fmt.Sprintf("rawclient: rpc error %d %s", e.Code, e.Message)
}

// Wait is how long FLOOD_WAIT_n and its relatives (code 420) ask the client to
// wait; 0 for every other error. More than a Duration can say is the longest one.
func (e *RPCError) Wait() time.Duration {
	if e.Code != 420 {
		return 0
	}
	n, err := strconv.ParseInt(e.Message[strings.LastIndexByte(e.Message, '_')+1:], 10, 64)
	if err != nil || n < 0 {
		return 0
	}
	if n > int64(math.MaxInt64/time.Second) {
		return math.MaxInt64
	}
	return time.Duration(n) * time.Second
}
