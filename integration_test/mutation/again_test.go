package main

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// standIn is a program whose test binary does first when it is started for the first
// time, and then what is in second.
func standIn(t *testing.T, first, second string) (p *program, starts func() int) {
	t.Helper()
	needShell(t)
	dir := t.TempDir()
	path, note := filepath.Join(dir, "p.test"), filepath.Join(dir, "starts")
	text := "#!/bin/sh\nif [ -e " + note + " ]; then next='" + second + "'; else next='" + first + "'; fi\necho >>" + note + "\neval \"$next\"\n"
	require.NoError(t, os.WriteFile(path, []byte(text), 0o700))
	starts = func() int {
		lines, err := os.ReadFile(note)
		require.NoError(t, err)
		return strings.Count(string(lines), "\n")
	}
	return &program{path: path, dir: dir, scratch: dir, patience: 2 * time.Second}, starts
}

// What a mutant did when the machine had no time for it says nothing.
func TestMutantThatRanOutOfTimeIsTriedAgain(t *testing.T) {
	const hang = "exec sleep 600"
	for _, tt := range []struct {
		name, first, second string
		starts              int
		want                outcome
	}{
		{"it survives then", hang, "exit 0", 2, survived},
		{"it is killed then", hang, "exit 1", 2, killed},
		{"it has three times as long", hang, "exec sleep 3", 2, survived},
		{"it never ends", hang, hang, 2, timedOut},
		{"it ends in time", "exit 0", hang, 1, survived},
		{"it is killed in time", "exit 1", hang, 1, killed},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			p, starts := standIn(t, tt.first, tt.second)
			reaches := []reach{{name: "TestX", points: map[int]bool{1: true}}}
			outcomes, err := p.tryAll(t.Context(), []mutant{{ID: 1}}, reaches, 1)
			require.NoError(t, err)
			assert.Equal(t, []outcome{tt.want}, outcomes)
			assert.Equal(t, tt.starts, starts())
		})
	}
}

// They are tried again when no other is tried any more: while one holds a file that is
// its own, none finds another's.
func TestMutantIsTriedAgainAlone(t *testing.T) {
	p, _ := standIn(t, "", "")
	script := `#!/bin/sh
[ -e first$FAKEDC_MUTANT ] || { echo >first$FAKEDC_MUTANT; exec sleep 600; }
mkdir alone || exit 1
sleep 0.2
rmdir alone
`
	require.NoError(t, os.WriteFile(p.path, []byte(script), 0o700))
	points := map[int]bool{1: true, 2: true, 3: true, 4: true}
	outcomes, err := p.tryAll(t.Context(), []mutant{{ID: 1}, {ID: 2}, {ID: 3}, {ID: 4}}, []reach{{name: "TestX", points: points}}, 4)
	require.NoError(t, err)
	require.Equal(t, []outcome{survived, survived, survived, survived}, outcomes)
}

// What goes round and round had its time, if the machine gave it some.
func TestMutantThatHadTheProcessorHangs(t *testing.T) {
	p := &program{patience: 4 * time.Second}
	for _, tt := range []struct {
		name       string
		used, took time.Duration
		want       bool
	}{
		{"it waits", 20 * time.Millisecond, 0, false},
		{"a second", time.Second, 0, true},
		{"hardly less", time.Second - 1, 0, false},
		{"its tests take long themselves", 5 * time.Second, 500 * time.Millisecond, false},
		{"ten times that, and a second", 6 * time.Second, 500 * time.Millisecond, true},
	} {
		require.Equal(t, tt.want, p.hangs(tt.used, tt.took), tt.name)
	}

	round, _ := standIn(t, "while :; do :; done", "")
	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	_, used, err := round.test(ctx, nil, 1)
	require.Error(t, err)
	require.Greater(t, used, 10*time.Millisecond)
}
