package mockserver

import (
	"time"

	"github.com/fakedc/fakedc/mockserver/internal/link"
	"github.com/fakedc/fakedc/mockserver/internal/session"
	"github.com/fakedc/fakedc/mockserver/internal/upload"
)

// Limits bound what clients can make a server hold or wait for. A zero field has
// the default that its comment names; nothing is unlimited. Passing a limit is
// an event of kind "limit" or "refused" in the journal, and costs nobody but the
// client that passed it.
type Limits struct {
	// Connections open at once: 1,024. Further ones are closed at once.
	Connections int
	// FrameBytes of one frame: 2 MiB, 16 MiB at the most. An upload needs 526 KiB.
	FrameBytes int
	// DetectTime until the transport of a connection is known: 5 s.
	DetectTime time.Duration
	// HandshakeTime for making one auth key: 60 s. Clients prove Telegram's prime
	// and factor a number meanwhile: on a busy CI machine gotd has taken 20 s.
	HandshakeTime time.Duration
	// Handshakes under way at once: 64. Each costs milliseconds of CPU. The one that has
	// waited the longest for its client makes room, if that is two seconds.
	Handshakes int
	// FrameTime for a frame to come in full once its length is there: 60 s.
	FrameTime time.Duration
	// IdleTime without any frame: 5 min. Clients wait for more than a minute
	// without a word when they are told to.
	IdleTime time.Duration
	// WriteTime for one write: 30 s.
	WriteTime time.Duration
	// QueueMessages and QueueBytes wait for a client to read them: 256 and
	// 4 MiB. Beyond them nothing more is read from that client; at four times
	// as much its connection is closed.
	QueueMessages int
	QueueBytes    int
	// ProtocolErrors on one connection: 16.
	ProtocolErrors int
	// AuthKeys kept: 16,384. The one that was used least recently makes room.
	AuthKeys int
	// Sessions kept: 16,384, and SessionsPerKey of one auth key: 256. The one that
	// was used least recently makes room.
	Sessions       int
	SessionsPerKey int
	// SessionTime without use: 1 h.
	SessionTime time.Duration
	// Window is how many msg_ids a session remembers: 2,000.
	Window int
	// Outbox and OutboxBytes are answers kept until the client acknowledges
	// them: 1,024 and 8 MiB for each session.
	Outbox      int
	OutboxBytes int
	// DelayedAnswers waiting for their time: 4,096. Further ones are not delayed.
	// Queries that invokeAfterMsg makes wait count too; further ones, or more than
	// WaitingBytes of them, 64 MiB, are answered 400 MSG_WAIT_TIMEOUT at once.
	DelayedAnswers int
	WaitingBytes   int64
	// StoreBytes of parts in memory: 256 MiB. Beyond it a part is answered
	// 500 STORE_FULL. StoreDigest needs none of it.
	StoreBytes int64
	// DiskBytes that Options.DataDir may take: 8 GiB, and DiskFree that have to stay
	// free on its file system: 1 GiB. Beyond either, a part is answered 500 STORE_FULL.
	DiskBytes int64
	DiskFree  int64
	// Uploads open at once: 4,096. The one that was used least recently makes room.
	Uploads int
	// PartTime is how long a file without further parts is kept: 1 h.
	// https://core.telegram.org/api/files#uploading-files
	PartTime time.Duration
	// Documents made of uploads: 4,096. The oldest makes room.
	Documents int
	// JournalEvents kept: 100,000. The oldest make room.
	JournalEvents int
}

func or[T int | int64 | time.Duration](v *T, standard T) {
	if *v <= 0 {
		*v = standard
	}
}

// withDefaults fills in what is zero.
func (l Limits) withDefaults() Limits {
	or(&l.Connections, 1024)
	or(&l.FrameBytes, 2<<20)
	l.FrameBytes = min(l.FrameBytes, 16<<20)
	or(&l.DetectTime, 5*time.Second)
	or(&l.HandshakeTime, 60*time.Second)
	or(&l.Handshakes, 64)
	or(&l.FrameTime, 60*time.Second)
	or(&l.IdleTime, 5*time.Minute)
	or(&l.WriteTime, 30*time.Second)
	or(&l.QueueMessages, 256)
	or(&l.QueueBytes, 4<<20)
	or(&l.ProtocolErrors, 16)
	or(&l.AuthKeys, 16_384)
	or(&l.Sessions, 16_384)
	or(&l.SessionsPerKey, 256)
	or(&l.SessionTime, time.Hour)
	or(&l.Window, 2000)
	or(&l.Outbox, 1024)
	or(&l.OutboxBytes, 8<<20)
	or(&l.DelayedAnswers, 4096)
	or(&l.WaitingBytes, 64<<20)
	or(&l.StoreBytes, 256<<20)
	or(&l.DiskBytes, 8<<30)
	or(&l.DiskFree, 1<<30)
	or(&l.Uploads, 4096)
	or(&l.PartTime, time.Hour)
	or(&l.Documents, 4096)
	or(&l.JournalEvents, 100_000)
	return l
}

func (l Limits) link() link.Limits {
	return link.Limits{
		Frame: l.FrameBytes, Detect: l.DetectTime, Handshake: l.HandshakeTime, FrameTime: l.FrameTime,
		Idle: l.IdleTime, Write: l.WriteTime, QueueItems: l.QueueMessages, QueueBytes: l.QueueBytes, Errors: l.ProtocolErrors,
	}
}

func (l Limits) session() (session.Limits, session.TableLimits) {
	return session.Limits{Window: l.Window, Outbox: l.Outbox, OutboxBytes: l.OutboxBytes},
		session.TableLimits{Sessions: l.Sessions, PerKey: l.SessionsPerKey, TTL: l.SessionTime}
}

func (l Limits) upload() upload.Limits {
	return upload.Limits{Uploads: l.Uploads, Lifetime: l.PartTime, Documents: l.Documents}
}
