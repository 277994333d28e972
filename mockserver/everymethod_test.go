package mockserver_test

import (
	"bytes"
	"context"
	"io"
	"net"
	"reflect"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/mockserver"
	"github.com/fakedc/fakedc/mockserver/rawclient"
	"github.com/fakedc/fakedc/scenarios"
)

// A Server is safe for concurrent use, every method of it, also those that are still to be
// written: while clients upload, while it is closed, and afterwards. None may panic or wait
// for ever; whether they race is for -race to say.
func TestEveryMethodAtOnce(t *testing.T) {
	dc, err := mockserver.New(mockserver.Options{MoreDCs: []int{4}})
	require.NoError(t, err)
	l, err := mockserver.Listen()
	require.NoError(t, err)
	var serving, callers sync.WaitGroup
	serving.Go(func() { _ = dc.Serve(l) })
	for account := range 2 {
		serving.Go(func() { uploadUntilItCloses(t, dc, l.Addr().String(), account+1) })
	}
	atOnce := func(rounds int, but string) {
		for range 2 {
			callers.Go(func() {
				for range rounds {
					callEveryMethod(t, dc, l.Addr(), but)
				}
			})
		}
		callers.Wait()
	}
	_, err = dc.WaitUpload(t.Context())
	require.NoError(t, err)
	atOnce(5, "Close")
	_, err = dc.WaitUpload(t.Context())
	require.NoError(t, err, "clients still upload")
	atOnce(1, "") // closed somewhere among the others
	serving.Wait()
	atOnce(1, "")
	require.Zero(t, dc.Panics())
}

func callEveryMethod(t *testing.T, dc *mockserver.Server, addr net.Addr, but string) {
	v := reflect.ValueOf(dc)
	for i := range v.NumMethod() {
		switch v.Type().Method(i).Name {
		case but, "Holding", "ForgetUploads", "KeepKeysBy": // the others are for tests
			continue
		}
		var r recorder
		for _, result := range v.Method(i).Call(anything(t, v.Method(i).Type(), &r, addr)) {
			switch x := result.Interface().(type) {
			case *mockserver.Hold:
				if x != nil {
					x.Let(x.Held())
					x.Open()
				}
			case *mockserver.Injection:
				if x != nil && x.InForce() {
					x.Fired()
					x.Remove()
				}
			case *mockserver.Namespace:
				x.Verdict()
			case mockserver.Upload:
				_, _ = x.SHA256()
			}
		}
		r.end()
	}
}

// anything makes arguments that no method waits with.
func anything(t *testing.T, f reflect.Type, r *recorder, addr net.Addr) (in []reflect.Value) {
	rule := scenarios.Rule{Match: only(1), Times: 1, Reply: scenarios.DuplicateReply()}
	over, cancel := context.WithCancel(t.Context())
	cancel()
	for i := range f.NumIn() {
		p := f.In(i)
		if f.IsVariadic() && i == f.NumIn()-1 {
			p = p.Elem()
		}
		var x any
		switch p {
		case reflect.TypeFor[context.Context]():
			x = over
		case reflect.TypeFor[mockserver.TB]():
			x = r
		case reflect.TypeFor[scenarios.Rule]():
			x = rule
		case reflect.TypeFor[*scenarios.Scenario]():
			x = faults(rule)
		case reflect.TypeFor[io.Reader]():
			x = bytes.NewReader(contents(kib))
		case reflect.TypeFor[net.Addr]():
			x = addr
		case reflect.TypeFor[net.Listener]():
			l, err := mockserver.Listen()
			require.NoError(t, err)
			require.NoError(t, l.Close())
			x = l
		case reflect.TypeFor[net.Conn]():
			here, there := net.Pipe()
			require.NoError(t, here.Close())
			x = there
		case reflect.TypeFor[string]():
			x = "upload.*"
		default:
			if v := reflect.Zero(p); v.CanInt() {
				in = append(in, reflect.ValueOf(2).Convert(p))
			} else {
				in = append(in, v)
			}
			continue
		}
		in = append(in, reflect.ValueOf(x))
	}
	return in
}

// uploadUntilItCloses uploads one file after the other, whatever becomes of them.
func uploadUntilItCloses(t *testing.T, dc *mockserver.Server, addr string, account int) {
	s, err := dc.Session(mockserver.SessionOptions{Account: account})
	if err != nil {
		t.Error(err)
		return
	}
	for file := int64(1); ; {
		c, err := rawclient.ConnectWithKey(t.Context(), addr, rawclient.Options{}, rawclient.NewAuthKey(s.AuthKey, 0), rawclient.ClientOptions{})
		if err != nil {
			return
		}
		_, err = c.InitConnection(t.Context(), 0)
		for ; err == nil; file++ {
			for i := range int32(3) {
				_, err = c.SaveBigFilePart(t.Context(), file, i, 3, contents(kib))
			}
		}
		_ = c.Close()
	}
}
