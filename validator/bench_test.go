package validator

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// passes are ways in which a file of n parts is sent. A second pass over the
// same parts is the steady state: everything is sent again.
func passes(n int32) map[string][]Part {
	backwards := run(0, n, n, full)
	for i, j := 0, len(backwards)-1; i < j; i, j = i+1, j-1 {
		backwards[i], backwards[j] = backwards[j], backwards[i]
	}
	return map[string][]Part{
		"known":     run(0, n, n, full),
		"backwards": backwards,
		"streamed":  join(run(0, n-1, -1, full), run(n-1, n, n, 5)),
		"small":     run(0, n, 0, kib),
	}
}

func kindOf(pass string) Kind {
	if pass == "small" {
		return Small
	}
	return Big
}

// BenchmarkAccept measures Judge and Record of one accepted part.
func BenchmarkAccept(b *testing.B) {
	for name, parts := range passes(8000) {
		for i := range parts {
			parts[i].Premium = true
		}
		b.Run(name+"/8000/first", func(b *testing.B) {
			b.ReportAllocs()
			book := MustNew(Options{})
			var f *File
			for i := 0; b.Loop(); i = (i + 1) % len(parts) {
				if i == 0 {
					f = book.NewFile(kindOf(name))
				}
				acceptQuickly(b, f, parts[i])
			}
		})
		b.Run(name+"/8000/resend", func(b *testing.B) {
			b.ReportAllocs()
			f := MustNew(Options{}).NewFile(kindOf(name))
			accept(b, f, parts...)
			for i := 0; b.Loop(); i = (i + 1) % len(parts) {
				acceptQuickly(b, f, parts[i])
			}
		})
	}
}

// BenchmarkRefuse measures the refusal of the documentation's example call.
func BenchmarkRefuse(b *testing.B) {
	b.ReportAllocs()
	f := MustNew(Options{}).NewFile(Big)
	for b.Loop() {
		if f.Judge(part(43, 43, 19)).Error == nil {
			b.Fatal("accepted")
		}
	}
}

func acceptQuickly(b *testing.B, f *File, p Part) {
	if verdict := f.Judge(p); verdict.Error != nil {
		b.Fatal(verdict.Error)
	}
	f.Record(p)
}

// Accepting costs no allocation once the pages exist, in both profiles.
func TestAcceptAllocatesNothing(t *testing.T) {
	for _, profile := range []Profile{ProfileObserved, ProfileDocs} {
		for name, parts := range passes(2000) {
			f := MustNew(Options{Profile: profile}).NewFile(kindOf(name))
			accept(t, f, parts...)
			i := 0
			allocs := testing.AllocsPerRun(len(parts), func() {
				verdict := f.Judge(parts[i%len(parts)])
				f.Record(parts[i%len(parts)])
				f.Note(verdict, parts[i%len(parts)])
				i++
			})
			assert.Zero(t, allocs, "%s, %s", profile, name)
		}
	}
}

// A claim costs nothing: one part at the far end of the largest file takes one
// page, and so does one at the near end.
func TestStateGrowsWithPartsNotWithClaims(t *testing.T) {
	f := MustNew(Options{}).NewFile(Big)
	accept(t, f, premium(part(7999, 8000, 1)))
	require.Len(t, f.pages, 1)
	accept(t, f, premium(part(0, 8000, full)))
	require.Len(t, f.pages, 2)

	allocs := testing.AllocsPerRun(100, func() {
		f := MustNew(Options{}).NewFile(Big)
		f.Judge(part(43, 1<<31-1, full))
	})
	bare := testing.AllocsPerRun(100, func() {
		f := MustNew(Options{}).NewFile(Big)
		f.Judge(part(43, 4001, full))
	})
	assert.InDelta(t, bare, allocs, 2, "judging must not allocate by the claimed total")
}

// With the limits switched off a client may claim two thousand million parts;
// the report and the finalising call have to stay small and quick.
func TestClaimsWithoutLimits(t *testing.T) {
	const huge = 1<<31 - 1
	book := MustNew(Options{Overrides: map[string]Mode{
		"total.range": Off, "part.range": Off, "part.beyond_total": Off, "final.parts_range": Off, "final.extra_parts": Off,
	}})
	f := book.NewFile(Big)
	accept(t, f, part(0, huge, full), part(huge, huge, full), part(-5, huge, full), part(5, huge, full))
	report := f.Report()
	assert.Len(t, report.Missing, MaxMissing)
	assert.Equal(t, int32(1), report.Missing[0])
	assert.Equal(t, huge-2, report.MissingCount)
	assert.False(t, report.Complete)
	assert.Len(t, f.pages, 3)
	verdict := f.Finalise(FinalCall{Kind: Big, Parts: huge})
	assert.Equal(t, "FILE_PART_1_MISSING", message(verdict))

	small := book.NewFile(Small)
	accept(t, small, part(huge, 0, 1))
	assert.Len(t, small.Report().Missing, MaxMissing)
	small.Lose(huge)
	assert.Zero(t, small.Stored())
}
