package gotd_test

import (
	"bytes"
	"io"
	"time"

	"github.com/gotd/td/mt"
	"github.com/gotd/td/proto"

	"github.com/fakedc/fakedc/integration_test/internal/script"
	"github.com/fakedc/fakedc/mockserver/rawclient"
)

func newReader(b []byte) io.Reader { return bytes.NewReader(b) }

// Beginnings of findings that several scenarios share.
const (
	incomplete = "expectation every upload is complete: upload 1 is not complete"
	aHole      = "expectation a call is never answered FILE_PART_X_MISSING"
	once       = "expectation each part is sent at most once"
)

// hole is a client that goes on without a part that was refused.
var hole = script.Habits{Refused: script.Swallow, Missing: script.GiveUp}

// refused is the proof of a scenario that refuses a part once: gotd gives up at once.
var refused = proof{bad: hole, fails: aHole}

// Files for scenarios that are about the file.
var (
	full16    = &script.File{Data: contents(16 * 1024), PartSize: 1024}
	aligned   = &script.File{Data: contents(8 * 1024), PartSize: 1024, Stream: true}
	uneven2   = &script.File{Data: contents(7*1024 + 100), PartSize: 1024, Stream: true}
	small3    = &script.File{Data: contents(2*1024 + 100), PartSize: 1024, Small: true}
	large     = &script.File{Data: contents(11 << 20), PartSize: 512 << 10}
	parts4001 = &script.File{Data: contents(4001 * 1024), PartSize: 1024}
	parts8001 = &script.File{Data: contents(8001 * 1024), PartSize: 1024}
	twenty    = &script.File{Data: contents(20 * 1024), PartSize: 1024}
	// gotd knows the number of parts beforehand only for files of more than 10 MB.
	largeUneven = &script.File{Data: contents(11<<20 + 88), PartSize: 512 << 10}
)

var proofs = map[string]proof{
	"answer-false":       {bad: script.Habits{False: script.Swallow, Missing: script.GiveUp}, fails: aHole},
	"flood-wait":         {bad: script.Habits{Wait: func(told time.Duration) time.Duration { return told / 10 }}, fails: "expectation a call is made again after it was told to wait"},
	"flood-long":         {bad: script.Habits{Flood: script.GiveUp}, fails: incomplete},
	"flood-wait-0":       {bad: script.Habits{Tries: 5}, fails: incomplete},
	"flood-premium-wait": {bad: script.Habits{FloodPremium: script.GiveUp}, fails: "expectation a call is made again after it was told to wait"},
	"flood-premium-spam": {bad: script.Habits{FloodPremium: script.GiveUp}, fails: incomplete},
	"flood-then-missing": {file: twenty, bad: script.Habits{Flood: script.Swallow, Missing: script.GiveUp}, fails: aHole},
	"flood-on-send": {bad: script.Habits{Flood: script.GiveUp}, fails: "expectation a call of messages.sendMedia succeeds once",
		gotd: "expectation a call of messages.sendMedia succeeds once in each account: it has not succeeded"}, // without its waiter's middleware

	"drop-before-store":  {bad: script.Habits{Lost: script.GiveUp}, fails: "expectation a call is made again after the connection ended"},
	"drop-after-store":   {bad: script.Habits{Lost: script.StartOver}, fails: "expectation no part is sent again whose answer was acknowledged"},
	"drop-mid-upload":    {bad: script.Habits{Lost: script.GiveUp}, fails: incomplete},
	"drop-repeat":        {bad: script.Habits{Tries: 3}, fails: incomplete},
	"drop-last-part":     {gotdFile: largeUneven, bad: script.Habits{Lost: script.Swallow}, fails: "expectation a call is made again after the connection ended"},
	"stalled-connection": {bad: script.Habits{Silent: script.GiveUp}, fails: incomplete, gotd: incomplete},

	"file-part-empty":        refused,
	"file-part-invalid":      refused,
	"file-part-size-changed": refused,
	"file-part-size-invalid": refused,
	"file-part-too-big":      refused,
	"file-parts-invalid":     refused,
	"permanent-400":          {bad: script.Habits{Refused: script.AtOnce, Tries: 50}, fails: "expectation each part is sent at most 3 times"},
	"retry-same-bytes": {bad: script.Habits{Bytes: consumed}, fails: "expectation a call is made again after an error",
		gotd: incomplete}, // it gives up on 500
	"single-error": {bad: script.Habits{Internal: script.NewFile}, fails: "expectation no other part is sent again than 3 (the fourth part), no file is begun anew under another file_id: the file was begun anew",
		gotd: incomplete},
	"server-error":   {bad: script.Habits{Internal: script.GiveUp}, fails: incomplete, gotd: incomplete},
	"garbage-answer": {bad: script.Habits{Lost: script.Swallow, Missing: script.GiveUp}, fails: aHole, gotd: incomplete},

	"silent-server":    {bad: script.Habits{Silent: script.GiveUp}, fails: incomplete, gotd: incomplete}, // it repeats the message, not the call
	"silent-part":      {bad: script.Habits{Silent: script.GiveUp}, fails: incomplete, gotd: incomplete},
	"slow-ack":         {bad: script.Habits{Patience: 5 * time.Second}, fails: once},
	"slow-part":        {bad: script.Habits{Patience: 3 * time.Second}, fails: once},
	"salt-rotation":    {bad: script.Habits{Chokes: seesSalt}, fails: incomplete},
	"bad-msg":          {bad: script.Habits{Lost: script.GiveUp}, fails: incomplete, gotd: incomplete},
	"transport-flood":  {bad: script.Habits{Lost: script.GiveUp}, fails: incomplete},
	"duplicate-answer": {bad: script.Habits{Chokes: seenBefore}, fails: incomplete},
	"gzip-answer":      {bad: script.Habits{Chokes: seesGzip}, fails: incomplete},
	"chaos":            {file: &script.File{Data: contents(80 * 1024), PartSize: 1024}, bad: script.Habits{Lost: script.GiveUp, False: script.GiveUp, Flood: script.GiveUp, FloodPremium: script.GiveUp}, fails: incomplete},
	"demo":             {file: twenty, good: script.Habits{Refused: script.AtOnce}, bad: script.Habits{Refused: script.StartOver}, fails: "expectation no part is sent again whose answer was acknowledged", gotd: incomplete},

	"outage":              {bad: script.Habits{Lost: script.GiveUp}, fails: incomplete},
	"dead-first-conn":     {bad: script.Habits{Silent: script.GiveUp}, fails: "expectation every upload is complete: no upload has begun"},
	"refused-connections": {bad: script.Habits{Lost: script.GiveUp}, fails: "expectation every upload is complete: no upload has begun"},
	"new-session":         {bad: script.Habits{Silent: script.GiveUp}, fails: incomplete},
	"reorder":             {bad: script.Habits{Patience: 2 * time.Second}, fails: once},
	"slow-network":        {file: &script.File{Data: contents(10 * 1024), PartSize: 1024, Threads: 10}, bad: script.Habits{Patience: time.Second}, fails: once},
	"drop-mid-answer":     {bad: script.Habits{Lost: script.GiveUp}, fails: incomplete},
	"late-together":       {bad: script.Habits{Patience: 20 * time.Second}, good: script.Habits{Patience: time.Minute}, fails: once},
	"part-lifetime":       {good: late, bad: script.Habits{Late: late.Late, Missing: script.GiveUp}, fails: "expectation every upload is complete"},

	"part-lost":    {bad: script.Habits{Missing: script.StartOver}, fails: "expectation no other part is sent again than 3", gotd: incomplete},
	"parts-lost":   {bad: script.Habits{Missing: script.GiveUp}, fails: incomplete, gotd: incomplete},
	"part-expired": {good: late, bad: script.Habits{Late: late.Late, Missing: script.GiveUp}, fails: incomplete},
	"send-once":    {bad: script.Habits{Twice: true}, fails: "expectation a call of messages.sendMedia succeeds once"},

	"hash-roundtrip":    {file: &script.File{Data: make([]byte, 2200), PartSize: 1024}, bad: script.Habits{Bytes: padLast}, fails: "expectation every upload has 2200 bytes"},
	"tl-bytes-boundary": {file: &script.File{Data: make([]byte, 254), PartSize: 1024}, bad: script.Habits{Bytes: padLast}, fails: "expectation every upload has 254 bytes"},
	// gotd repeats such a part without a pause, so that simulated time would stand still.
	"false-for-ever": {bad: script.Habits{False: script.AtOnce, Tries: 50}, fails: "expectation each part is sent at most 20 times", gotd: "expectation each part is sent at most 20 times", realTime: true},
	"max-parts":      {bad: script.Habits{}, badFile: parts4001, fails: "violation total.range"},
	"premium-8000": {file: parts4001, bad: script.Habits{}, badFile: parts8001, fails: "violation total.range",
		gotd: "expectation every upload is complete: no upload has begun"}, // its own limit is 3,999,
	"exact-limit":         {file: full16, bad: script.Habits{Total: func(_, total int32) int32 { return total + 1 }}, fails: "violation total.range"},
	"part-size-limit":     {bad: script.Habits{}, badFile: &script.File{Data: contents(2 << 20), PartSize: 1 << 20}, fails: "violation part.too_big"},
	"big-vs-small-method": {file: large, bad: script.Habits{}, badFile: &script.File{Data: large.Data, PartSize: 512 << 10, Small: true}, fails: "expectation a call of upload.saveFilePart is never made"},
	"small-file-parts":    {file: small3, bad: script.Habits{Parts: func(int32) int32 { return 1 }}, fails: "expectation a call is never answered FILE_PARTS_INVALID"},
	// gotd races in its own code where a stream ends short, see live in stream_test.go.
	"stream-end":     {file: uneven2, gotdFile: full16, bad: script.Habits{Extra: []int32{9}}, fails: "violation part.beyond_total"},
	"stream-aligned": {file: aligned, bad: script.Habits{NoClosing: true}, fails: "violation stream.total_never_announced", gotd: "violation stream.total_never_announced"},
}

// padLast fills a part up to a multiple of 16 bytes.
func padLast(_ int32, _ int, data []byte) []byte {
	return append(data[:len(data):len(data)], make([]byte, (16-len(data)%16)%16)...)
}

// consumed is a reader that has nothing left for a second try.
func consumed(_ int32, try int, data []byte) []byte {
	if try > 1 {
		return nil
	}
	return data
}

// late sends the file three minutes after its parts.
var late = script.Habits{Late: 3 * time.Minute}

// seesSalt is a client that learns its salt at the beginning and then never again.
func seesSalt() func(rawclient.Message) bool {
	learnt := 0
	return func(m rawclient.Message) bool {
		if m.Constructor() == mt.BadServerSaltTypeID {
			learnt++
		}
		return learnt > 1
	}
}

// seesGzip is a client that does not unpack.

func seesGzip() func(rawclient.Message) bool {
	return func(m rawclient.Message) bool {
		return m.Constructor() == proto.ResultTypeID && len(m.Body) >= 16 && (rawclient.Message{Body: m.Body[12:]}).Constructor() == proto.GZIPTypeID
	}
}

// seenBefore is a client that ends the connection on a message that it has had.
func seenBefore() func(rawclient.Message) bool {
	seen := map[int64]bool{}
	return func(m rawclient.Message) bool {
		again := seen[m.MsgID]
		seen[m.MsgID] = true
		return again
	}
}
