package scenarios

import (
	"fmt"
	"slices"
)

// HostileCase is one rule of MTProto that a server can break, so that a client's check of it is seen.
type HostileCase struct {
	// Number names the case by the section that it is about: H1 is the creation of an auth key, H2 messages.
	Number string
	// Name is the word in scenario files.
	Name string
	// Event is where it happens: EventHandshake, or EventCall for a message.
	Event Event
	// Breaks says what the server does, Client what a client does about it.
	Breaks, Client string
	// URL is where the rule is documented.
	URL string
	// Should is set where the documentation advises a check and does not demand it.
	Should bool
}

// Where the rules are that a hostile server breaks.
const (
	urlAuthKey  = "https://core.telegram.org/mtproto/auth_key"
	urlPQ       = "https://core.telegram.org/mtproto/auth_key#2-server-sends-response-of-the-form"
	urlDH       = "https://core.telegram.org/mtproto/security_guidelines#validation-of-dh-parameters"
	urlGA       = "https://core.telegram.org/mtproto/security_guidelines#g-a-and-g-b-validation"
	urlSHA1     = "https://core.telegram.org/mtproto/security_guidelines#checking-sha1-hash-values"
	urlNonces   = "https://core.telegram.org/mtproto/security_guidelines#checking-nonce-server-nonce-and-new-nonce-fields"
	urlMsgKey   = "https://core.telegram.org/mtproto/security_guidelines#checking-sha256-hash-value-of-msg-key"
	urlLength   = "https://core.telegram.org/mtproto/security_guidelines#checking-message-length"
	urlSession  = "https://core.telegram.org/mtproto/security_guidelines#checking-session-id"
	urlMsgID    = "https://core.telegram.org/mtproto/security_guidelines#checking-msg-id"
	urlEnvelope = "https://core.telegram.org/mtproto/description#encrypted-message-encrypted-data"
	urlBoxes    = "https://core.telegram.org/mtproto/service_messages#containers"
)

// What a client does, as the guidelines have it.
const (
	abandons = "gives this creation up, and may begin another"
	discards = "throws the message away, and may close the connection"
)

func atKey(number, name, breaks, url string) HostileCase {
	return HostileCase{Number: "H1." + number, Name: name, Event: EventHandshake, Breaks: breaks, Client: abandons, URL: url}
}

func atMessage(number, name, breaks, url string) HostileCase {
	return HostileCase{Number: "H2." + number, Name: name, Event: EventCall, Breaks: breaks, Client: discards, URL: url}
}

// should marks a check that is advised.
func should(h HostileCase) HostileCase {
	h.Should = true
	return h
}

var hostileCases = []HostileCase{
	atKey("1", "respq-other-nonce", "resPQ carries another nonce than req_pq", urlNonces),
	atKey("2", "respq-pq-prime", "pq in resPQ is a prime number, so that it has no two factors", urlPQ),
	atKey("3", "respq-pq-one", "pq in resPQ is 1", urlPQ),
	atKey("4", "respq-no-known-key", "resPQ names only a key that the client does not know", urlPQ),
	atKey("5", "dh-other-nonce", "server_DH_params_ok carries another nonce", urlNonces),
	atKey("6", "dh-other-server-nonce", "server_DH_params_ok carries another server_nonce", urlNonces),
	atKey("7", "dh-inner-other-nonce", "server_DH_inner_data carries another nonce", urlNonces),
	atKey("8", "dh-inner-other-server-nonce", "server_DH_inner_data carries another server_nonce", urlNonces),
	atKey("9", "dh-wrong-hash", "the SHA1 before server_DH_inner_data is that of other data", urlSHA1),
	atKey("10", "dh-prime-composite", "dh_prime is not a prime number", urlDH),
	atKey("11", "dh-prime-not-safe", "dh_prime is a prime number p for which (p-1)/2 is none", urlDH),
	atKey("12", "dh-prime-short", "dh_prime has 1024 bits in place of 2048", urlDH),
	atKey("13", "dh-g-one", "g is 1", urlDH),
	atKey("14", "dh-g-wrong", "g generates another subgroup than that of order (p-1)/2", urlDH),
	atKey("15", "ga-zero", "g_a is 0", urlGA),
	atKey("16", "ga-one", "g_a is 1", urlGA),
	atKey("17", "ga-minus-one", "g_a is dh_prime-1", urlGA),
	should(atKey("18", "ga-too-small", "g_a is below 2^{2048-64}", urlGA)),
	should(atKey("19", "ga-too-large", "g_a is above dh_prime - 2^{2048-64}", urlGA)),
	atKey("20", "ga-beyond-prime", "g_a is above dh_prime", urlGA),
	atKey("21", "gen-other-nonce", "dh_gen_ok carries another nonce", urlNonces),
	atKey("22", "gen-other-server-nonce", "dh_gen_ok carries another server_nonce", urlNonces),
	atKey("23", "gen-wrong-hash", "new_nonce_hash1 in dh_gen_ok is of other data", urlNonces),
	atKey("24", "gen-hash-of-retry", "dh_gen_ok carries the hash of dh_gen_retry", urlNonces),

	atMessage("1", "msg-key-other", "msg_key fits the encryption and not the content", urlMsgKey),
	atMessage("2", "msg-key-without-padding", "msg_key does not cover the padding", urlMsgKey),
	atMessage("3", "length-negative", "message_data_length is negative", urlLength),
	atMessage("4", "length-beyond", "message_data_length is more than there are bytes", urlLength),
	atMessage("5", "length-odd", "message_data_length is no multiple of 4", urlLength),
	atMessage("6", "padding-short", "the padding has less than 12 bytes", urlLength),
	atMessage("7", "padding-long", "the padding has more than 1024 bytes", urlLength),
	atMessage("8", "session-other", "session_id is that of another session", urlSession),
	atMessage("9", "session-zero", "session_id is 0", urlSession),
	atMessage("10", "msg-id-even", "msg_id is even, as only a client's may be", urlMsgID),
	atMessage("11", "msg-id-repeated", "msg_id is that of a message before", urlMsgID),
	should(atMessage("12", "msg-id-old", "msg_id is ten minutes old", urlMsgID)),
	should(atMessage("13", "msg-id-future", "msg_id is two minutes ahead", urlMsgID)),
	atMessage("14", "auth-key-id-other", "auth_key_id is that of another key", urlEnvelope),
	atMessage("15", "from-client", "the message is encrypted as only the client's are", urlEnvelope),
	atMessage("16", "frame-ragged", "the encrypted data is no whole number of blocks of 16 bytes", urlEnvelope),
	atMessage("17", "plain-after-key", "the answer comes unencrypted", urlAuthKey),
	should(atMessage("18", "container-in-container", "a container holds a container", urlBoxes)),
	should(atMessage("19", "container-beyond", "a message in a container is longer than the container", urlBoxes)),
}

// HostileCases returns all cases in the order of their numbers.
func HostileCases() []HostileCase { return slices.Clone(hostileCases) }

// LookupHostile finds a case by its name.
func LookupHostile(name string) (HostileCase, bool) {
	for _, h := range hostileCases {
		if h.Name == name {
			return h, true
		}
	}
	return HostileCase{}, false
}

func hostileNames() []string {
	names := make([]string, len(hostileCases))
	for i, h := range hostileCases {
		names[i] = h.Name
	}
	return names
}

// HostileReply breaks a rule of MTProto.
func HostileReply(name string) Reply { return Reply{Kind: ReplyHostile, Message: name} }

// hostileReply checks that a case fits where it is to happen.
func (c *checker) hostileReply(m *Match, r *Reply) {
	h, ok := LookupHostile(r.Message)
	switch {
	case !ok:
		c.failHint("reply.hostile", "there is no case "+quote(r.Message), suggest(r.Message, hostileNames()))
	case h.Event != m.Event:
		c.fail("reply.hostile", fmt.Sprintf("%s happens at the event %s", h.Name, h.Event))
	}
}

// explainHostile says what the server breaks.
func explainHostile(name string) string {
	h, _ := LookupHostile(name)
	if h.Event == EventHandshake {
		return fmt.Sprintf("The server breaks a rule, %s: %s. A good client %s.", h.Number, h.Breaks, h.Client)
	}
	return fmt.Sprintf("The server breaks a rule, %s: %s. A good client %s. What such a message says is not true: the part is not stored, and an error follows a second later.", h.Number, h.Breaks, h.Client)
}

// HostileYAML is the built-in scenario of a case.
func HostileYAML(h HostileCase) string {
	match, per := "{ event: handshake }", "server"
	if h.Event == EventCall {
		match, per = "{ part: 2 }", "file"
	}
	demand := "The guidelines demand this check."
	if h.Should {
		demand = "The documentation advises this check."
	}
	return fmt.Sprintf(`# yaml-language-server: $schema=../schema.json
# %s: %s, once.
fakedc: %d
name: hostile-%s
description: |
  A good client %s.
  %s
links:
  - %s
rules:
  - name: %s
    match: %s
    per: %s
    times: 1
    reply: { hostile: %s }
expect:
  - hostile: refused
`, h.Number, h.Breaks, FormatVersion, h.Name, h.Client, demand, h.URL, h.Name, match, per, h.Name)
}
