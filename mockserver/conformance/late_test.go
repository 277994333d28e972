package conformance

import (
	"context"
	"encoding/binary"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/mockserver/internal/envelope"
	"github.com/fakedc/fakedc/mockserver/rawclient"
)

// Where the machine is busy, a pong is late, and the delay of its ping has begun long
// before: that is no fault of the server's.
func TestAPongMayBeLate(t *testing.T) {
	for id, late := range map[string]time.Duration{"4.4.5": 600 * time.Millisecond, "4.4.6": 1200 * time.Millisecond} {
		t.Run(id, func(t *testing.T) {
			t.Parallel()
			r := (&scripted{on: latePongs(late)}).run(t, id)
			require.Equal(t, Pass, r.Status, r.Detail)
		})
	}
}

// Who waits for what another case makes opens its connection when that is there: a server
// need not keep one that says nothing.
func TestTheSampleComesBeforeAConnection(t *testing.T) {
	failed := errors.New("another case could not make it")
	e := &Env{suite: &suite{target: Target{Addr: "nowhere"}, patience: time.Minute}}
	e.suite.account.value = rawclient.NewAuthKey([256]byte{1}, 0)
	e.suite.sample.attempts, e.suite.sample.err = makeAttempts, failed
	err := contained(t.Context(), e, func(ctx context.Context, e *Env) error {
		_, _, _ = e.sample(ctx)
		return nil
	})
	require.ErrorIs(t, err, failed)
}

// latePongs carries ping_delay_disconnect out at once, and answers it late.
func latePongs(late time.Duration) func(*line, envelope.Message) bool {
	closing := map[*line]*time.Timer{}
	return func(l *line, m envelope.Message) bool {
		if (rawclient.Message{Body: m.Body}).Constructor() != idPingDelay {
			return false
		}
		if closing[l] != nil {
			closing[l].Stop()
		}
		delay := time.Duration(binary.LittleEndian.Uint32(m.Body[12:])) * time.Second
		closing[l] = time.AfterFunc(delay, func() { _ = l.Close() })
		body := append([]byte(nil), m.Body...)
		time.AfterFunc(late, func() {
			l.mu.Lock()
			defer l.mu.Unlock()
			l.tell(m, value(idPong).i64(m.MsgID).i64(about(body)), false)
		})
		return true
	}
}
