package journal

import "time"

// Kind names what happened. The values are part of the journal's format.
type Kind string

// Kinds of events.
const (
	KindConnect    Kind = "connect"    // a connection was accepted
	KindTransport  Kind = "transport"  // its transport is known
	KindDisconnect Kind = "disconnect" // it ended
	KindAuthKey    Kind = "auth_key"   // an auth key was made
	KindSession    Kind = "session"    // a session began
	KindLogin      Kind = "login"      // an auth key got an account
	KindCall       Kind = "call"       // a query was answered
	KindPart       Kind = "part"       // a part was stored or refused
	KindFile       Kind = "file"       // an upload was finalised or refused
	KindFault      Kind = "fault"      // a scenario's rule fired
	KindRefused    Kind = "refused"    // a frame or message was not taken
	KindLimit      Kind = "limit"      // a bound was reached
	KindUnknown    Kind = "unknown"    // a method that is not answered here
	KindLayer      Kind = "layer"      // a client speaks a newer layer than the tables know
	KindPanic      Kind = "panic"      // a defect of fakedc, contained
	KindScenario   Kind = "scenario"   // the scenario was changed
	KindHostile    Kind = "hostile"    // the server broke a rule, or the client accepted that
	KindControl    Kind = "control"    // somebody did something to the server
	KindStore      Kind = "store"      // the data directory was cleaned, failed, or lacks what was asked for
	KindKept       Kind = "kept"       // an upload was there at the start, from an earlier run
	KindLeft       Kind = "left"       // an answer left that had waited for other calls or answers
	KindUnheard    Kind = "unheard"    // nobody is there any more to hear an answer
	KindAck        Kind = "ack"        // the client acknowledged answers: told to listeners, not kept
)

// Answer is what a client got in place of the usual answer.
type Answer string

// The answers.
const (
	AnswerUsual   Answer = ""
	AnswerError   Answer = "error"   // rpc_error
	AnswerFalse   Answer = "false"   // boolFalse
	AnswerNothing Answer = "nothing" // none ever
	AnswerDropped Answer = "dropped" // the connection ended
	AnswerRefused Answer = "refused" // bad_msg_notification, bad_server_salt or a transport error
	AnswerGarbage Answer = "garbage" // something that cannot be read
)

// Sign is what an event is a sign of, where clients seldom say plainly what is wrong.
type Sign string

// The signs.
const (
	SignUntrusted Sign = "untrusted_key" // a client saw the server's RSA key and went no further
	SignZeroKey   Sign = "zero_key"      // an auth key begins with a zero byte, which some clients leave out
	SignForgotten Sign = "forgotten"     // a limit took away an upload, with all its parts
)

// Event is one thing that happened. Fields that do not apply are zero.
type Event struct {
	Seq  int64     `json:"seq"`
	Time time.Time `json:"time"`
	Kind Kind      `json:"kind"`
	// Conn numbers connections from 1 in the order in which they were accepted.
	Conn int64 `json:"conn,omitempty"`
	// DC is the number of the datacenter that it was made to, or where the upload is.
	DC int `json:"dc,omitempty"`
	// Session is the session_id and Key the auth_key_id, an identifier and not
	// the key.
	Session int64 `json:"session,omitempty"`
	Key     int64 `json:"key,omitempty"`
	Account int64 `json:"account,omitempty"`
	MsgID   int64 `json:"msg_id,omitempty"`

	Method  string `json:"method,omitempty"`
	FileID  int64  `json:"file_id,omitempty"`
	File    int    `json:"file,omitempty"` // ordinal of the upload, from 1
	Big     bool   `json:"big,omitempty"`
	Part    *int32 `json:"part,omitempty"`
	Total   *int32 `json:"total,omitempty"`
	Size    int    `json:"size,omitempty"`
	Attempt int    `json:"attempt,omitempty"`

	// Print tells the bytes of parts apart: equal bytes have equal prints, within
	// one run of the program.
	Print uint64 `json:"print,omitempty"`

	// Answer is what the client got for a call, Delay how long it was held back. With
	// Waits that is the least: it waits for other calls or answers, and an event of kind
	// "left" with the same session and msg_id tells how long that took in all. One of
	// kind "unheard" tells that its session was left without a connection before.
	Answer Answer        `json:"answer,omitempty"`
	Delay  time.Duration `json:"delay,omitempty"` // nanoseconds
	// Took is how long the server worked on a call, or a client and a server together
	// on an auth key, without Delay.
	Took  time.Duration `json:"took,omitempty"` // nanoseconds
	Waits bool          `json:"waits,omitempty"`
	// Done: a call was carried out without an error of its own, whatever the client
	// was told; a part that is lost at once and not answered true is none. Skipped: it
	// was not even tried, the scenario answered.
	Done    bool `json:"done,omitempty"`
	Skipped bool `json:"skipped,omitempty"`
	// Lost: the scenario lost or spoilt the bytes of a part that the client takes
	// for stored.
	Lost bool `json:"lost,omitempty"`
	// Accepted: the client went on as if Hostile had not been. (Bools are together for
	// their size: a journal has a hundred thousand events.)
	Accepted bool `json:"accepted,omitempty"`
	// Acked are the msg_ids of queries whose answers were acknowledged.
	Acked []int64 `json:"acked,omitempty"`

	// Kept is what an earlier run has left of an upload: parts with one number behind
	// the other that are of one size.
	Kept []KeptParts `json:"kept,omitempty"`

	// Error is what went to the client, such as "400 FILE_PART_INVALID".
	Error string `json:"error,omitempty"`
	// Rules are the ids of the upload rules that the call broke, reported ones too; Why
	// says of each of them to a person what was wrong.
	Rules []string `json:"rules,omitempty"`
	Why   []string `json:"why,omitempty"`
	// Hostile is the rule of MTProto that the server broke, by the name of its case.
	Hostile string `json:"hostile,omitempty"`
	// Event is what a rule fired at that is about no call, such as "connect".
	Event string `json:"event,omitempty"`
	// Fault is the name of the scenario's rule that fired.
	Fault string `json:"fault,omitempty"`
	// Sign is what Text explains, for programs.
	Sign Sign `json:"sign,omitempty"`
	// Text is a sentence for a person. Its words may change.
	Text string `json:"text,omitempty"`
}

// KeptParts are parts that were stored when the server started, from First to Last, each
// of Size bytes.
type KeptParts struct {
	First int32 `json:"first"`
	Last  int32 `json:"last"`
	Size  int   `json:"size"`
}
