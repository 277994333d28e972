package scenarios

import (
	"strconv"
	"time"
)

// Reply is the answer that a rule gives in place of the normal one.
type Reply struct {
	Kind ReplyKind
	// Code and Message are the rpc_error of a ReplyError. A Code of 0 is looked up by the name in Message.
	Code    int
	Message string
	// Answer is the Bool of a ReplyBool.
	Answer bool
	// Drop is the moment of a ReplyDrop.
	Drop DropPoint
}

// ReplyKind tells the kinds of answer apart.
type ReplyKind uint8

// The kinds of answer.
const (
	// ReplyNormal lets the call go its normal way.
	ReplyNormal ReplyKind = iota
	// ReplyError answers with an rpc_error, https://core.telegram.org/mtproto/service_messages#rpc-error
	ReplyError
	// ReplyBool answers with boolTrue or boolFalse, whatever happened to the call.
	ReplyBool
	// ReplyNone never answers. The call itself is carried out.
	ReplyNone
	// ReplyDrop closes the connection instead of answering.
	ReplyDrop
)

var replyNames = []string{"normal", "error", "answer", "none", "drop"}

// String returns the word used in scenario files.
func (k ReplyKind) String() string { return nameOf(replyNames, int(k)) }

// DropPoint is the moment at which a connection goes away.
type DropPoint uint8

// The moments. For a call that stores nothing they are before and after the call is carried out.
const (
	// DropBeforeStore loses the call altogether: it has to be sent again.
	DropBeforeStore DropPoint = iota + 1
	// DropAfterStore loses only the answer: sending the call again must do no harm.
	DropAfterStore
)

var dropNames = []string{"nowhere", "before-store", "after-store"}

// String returns the word used in scenario files.
func (p DropPoint) String() string { return nameOf(dropNames, int(p)) }

// ErrorReply answers with an error whose code is documented; LookupError knows the names.
func ErrorReply(name string) Reply { return Reply{Kind: ReplyError, Message: name} }

// CustomErrorReply answers with any error.
func CustomErrorReply(code int, message string) Reply {
	return Reply{Kind: ReplyError, Code: code, Message: message}
}

// FloodWaitReply answers 420 FLOOD_WAIT_X. The wire has whole seconds, so a part of a second becomes a whole one.
// Source: https://core.telegram.org/api/errors#420-flood
func FloodWaitReply(wait time.Duration) Reply { return waitReply("FLOOD_WAIT_", wait) }

// FloodPremiumWaitReply answers 420 FLOOD_PREMIUM_WAIT_X, the speed limit of accounts without Premium.
// Source: https://core.telegram.org/api/files#uploading-files
func FloodPremiumWaitReply(wait time.Duration) Reply { return waitReply("FLOOD_PREMIUM_WAIT_", wait) }

func waitReply(prefix string, wait time.Duration) Reply {
	seconds := int64(wait / time.Second)
	if wait%time.Second > 0 {
		seconds++
	}
	return Reply{Kind: ReplyError, Code: codeFlood, Message: prefix + strconv.FormatInt(seconds, 10)}
}

// AnswerReply answers true or false.
func AnswerReply(answer bool) Reply { return Reply{Kind: ReplyBool, Answer: answer} }

// NoReply never answers.
func NoReply() Reply { return Reply{Kind: ReplyNone} }

// DropReply closes the connection at the given moment.
func DropReply(at DropPoint) Reply { return Reply{Kind: ReplyDrop, Drop: at} }

// Stores reports whether the bytes of the part are kept when d is carried out. Without a StoreAction the answer decides:
// what says that the part was refused (an error, false, a drop before the store) does not store it, everything else does.
func (d *Decision) Stores() bool {
	switch d.Store {
	case StoreKeep:
		return true
	case StoreLose:
		return false
	}
	switch d.Reply.Kind {
	case ReplyError:
		return false
	case ReplyBool:
		return d.Reply.Answer
	case ReplyDrop:
		return d.Reply.Drop == DropAfterStore
	}
	return true
}
