package gotd_test

// wireActs are what happens to messages and connections under way.
var wireActs = []act{
	oneCall("reply: { drop: before-store }", all(completes, sentAgain)),
	oneCall("reply: { drop: before-store, how: fin }", all(completes, sentAgain)),
	oneCall("reply: { drop: before-store, how: rst }", broken...),
	oneCall("reply: { drop: before-store, how: stall }", stalls...),
	oneCall("reply: { drop: after-store, how: fin }", all(completes, sentAgain)),
	oneCall("reply: { drop: after-store, how: rst }", broken...),
	oneCall("reply: { drop: after-store, how: stall }", stalls...),
	oneCall("reply: { drop: mid-answer, how: fin }", all(completes, sentAgain)),
	oneCall("reply: { drop: mid-answer, how: rst }", all(completes, sentAgain)),
	oneCall("reply: { drop: mid-answer, how: stall }", stalls...),
	eachCall("reply: { drop: before-store }",
		in("http", silent, "gotd notices no end of a connection over HTTP, and repeats the message every 5 s"),
		all(patient, "it connects and sends without a limit")),
	oneCall("reply: { transport_error: -404 }",
		in("http", completes, "gotd looks at no response whose status is not 200, and repeats the message after 5 s"),
		all("400 CONNECTION_NOT_INITED", unknownKey).
			or(completes, "an answer to something else, another part or a ping, comes in between, the creation of the key fails, and gotd connects anew with the old one")).makingKeys(),
	oneCall("reply: { transport_error: -429 }", broken...),
	oneCall("reply: { transport_error: -444 }", broken...),
	oneCall("reply: { bad_server_salt: true }", all(completes, "takes the new salt and sends the part again")),
	oneCall("reply: { duplicate: true }", all(completes, "the second answer is thrown away for its msg_id")),
	oneCall("reply: { gzip: true }", all(completes, "unpacks")),
	oneCall("reply: { garbage: 128 }", all("unable to decode boxed value: unable to decode BoolClass: unexpected id 0xffffffff", "the caller gets the error of the decoder, and the upload ends")),
	oneCall("reply: { wrong_msg_key: true }", all(completes, "throws the message away; it repeats its own after 5 s, or connects anew, and is given the answer")),
	oneCall("reply: { new_session: true }", all(completes, "repeats the message after 5 s")),
	oneCall("reply: { reorder: 2 }", all(completes, "answers find their calls in any order")),
}

const (
	stalled    = "a known defect: a call is given up after 25 s, while the dead connection is noticed after 75 s"
	unknownKey = "gotd makes another key in the place of the old one and repeats the message without initConnection, under a key that is not logged in"
)

// stalls are dead connections that stay open. Over HTTP there are many for a session.
var stalls = []end{
	in("http", completes, "repeats the message after 5 s, over another connection"),
	all(silent, stalled),
}

// broken is an end of the connection that gotd meets while other threads write.
var broken = []end{
	in("1 connection, saveBigFilePart, 4 threads or 16 threads", completes, sentAgain).
		or(gone, "another part was just being written, and gotd repeats no call whose writing fails (errRetryableOnNewConn of its pool and client)"),
	all(completes, sentAgain),
}

// connectionActs are what happens to a connection as a whole.
var connectionActs = []act{
	onConnection("reply: { refuse: true, how: fin }", all(completes, "connects again")),
	onConnection("reply: { refuse: true, how: rst }", all(completes, "connects again")),
	onConnection("reply: { refuse: true, how: stall }", all(completes, "gives the connection up, and connects again")),
	onConnection("delay: 8s", all(completes, "waits")),
	onConnection("delay: { uniform: [1s, 5s] }", all(completes, "waits")),
	onConnection("delay: { lognormal: { median: 3s, sigma: 1, max: 10s } }", all(completes, "waits")),
	onEvent("connect", atPart, all(completes, "waits as it is told")),
	onEvent("close", atPart, all(completes, "connects anew, and waits as it is told")),
}

// keyActs are what happens to the creation of an auth key.
var keyActs = []act{
	onKey("handshake", "reply: { refuse: true, how: fin }", all(completes, "connects again")),
	onKey("handshake", "reply: { refuse: true, how: rst }", all(completes, "connects again")),
	onKey("handshake", "reply: { refuse: true, how: stall }", all(completes, "gives up after 35 s, and connects again")),
	onKey("handshake", "reply: { none: true }", all(completes, "gives up after 35 s, and connects again")),
	onKey("handshake", "reply: { transport_error: -404 }", all(completes, "connects again")),
	onKey("handshake", "reply: { transport_error: -429 }", all(completes, "connects again")),
	onKey("handshake", "reply: { transport_error: -444 }", all(completes, "connects again")),
	onKey("handshake", "delay: 8s", all(completes, "waits")),
	onEvent("handshake", atKey, all(completes, "waits as it is told")),
	onKey("auth_key", "reply: { refuse: true, how: fin }", all(completes, "connects again")),
	onKey("auth_key", "reply: { refuse: true, how: rst }", all(completes, "connects again")),
	onKey("auth_key", "reply: { refuse: true, how: stall }", all(completes, "gives up after 35 s, and connects again")),
	onKey("auth_key", "reply: { none: true }", all(completes, "gives up after 35 s, and connects again")),
	onKey("auth_key", "reply: { transport_error: -404 }", all(completes, "connects again")),
	onKey("auth_key", "reply: { transport_error: -429 }", all(completes, "connects again")),
	onKey("auth_key", "reply: { transport_error: -444 }", all(completes, "connects again")),
	onKey("auth_key", "delay: 8s", all(completes, "waits")),
	onEvent("auth_key", atKey, all(completes, "waits as it is told")),
}
