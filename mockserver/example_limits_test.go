package mockserver_test

import (
	"fmt"
	"log"

	"github.com/fakedc/fakedc/mockserver"
)

// Limits come from flags or files as text; what has none is a default.
func ExampleLimits_Set() {
	var limits mockserver.Limits
	for name, value := range map[string]string{"StoreBytes": "64MiB", "parttime": "5m"} {
		if err := limits.Set(name, value); err != nil {
			log.Fatal(err)
		}
	}
	dc, err := mockserver.New(mockserver.Options{Limits: limits, Strict: true})
	if err != nil {
		log.Fatal(err)
	}
	defer dc.Close()
	for _, l := range mockserver.LimitTable() {
		switch l.Name {
		case "StoreBytes", "PartTime", "Documents":
			fmt.Printf("%s: %s of %s, where the default is %s\n", l.Name, l.In(dc.Limits()), l.Unit(), l.Default())
		}
	}
	for _, l := range mockserver.LimitTable() {
		if l.Name == "FrameBytes" {
			fmt.Printf("%s: not below %s\n", l.Name, l.Least())
		}
	}
	for _, l := range mockserver.FixedLimits()[:1] {
		fmt.Printf("%s: %d\n", l.Name, l.Value)
	}
	// Output:
	// StoreBytes: 64MiB of bytes, where the default is 256MiB
	// PartTime: 5m of time, where the default is 1h
	// Documents: 4096 of number, where the default is 4096
	// FrameBytes: not below 512B
	// messages of a container: 1024
}

// What is built around a server notes its own limits with it.
func ExampleServer_LimitReached() {
	t := &exampleTB{}
	dc := mockserver.Start(t, mockserver.Options{})
	dc.LimitReached("AdminConnections", "64 are open")
	for _, e := range dc.Journal() {
		fmt.Println(e.Kind, e.Text)
	}
	fmt.Println(dc.Panics(), "failures of fakedc itself")
	t.end()
	// Output:
	// limit AdminConnections: 64 are open
	// 0 failures of fakedc itself
}
