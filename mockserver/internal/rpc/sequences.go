package rpc

// A box is a sequence of updates: the account's own, or that of a channel by its id. A
// client that sees a number left out waits for what it seems to have missed: TDLib does
// not take a message for sent then.
// https://core.telegram.org/api/updates#message-related-event-sequences
type box int64

const (
	ownBox box = 0
	noBox  box = -1 // a message's number that no update tells of
)

// box is the sequence that updates of a peer belong to.
func (p peer) box() box { return box(p.channel) }

// MaxChannels bounds the sequences of channels that an account remembers.
const MaxChannels = 100

// pts is how far a sequence is.
func (a *Account) pts(b box) int32 {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.at(b)
}

// at is how far a sequence is, for who holds the lock. One of a channel that may have been
// forgotten goes on behind all that the account had sent by then.
func (a *Account) at(b box) int32 {
	if b == ownBox {
		return 1 + a.messages - a.apart
	}
	pts, known := a.channels[int64(b)]
	if known || b == noBox {
		return pts
	}
	if len(a.channels) >= MaxChannels {
		a.channels, a.begin = nil, 1+a.messages
	}
	if a.channels == nil {
		a.channels = map[int64]int32{}
	}
	pts = max(1, a.begin)
	a.channels[int64(b)] = pts
	return pts
}

// advance has a sequence go on by messages that are counted by then, or back.
func (a *Account) advance(b box, messages int32) {
	if b == ownBox {
		return
	}
	a.apart += messages
	if pts, known := a.channels[int64(b)]; known {
		a.channels[int64(b)] = pts + messages
	}
}
