package mockserver_test

import (
	"errors"
	"fmt"
	"log"
	"net"
	"strings"

	"github.com/fakedc/fakedc/mockserver"
	"github.com/fakedc/fakedc/mockserver/rawclient"
)

// A login without a login: what a client stores after one.
func ExampleServer_Session() {
	t := &exampleTB{}
	defer t.end()
	dc := mockserver.Start(t, mockserver.Options{})
	s, err := dc.Session(mockserver.SessionOptions{Account: 2})
	if err != nil {
		log.Fatal(err)
	}
	text, err := s.For("telethon")
	fmt.Println("account", s.Account, "user", s.UserID, "string", len(text) > 300, err)

	ctx, cancel := patience()
	defer cancel()
	c, err := rawclient.ConnectWithKey(ctx, dc.Addr(), rawclient.Options{}, rawclient.NewAuthKey(s.AuthKey, 0), rawclient.ClientOptions{})
	if err != nil {
		log.Fatal(err)
	}
	defer c.Close()
	if _, err := c.InitConnection(ctx, 228); err != nil {
		log.Fatal(err)
	}
	ok, err := c.SaveBigFilePart(ctx, 7, 0, 1, []byte("all of it"))
	fmt.Println(ok, err)

	var none *mockserver.NoSessionError
	_, err = dc.Session(mockserver.SessionOptions{Account: 17})
	fmt.Println(errors.As(err, &none), none.Account, "of", none.Have)
	// Output:
	// account 2 user 7000000002 string true <nil>
	// true <nil>
	// true 17 of 16
}

// Without a server too: equal options give equal sessions.
func ExampleNewSession() {
	s, err := mockserver.NewSession(mockserver.SessionOptions{Addr: "127.0.0.1:4430", Bot: true})
	if err != nil {
		log.Fatal(err)
	}
	for _, client := range mockserver.SessionClients() {
		text, err := s.For(client)
		fmt.Println(client, text != "", err)
	}

	far, err := mockserver.NewSession(mockserver.SessionOptions{Addr: "127.0.0.1:4430", DC: 300})
	if err != nil {
		log.Fatal(err)
	}
	var full *mockserver.NoRoomError
	_, err = far.For("telethon")
	fmt.Println(errors.As(err, &full), full.Client, full.DC)
	// Output:
	// gogram true <nil>
	// gotd true <nil>
	// gramjs true <nil>
	// grammers true <nil>
	// mtcute true <nil>
	// pyrogram true <nil>
	// raw true <nil>
	// telethon true <nil>
	// true telethon 300
}

// Several datacenters, each with an address of its own, and what clients are told
// of them.
func ExampleServer_ServeDC() {
	dc, err := mockserver.New(mockserver.Options{DC: 2, MoreDCs: []int{4}, Premium: true, Store: mockserver.StoreDigest})
	if err != nil {
		log.Fatal(err)
	}
	done := make(chan error)
	for _, number := range dc.DCs() {
		l, err := mockserver.Listen()
		if err != nil {
			log.Fatal(err)
		}
		go func() { done <- dc.ServeDC(number, l) }()
	}
	proxy, err := mockserver.Listen()
	if err != nil {
		log.Fatal(err)
	}
	go func() { done <- dc.ServeSOCKS(proxy) }() // all roads lead here

	// As behind a port that is forwarded:
	if err := dc.Announce(4, &net.TCPAddr{IP: net.IPv4(192, 0, 2, 7), Port: 443}); err != nil {
		log.Fatal(err)
	}
	fmt.Println("home", dc.DC(), "other", dc.AddrOf(4))
	dc.SetPremium(7_000_000_001, false)

	here, there := net.Pipe() // what needs no address
	go dc.ServeConnDC(4, there)
	_ = here.Close()
	if err := dc.Close(); err != nil {
		log.Fatal(err)
	}
	for range 3 {
		fmt.Println(errors.Is(<-done, mockserver.ErrClosed))
	}
	// Output:
	// home 2 other 192.0.2.7:443
	// true
	// true
	// true
}

// The journal has everything that happened; with Options.Journal a file has it too.
func ExampleServer_Journal() {
	t := &exampleTB{}
	var file strings.Builder
	dc := mockserver.Start(t, mockserver.Options{Journal: &file})
	changed := dc.Changed()
	if err := send(dc.Addr(), dc.PublicKey()); err != nil {
		log.Fatal(err)
	}
	<-changed
	parts := 0
	for _, e := range dc.JournalSince(0) {
		var one mockserver.Event = e
		if one.Kind == mockserver.EventPart && one.Answer == mockserver.AnswerUsual {
			parts++
		}
	}
	fmt.Println(parts, "parts, in run", len(dc.RunID()), "characters long")
	t.end()
	first, _, _ := strings.Cut(file.String(), "\n")
	fmt.Println(strings.HasPrefix(first, fmt.Sprintf(`{"fakedc_journal":%d,`, mockserver.JournalFormat)))
	// Output:
	// 2 parts, in run 36 characters long
	// true
}

// A journal of 100,000 events is read in pieces while clients go on.
func ExampleServer_AppendJournal() {
	t := &exampleTB{}
	dc := mockserver.Start(t, mockserver.Options{})
	if err := send(dc.Addr(), dc.PublicKey()); err != nil {
		log.Fatal(err)
	}
	parts := 0
	for events := dc.AppendJournal(nil, 0, 4); len(events) > 0; {
		for _, e := range events {
			if e.Kind == mockserver.EventPart {
				parts++
			}
		}
		events = dc.AppendJournal(events[:0], events[len(events)-1].Seq, 4)
	}
	fmt.Println(parts, "parts")
	t.end()
	// Output: 2 parts
}

// Some facts about a server, for reports.
func ExampleServer_Rules() {
	dc, err := mockserver.New(mockserver.Options{Limits: mockserver.Limits{Connections: 10}})
	if err != nil {
		log.Fatal(err)
	}
	defer dc.Close()
	for _, r := range dc.Rules() {
		if r.ID == "part.empty" {
			fmt.Println(r.ID, r.Error, r.Mode)
		}
	}
	fmt.Println(len(mockserver.Methods()) > 20, len(mockserver.NamedMethods()) > 500, dc.Verdict().Passed())
	// Output:
	// part.empty FILE_PART_EMPTY enforce
	// true true true
}
