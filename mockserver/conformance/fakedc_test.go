package conformance_test

import (
	"cmp"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/mockserver"
	"github.com/fakedc/fakedc/mockserver/conformance"
	"github.com/fakedc/fakedc/validator"
)

// patience is longer than anybody's machine is busy. It costs nothing where there
// is an answer.
const patience = time.Minute

func target(dc *mockserver.Server) conformance.Target {
	return conformance.Target{Addr: dc.Addr(), PublicKey: dc.PublicKey().RSA, DC: dc.DC()}
}

func run(t *testing.T, o mockserver.Options, pattern string) conformance.Report {
	t.Helper()
	return conformance.Run(t.Context(), target(mockserver.Start(t, o)),
		conformance.Options{Run: pattern, Known: conformance.Known(), Patience: patience})
}

// meets fails the test for each case that failed and is not known to, and for each
// that is known to fail and passed.
func meets(t *testing.T, r conformance.Report) {
	t.Helper()
	for _, one := range r.Failures() {
		t.Errorf("%s %s: %s\n\t%s", one.ID, one.Name, one.Requirement, one.Detail)
	}
	for _, one := range r.Mended() {
		t.Errorf("%s %s passes, and is in the list of known failures", one.ID, one.Name)
	}
	require.Equal(t, len(r.Results), r.Passed+r.Failed+r.Skipped)
	require.Zero(t, r.Skipped, "every case can be decided for fakedc")
}

func TestFakedcMeetsTheSuite(t *testing.T) {
	r := run(t, mockserver.Options{AtEnd: mockserver.AtEnd{AllowUnknown: true}}, "")
	meets(t, r)
	require.Equal(t, len(conformance.Known()), r.KnownFailed)
	t.Logf("%d cases in %v", len(r.Results), r.Duration.Round(time.Millisecond))
}

// A server need not keep a connection that says nothing: what reads the file that others
// send comes when they are done.
func TestPartsAtOnceLeaveNoConnectionSilent(t *testing.T) {
	dc := mockserver.Start(t, mockserver.Options{})
	meets(t, conformance.Run(t.Context(), target(dc), conformance.Options{Run: "6.2.3", Patience: patience}))
	opened, first, last := map[int64]int64{}, int64(0), int64(0)
	for _, e := range dc.Journal() {
		if e.Kind == mockserver.EventPart {
			first, last = cmp.Or(first, e.Seq), e.Seq
		}
	}
	for _, e := range dc.Journal() {
		switch e.Kind {
		case mockserver.EventConnect:
			opened[e.Conn] = e.Seq
		case mockserver.EventTransport:
			require.False(t, opened[e.Conn] < first && e.Seq > last, "connection %d was silent during the whole upload", e.Conn)
		}
	}
	require.NotZero(t, last)
}

// What is documented holds for the strict profile as well, and for larger accounts.
func TestFilesInOtherConfigurations(t *testing.T) {
	for name, o := range map[string]mockserver.Options{
		"docs":    {Profile: validator.ProfileDocs},
		"premium": {Premium: true},
	} {
		t.Run(name, func(t *testing.T) { meets(t, run(t, o, "6")) })
	}
}

// The list of known failures says that several datacenters are told apart.
func TestSeveralDatacentersAreToldApart(t *testing.T) {
	r := run(t, mockserver.Options{MoreDCs: []int{4}}, "2.2.6")
	require.Len(t, r.Mended(), 1)
}
