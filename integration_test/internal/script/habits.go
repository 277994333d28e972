package script

import (
	"time"

	"github.com/fakedc/fakedc/mockserver/rawclient"
)

// Reaction is what a client does about a part that was not taken.
type Reaction int

// The reactions. What ByTheBook means depends on what happened, see Habits.
const (
	// ByTheBook is what the documentation asks for.
	ByTheBook Reaction = iota
	// GiveUp ends the upload with the error.
	GiveUp
	// AtOnce sends the part again without a pause.
	AtOnce
	// Later sends the part again after a pause.
	Later
	// Swallow goes on as if the part had been taken.
	Swallow
	// StartOver sends all parts again, under the same file_id.
	StartOver
	// NewFile does so under another file_id.
	NewFile
)

// Habits are how a client departs from a careful one. The zero value does not.
type Habits struct {
	// Refused is about errors with the code 400, by the book GiveUp: what is wrong
	// once is wrong the next time.
	Refused Reaction
	// Flood is about FLOOD_WAIT_X, FloodPremium about FLOOD_PREMIUM_WAIT_X: by the
	// book the part is sent again after X seconds.
	Flood, FloodPremium Reaction
	// Wait is how long the client waits when it is told how long; nil: as it is told.
	Wait func(told time.Duration) time.Duration
	// False is about the answer false, Internal about the codes 500 and -503: by
	// the book Later.
	False, Internal Reaction
	// Lost is about a connection that ended, Silent about one that says nothing for
	// Patience: by the book the client connects again and sends what is unanswered.
	Lost, Silent Reaction
	// Patience is 30 s if it is not set.
	Patience time.Duration
	// Missing is about FILE_PART_X_MISSING when the file is sent: by the book that
	// part is sent again, and then the file.
	Missing Reaction
	// Tries bounds how often one part is sent, 8 if it is not set.
	Tries int

	// Bytes changes what is sent as a part; try counts from 1.
	Bytes func(part int32, try int, data []byte) []byte
	// Total changes file_total_parts.
	Total func(part, total int32) int32
	// Parts changes what the file is said to have when it is sent.
	Parts func(parts int32) int32
	// Trusting checks nothing of what the server says.
	Trusting bool
	// Chokes makes what tells of a message that the client cannot bear: the upload
	// ends. Each upload makes its own, which may remember.
	Chokes func() func(m rawclient.Message) bool
	// Extra parts are sent after the last.
	Extra []int32
	// NoClosing leaves out the empty part that closes a stream whose last part is
	// full. https://core.telegram.org/api/files#streamed-uploads
	NoClosing bool
	// Late is how long the client waits before it sends the file.
	Late time.Duration
	// Unsent keeps the client from using the file that it uploaded.
	Unsent bool
	// Twice sends the file two times, under two random ids.
	Twice bool
}

func (h *Habits) patience() time.Duration {
	if h.Patience > 0 {
		return h.Patience
	}
	return 30 * time.Second
}

func (h *Habits) tries() int {
	if h.Tries > 0 {
		return h.Tries
	}
	return 8
}

// or returns the reaction, or that of the book.
func (r Reaction) or(book Reaction) Reaction {
	if r == ByTheBook {
		return book
	}
	return r
}
