package mockserver

import (
	"fmt"
	"slices"
	"time"
)

// Limit is one field of [Limits]: what it bounds, and what becomes of more.
type Limit struct {
	// Name is that of the field, and the word by which an event says that the limit
	// was reached.
	Name string
	// About says what is bounded, Beyond what becomes of whatever passes the bound.
	About, Beyond string

	unit     unit
	standard int64
	least    int64  // 0: anything above 0
	why      string // no client can work with less
	most     int64  // 0: as many as fit into the field
	get      func(*Limits) int64
	set      func(*Limits, int64)
}

// unit is what a limit counts.
type unit string

const (
	inNumber unit = "number"
	inBytes  unit = "bytes"
	inTime   unit = "time"
)

// limitRow makes a row of the table.
func limitRow[T int | int64 | time.Duration](name string, u unit, standard T, field func(*Limits) *T, about, beyond string) Limit {
	return Limit{
		Name: name, About: about, Beyond: beyond, unit: u, standard: int64(standard),
		get: func(l *Limits) int64 { return int64(*field(l)) },
		set: func(l *Limits, v int64) { *field(l) = T(v) },
	}
}

// upTo gives a row a ceiling.
func (l Limit) upTo(most int64) Limit {
	l.most = most
	return l
}

// from gives a row a floor: with less no client can work at all, and why.
func (l Limit) from(least int64, why string) Limit {
	l.least, l.why = least, why
	return l
}

// limitTable is in the order in which a client meets them.
var limitTable = []Limit{
	limitRow("Connections", inNumber, 1024, func(l *Limits) *int { return &l.Connections },
		"connections at once; never more than the process may open files, less 64 or, if that is fewer, half of them", "is closed at once"),
	limitRow("DetectTime", inTime, 5*time.Second, func(l *Limits) *time.Duration { return &l.DetectTime },
		"until the transport of a connection is known", "the connection is closed").from(int64(5*time.Millisecond), "no client is quicker"),
	limitRow("FrameBytes", inBytes, 2<<20, func(l *Limits) *int { return &l.FrameBytes },
		"one frame; 16 MiB at the most", "the connection is closed before anything is allocated").upTo(16<<20).from(512, "an auth key is made with frames of 400 bytes"),
	limitRow("FrameTime", inTime, 60*time.Second, func(l *Limits) *time.Duration { return &l.FrameTime },
		"for a frame to come in full, once its length is there", "the connection is closed"),
	limitRow("FrameRate", inBytes, 1<<10, func(l *Limits) *int { return &l.FrameRate },
		"of a frame that have to come in each second, after 5 s of grace", "the connection is closed"),
	limitRow("IdleTime", inTime, 5*time.Minute, func(l *Limits) *time.Duration { return &l.IdleTime },
		"without any frame; ping_delay_disconnect can shorten it", "the connection is closed").from(int64(5*time.Millisecond), "no client is quicker"),
	limitRow("WriteTime", inTime, 30*time.Second, func(l *Limits) *time.Duration { return &l.WriteTime },
		"for one write", "the connection is closed"),
	limitRow("QueueMessages", inNumber, 256, func(l *Limits) *int { return &l.QueueMessages },
		"messages that wait for one client to read them", "nothing more is read from it, and at four times as much its connection is closed"),
	limitRow("QueueBytes", inBytes, 4<<20, func(l *Limits) *int { return &l.QueueBytes },
		"of messages that wait for one client to read them", "nothing more is read from it, and at four times as much its connection is closed").from(256, "no answer by which an auth key is made would pass"),
	limitRow("QueueTotal", inBytes, 256<<20, func(l *Limits) *int64 { return &l.QueueTotal },
		"of messages that wait for all clients together to read them", "the connections of those that leave the most unread are closed").from(1<<10, "no answer by which an auth key is made would pass"),
	limitRow("ProtocolErrors", inNumber, 16, func(l *Limits) *int { return &l.ProtocolErrors },
		"frames of one connection that no client sends", "the connection is closed"),
	limitRow("HandshakeTime", inTime, 60*time.Second, func(l *Limits) *time.Duration { return &l.HandshakeTime },
		"for the making of one auth key", "the connection is closed").from(int64(5*time.Millisecond), "no client is quicker"),
	limitRow("Handshakes", inNumber, 64, func(l *Limits) *int { return &l.Handshakes },
		"auth keys that are being made at once", "the one whose client has said nothing for the longest makes room, if that is 2 s; else the connection is closed"),
	limitRow("HandshakeSteps", inNumber, 7, func(l *Limits) *int { return &l.HandshakeSteps },
		"requests for one auth key, repeated ones and new beginnings included", "the connection is closed").from(3, "an auth key is made with three requests"),
	limitRow("AuthKeys", inNumber, 16_384, func(l *Limits) *int { return &l.AuthKeys },
		"auth keys", "the one that was used least recently makes room"),
	limitRow("Sessions", inNumber, 16_384, func(l *Limits) *int { return &l.Sessions },
		"sessions", "the one that was used least recently makes room"),
	limitRow("SessionsPerKey", inNumber, 256, func(l *Limits) *int { return &l.SessionsPerKey },
		"sessions of one auth key", "the one that was used least recently makes room"),
	limitRow("SessionTime", inTime, time.Hour, func(l *Limits) *time.Duration { return &l.SessionTime },
		"that a session lives without use", "it is forgotten"),
	limitRow("Window", inNumber, 2000, func(l *Limits) *int { return &l.Window },
		"msg_ids that a session remembers", "the oldest are forgotten, and what is older is refused: bad_msg_notification 20"),
	limitRow("Outbox", inNumber, 1024, func(l *Limits) *int { return &l.Outbox },
		"answers that a session keeps until they are acknowledged", "the oldest make room"),
	limitRow("OutboxBytes", inBytes, 8<<20, func(l *Limits) *int { return &l.OutboxBytes },
		"of answers that a session keeps until they are acknowledged", "the oldest make room; clients gather acknowledgements, so that the event is for one that is asked for later, a connection that ends before they come, or 64 that are not acknowledged either; as much again may be kept back by reorder, and more leaves at once"),
	limitRow("OutboxTotal", inBytes, 64<<20, func(l *Limits) *int64 { return &l.OutboxTotal },
		"of answers that all sessions keep, 128 more counted for each", "the oldest of the sessions that keep the most make room"),
	limitRow("InflatedBytes", inBytes, 10<<20, func(l *Limits) *int { return &l.InflatedBytes },
		"that everything packed in one frame unpacks to, together; 1 GiB at the most", "400 INPUT_FETCH_ERROR").upTo(1 << 30),
	limitRow("Wrappers", inNumber, 8, func(l *Limits) *int { return &l.Wrappers },
		"invokeWithLayer, gzip_packed and the like around one query", "400 INPUT_FETCH_ERROR").from(2, "every client says who it is by invokeWithLayer and initConnection"),
	limitRow("DelayedAnswers", inNumber, 4096, func(l *Limits) *int { return &l.DelayedAnswers },
		"answers that a scenario delays, and queries that wait for others or at a gate", "is not delayed; what was to wait by invokeAfterMsg is answered -503 MSG_WAIT_TIMEOUT"),
	limitRow("WaitingBytes", inBytes, 64<<20, func(l *Limits) *int64 { return &l.WaitingBytes },
		"of the same answers and queries", "as for DelayedAnswers"),
	limitRow("AfterTime", inTime, 30*time.Second, func(l *Limits) *time.Duration { return &l.AfterTime },
		"that a query waits for those that invokeAfterMsg names; Telegram waits 500ms", "-503 MSG_WAIT_TIMEOUT"),
	limitRow("StoreBytes", inBytes, 256<<20, func(l *Limits) *int64 { return &l.StoreBytes },
		"of parts in memory; beside the digest store and a data directory, which need none of it, it is refused", "500 STORE_FULL"),
	limitRow("DiskBytes", inBytes, 8<<30, func(l *Limits) *int64 { return &l.DiskBytes },
		"that the data directory takes; refused without one", "500 STORE_FULL"),
	limitRow("DiskFree", inBytes, 1<<30, func(l *Limits) *int64 { return &l.DiskFree },
		"that stay free on the disk of the data directory; refused without one", "500 STORE_FULL"),
	limitRow("Uploads", inNumber, 4096, func(l *Limits) *int { return &l.Uploads },
		"uploads at once", "the one that was used least recently makes room"),
	limitRow("Parts", inNumber, 1_000_000, func(l *Limits) *int { return &l.Parts },
		"part numbers that all uploads know, stored or not, and parts of all documents", "the upload that was used least recently makes room, or the oldest document"),
	limitRow("PartTime", inTime, time.Hour, func(l *Limits) *time.Duration { return &l.PartTime },
		"that an upload lives without further parts", "it is forgotten"),
	limitRow("Documents", inNumber, 4096, func(l *Limits) *int { return &l.Documents },
		"documents made of uploads", "the oldest makes room"),
	limitRow("RandomIDBytes", inBytes, 64<<20, func(l *Limits) *int64 { return &l.RandomIDBytes },
		"of random_ids that all accounts remember, so that no message is sent twice; 8 for each, and 512 for each account", "those of the account that sent least recently make room, and what is sent again under one of them is not refused"),
	limitRow("MessageBytes", inBytes, 16<<20, func(l *Limits) *int64 { return &l.MessageBytes },
		"of messages that all accounts have sent and that can be asked for or forwarded; 512 and its text with its entities for each, 512 more for one that was forwarded", "the oldest make room, and are answered as if deleted, which is an event"),
	limitRow("JournalEvents", inNumber, 100_000, func(l *Limits) *int { return &l.JournalEvents },
		"events in memory", "the oldest make room"),
	limitRow("AdminConnections", inNumber, 64, func(l *Limits) *int { return &l.AdminConnections },
		"connections to the admin API at once", "is closed at once"),
	limitRow("AdminStreams", inNumber, 32, func(l *Limits) *int { return &l.AdminStreams },
		"callers of the admin API that follow something", "503"),
	limitRow("AdminBody", inBytes, 1<<20, func(l *Limits) *int { return &l.AdminBody },
		"that one call of the admin API sends", "413"),
}

// LimitTable describes all fields of Limits, in the order in which a client meets
// them.
func LimitTable() []Limit { return slices.Clone(limitTable) }

// withDefaults fills in what is zero and lowers what is above its ceiling. The error is
// a value with which nothing could work.
func (l Limits) withDefaults() (Limits, error) {
	for _, row := range limitTable {
		v := row.get(&l)
		switch {
		case v == 0:
			v = row.standard
		case v < 0:
			return l, fmt.Errorf("mockserver: Options.Limits.%s is %s: it is above 0, or 0 for the default, %s", row.Name, row.unit.format(v), row.Default())
		}
		if err := row.enough(v); err != nil {
			return l, fmt.Errorf("mockserver: Options.Limits.%s is %s: %w", row.Name, row.unit.format(v), err)
		}
		if row.most > 0 {
			v = min(v, row.most)
		}
		row.set(&l, v)
	}
	return l, nil
}

// enough refuses what no client could work with.
func (l Limit) enough(v int64) error {
	if v < l.least {
		return fmt.Errorf("%s at the least: %s", l.Least(), l.why)
	}
	return nil
}
