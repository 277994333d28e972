package tdlib_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/integration_test/internal/clients"
	"github.com/fakedc/fakedc/integration_test/internal/drivers"
	"github.com/fakedc/fakedc/mockserver"
	"github.com/fakedc/fakedc/scenarios"
	"github.com/fakedc/fakedc/validator"
)

const (
	// library is what is tested: the lock file has that of one system, to be small.
	library = "node_modules/@prebuilt-tdlib/linux-x64-glibc/libtdjson.so"
	install = "npm ci --prefix integration_test/tdlib --ignore-scripts"
	// bigParts are those of a file of drivers.BigSize, 64 KiB each.
	bigParts = 193
)

// start starts a datacenter of the number that TDLib begins at, unless o has another,
// and a proxy that leads to it.
func start(t *testing.T, o mockserver.Options) (dc *mockserver.Server, proxy string) {
	t.Helper()
	if o.DC == 0 {
		o.DC = 1
	}
	dc = mockserver.Start(t, o)
	return dc, drivers.SOCKS(t, dc)
}

// run runs a job of a bot's, unless j says otherwise: a user's TDLib asks at its start for
// much that has nothing to do with files, and is not answered.
func run(t *testing.T, dc *mockserver.Server, proxy string, f drivers.File, j drivers.Job) drivers.Result {
	t.Helper()
	clients.NeedFile(t, library, install)
	if j.As == "" {
		j.As = "bot"
	}
	j.SOCKS = proxy
	c := drivers.Client{Name: "TDLib", Driver: []string{"node", "driver.mjs"}, Default: "obfuscated"}
	r := c.Run(t, dc, f, j)
	require.Equal(t, "tdlib 1.8.65", r.Library)
	return r
}

// A file goes by eight connections of one auth key, and comes back as it was.
func TestTransfer(t *testing.T) {
	for _, as := range []string{"bot", "user"} {
		t.Run(as, func(t *testing.T) {
			t.Parallel()
			dc, proxy := start(t, mockserver.Options{})
			f := drivers.NewFile(t, drivers.BigSize)
			r := run(t, dc, proxy, f, drivers.Job{As: as})
			u := drivers.RequireTransferred(t, dc, r, f)
			require.Equal(t, validator.Big, u.Kind)
			require.Len(t, u.Parts, bigParts)
			require.Empty(t, u.Report.Repeated)
			require.Empty(t, u.Report.Refused)
			require.Len(t, drivers.Events(dc, mockserver.EventAuthKey), 1)
			require.Len(t, drivers.Events(dc, mockserver.EventLogin), 1)
			uploading := map[int64]bool{}
			for _, e := range drivers.Events(dc, mockserver.EventPart) {
				uploading[e.Conn] = true
			}
			require.Len(t, uploading, 8)
			for _, e := range drivers.Events(dc, mockserver.EventTransport) {
				require.Equal(t, "obfuscated intermediate", e.Text)
			}
		})
	}
}

// What goes to a channel does not keep back what goes to anybody else: each has its own
// sequence of updates.
func TestSendsToAChannel(t *testing.T) {
	for _, as := range []string{"bot", "user"} {
		t.Run(as, func(t *testing.T) {
			t.Parallel()
			dc, proxy := start(t, mockserver.Options{})
			f := drivers.NewFile(t, drivers.SmallSize)
			drivers.RequireReadBack(t, run(t, dc, proxy, f, drivers.Job{As: as, To: "somechannel"}), f)
			all := dc.Uploads()
			require.Len(t, all, 2)
			for _, u := range all {
				drivers.RequireStored(t, u, f)
				require.Equal(t, validator.Small, u.Kind)
			}
		})
	}
}

// What was sent is forwarded, and the file of that is the same.
func TestForwarding(t *testing.T) {
	for _, as := range []string{"bot", "user"} {
		t.Run(as, func(t *testing.T) {
			t.Parallel()
			dc, proxy := start(t, mockserver.Options{})
			f := drivers.NewFile(t, drivers.SmallSize)
			drivers.RequireTransferred(t, dc, run(t, dc, proxy, f, drivers.Job{As: as, Action: "forward"}), f)
			dc.RequireCalls(t, "messages.forwardMessages", 1)
		})
	}
}

// A user makes a channel, and finds in it what was pinned and what was sent.
func TestKeeping(t *testing.T) {
	dc, proxy := start(t, mockserver.Options{})
	f := drivers.NewFile(t, drivers.SmallSize)
	got := run(t, dc, proxy, f, drivers.Job{As: "user", Action: "keep"})
	drivers.RequireKept(t, dc, got, f)
}

// Where there is a datacenter for TDLib to begin at, it is sent on to the home of all
// accounts, and takes its login back to the other one.
func TestLoginElsewhere(t *testing.T) {
	t.Parallel()
	dc, proxy := start(t, mockserver.Options{DC: 2, MoreDCs: []int{1}})
	f := drivers.NewFile(t, drivers.SmallSize)
	drivers.RequireTransferred(t, dc, run(t, dc, proxy, f, drivers.Job{}), f)
	var logins []string
	for _, e := range drivers.Events(dc, mockserver.EventLogin) {
		logins = append(logins, fmt.Sprint(e.DC, " ", e.Method))
	}
	require.Equal(t, []string{"2 auth.importBotAuthorization", "1 auth.importAuthorization"}, logins)
}

func TestFaults(t *testing.T) {
	f := drivers.NewFile(t, drivers.BigSize)
	for scenario, c := range map[string]struct {
		part     int32
		attempts int
		pause    time.Duration
	}{
		"flood-wait":        {3, 2, 3 * time.Second},
		"part-lost":         {3, 2, 0}, // FILE_PART_3_MISSING, upon which it sends that part again
		"drop-before-store": {4, 2, 0},
		"drop-after-store":  {4, 1, 0}, // it asks with msgs_state_req, and is given the answer
		"new-session":       {3, 2, 0},
	} {
		t.Run(scenario, func(t *testing.T) {
			t.Parallel()
			dc, proxy := startWith(t, scenario)
			drivers.RequireTransferred(t, dc, run(t, dc, proxy, f, drivers.Job{}), f)
			drivers.RequireRepeated(t, dc, c.part, c.attempts, c.pause)
			dc.RequireVerdict(t)
			for _, e := range drivers.Events(dc, mockserver.EventDisconnect) {
				require.NotEqual(t, mockserver.SignUntrusted, e.Sign, "its pings by req_pq are no distrust")
			}
		})
	}
}

// The message fails with the error that the part was answered, or with one of TDLib's own.
func TestRefusals(t *testing.T) {
	f := drivers.NewFile(t, drivers.BigSize)
	for scenario, want := range map[string]string{
		"file-part-size-invalid": "FILE_PART_SIZE_INVALID", "answer-false": "Internal Server Error during file upload",
	} {
		t.Run(scenario, func(t *testing.T) {
			t.Parallel()
			dc, proxy := startWith(t, scenario)
			r := run(t, dc, proxy, f, drivers.Job{Action: "upload"})
			require.Equal(t, drivers.Error{Class: "Error", Message: want, Code: 400}, r.Error)
			require.False(t, drivers.Upload(t, dc).Report.Finalised)
		})
	}
}

func startWith(t *testing.T, scenario string) (*mockserver.Server, string) {
	t.Helper()
	s, err := scenarios.Builtin(scenario)
	require.NoError(t, err)
	return start(t, mockserver.Options{Scenario: s, AtEnd: mockserver.AtEnd{AllowUnmet: true}})
}
