package rawclient

import (
	"fmt"
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
// wait; 0 for every other error.
func (e *RPCError) Wait() time.Duration {
	if e.Code != 420 {
		return 0
	}
	n, err := strconv.Atoi(e.Message[strings.LastIndexByte(e.Message, '_')+1:])
	if err != nil || n < 0 {
		return 0
	}
	return time.Duration(n) * time.Second
}
