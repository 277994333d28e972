package session

// Error codes of bad_msg_notification and bad_server_salt.
// https://core.telegram.org/mtproto/service_messages_about_messages#notice-of-ignored-error-message
const (
	codeIDLow        = 16 // msg_id too low
	codeIDHigh       = 17 // msg_id too high
	codeIDParity     = 18 // msg_id not divisible by four
	codeIDContainer  = 19 // a container's msg_id seen before
	codeIDOld        = 20 // too old to tell whether it was received
	codeSeqnoLow     = 32
	codeSeqnoHigh    = 33
	codeSeqnoNotEven = 34 // even seqno expected, odd received
	codeSeqnoNotOdd  = 35 // odd seqno expected, even received
	CodeSalt         = 48 // wrong salt: said by bad_server_salt
	codeContainer    = 64 // invalid container
)

// Specification constants: sizes of containers and of lists of ids, and how many
// future salts a client may ask for.
// https://core.telegram.org/mtproto/service_messages#simple-container
// https://core.telegram.org/mtproto/service_messages_about_messages
const (
	MaxContainer = 1024
	MaxIDs       = 8192
	MaxSalts     = 64
)
