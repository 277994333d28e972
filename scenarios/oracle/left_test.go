package oracle

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// kept is the first part with an error that others keep back.
func (s *story) kept(msgID int64, err string) *story {
	return s.call(Observation{File: 1, FileID: 77, Account: 5, HasPart: true, Total: 4, Size: 1024, Print: 100, MsgID: msgID, Answer: Error, Error: err, Waits: true})
}

// left is such an answer that leaves.
func (s *story) left(msgID int64, after time.Duration) *story {
	s.seq++
	s.o.Observe(Observation{Kind: Left, Seq: s.seq, Time: s.now, MsgID: msgID, Delay: after})
	return s
}

// delayed is the same with an error that leaves after some time.
func (s *story) delayed(msgID int64, err string, after time.Duration) *story {
	return s.call(Observation{File: 1, FileID: 77, Account: 5, HasPart: true, Total: 4, Size: 1024, Print: 100, MsgID: msgID, Answer: Error, Error: err, Delay: after})
}

// unheard is such an answer that nobody is there any more to hear.
func (s *story) unheard(msgID int64) *story {
	s.seq++
	s.o.Observe(Observation{Kind: Unheard, Seq: s.seq, Time: s.now, MsgID: msgID})
	return s
}

// A retry is held against the moment when the answer left, however long others had kept
// it back.
func TestRetryAfterAnAnswerThatWaited(t *testing.T) {
	const late = 10 * time.Second
	for name, tc := range map[string]struct {
		expect string
		run    func(s *story)
		want   string
	}{
		"too early": {"after: flood_wait", func(s *story) {
			s.kept(1, "FLOOD_WAIT_3").wait(late).left(1, late).wait(time.Second).part(0, OK, "")
		}, "failed expectation: part 0, the first part, was sent again 1s after it was answered FLOOD_WAIT_3: 2s too early"},
		"in time": {"after: flood_wait, not_later_than: 5s", func(s *story) {
			s.kept(1, "FLOOD_WAIT_3").wait(late).left(1, late).wait(3*time.Second).part(0, OK, "")
		}, "passed expectation"},
		"too late": {"after: flood_wait, not_later_than: 5s", func(s *story) {
			s.kept(1, "FLOOD_WAIT_3").wait(late).left(1, late).wait(6*time.Second).part(0, OK, "")
		}, "failed expectation: part 0, the first part, was sent again 6s after it was answered FLOOD_WAIT_3: 1s too late"},
		"before it has left": {"after: flood_wait", func(s *story) {
			s.kept(1, "FLOOD_WAIT_3").wait(5*time.Second).part(0, OK, "")
		}, "failed expectation: part 0, the first part, was sent again 5s after it came, and before it was answered FLOOD_WAIT_3: too early"},
		"before it was due": {"after: flood_wait", func(s *story) {
			s.delayed(1, "FLOOD_WAIT_3", late).wait(5*time.Second).part(0, OK, "")
		}, "failed expectation: part 0, the first part, was sent again 5s after it came, and before it was answered FLOOD_WAIT_3: too early"},
		"before it was due, and it names no time": {"after: error, not_later_than: 1s", func(s *story) {
			s.delayed(1, "INTERNAL", late).wait(5*time.Second).part(0, OK, "")
		}, "passed expectation"},
		"at the same time, and told of behind it": {"after: flood_wait", func(s *story) {
			s.part(0, Error, "FLOOD_WAIT_3").wait(-time.Millisecond).part(0, OK, "")
		}, "failed expectation: part 0, the first part, was sent again 0s after it came, and before it was answered FLOOD_WAIT_3: too early"},
		"before it has left, and it names no time": {"after: error, not_later_than: 1s", func(s *story) {
			s.kept(1, "INTERNAL").wait(5*time.Second).part(0, OK, "")
		}, "passed expectation"},
		"the answer to an earlier call leaves last": {"after: flood_wait", func(s *story) {
			s.kept(1, "INTERNAL").kept(2, "FLOOD_WAIT_3").left(2, 0).wait(2*time.Second).left(1, 2*time.Second).wait(time.Second).part(0, OK, "")
		}, "passed expectation"},
		"nobody was there to hear it": {"after: flood_wait", func(s *story) {
			s.kept(1, "FLOOD_WAIT_3").wait(time.Second).unheard(1).wait(time.Second).part(0, OK, "")
		}, "passed expectation"},
		"nor when it was due": {"after: flood_wait, not_later_than: 5s", func(s *story) {
			s.delayed(1, "FLOOD_WAIT_3", late).unheard(1).wait(late+time.Second).part(0, OK, "")
		}, "passed expectation"},
		"nor before it was due": {"after: flood_wait", func(s *story) {
			s.delayed(1, "FLOOD_WAIT_3", late).unheard(1).wait(time.Second).part(0, OK, "")
		}, "passed expectation"},
		"nor does anybody send other bytes for that": {"after: flood_wait, same: [sha256]", func(s *story) {
			s.kept(1, "FLOOD_WAIT_3").unheard(1).call(Observation{File: 1, FileID: 77, Account: 5, HasPart: true, Total: 4, Size: 1024, Print: 7, MsgID: 2})
		}, "failed expectation: part 0, the first part, came again with other bytes"},
		"nobody was there to hear another": {"after: flood_wait", func(s *story) {
			s.kept(1, "FLOOD_WAIT_3").unheard(2).wait(time.Second).part(0, OK, "")
		}, "failed expectation: part 0, the first part, was sent again 1s after it came, and before it was answered FLOOD_WAIT_3: too early"},
		"nor the one before": {"after: flood_wait", func(s *story) {
			s.kept(1, "FLOOD_WAIT_3").unheard(1).kept(2, "FLOOD_WAIT_3").wait(time.Second).part(0, OK, "")
		}, "failed expectation: part 0, the first part, was sent again 1s after it came, and before it was answered FLOOD_WAIT_3: too early"},
		"somebody was, when it left": {"after: flood_wait", func(s *story) {
			s.kept(1, "FLOOD_WAIT_3").unheard(1).wait(late).left(1, late).wait(time.Second).part(0, OK, "")
		}, "failed expectation: part 0, the first part, was sent again 1s after it was answered FLOOD_WAIT_3: 2s too early"},
		"nobody knows of such a call": {"after: flood_wait", func(s *story) {
			s.left(1, late).part(0, Error, "FLOOD_WAIT_3").wait(3*time.Second).part(0, OK, "")
		}, "passed expectation"},
	} {
		t.Run(name, func(t *testing.T) {
			s := tell(t, "expect: [{ retry: { "+tc.expect+" } }]")
			tc.run(s)
			require.Equal(t, tc.want, s.verdict())
		})
	}
}

// An answer that a connection did not bring may come over another one: who acknowledges it
// has no reason to call again, nor has who is given it there and acknowledges nothing, as a
// Pyrogram that has fewer than ten answers does not.
func TestRetryOfWhatWasHeardAfterAll(t *testing.T) {
	for name, tc := range map[string]struct {
		after string
		run   func(s *story)
		want  string
	}{
		"it is acknowledged": {"drop", func(s *story) {
			s.part(0, Dropped, "").ack()
		}, "passed expectation"},
		"of two, one is": {"drop", func(s *story) {
			s.part(0, Dropped, "").ack().part(1, Dropped, "")
		}, "pending expectation: part 1, the second part, was answered by the end of the connection, and has not been sent again"},
		"its session goes on over another connection, where it is sent again": {"drop", func(s *story) {
			s.over(1, Dropped, true).method("help.getConfig", OK, "").over(2, OK, true)
		}, "passed expectation"},
		"the others of its connection tell nothing": {"drop", func(s *story) {
			s.over(1, Dropped, true).over(1, OK, true)
		}, "pending expectation: part 1, the second part, was answered by the end of the connection, and has not been sent again"},
		"another session is not given it": {"drop", func(s *story) {
			s.over(1, Dropped, true).call(Observation{Method: "help.getConfig", Session: 10, Conn: 2})
		}, "pending expectation: part 1, the second part, was answered by the end of the connection, and has not been sent again"},
		"it was not carried out, so there is none": {"drop", func(s *story) {
			s.over(1, Dropped, false).over(2, OK, true)
		}, "pending expectation: part 1, the second part, was answered by the end of the connection, and has not been sent again"},
		"it is cut off again": {"drop", func(s *story) {
			s.over(1, Dropped, true).call(s.dropped(1, 2)).over(2, OK, true)
		}, "pending expectation: part 1, the second part, was answered by the end of the connection, and has not been sent again"},
		"it means nothing": {"garbage", func(s *story) {
			s.part(0, Garbage, "").ack()
		}, "pending expectation: part 0, the first part, was answered with bytes that mean nothing, and has not been sent again"},
	} {
		t.Run(name, func(t *testing.T) {
			s := tell(t, "expect: [{ retry: { after: "+tc.after+" } }]")
			tc.run(s)
			require.Equal(t, tc.want, s.verdict())
		})
	}
}

// dropped is a part that was stored, and answered by the end of a connection of session 9.
func (s *story) dropped(part int32, conn int64) Observation {
	return Observation{File: 1, FileID: 77, Account: 5, Session: 9, Conn: conn, HasPart: true, Part: part, Total: 4, Size: 1024, Print: uint64(part + 100), Answer: Dropped, Done: true}
}

// over is the second part over a connection of session 9, if it was dropped, or else the third.
func (s *story) over(conn int64, answer Answer, done bool) *story {
	x := s.dropped(1, conn)
	if x.Answer, x.Done = answer, done; answer == OK {
		x.Part, x.Print = 2, 102
	}
	return s.call(x)
}
