//go:build !race

package gotd_test

import (
	"bytes"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gotd/td/telegram/uploader"

	"github.com/fakedc/fakedc/mockserver"
)

// totalEarly is the rule that only the last part of a stream carries the total. It
// is reported and not enforced: TDLib breaks it too.
// https://core.telegram.org/api/files#streamed-uploads
const totalEarly = "stream.total_on_nonlast"

// A source that has all its bytes at once is where gotd's reader overtakes its
// workers: the parts that wait for a worker, or are with one, may then carry the
// total too.
//
// That is a data race of gotd's on Upload.totalParts (telegram/uploader/big.go of
// v0.161.0), with a single worker as well, so that a build with -race would report
// it instead of testing anything; there TestStream has the same uploads without it.
func TestStreamAtOnce(t *testing.T) {
	t.Parallel()
	dc, c := start(t, mockserver.Options{})
	for _, n := range []int{1, threads} {
		t.Run(fmt.Sprintf("%d threads", n), func(t *testing.T) {
			data := contents(uneven)
			file, err := uploader.NewUploader(c.API()).WithThreads(n).FromReader(deadline(t), name, bytes.NewReader(data))
			require.NoError(t, err)
			u := finish(t, dc, c.API(), file, n, data)
			require.LessOrEqual(t, u.Report.Violations[totalEarly], 2*n)
			delete(u.Report.Violations, totalEarly) // whether it happens is up to the race
			requireStream(t, u, uneven)
			unharmed(t, dc)
		})
	}
}
