package scenarios

import (
	"strconv"
	"time"
)

// Reply is the answer that a rule gives in place of the normal one.
type Reply struct {
	Kind ReplyKind
	// Code and Message are the rpc_error of a ReplyError. A Code of 0 is looked up by the name in Message. Code is also the
	// number of a ReplyTransportError and of a ReplyBadMsg.
	Code    int
	Message string
	// Answer is the Bool of a ReplyBool.
	Answer bool
	// Drop is the moment of a ReplyDrop, How the way in which the connection goes.
	Drop DropPoint
	How  DropHow
	// Size is the length of a ReplyGarbage in bytes.
	Size int
	// Count is how many answers a ReplyReorder lets pass.
	Count int
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
	// ReplyTransportError sends a frame of four bytes in place of the answer, and the call is not carried out.
	// Source: https://core.telegram.org/mtproto/mtproto-transports#transport-errors
	ReplyTransportError
	// ReplyBadServerSalt changes the salt of the auth key and refuses the message for carrying the old one.
	// Source: https://core.telegram.org/mtproto/service_messages_about_messages#notice-of-ignored-error-message
	ReplyBadServerSalt
	// ReplyBadMsg refuses the message with bad_msg_notification, documented in the same place.
	ReplyBadMsg
	// ReplyDuplicate sends the normal answer twice, under one msg_id.
	ReplyDuplicate
	// ReplyGzip sends the normal answer as gzip_packed, https://core.telegram.org/mtproto/service_messages#packed-object
	ReplyGzip
	// ReplyGarbage answers with bytes that are no TL object. The call itself is carried out.
	ReplyGarbage
	// ReplyWrongMsgKey spoils the msg_key of the answer: a client has to throw the message away.
	// Source: https://core.telegram.org/mtproto/security_guidelines#checking-sha256-hash-value-of-msg-key
	ReplyWrongMsgKey
	// ReplyNewSession tells the client that its session began anew, and the call has to be sent again.
	// Source: https://core.telegram.org/mtproto/service_messages#new-session-creation-notification
	ReplyNewSession
	// ReplyReorder sends the answer behind as many later ones of the session as Count says.
	ReplyReorder
	// ReplyRefuse ends the connection at an event.
	ReplyRefuse
	// ReplyHostile breaks a rule of MTProto, the one whose case Message names.
	ReplyHostile
)

var replyNames = []string{"normal", "error", "answer", "none", "drop", "transport_error", "bad_server_salt", "bad_msg",
	"duplicate", "gzip", "garbage", "wrong_msg_key", "new_session", "reorder", "refuse", "hostile"}

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
	// DropMidAnswer sends half of the answer's frame before that.
	DropMidAnswer
)

var dropNames = []string{"nowhere", "before-store", "after-store", "mid-answer"}

// String returns the word used in scenario files.
func (p DropPoint) String() string { return nameOf(dropNames, int(p)) }

// DropHow is the way in which a connection goes away.
type DropHow uint8

// The ways.
const (
	// DropFIN closes the connection in order: what was sent before arrives.
	DropFIN DropHow = iota
	// DropRST resets it: what was sent before may be lost with it.
	DropRST
	// DropStall leaves it open, and nothing ever comes over it again.
	DropStall
)

var howNames = []string{"fin", "rst", "stall"}

// String returns the word used in scenario files.
func (h DropHow) String() string { return nameOf(howNames, int(h)) }

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

// DropReply closes the connection at the given moment, in order.
func DropReply(at DropPoint) Reply { return Reply{Kind: ReplyDrop, Drop: at} }

// DropHowReply ends the connection at the given moment and in the given way.
func DropHowReply(at DropPoint, how DropHow) Reply { return Reply{Kind: ReplyDrop, Drop: at, How: how} }

// Stores reports whether the bytes of the part are kept when d is carried out. Without a StoreAction the answer decides:
// what says that the part was refused (an error of any kind, false, a drop before the store) does not store it, everything else does.
func (d *Decision) Stores() bool {
	switch d.Store {
	case StoreKeep:
		return true
	case StoreLose:
		return false
	}
	switch d.Reply.Kind {
	case ReplyError, ReplyTransportError, ReplyBadServerSalt, ReplyBadMsg, ReplyNewSession:
		return false
	case ReplyBool:
		return d.Reply.Answer
	case ReplyDrop:
		return d.Reply.Drop != DropBeforeStore
	}
	return true
}
