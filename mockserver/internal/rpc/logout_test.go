package rpc

import (
	"sync"
	"testing"

	"github.com/fakedc/fakedc/mockserver/internal/tl"
)

// A client logs out over one connection while it calls over another: a call under way
// ends with the account that it began with.
func TestLogOutInTheMiddleOfCalls(t *testing.T) {
	d := loggedIn(t, 228, nil)
	account := d.auth.Account()
	calls := [][]byte{
		d.encode(t, tl.New("messages.sendMessage", tl.Fields{"peer": self(), "message": "text", "random_id": int64(0)})),
		d.encode(t, tl.New("updates.getState", nil)),
		d.encode(t, tl.New("users.getUsers", tl.Fields{"id": tl.Vector(tl.New("inputUserSelf", nil))})),
	}
	stop := make(chan struct{})
	var other sync.WaitGroup
	other.Go(func() {
		for {
			select {
			case <-stop:
				return
			default:
				d.auth.LogIn(nil)
				d.auth.LogIn(account)
			}
		}
	})
	for range 5000 {
		for _, body := range calls {
			d.send(body)
		}
	}
	close(stop)
	other.Wait()
}
