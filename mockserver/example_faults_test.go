package mockserver_test

import (
	"context"
	"fmt"
	"log"
	"time"

	"github.com/fakedc/fakedc/mockserver"
	"github.com/fakedc/fakedc/scenarios"
)

// patience is how long an example may take.
func patience() (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.Background(), 30*time.Second)
}

// A fault that is put in force while the test runs, and taken out again.
func ExampleServer_Inject() {
	t := &exampleTB{}
	defer t.end()
	dc := mockserver.Start(t, mockserver.Options{})
	lost, err := dc.Inject(scenarios.Rule{
		Name: "answer false to part 1", Match: scenarios.Match{Part: scenarios.Exactly(1)}, Reply: scenarios.AnswerReply(false),
	})
	if err != nil {
		log.Fatal(err)
	}
	c := connected(dc, "1:any")
	defer c.Close()
	ok, err := c.SaveBigFilePart(context.Background(), 7, 1, 2, []byte("the end"))
	fmt.Println(ok, err, "fired:", lost.Fired())
	lost.Remove()
	ok, err = c.SaveBigFilePart(context.Background(), 7, 1, 2, []byte("the end"))
	fmt.Println(ok, err, "fired:", lost.Fired())
	// Output:
	// false <nil> fired: 1
	// true <nil> fired: 1
}

// The part is on its way, and has not been stored, when the connection goes.
func ExampleServer_Hold() {
	t := &exampleTB{}
	defer t.end()
	dc := mockserver.Start(t, mockserver.Options{})
	gate, err := dc.Hold(scenarios.Match{Part: scenarios.Exactly(1)})
	if err != nil {
		log.Fatal(err)
	}
	sent := make(chan error)
	go func() { sent <- send(dc.Addr(), dc.PublicKey()) }()

	ctx, cancel := patience()
	defer cancel()
	if err := gate.Wait(ctx, 1); err != nil {
		log.Fatal(err)
	}
	u, _ := dc.Upload(7)
	fmt.Println("held:", gate.Held(), "stored:", u.Report.Stored)
	fmt.Println("dropped:", dc.DropConnections())
	fmt.Println("the upload failed:", <-sent != nil)
	gate.Let(1) // one, or all of them and those to come:
	gate.Open()
	// Output:
	// held: 1 stored: 1
	// dropped: 1
	// the upload failed: true
}

// The scenario in force, how often its rules fired, and a pause without faults.
func ExampleServer_MuteFaults() {
	t := &exampleTB{}
	defer t.end()
	wait, err := scenarios.Builtin("flood-wait")
	if err != nil {
		log.Fatal(err)
	}
	dc := mockserver.Start(t, mockserver.Options{
		Scenario: wait, Seed: 7, AtEnd: mockserver.AtEnd{AllowUnfired: true, AllowUnmet: true},
	})
	dc.MuteFaults(true)
	fmt.Println(send(dc.Addr(), dc.PublicKey()), dc.FaultsMuted())
	s, fired := dc.Scenario()
	fmt.Println(s.Name, fired, "seed", dc.Seed())
	// Output:
	// <nil> true
	// flood-wait [0] seed 7
}

// A client has to learn the new salt, and without its key to make another.
func ExampleServer_RotateSalt() {
	t := &exampleTB{}
	defer t.end()
	dc := mockserver.Start(t, mockserver.Options{})
	c := connected(dc, "1:any")
	defer c.Close()
	key := dc.Journal()[2].Key // connect, transport, auth_key
	fmt.Println("rotated:", dc.RotateSalt(key))
	ok, err := c.SaveBigFilePart(context.Background(), 7, 0, 2, make([]byte, 1024))
	fmt.Println(ok, err)
	fmt.Println("forgotten:", dc.ForgetKey(key))
	_, err = c.SaveBigFilePart(context.Background(), 7, 1, 2, []byte("the end"))
	fmt.Println(err)
	// Output:
	// rotated: 1
	// true <nil>
	// forgotten: 1
	// rawclient: transport error -404
}

// A session that is forgotten begins anew with the next message, and its client is
// told.
func ExampleServer_DropSession() {
	t := &exampleTB{}
	defer t.end()
	dc := mockserver.Start(t, mockserver.Options{})
	c := connected(dc, "1:any")
	defer c.Close()
	for range 2 {
		var s mockserver.SessionState = dc.Sessions()[0]
		fmt.Println("session", s.Number, "account", s.Account, "over connections", s.Connections)
		fmt.Println(dc.DropSession(s.ID), len(dc.Sessions()), dc.Accepting())
		if _, err := c.SaveBigFilePart(context.Background(), 7, 0, 2, make([]byte, 1024)); err != nil {
			log.Fatal(err)
		}
	}
	// Output:
	// session 1 account 1 over connections [1]
	// true 0 true
	// session 2 account 1 over connections [1]
	// true 0 true
}

// Connections are listed and ended one by one.
func ExampleServer_DropConnection() {
	t := &exampleTB{}
	defer t.end()
	dc := mockserver.Start(t, mockserver.Options{})
	one, other := connected(dc, "1:any"), connected(dc, "1:any")
	defer other.Close()
	for _, open := range dc.OpenConnections() {
		var c mockserver.Connection = open
		fmt.Println("connection", c.Number, "to datacenter", c.DC)
	}
	fmt.Println(dc.DropConnection(1), dc.Connections() > 0)
	<-one.Done()
	// Output:
	// connection 1 to datacenter 2
	// connection 2 to datacenter 2
	// true true
}

// What is allowed in a scenario and probably not meant.
func ExampleLintMethods() {
	file := "fakedc: 1\nrules: [{ match: { method: upload.saveBigFilePat }, delay: 1s }]\n"
	found, err := scenarios.Lint("mine.yaml", []byte(file), mockserver.LintMethods())
	if err != nil {
		log.Fatal(err)
	}
	for _, w := range found {
		fmt.Println(w.Check, w.DidYouMean)
	}
	// Output:
	// unknown-method upload.saveBigFilePart
}
