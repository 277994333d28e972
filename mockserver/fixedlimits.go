package mockserver

import (
	"github.com/fakedc/fakedc/mockserver/internal/journal"
	"github.com/fakedc/fakedc/mockserver/internal/link"
	"github.com/fakedc/fakedc/mockserver/internal/rpc"
	"github.com/fakedc/fakedc/mockserver/internal/session"
)

// FixedLimit is a bound that is the same for all servers: the specification says it, or
// nothing is to be gained by another.
type FixedLimit struct {
	Name  string
	Value int
	// About says what is bounded, Beyond what becomes of more.
	About, Beyond string
	// Source is where it is documented; empty: nowhere, it is fakedc's own.
	Source string
}

const (
	aboutContainers = "https://core.telegram.org/mtproto/service_messages#simple-container"
	aboutMessages   = "https://core.telegram.org/mtproto/service_messages_about_messages"
	aboutSalts      = "https://core.telegram.org/mtproto/service_messages#request-for-several-future-salts"
)

// FixedLimits describes the bounds that are no fields of Limits.
func FixedLimits() []FixedLimit {
	return []FixedLimit{
		{"messages of a container", session.MaxContainer, "messages in one container", "bad_msg_notification 64: none of them is taken", aboutContainers},
		{"depth of containers", 1, "containers in one another", "bad_msg_notification 64: none of them is taken", aboutContainers},
		{"awaited queries", session.MaxAwaited, "msg_ids that invokeAfterMsg and invokeAfterMsgs have the queries of one session wait for, together", "-503 MSG_WAIT_TIMEOUT", ""},
		{"ids of a list", session.MaxIDs, "ids in one msgs_ack, msgs_state_req or msg_resend_req", "they are not looked at, which is an event", aboutMessages},
		{"future salts", session.MaxSalts, "salts that get_future_salts is answered with", "as many are answered: clients are known to ask for more", aboutSalts},
		{"depth of packing", 1, "gzip_packed in one another, whatever is between them", "400 INPUT_FETCH_ERROR", ""},
		{"ratio of packing", rpc.MaxInflateRatio, "times that what is packed can be longer than the packed; deflate itself ends at 1,032, and an honest part of zeros comes close to that, so that InflatedBytes is what stops a bomb", "400 INPUT_FETCH_ERROR", ""},
		{"frames of strangers", link.StrangerRate, "bytes that are read each second, in frames above 16 KiB, over all connections on which no message has been opened", "waits for half a second at the most", ""},
		{"unpacking at once", rpc.MaxUnpacking, "queries that are being unpacked, over all connections", "waits", ""},
		{"accounts", rpc.MaxAccounts, "accounts that are found by whom they belong to", "lives as long as the auth keys that are logged in as it", ""},
		{"random ids of an account", rpc.MaxRandomIDs, "messages that an account remembers the random_id of, within RandomIDBytes", "the oldest makes room: what is sent again under it is not refused", ""},
		{"messages asked for", rpc.MaxAsked, "messages that one call asks for by their numbers", "400 MESSAGE_ID_INVALID", ""},
		{"messages of a call", rpc.MaxMessages, "messages that one call forwards or deletes, or is answered with of a history, of a search or of dialogs", "400 MESSAGE_ID_INVALID; of a history as many are answered", ""},
		{"characters of a message", rpc.MaxText, "code points of a message's text; 1,024 of a caption, with Premium 4,096", "400 MESSAGE_TOO_LONG or MEDIA_CAPTION_TOO_LONG", "https://core.telegram.org/constructor/config"},
		{"channels of an account", rpc.MaxChannels, "channels whose sequences of updates an account remembers", "all are forgotten, and go on further up: a client sees a gap", ""},
		{"chats", rpc.MaxChats, "channels that accounts have made or given another title, and chats that they have described, for all accounts together", "400 CHANNELS_TOO_MUCH", ""},
		{"text of an event", journal.MaxText, "bytes of the text of an event in the journal, and of its error", "is cut off", ""},
		{"depth of TL", rpc.MaxDepth, "objects in one another", "400 INPUT_FETCH_ERROR", ""},
		{"values of TL", rpc.MaxValues, "values in one query", "400 INPUT_FETCH_ERROR", ""},
	}
}
