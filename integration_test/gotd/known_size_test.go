package gotd_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/mockserver"
	"github.com/fakedc/fakedc/validator"
)

// Every transport carries a big file with parallel parts.
func TestEveryTransport(t *testing.T) {
	data := contents(uneven)
	for _, r := range routes {
		t.Run(r.name, func(t *testing.T) {
			t.Parallel()
			dc := serve(t, mockserver.Options{})
			o := options(t, dc)
			r.set(dc, &o)
			c := bot(t, o)
			u := finish(t, dc, c.API(), uploadBytes(t, c.API(), threads, data), threads, data)
			requireClean(t, u, partsOf(uneven))
			for _, e := range events(dc, ofKind(mockserver.EventTransport)) {
				require.Equal(t, r.wire, e.Text)
			}
			unharmed(t, dc)
		})
	}
}

// Every size arrives whole, with one thread or with several. That of 12,583,000
// bytes with several is in TestEveryTransport.
func TestEverySize(t *testing.T) {
	t.Parallel()
	dc, c := start(t, mockserver.Options{})
	for _, v := range []struct {
		size, threads int
		kind          validator.Kind
	}{
		{1, threads, validator.Small},
		{oneMiB, 1, validator.Small},
		{exact, threads, validator.Big},
		{uneven, 1, validator.Big},
	} {
		t.Run(fmt.Sprintf("%d bytes, %d threads", v.size, v.threads), func(t *testing.T) {
			data := contents(v.size)
			u := finish(t, dc, c.API(), uploadBytes(t, c.API(), v.threads, data), v.threads, data)
			requireClean(t, u, partsOf(v.size))
			require.Equal(t, v.kind, u.Kind)
			if v.threads == 1 || v.kind == validator.Small { // which gotd never sends in parallel
				require.Empty(t, u.Report.OutOfOrder)
			}
			unharmed(t, dc)
		})
	}
}

// requireClean holds a report to an upload of known size that went without a
// word: each part once, nothing refused, no rule broken.
func requireClean(t *testing.T, u mockserver.Upload, parts int) {
	t.Helper()
	require.Equal(t, parts, u.Report.Stored)
	require.Len(t, u.Parts, parts)
	for _, p := range u.Parts {
		require.Equal(t, 1, p.Attempts, "part %d", p.Index)
	}
	require.False(t, u.Report.Streamed)
	require.Empty(t, u.Report.Repeated)
	require.Zero(t, u.Report.RefusedCount)
	require.Empty(t, u.Report.Violations)
	if u.Kind == validator.Big {
		require.EqualValues(t, parts, u.Report.Total)
		require.EqualValues(t, partSize, u.Report.PartSize)
	}
}
