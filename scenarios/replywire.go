package scenarios

import (
	"fmt"
	"slices"
	"strconv"
)

// The transport errors of https://core.telegram.org/mtproto/mtproto-transports#transport-errors
const (
	// TransportNotFound says that the auth key, or what was sent to create one, is unknown.
	TransportNotFound = -404
	// TransportFlood says that there are too many connections, or that they come too fast.
	TransportFlood = -429
	// TransportWrongDC says that this is not the datacenter that was meant.
	TransportWrongDC = -444
)

var transportCodes = []int{TransportNotFound, TransportFlood, TransportWrongDC}

// badMsgCodes are those of bad_msg_notification. 48 is missing: bad_server_salt has it.
// Source: https://core.telegram.org/mtproto/service_messages_about_messages#notice-of-ignored-error-message
var badMsgCodes = []int{16, 17, 18, 19, 20, 32, 33, 34, 35, 64}

// MaxGarbage is how long a ReplyGarbage may be, in bytes.
const MaxGarbage = 1 << 20

// migrations are the words before _MIGRATE_X, https://core.telegram.org/api/errors#303-see-other
var migrations = []string{"USER", "PHONE", "NETWORK", "FILE", "STATS"}

// codeSeeOther is the code of X_MIGRATE_Y.
const codeSeeOther = 303

// maxDC bounds numbers of datacenters. There are five, and test ones are told by 10000 more.
const maxDC = 20_000

// MigrateReply answers 303 X_MIGRATE_Y: what was asked is in another datacenter. what is USER, PHONE, NETWORK, FILE or STATS.
func MigrateReply(what string, dc int) Reply {
	return Reply{Kind: ReplyError, Code: codeSeeOther, Message: what + "_MIGRATE_" + strconv.Itoa(dc)}
}

// TransportErrorReply answers with a transport error: -404, -429 or -444.
func TransportErrorReply(code int) Reply { return Reply{Kind: ReplyTransportError, Code: code} }

// BadServerSaltReply changes the salt and refuses the message for it.
func BadServerSaltReply() Reply { return Reply{Kind: ReplyBadServerSalt} }

// BadMsgReply refuses the message with a code of bad_msg_notification.
func BadMsgReply(code int) Reply { return Reply{Kind: ReplyBadMsg, Code: code} }

// DuplicateReply sends the answer twice.
func DuplicateReply() Reply { return Reply{Kind: ReplyDuplicate} }

// GzipReply packs the answer.
func GzipReply() Reply { return Reply{Kind: ReplyGzip} }

// GarbageReply answers with so many bytes that mean nothing: a multiple of 4, as every message has.
func GarbageReply(size int) Reply { return Reply{Kind: ReplyGarbage, Size: size} }

// WrongMsgKeyReply spoils the msg_key of the answer.
func WrongMsgKeyReply() Reply { return Reply{Kind: ReplyWrongMsgKey} }

// wireReply checks a reply that is told by a number; other is whether it is none of them.
func (c *checker) wireReply(r *Reply) (other bool) {
	switch r.Kind {
	case ReplyTransportError:
		if !slices.Contains(transportCodes, r.Code) && !c.partial(c.rule) {
			c.fail("reply.transport_error", fmt.Sprintf("%d is not a transport error: there are -404, -429 and -444", r.Code))
		}
	case ReplyBadMsg:
		if !slices.Contains(badMsgCodes, r.Code) && !c.partial(c.rule) {
			c.fail("reply.bad_msg", badMsgText(r.Code))
		}
	case ReplyGarbage:
		if (r.Size < 4 || r.Size > MaxGarbage || r.Size%4 != 0) && !c.partial(c.rule) {
			c.fail("reply.garbage", fmt.Sprintf("%d is not a multiple of 4 from 4 to %d, as the length of a message is", r.Size, MaxGarbage))
		}
	case ReplyBadServerSalt, ReplyDuplicate, ReplyGzip, ReplyWrongMsgKey:
	default:
		return true
	}
	return false
}

func badMsgText(code int) string {
	if code == 48 {
		return "48 is a wrong salt: write bad_server_salt: true"
	}
	return fmt.Sprintf("%d is not a code of bad_msg_notification: there are 16 to 20, 32 to 35 and 64", code)
}
