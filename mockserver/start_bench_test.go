package mockserver_test

import (
	"testing"

	"github.com/fakedc/fakedc/mockserver"
)

// BenchmarkStartStop is what each test pays: a server that listens, and its end. The
// goal is 2 ms.
func BenchmarkStartStop(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		t := &recorder{}
		mockserver.Start(t, mockserver.Options{})
		t.end()
		if t.Failed() {
			b.Fatal(t.errors)
		}
	}
}

// BenchmarkReset is what a test pays that shares a server.
func BenchmarkReset(b *testing.B) {
	dc := mockserver.Start(b, mockserver.Options{})
	for b.Loop() {
		if err := dc.Reset(); err != nil {
			b.Fatal(err)
		}
	}
}
