package scenarios

import "time"

// Call is what a rule may look at. Whoever asks fills in what is known; 0 means that the call has no such thing.
type Call struct {
	// Event is what happened; of what is no call only Connection and DC are known.
	Event Event
	// Method is the name as the schema writes it, such as upload.saveBigFilePart.
	Method string
	// HasPart is set for calls that carry a part; Part, Total and Size mean something only then.
	HasPart bool
	// Part is file_part, from 0. Total is file_total_parts, -1 for a stream. Both come from the client unchecked.
	Part, Total int32
	// Size is the number of bytes in the part.
	Size int
	// FileOrdinal numbers the files of the server, from 1 in the order of their first parts.
	FileOrdinal int
	// FileSize is what the client announced, in bytes: file_total_parts of the size of a part, so rounded up to a whole one. 0 of
	// streams and small files, which announce nothing.
	FileSize int64
	// Attempt counts how often this part of this file was called, from 1.
	Attempt int
	// Session, Connection and Account are any numbers that tell them apart.
	Session, Connection, Account int64
	// Bytes are the part itself, Size of them. They are looked at while the call is decided and not kept.
	Bytes []byte
	// SessionOrdinal numbers the sessions of a datacenter, from 1. Connection, where it is to be matched, is an ordinal too.
	SessionOrdinal int64
	// DC is the number of the datacenter that was called.
	DC int
	// Client is who calls.
	Client Client
}

// Client is what a client said of itself: its initConnection, and the layer of its invokeWithLayer.
// Source: https://core.telegram.org/method/initConnection
type Client struct {
	APIID, Layer int
	// Device is device_model, App is app_version.
	Device, App string
}

// isLastPart reports whether the call carries the last part of its file: the one numbered total-1, or the empty one numbered
// total that closes a stream. Source: https://core.telegram.org/api/files#streamed-uploads
func (c *Call) isLastPart() bool {
	if !c.HasPart || c.Total <= 0 {
		return false
	}
	return c.Part == c.Total-1 || c.Part == c.Total && c.Size == 0
}

// Decision is what is to be done about one call.
type Decision struct {
	// Rule is the index of the rule that fired, -1 for none.
	Rule int
	// RuleName is its name, which may be empty.
	RuleName string
	// Delay holds the answer back; with a ReplyDrop it comes before the drop.
	Delay time.Duration
	// Store says what becomes of the bytes; Stores combines it with the answer.
	Store StoreAction
	// Corrupt and LoseAfter say what becomes of bytes that are stored.
	Corrupt   Corruption
	LoseAfter time.Duration
	// Bandwidth is bytes per second, 0 for no bound: the answer is as late as the part would take.
	Bandwidth int64
	// Held: the answer waits at the Meeting, until a call comes that Releases those that do.
	Held, Releases bool
	Meeting        *Meeting
	// Reply is the answer; a ReplyError has its code.
	Reply Reply
	// Noise is what a ReplyGarbage is made of, and where CorruptFlip flips: a hash of seed, rule and call.
	Noise uint64
}
