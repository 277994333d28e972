package mockserver_test

import (
	"fmt"
	"log"

	"github.com/fakedc/fakedc/mockserver"
	"github.com/fakedc/fakedc/mockserver/rawclient"
)

// exampleTB is a test that prints, for examples, which have no *testing.T.
type exampleTB struct{ cleanups []func() }

func (*exampleTB) Helper()                           {}
func (t *exampleTB) Cleanup(f func())                { t.cleanups = append(t.cleanups, f) }
func (*exampleTB) Errorf(format string, args ...any) { fmt.Printf("FAIL: "+format+"\n", args...) }
func (*exampleTB) Fatalf(format string, args ...any) { log.Fatalf(format, args...) }
func (*exampleTB) Logf(string, ...any)               {}

func (t *exampleTB) end() {
	for i := len(t.cleanups) - 1; i >= 0; i-- {
		t.cleanups[i]()
	}
}

// connected is a client that is logged in with a token, as the code under test
// would be by its library.
func connected(dc *mockserver.Server, token string) *rawclient.Client {
	ctx, cancel := patience()
	defer cancel()
	c, err := rawclient.Connect(ctx, dc.Addr(), rawclient.Options{}, rawclient.KeyOptions{PublicKey: dc.PublicKey().RSA}, rawclient.ClientOptions{})
	if err != nil {
		log.Fatal(err)
	}
	if _, err := c.InitConnection(ctx, 228); err != nil {
		log.Fatal(err)
	}
	if _, err := c.LoginBot(ctx, token); err != nil {
		log.Fatal(err)
	}
	return c
}
