package mockserver_test

import (
	"context"
	"encoding/binary"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/mockserver"
)

// partOf makes the bytes of a part, which no other part has.
func partOf(file int64, index int32, size int) []byte {
	b := make([]byte, size)
	copy(b, partNoise)
	binary.LittleEndian.PutUint64(b, uint64(file))
	binary.LittleEndian.PutUint32(b[8:], uint32(index))
	return b
}

var partNoise = contents(32 << 10)

// ledger is what clients know of their parts.
type ledger struct {
	mu       sync.Mutex
	promised []promise
	never    []int64 // files of which no part was ever sent in full
	bytes    int64   // of what was promised
}

// promise is a part whose boolTrue a client has read.
type promise struct {
	file  int64
	index int32
	size  int
}

func (l *ledger) keep(p promise) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.promised = append(l.promised, p)
	l.bytes += int64(p.size)
}

func (l *ledger) wasNever(file int64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.never = append(l.never, file)
}

// forget takes the ledger out of memory.
func (l *ledger) forget() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.promised, l.never, l.bytes = nil, nil, 0
}

func (l *ledger) String() string {
	return fmt.Sprintf("%d parts were acknowledged, %d never sent in full", len(l.promised), len(l.never))
}

// require holds the server's uploads against the ledger.
func (l *ledger) require(t *testing.T, dc *mockserver.Server) {
	t.Helper()
	files := map[int64]mockserver.Upload{}
	for _, u := range dc.Uploads() {
		files[u.FileID] = u
		for _, p := range u.Parts {
			require.LessOrEqual(t, p.TimesStored, 1, "file %d part %d was stored twice", u.FileID, p.Index)
		}
	}
	require.NotEmpty(t, l.promised)
	for _, p := range l.promised {
		equal, stored := files[p.file].PartEqual(p.index, partOf(p.file, p.index, p.size))
		require.True(t, stored, "file %d part %d was acknowledged and is lost", p.file, p.index)
		require.True(t, equal, "file %d part %d has other bytes", p.file, p.index)
	}
	for _, file := range l.never {
		require.NotContains(t, files, file, "a part that was cut off is there")
	}
}

// listener listens to the server: why connections ended, and what went wrong. It keeps
// counts, so that it takes no memory.
type listener struct {
	mu    sync.Mutex
	ends  map[string]int64
	wrong []string
}

const detecting = "detecting the transport"

// places are where a reader may be when its connection ends.
var places = []string{detecting, "reading the header of a frame", "reading the payload of a frame", "closed by the client"}

// Enabled implements slog.Handler.
func (*listener) Enabled(context.Context, slog.Level) bool { return true }

// WithAttrs implements slog.Handler.
func (h *listener) WithAttrs([]slog.Attr) slog.Handler { return h }

// WithGroup implements slog.Handler.
func (h *listener) WithGroup(string) slog.Handler { return h }

// Handle implements slog.Handler.
func (h *listener) Handle(_ context.Context, r slog.Record) error {
	var text string
	r.Attrs(func(a slog.Attr) bool {
		if a.Key == "text" || a.Key == "error" {
			text += a.Value.String()
		}
		return true
	})
	h.mu.Lock()
	defer h.mu.Unlock()
	if strings.HasPrefix(text, "JournalEvents: ") {
		return nil // it is small on purpose
	}
	switch mockserver.EventKind(r.Message) {
	case mockserver.EventDisconnect:
		if h.ends == nil {
			h.ends = map[string]int64{}
		}
		h.ends[place(text)]++
	case mockserver.EventPanic, mockserver.EventLimit, mockserver.EventUnknown, mockserver.EventRefused:
		// A session that makes room for others is what these tests ask for.
		usual := strings.Contains(text, "used least recently") || strings.Contains(text, "bad_server_salt")
		if !usual && len(h.wrong) < 10 {
			h.wrong = append(h.wrong, r.Message+": "+text)
		}
	}
	return nil
}

func place(text string) string {
	for _, p := range places {
		if strings.Contains(text, p) {
			return p
		}
	}
	return "elsewhere"
}

func (h *listener) at(place string) int64 {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.ends[place]
}

// ended is how many connections have ended.
func (h *listener) ended() (n int64) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, there := range h.ends {
		n += there
	}
	return n
}

func (h *listener) String() string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return fmt.Sprint(h.ends)
}

// trouble is what the server refused or failed at: nothing that was sent deserves it.
func (h *listener) trouble() []string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.wrong
}
