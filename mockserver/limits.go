package mockserver

import (
	"time"

	"github.com/fakedc/fakedc/mockserver/internal/link"
	"github.com/fakedc/fakedc/mockserver/internal/rpc"
	"github.com/fakedc/fakedc/mockserver/internal/session"
	"github.com/fakedc/fakedc/mockserver/internal/upload"
)

// Limits bound what clients can make a server hold or wait for. A zero field has
// the default that its comment names; nothing is unlimited. Passing a limit is
// an event of kind "limit" or "refused" in the journal that names it, and costs
// nobody but the client that passed it. LIMITS.md has all of them in a table, with
// those that are constants.
type Limits struct {
	// Connections open at once: 1,024, and fewer where the process may not open as
	// many files (64 are left for others). Further ones are closed at once.
	Connections int
	// FrameBytes of one frame: 2 MiB, 16 MiB at the most. An upload needs 526 KiB. Long
	// frames of connections over which no message was opened yet are read in turns, at
	// 64 MiB per second together, so that garbage leaves time for everybody else.
	FrameBytes int
	// DetectTime until the transport of a connection is known: 5 s.
	DetectTime time.Duration
	// HandshakeTime for making one auth key: 60 s. Clients prove Telegram's prime
	// and factor a number meanwhile: on a busy CI machine gotd has taken 20 s.
	HandshakeTime time.Duration
	// Handshakes under way at once: 64. Each costs milliseconds of CPU. The one that has
	// waited the longest for its client makes room, if that is two seconds.
	Handshakes int
	// HandshakeSteps are requests for one auth key: 7, repeated ones and new
	// beginnings included.
	HandshakeSteps int
	// FrameTime for a frame to come in full once its length is there: 60 s. One that
	// is shorter has less: 5 s and what it takes at FrameRate, 1 KiB a second.
	FrameTime time.Duration
	FrameRate int
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
	// QueueTotal is what waits for all clients together: 256 MiB. Beyond it those that leave
	// the most unread lose their connections.
	QueueTotal int64
	// ProtocolErrors on one connection: 16.
	ProtocolErrors int
	// InflatedBytes are what all that is packed in one frame unpacks to, together:
	// 10 MiB, 1 GiB at the most. What needs more is answered 400 INPUT_FETCH_ERROR.
	InflatedBytes int
	// Wrappers around one query, gzip_packed included: 8.
	Wrappers int
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
	// them: 1,024 and 8 MiB for each session. Clients gather acknowledgements, so that
	// OutboxBytes is an event only once one that made room is asked for, the connection
	// ends before it is acknowledged, or 64 of them are not. OutboxTotal is for those of all sessions
	// together, 64 MiB: beyond it those that hold the most lose their oldest.
	Outbox      int
	OutboxBytes int
	OutboxTotal int64
	// DelayedAnswers waiting for their time: 4,096, and WaitingBytes of them, 64 MiB.
	// Further ones are not delayed. Queries that invokeAfterMsg makes wait, for AfterTime
	// at the most, 30 s, where Telegram waits half a second, count too; further ones are
	// answered -503 MSG_WAIT_TIMEOUT.
	DelayedAnswers int
	WaitingBytes   int64
	AfterTime      time.Duration
	// StoreBytes of parts in memory: 256 MiB. Beyond it a part is answered
	// 500 STORE_FULL. New refuses it with StoreDigest, which needs none of it, and with
	// Options.DataDir, where parts are on the disk.
	StoreBytes int64
	// DiskBytes that Options.DataDir may take: 8 GiB, and DiskFree that have to stay
	// free on its file system: 1 GiB. Beyond either, a part is answered 500 STORE_FULL.
	// New refuses them without it.
	// What is free is known on Linux, macOS, Windows, FreeBSD and DragonFly BSD.
	DiskBytes int64
	DiskFree  int64
	// Uploads open at once: 4,096. The one that was used least recently makes room.
	Uploads int
	// Parts of all uploads together whose numbers are known, and of all documents: 1,000,000.
	// Each takes some hundred bytes, whatever the store keeps. The upload that was used least
	// recently makes room, or the oldest document.
	Parts int
	// PartTime is how long a file without further parts is kept: 1 h.
	// https://core.telegram.org/api/files#uploading-files
	PartTime time.Duration
	// Documents made of uploads: 4,096. The oldest makes room.
	Documents int
	// RandomIDBytes are what accounts remember of the messages that they sent, so that
	// none is sent twice: 64 MiB for all of them, 8 for each random_id and 512 for each
	// account. The account that sent least recently makes room.
	RandomIDBytes int64
	// MessageBytes are what messages that accounts sent take, so that they can be asked
	// for and forwarded: 16 MiB for all of them, 512 and its text with its entities for
	// each, and 512 more for one that was forwarded. The oldest make room.
	MessageBytes int64
	// JournalEvents kept: 100,000. The oldest make room.
	JournalEvents int
	// AdminConnections to the admin API at once: 64; AdminStreams that callers follow:
	// 32; AdminBody of one call: 1 MiB. They are for package admin.
	AdminConnections int
	AdminStreams     int
	AdminBody        int
}

func (l Limits) link() link.Limits {
	return link.Limits{
		Frame: l.FrameBytes, Detect: l.DetectTime, Handshake: l.HandshakeTime, FrameTime: l.FrameTime, FrameRate: l.FrameRate,
		Idle: l.IdleTime, Write: l.WriteTime, QueueItems: l.QueueMessages, QueueBytes: l.QueueBytes, Errors: l.ProtocolErrors,
		After: l.AfterTime, Inflated: l.InflatedBytes,
	}
}

func (l Limits) session() (session.Limits, session.TableLimits) {
	return session.Limits{Window: l.Window, Outbox: l.Outbox, OutboxBytes: l.OutboxBytes},
		session.TableLimits{Sessions: l.Sessions, PerKey: l.SessionsPerKey, TTL: l.SessionTime}
}

func (l Limits) upload() upload.Limits {
	return upload.Limits{Uploads: l.Uploads, Parts: l.Parts, Lifetime: l.PartTime, Documents: l.Documents}
}

func (l Limits) rpc() rpc.Limits {
	return rpc.Limits{Inflated: l.InflatedBytes, Wrappers: l.Wrappers, RandomIDs: l.RandomIDBytes, Messages: l.MessageBytes}
}
