package mockserver_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"net"
	"time"

	"github.com/fakedc/fakedc/mockserver"
	"github.com/fakedc/fakedc/mockserver/rawclient"
	"github.com/fakedc/fakedc/scenarios"
)

// send is the code under test: it uploads two parts by whatever library it uses.
func send(addr string, key mockserver.PublicKey) error {
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	c, err := rawclient.Connect(ctx, addr, rawclient.Options{}, rawclient.KeyOptions{PublicKey: key.RSA}, rawclient.ClientOptions{})
	if err != nil {
		return err
	}
	defer c.Close()
	return sendBy(ctx, c)
}

func sendBy(ctx context.Context, c *rawclient.Client) error {
	if _, err := c.InitConnection(ctx, 228); err != nil {
		return err
	}
	if _, err := c.LoginBot(ctx, "123456:any-token"); err != nil {
		return err
	}
	for i, part := range [][]byte{make([]byte, 1024), []byte("the end")} {
		if _, err := c.SaveBigFilePart(ctx, 7, int32(i), 2, part); err != nil {
			return fmt.Errorf("part %d: %w", i, err)
		}
	}
	return nil
}

// A server of one's own, without a testing.T. In a test, Start does all of this
// but the upload.
func Example() {
	dc, err := mockserver.New(mockserver.Options{})
	if err != nil {
		log.Fatal(err)
	}
	defer dc.Close()
	l, err := mockserver.Listen()
	if err != nil {
		log.Fatal(err)
	}
	go func() { _ = dc.Serve(l) }()

	if err := send(l.Addr().String(), dc.PublicKey()); err != nil {
		log.Fatal(err)
	}
	for _, u := range dc.Uploads() {
		fmt.Printf("file %d: %d bytes, complete %t\n", u.FileID, u.Report.Bytes, u.Report.Complete)
	}
	// Output:
	// file 7: 1031 bytes, complete true
}

// What goes wrong can be said in Go as well as in a file.
func ExampleServer_SetScenario() {
	dc, err := mockserver.New(mockserver.Options{})
	if err != nil {
		log.Fatal(err)
	}
	defer dc.Close()
	l, err := mockserver.Listen()
	if err != nil {
		log.Fatal(err)
	}
	go func() { _ = dc.Serve(l) }()

	err = dc.SetScenario(&scenarios.Scenario{Rules: []scenarios.Rule{{
		Name:  "wait at the second part",
		Match: scenarios.Match{Part: scenarios.Exactly(1)},
		Times: 1,
		Reply: scenarios.FloodWaitReply(5 * time.Second),
	}}})
	if err != nil {
		log.Fatal(err)
	}
	err = send(l.Addr().String(), dc.PublicKey())
	var refused *rawclient.RPCError
	fmt.Println(errors.As(err, &refused), refused.Message)
	u, _ := dc.Upload(7)
	fmt.Println("missing:", u.Report.Missing)
	// Output:
	// true FLOOD_WAIT_5
	// missing: [1]
}

// With ServeConn no socket is needed, and a whole test can run in a
// testing/synctest bubble.
func ExampleServer_ServeConn() {
	dc, err := mockserver.New(mockserver.Options{})
	if err != nil {
		log.Fatal(err)
	}
	defer dc.Close()
	here, there := net.Pipe()
	go dc.ServeConn(there)

	ctx := context.Background()
	conn, err := rawclient.NewConn(here, rawclient.Options{})
	if err != nil {
		log.Fatal(err)
	}
	key, err := rawclient.CreateKey(ctx, conn, rawclient.KeyOptions{PublicKey: dc.PublicKey().RSA})
	if err != nil {
		log.Fatal(err)
	}
	c, err := rawclient.NewClient(conn, key, rawclient.ClientOptions{})
	if err != nil {
		log.Fatal(err)
	}
	defer c.Close()
	if err := sendBy(ctx, c); err != nil {
		log.Fatal(err)
	}
	u, _ := dc.Upload(7)
	sum, err := u.SHA256()
	fmt.Println(len(sum), err)
	// Output:
	// 64 <nil>
}
