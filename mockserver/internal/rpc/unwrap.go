package rpc

import (
	"errors"
	"fmt"

	"github.com/fakedc/fakedc/mockserver/internal/tl"
	"github.com/gotd/td/proto"
)

// Limits bound what it takes to find the query in a body.
type Limits struct {
	Inflated  int   // bytes that what is packed in one frame unpacks to
	Wrappers  int   // around one query, packed ones included
	RandomIDs int64 // bytes that those of all accounts take
	Messages  int64 // bytes that what all accounts have said takes
}

// unwrapped is a query without its wrappers.
type unwrapped struct {
	body  []byte
	layer int
	init  *tl.Object
	after []int64 // invokeAfterMsg(s)
	buf   inflated
}

// release gives the buffer of an unpacked query back; body is gone with it.
func (u *unwrapped) release() { u.buf.release() }

// unwrap takes at most so many wrappers off, in any nesting: each client has its own.
// https://core.telegram.org/api/invoking
func unwrap(body []byte, most int, budget *Budget) (u unwrapped, err error) {
	returned := false
	defer func() {
		if !returned { // a panic: what it holds is everybody's
			u.release()
		}
	}()
	err = u.unwrap(body, most, budget)
	returned = true
	return u, err
}

func (u *unwrapped) unwrap(body []byte, most int, budget *Budget) (err error) {
	u.body = body
	for taken := 0; ; taken++ {
		id, ok := tl.PeekID(u.body)
		if !ok {
			return fmt.Errorf("rpc: a query of %d bytes", len(u.body))
		}
		wrapper, known := tl.Name(id)
		switch packed := id == proto.GZIPTypeID; {
		case !packed && !(known && isWrapper(wrapper)):
			return nil
		case taken == most:
			return &limitError{"Wrappers", fmt.Sprintf("more than %d wrappers around a query", most)}
		case packed:
			err = u.inflate(budget)
		default:
			err = u.take()
		}
		if err != nil {
			return err
		}
	}
}

// take takes one wrapper off.
func (u *unwrapped) take() error {
	o, _, err := tl.Decode(u.body)
	if err != nil {
		return err
	}
	u.note(o)
	u.body = o.Bytes("query")
	return nil
}

func isWrapper(name string) bool {
	switch name {
	case "invokeWithLayer", "initConnection", "invokeWithoutUpdates", "invokeAfterMsg", "invokeAfterMsgs",
		"invokeWithTakeout", "invokeWithMessagesRange", "invokeWithBusinessConnection":
		return true
	}
	return false
}

func (u *unwrapped) note(o *tl.Object) {
	switch o.Name {
	case "invokeWithLayer":
		u.layer = int(o.Int("layer"))
	case "initConnection":
		u.init = o
	case "invokeAfterMsg":
		u.after = append(u.after, o.Long("msg_id"))
	case "invokeAfterMsgs":
		for _, id := range o.Vector("msg_ids") {
			u.after = append(u.after, id.(int64))
		}
	}
}

func (u *unwrapped) inflate(budget *Budget) error {
	if u.buf.data != nil {
		return errors.New("rpc: gzip_packed inside gzip_packed")
	}
	packed, _, err := tl.TakeBytes(u.body[4:])
	if err != nil {
		return err
	}
	u.buf, err = budget.inflate(packed)
	if err != nil {
		return err
	}
	u.body = u.buf.data
	return nil
}

// What one query may consist of, see package tl.
const (
	MaxDepth  = tl.MaxDepth
	MaxValues = tl.MaxValues
)
