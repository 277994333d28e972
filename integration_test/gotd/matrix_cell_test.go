package gotd_test

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gotd/td/bin"
	"github.com/gotd/td/telegram"
	"github.com/gotd/td/telegram/uploader"
	"github.com/gotd/td/tg"

	"github.com/fakedc/fakedc/mockserver"
	"github.com/fakedc/fakedc/scenarios"
)

const (
	// callersPatience is how long gotd's caller waits for an upload, in simulated
	// time: longer than whatever gotd itself has a limit for.
	callersPatience = 10 * time.Minute
	// sentLater is how long after its parts a file is sent.
	sentLater = 10 * time.Second
	// mostCalls of one upload: what calls more often does so without end.
	mostCalls = 100
)

// file is what is uploaded in a cell.
type file struct {
	method   string
	data     []byte
	partSize int
	parts    [][]byte
	sum      string
}

func newFile(method string, size, partSize int) *file {
	f := &file{method: method, data: patterned(size), partSize: partSize}
	for at := 0; at < size; at += partSize {
		f.parts = append(f.parts, f.data[at:min(size, at+partSize)])
	}
	f.sum = digest(f.data)
	return f
}

// The smallest files that gotd uploads by either method, of parts that make the
// last one different: above 10 MiB it takes saveBigFilePart.
var (
	smallFile = newFile("saveFilePart", 4*rawPart+100, rawPart)
	bigFile   = newFile("saveBigFilePart", 10<<20+1, 512<<10)
)

// patterned makes bytes that no two parts have in common, and that gotd packs to
// almost nothing: ten MiB of them cost a cell little to pack and to encrypt.
func patterned(size int) []byte {
	const seed, run = 64, 1 << 16
	seeds := contents(seed * (size/run + 1))
	b := make([]byte, 0, size+run)
	for at := 0; len(b) < size; at += seed {
		b = append(b, bytes.Repeat(seeds[at:at+seed], run/seed)...)
	}
	return b[:size]
}

// position is where in the file something goes wrong.
type position int

const (
	first position = iota
	middle
	last
)

func (p position) String() string { return [...]string{"first", "middle", "last"}[p] }

// part is the number of the part, next that of a neighbour.
func (p position) part(f *file) (part, next int) {
	n := len(f.parts)
	switch p {
	case first:
		return 0, 1
	case middle:
		return n / 2, n/2 + 1
	}
	return n - 1, n - 2
}

// cell is one upload of the matrix.
type cell struct {
	act
	at      position
	way     way
	file    *file
	threads int
	conns   int
}

func (c *cell) name() string {
	return strings.Join(c.words(), ", ")
}

// outcome is what became of a cell.
type outcome struct {
	end   string
	calls int // of the part that the act is about
	took  time.Duration
	conns int // that were opened
}

func (c *cell) scenario(t *testing.T) *scenarios.Scenario {
	s, err := scenarios.Parse("act.yaml", []byte("fakedc: 1\n"+c.fill(c.text)))
	require.NoError(t, err)
	return s
}

// fill puts the cell's numbers in their places.
func (c *cell) fill(text string) string {
	part, next := c.at.part(c.file)
	return strings.NewReplacer("${part}", strconv.Itoa(part), "${next}", strconv.Itoa(next), "${conn}", strconv.Itoa(c.at.connection())).Replace(text)
}

// connection is the number of the connection that an act about one looks at: the
// client's own is the first, those of its pool come behind.
func (p position) connection() int {
	if p == first {
		return 1
	}
	return 2
}

// run uploads the file, and says how that ended and what the server has of it.
func (c *cell) run(t *testing.T) (got outcome) {
	synctest.Test(t, func(t *testing.T) {
		dc, err := mockserver.New(mockserver.Options{Scenario: c.scenario(t), ReadyAccounts: 1, MoreDCs: []int{4}, Strict: true})
		require.NoError(t, err)
		began := time.Now()
		ended := make(chan string, 1)
		up := &uploading{cell: c, dc: dc, confirmed: map[int]bool{}}
		go func() { ended <- up.upload(t) }()
		select {
		case got.end = <-ended:
		case <-time.After(c.waits() + sentLater + time.Minute):
			got.end = "hangs, though its caller has given up"
		}
		got.took = time.Since(began)
		up.look(t, &got)
		require.NoError(t, dc.Close())
		require.Zero(t, dc.Connections(), "of the server, after its end")
	})
	return got
}

// waits is how long gotd's caller does.
func (c *cell) waits() time.Duration {
	if c.patience > 0 {
		return c.patience
	}
	return callersPatience
}

// uploading is one cell under way.
type uploading struct {
	cell *cell
	dc   *mockserver.Server

	mu        sync.Mutex
	confirmed map[int]bool // parts
}

// Chunk is told of each confirmed part: uploader.Progress.
func (u *uploading) Chunk(_ context.Context, s uploader.ProgressState) error {
	u.mu.Lock()
	defer u.mu.Unlock()
	part := s.Part
	if u.cell.file == smallFile {
		part-- // of small files gotd tells how many
	}
	u.confirmed[part] = true
	return nil
}

// upload is what gotd's user does: a client, a pool if there are to be several
// connections, an upload, and then the file is sent.
func (u *uploading) upload(t *testing.T) string {
	c := u.cell
	caller, cancel := context.WithTimeout(context.WithoutCancel(t.Context()), c.waits())
	defer cancel()
	o, err := c.way.along(u.dc)
	if err != nil {
		return err.Error()
	}
	if c.place != atKey {
		s, err := u.dc.Session(mockserver.SessionOptions{})
		if err != nil {
			return err.Error()
		}
		o = withSession(t, s, o)
	}
	client := telegram.NewClient(appID, appHash, o)
	end := ""
	err = client.Run(caller, func(ctx context.Context) error {
		if c.place == atKey {
			if _, err := client.Auth().Bot(ctx, botToken); err != nil {
				return err
			}
		}
		var way tg.Invoker = client
		if c.conns > 1 {
			pool, err := client.Pool(int64(c.conns))
			if err != nil {
				return err
			}
			defer func() { _ = pool.Close() }()
			way = pool
		}
		end = u.send(caller, ctx, way)
		return nil
	})
	if end == "" {
		return ending(caller, caller, noConnection, err)
	}
	return end
}

func (u *uploading) send(caller, ctx context.Context, way tg.Invoker) string {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	api := tg.NewClient(&counting{Invoker: way, stop: stop})
	up := uploader.NewUploader(api).WithThreads(u.cell.threads).WithPartSize(u.cell.file.partSize).WithProgress(u)
	file, err := up.FromBytes(ctx, name, u.cell.file.data)
	if err != nil {
		return ending(caller, ctx, "", err)
	}
	<-time.After(sentLater)
	if _, err := send(ctx, api, file); err != nil {
		return ending(caller, ctx, whenSent, err)
	}
	return completes
}

// counting ends an upload that calls without end: simulated time would stand still.
type counting struct {
	tg.Invoker
	calls atomic.Int64
	stop  context.CancelCauseFunc
}

var errEndless = errors.New("calls without end")

func (c *counting) Invoke(ctx context.Context, in bin.Encoder, out bin.Decoder) error {
	if c.calls.Add(1) > mostCalls {
		c.stop(errEndless)
		return errEndless
	}
	return c.Invoker.Invoke(ctx, in, out)
}

// look compares what the server has with what was uploaded and confirmed.
func (u *uploading) look(t *testing.T, got *outcome) {
	c := u.cell
	part, _ := c.at.part(c.file)
	_, fired := u.dc.Scenario()
	assert(t, len(fired) > 0 && !slices.Contains(fired, 0), "a rule never fired: %v", fired)
	for _, e := range u.dc.Journal() {
		switch e.Kind {
		case mockserver.EventPanic:
			assert(t, false, "%s", mockserver.Line(e))
		case mockserver.EventConnect:
			got.conns++
		}
	}
	uploads := u.dc.Uploads()
	has := map[int]bool{}
	whole := false
	for _, up := range uploads {
		for _, p := range up.Parts {
			if int(p.Index) == part {
				got.calls += p.Attempts
			}
			equal, stored := up.PartEqual(p.Index, c.file.parts[p.Index])
			if stored {
				has[int(p.Index)] = true
				if !c.lies {
					assert(t, equal, "the server has other bytes of part %d", p.Index)
				}
			}
		}
		if sum, err := up.SHA256(); err == nil {
			whole = whole || sum == c.file.sum
		}
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	for p := range u.confirmed {
		assert(t, has[p] || c.lies, "part %d was confirmed, and the server does not have it", p)
	}
	if got.end == completes {
		assert(t, len(u.confirmed) == len(c.file.parts), "%d parts of %d were confirmed", len(u.confirmed), len(c.file.parts))
	}
	if got.end == completes && !whole {
		got.end = damaged
	}
}

func assert(t *testing.T, ok bool, format string, args ...any) {
	t.Helper()
	if !ok {
		t.Errorf(format, args...)
	}
}
