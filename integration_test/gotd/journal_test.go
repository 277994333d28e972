package gotd_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/mockserver"
)

// events returns those that are like this.
func events(dc *mockserver.Server, like func(mockserver.Event) bool) (found []mockserver.Event) {
	for _, e := range dc.Journal() {
		if like(e) {
			found = append(found, e)
		}
	}
	return found
}

// await returns once the server has noted so many events that are like this.
func await(t *testing.T, dc *mockserver.Server, count int, like func(mockserver.Event) bool) {
	t.Helper()
	giveUp := time.After(patience)
	for {
		changed := dc.Changed() // before looking: what comes in between wakes us too
		if len(events(dc, like)) >= count {
			return
		}
		select {
		case <-changed:
		case <-giveUp:
			require.Failf(t, "the server does not note it", "want %d, there are %d", count, len(events(dc, like)))
		}
	}
}

func ofKind(k mockserver.EventKind) func(mockserver.Event) bool {
	return func(e mockserver.Event) bool { return e.Kind == k }
}

// ofPart is any call that carried this part.
func ofPart(part int32) func(mockserver.Event) bool {
	return func(e mockserver.Event) bool { return e.Part != nil && *e.Part == part }
}

// stored is a part that was stored.
func stored(e mockserver.Event) bool {
	return e.Kind == mockserver.EventPart && e.Error == "" && e.Fault == ""
}

// onlyUpload is the one upload that the server has.
func onlyUpload(t *testing.T, dc *mockserver.Server) mockserver.Upload {
	t.Helper()
	all := dc.Uploads()
	require.Len(t, all, 1)
	return all[0]
}

// unharmed holds the server to not having refused anything that a client sent:
// gotd makes no mistakes on the wire, so one that is noted is fakedc's. That it gathers
// 20 acknowledgements, or 10 MiB of what it downloads, is none.
func unharmed(t *testing.T, dc *mockserver.Server) {
	t.Helper()
	for _, e := range dc.Journal() {
		switch e.Kind {
		case mockserver.EventRefused, mockserver.EventLimit, mockserver.EventUnknown, mockserver.EventPanic:
			require.Fail(t, "the server refused what gotd sent", mockserver.Line(e))
		}
	}
}
