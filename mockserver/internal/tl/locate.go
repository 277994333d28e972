package tl

import "encoding/binary"

// Constructors that LocatePart looks through, the same in all layers.
const (
	idContainer             = 0x73f1f8dc // https://core.telegram.org/mtproto/service_messages#containers
	idInvokeWithoutUpdates  = 0xbf9459b7
	idInvokeWithLayer       = 0xda9b0d0d
	containerHead           = 8         // constructor and number of messages
	containedHead           = 8 + 4 + 4 // msg_id, seqno, bytes
	invokeWithLayerHead     = 4 + 4
	invokeWithoutUpdateHead = 4
)

// LocatePart finds where the bytes of a part will lie in a body of which only the
// beginning is known: from and to count from that beginning, both are 0 if no part is
// seen. It guesses: what it says is to be held against what is decoded later, and a
// part that it does not see (behind initConnection, packed) is no worse off.
func LocatePart(head []byte) (from, to int) {
	at, end := 0, len(head)
	if id, _ := PeekID(head); id == idContainer {
		at = containerHead
		for at+containedHead+4 <= end && !mayHoldPart(head[at+containedHead:]) {
			size := binary.LittleEndian.Uint32(head[at+12:])
			if size > uint32(end) {
				return 0, 0
			}
			at += containedHead + int(size)
		}
		at += containedHead
	}
	for at+4 <= end {
		switch binary.LittleEndian.Uint32(head[at:]) {
		case idInvokeWithoutUpdates:
			at += invokeWithoutUpdateHead
		case idInvokeWithLayer:
			at += invokeWithLayerHead
		case SaveFilePartID:
			return locateBytes(head, at+partHead)
		case SaveBigFilePartID:
			return locateBytes(head, at+bigPartHead)
		default:
			return 0, 0
		}
	}
	return 0, 0
}

// Bytes of a part call before the value of its bytes.
const (
	partHead    = 4 + 8 + 4
	bigPartHead = partHead + 4
)

// mayHoldPart tells whether LocatePart wants to look into a message of a container.
func mayHoldPart(body []byte) bool {
	switch id, _ := PeekID(body); id {
	case SaveFilePartID, SaveBigFilePartID, idInvokeWithoutUpdates, idInvokeWithLayer:
		return true
	}
	return false
}

// locateBytes reads the head of a bytes value, of which the rest need not be there.
func locateBytes(head []byte, at int) (from, to int) {
	if at+4 > len(head) {
		return 0, 0
	}
	switch n := int(head[at]); n {
	case 254:
		size := int(head[at+1]) | int(head[at+2])<<8 | int(head[at+3])<<16
		return at + 4, at + 4 + size
	case 255:
		return 0, 0
	default:
		return at + 1, at + 1 + n
	}
}
