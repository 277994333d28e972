package scenarios

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v4"
)

// file200 is a scenario of 200 rules that use every key.
func file200() []byte {
	var b strings.Builder
	b.WriteString("fakedc: 1\nname: two hundred\nseed: 42\nrules:\n")
	for i := range 200 {
		fmt.Fprintf(&b, "  - name: rule %d\n    match: { method: upload.save*Part, part: %d, total: \">10\", size: [512KiB, 1KiB], file: even, attempt: 1 }\n", i, i)
		fmt.Fprintf(&b, "    per: part\n    every: 2\n    times: 3\n    chance: 10%%\n    delay: 250ms\n    reply: { error: FILE_PART_%d_MISSING }\n", i)
	}
	return []byte(b.String())
}

// file200Plain is a scenario of 200 rules as long as those of the built-in ones.
func file200Plain() []byte {
	var b strings.Builder
	b.WriteString("fakedc: 1\nname: two hundred\nrules:\n")
	for i := range 200 {
		fmt.Fprintf(&b, "  - name: rule %d\n    match: { part: %d }\n    per: file\n    times: 1\n    reply: { error: FILE_PART_INVALID }\n", i, i)
	}
	return []byte(b.String())
}

func BenchmarkParse200Rules(b *testing.B) {
	for name, src := range map[string][]byte{"as the built-ins": file200Plain(), "with every key": file200()} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(src)))
			b.ReportAllocs()
			for b.Loop() {
				if _, err := Parse("bench.yaml", src); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkYAML200Rules is the share of the YAML parser in the slower of the two above.
func BenchmarkYAML200Rules(b *testing.B) {
	src := file200()
	b.SetBytes(int64(len(src)))
	for b.Loop() {
		var n yaml.Node
		if err := yaml.Load(src, &n); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkParseHostile reads the largest file that is read at all, made of nothing but mistakes.
func BenchmarkParseHostile(b *testing.B) {
	src := []byte("fakedc: 1\nrules: [" + strings.Repeat("{a},", MaxFileSize/4-10) + "]")
	b.SetBytes(int64(len(src)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Parse("bench.yaml", src); err == nil {
			b.Fatal("accepted")
		}
	}
}

func BenchmarkDecide200Rules(b *testing.B) {
	byPart := func(i int) Match { return Match{Part: Exactly(int64(i))} }
	open := func(i int) Match {
		return Match{Part: AtLeast(int64(10_000 + i)), Total: AtLeast(3), Size: Between(1, 1<<20)}
	}
	for _, bb := range []struct {
		name string
		rule func(i int) Rule
		part int32
	}{
		{"one part each, none matches", func(i int) Rule { return Rule{Match: byPart(i), Times: 1, Reply: refuse} }, 5000},
		{"one part each, one fires", func(i int) Rule { return Rule{Match: byPart(i), Reply: refuse} }, 150},
		{"open ranges, none matches", func(i int) Rule { return Rule{Match: open(i), Times: 1, Reply: refuse} }, 5000},
		{"all match, none is lucky", func(i int) Rule { return Rule{Chance: 1e-15, Reply: refuse} }, 5},
		{"all match and count", func(i int) Rule { return Rule{Per: ScopeServer, Nth: Exactly(1 << 30), Reply: refuse} }, 5},
	} {
		b.Run(bb.name, func(b *testing.B) {
			rules := make([]Rule, 200)
			for i := range rules {
				rules[i] = bb.rule(i)
			}
			e, err := (&Scenario{Rules: rules}).Compile(42)
			require.NoError(b, err)
			c := bigPart(bb.part, 8000)
			b.ReportAllocs()
			for b.Loop() {
				e.Decide(c)
			}
		})
	}
}

func BenchmarkDecideParallel(b *testing.B) {
	e := mustCompile(b, 42, Rule{Match: Match{Part: Exactly(2)}, Times: 1, Reply: refuse}, Rule{Chance: 0.1, Per: ScopePart, Times: 1, Reply: refuse})
	b.RunParallel(func(p *testing.PB) {
		for part := int32(0); p.Next(); part = (part + 1) % 4000 {
			e.Decide(bigPart(part, 4000))
		}
	})
}
