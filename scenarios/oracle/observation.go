package oracle

import "time"

// Observation is one thing that a server saw. Fields that do not apply are zero.
type Observation struct {
	Kind Kind
	// Seq is the number of the event in the journal.
	Seq int64
	// Time is when the call came, Delay how long its answer was held back. With Waits
	// it is held back for longer, until it is Left.
	Time  time.Time
	Delay time.Duration
	Waits bool

	Account, Session, MsgID int64
	Conn                    int64 // the number of the connection that it came over
	Method                  string

	// File is the ordinal of the upload, from 1; 0 for a call that is about none.
	File   int
	FileID int64
	// HasPart is set for calls that carry a part; Part, Total and Size are theirs.
	HasPart     bool
	Part, Total int32
	Size        int
	// Print tells bytes apart: equal bytes have equal prints, within one run.
	Print uint64

	// Answer is what the client got, Error the name of the error without its code.
	Answer Answer
	Error  string
	// Stalled: it was Dropped by a connection over which nothing comes any more, its end neither.
	Stalled bool
	// Done is set if the call was carried out, whatever the client got.
	Done bool
	// Lost is set where the scenario lost or spoilt the bytes of a part that the
	// client takes for stored.
	Lost bool
	// Hostile is the case of a part whose answer broke a rule and was not true.
	Hostile string
	// Broken are the ids of upload rules that the call broke.
	Broken []string
	// Why says of each of Broken to a person what was wrong with the call; it may end
	// early, or have an empty one.
	Why []string
	// Acked are the msg_ids of queries whose answers the client acknowledged.
	Acked []int64
}

// Kind says what was seen.
type Kind uint8

// The kinds.
const (
	// Call is a query of a method that is answered.
	Call Kind = iota
	// Unknown is a query of a method that is not.
	Unknown
	// Use is an uploaded file that was used, or refused.
	Use
	// Ack is the client's acknowledgement of answers.
	Ack
	// Hostile is a rule of MTProto that the server broke: its name is in Error, and
	// Done is set once the client has accepted it.
	Hostile
	// Left is an answer that waited and leaves now, Delay after its call came: that of
	// the same Session and MsgID.
	Left
	// Unheard is an answer that is to leave later, or to a call that was put aside, and that
	// nobody is there any more to hear. It may leave yet, where somebody is.
	Unheard
)

// Answer is what a client got for a call.
type Answer uint8

// The answers.
const (
	// OK is the normal one, or true.
	OK Answer = iota
	// Error is an rpc_error.
	Error
	// False is boolFalse.
	False
	// Nothing: no answer came.
	Nothing
	// Dropped: the connection ended in place of the answer.
	Dropped
	// Refused: bad_msg_notification, bad_server_salt or a transport error.
	Refused
	// Garbage: an answer that cannot be read.
	Garbage
)

// left is when the answer left, or what came in its place.
func (x *Observation) left() time.Time { return x.Time.Add(x.Delay) }
