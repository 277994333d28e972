package validator

import (
	"maps"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The values that a program chooses from: few, so that calls meet each other,
// and on both sides of every border.
var (
	programIndexes = []int32{0, 1, 2, 3, 4, 5, 0, 1, 2, 3, 6, 63, 64, 65, 99, 100, -1, 1<<31 - 1}
	programTotals  = []int32{-1, -1, 1, 2, 3, 4, 5, 6, 3, 4, 0, -2, 64, 65, 100, 101}
	programSizes   = []int{0, 1, 1000, 1024, 2048, 524288, 524288, 524288, 3072, 524289, 300000, 1024}
)

const programMaxParts = 100

// play runs a byte program against the file and the model, and compares them
// after every step. The first byte chooses the rulebook and the store, every
// three further bytes are one call.
func play(t *testing.T, program []byte) {
	if len(program) == 0 {
		return
	}
	options := Options{
		Profile: ProfileObserved, MaxParts: programMaxParts, MaxPartsPremium: programMaxParts, SmallFileMax: 3 * 524288,
		Ordering: []Ordering{OrderingAny, OrderingSequential}[program[0]>>1&1],
	}
	if program[0]&1 == 1 {
		options.Profile = ProfileDocs
	}
	kind := Kind(program[0] >> 2 & 1)
	m := &model{options: options, kind: kind, max: programMaxParts}
	f := MustNew(options).NewFile(kind)
	for rest := program[1:]; len(rest) >= 3; rest = rest[3:] {
		step(t, f, m, rest[0], rest[1], rest[2])
		if t.Failed() {
			t.FailNow()
		}
	}
	compareReports(t, f, m)
}

// step plays one call: mostly a part, sometimes a loss or a finalising call.
func step(t *testing.T, f *File, m *model, a, b, c byte) {
	index := programIndexes[int(a)%len(programIndexes)]
	switch b >> 5 {
	case 6:
		f.Lose(index)
		if _, ok := m.at().stored[index]; ok {
			m.events = append(m.events, event{part: Part{Index: index}, lost: true})
		}
	case 7:
		parts := programTotals[int(c)%len(programTotals)]
		assert.Equal(t, m.finalise(parts), message(f.Finalise(FinalCall{Kind: f.Kind(), Parts: parts})), "finalise %d", parts)
	default:
		p := Part{
			Index: index, Total: programTotals[int(b)%len(programTotals)],
			Size: programSizes[int(c)%len(programSizes)], Sum: [32]byte{c >> 7},
		}
		judgeBoth(t, f, m, p)
	}
}

func judgeBoth(t *testing.T, f *File, m *model, p Part) {
	wantIDs, wantMessage := m.judge(p)
	verdict := f.Judge(p)
	if got := ruleIDs(verdict); !slices.Equal(wantIDs, got) || wantMessage != message(verdict) {
		t.Fatalf("part %d of %d, %d bytes after %v: %v, %q; by the model %v, %q: %v", p.Index, p.Total, p.Size, m.events,
			got, message(verdict), wantIDs, wantMessage, sentences(verdict))
	}
	if !reflect.DeepEqual(verdict, f.Judge(p)) {
		t.Fatal("judging must change nothing")
	}
	f.Note(verdict, p)
	if verdict.Error == nil {
		f.Record(p)
		m.events = append(m.events, event{part: p})
	}
}

func compareReports(t *testing.T, f *File, m *model) {
	s, report := m.at(), f.Report()
	assert.Equal(t, len(s.stored), report.Stored)
	bytes := int64(0)
	for i, p := range s.stored {
		bytes += int64(p.Size)
		size, ok := f.PartSizeOf(i)
		assert.True(t, ok)
		assert.Equal(t, p.Size, size)
	}
	assert.Equal(t, bytes, report.Bytes)
	assert.Equal(t, s.total, report.Total)
	assert.Equal(t, s.partSize, report.PartSize)
	assert.Equal(t, s.streamed, report.Streamed)
	assert.ElementsMatch(t, s.late, report.OutOfOrder)
	assert.ElementsMatch(t, slices.Collect(maps.Keys(s.again)), report.Repeated)
	maps.DeleteFunc(s.altered, func(_ int32, yes bool) bool { return !yes })
	assert.ElementsMatch(t, slices.Collect(maps.Keys(s.altered)), report.RepeatedOtherBytes)
	assert.Len(t, report.Missing, min(report.MissingCount, MaxMissing))
	for _, i := range report.Missing {
		assert.NotContains(t, s.stored, i)
	}
	if s.total != -1 {
		inside := 0
		for i := range s.stored {
			if i < s.total {
				inside++
			}
		}
		assert.Equal(t, int(s.total)-inside, report.MissingCount)
		assert.Equal(t, int(s.total) == inside, report.Complete)
	}
}

// A program of parts, losses and finalising calls against a naive model that judges each from the
// whole history.
func FuzzJudge(f *testing.F) {
	f.Add([]byte{0, 0, 4, 5, 1, 4, 5, 2, 4, 3})            // three parts in order
	f.Add([]byte{1, 0, 0, 5, 1, 0, 5, 2, 3, 0, 0, 224, 3}) // documented stream with an empty end
	f.Add([]byte{4, 0, 0, 5, 1, 0, 5, 2, 0, 1})            // small file
	f.Add([]byte{3, 2, 4, 1, 0, 4, 5, 0, 192, 0, 1, 4, 3}) // sequential, a loss
	f.Fuzz(func(t *testing.T, program []byte) {
		play(t, program[:min(len(program), 1+3*32)])
	})
}

// The same comparison with random programs, so that a plain `go test` tries
// thousands of them.
func TestJudgeAgainstModel(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 4000 {
		program := make([]byte, 1+3*random.IntN(24))
		for i := range program {
			program[i] = byte(random.Uint32())
		}
		play(t, program)
		if t.Failed() {
			t.Fatalf("program %v", program)
		}
	}
}

// consistentFiles are files whose parts agree with each other: they have to be
// accepted in whatever order the parts arrive.
func consistentFiles() map[string][]Part {
	return map[string][]Part{
		"short last":               join(run(0, 4, 5, 2048), run(4, 5, 5, 7)),
		"full last":                run(0, 5, 5, 2048),
		"legal short last":         join(run(0, 4, 5, 2048), run(4, 5, 5, 1024)),
		"stream, short last":       join(run(0, 4, -1, 2048), run(4, 5, 5, 7)),
		"stream, legal short last": join(run(0, 4, -1, 2048), run(4, 5, 5, 1024)),
		"stream, empty end":        join(run(0, 4, -1, 2048), run(4, 5, 4, 0)),
		"stream, no end":           run(0, 5, -1, 2048),
		"stream, total on several": join(run(0, 2, -1, 2048), run(2, 4, 5, 2048), run(4, 5, 5, 7)),
		"stream, empty end, total on several": join(
			run(0, 2, -1, 2048), run(2, 4, 4, 2048), run(4, 5, 4, 0)),
		"stream of zeros": join(run(0, 4, 0, 2048), run(4, 5, 5, 7)),
	}
}

func TestAnyOrderIsAccepted(t *testing.T) {
	for name, parts := range consistentFiles() {
		t.Run(name, func(t *testing.T) {
			permutations(parts, func(order []Part) {
				total := finalParts(parts)
				f := MustNew(Options{}).NewFile(Big)
				accept(t, f, order...)
				verdict := f.Finalise(FinalCall{Kind: Big, Parts: total})
				require.Nil(t, verdict.Error, "%v", sentences(verdict))
			})
		})
	}
}

// By the docs a total on several parts of a stream and a total of 0 are
// faults; all else holds in any order as well.
func TestAnyOrderIsAcceptedByTheDocs(t *testing.T) {
	for _, name := range []string{"short last", "full last", "legal short last", "stream, short last", "stream, legal short last", "stream, empty end"} {
		for _, kind := range []Kind{Big, Small} {
			parts := consistentFiles()[name]
			if kind == Small && name == "stream, empty end" {
				continue // saveFilePart has no such thing
			}
			permutations(parts, func(order []Part) {
				f := MustNew(docs).NewFile(kind)
				accept(t, f, order...)
				verdict := f.Finalise(FinalCall{Kind: kind, Parts: finalParts(parts)})
				require.Nil(t, verdict.Error, "%s, %v", name, sentences(verdict))
			})
		}
	}
}

// finalParts is the number of parts that have bytes.
func finalParts(parts []Part) int32 {
	count := int32(0)
	for _, p := range parts {
		if p.Size > 0 {
			count++
		}
	}
	return count
}

// permutations calls visit with every order of the parts.
func permutations(parts []Part, visit func([]Part)) {
	order := slices.Clone(parts)
	var place func(int)
	place = func(n int) {
		if n == len(order) {
			visit(order)
			return
		}
		for i := n; i < len(order); i++ {
			order[n], order[i] = order[i], order[n]
			place(n + 1)
			order[n], order[i] = order[i], order[n]
		}
	}
	place(0)
}
