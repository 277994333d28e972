package gotd_test

import "fmt"

const (
	atOnce     = "the server's error goes to the caller, and the upload ends"
	elsewhere  = "gotd's pool does not follow a migration: the error goes to the caller"
	leftBehind = "gotd saves that one part in the other datacenter, and the others at home, where it is missing"
	movesAway  = "gotd moves to the other datacenter for good and makes a key there, which is not logged in"
	sentAgain  = "connects anew and sends again what was not answered"
)

// answerActs are answers of the API.
var answerActs = []act{
	oneCall("reply: { error: FILE_PART_SIZE_INVALID }", all("400 FILE_PART_SIZE_INVALID", atOnce)),
	eachCall("reply: { error: FILE_PARTS_INVALID }", all("400 FILE_PARTS_INVALID", atOnce)),
	oneCall("reply: { error: { code: 500, message: INTERNAL } }", all("500 INTERNAL", "gotd repeats nothing after an error of the server's own")),
	oneCall("reply: { error: { code: -503, message: Timeout } }", all("-503 Timeout", "the same")),
	oneCall("reply: { flood_wait: 3s }", all(completes, "waits a second longer than it was told, and sends the part again")),
	oneCall("reply: { flood_wait: 5m }", all(completes, "the same: it has no threshold beyond which it would not wait")),
	eachCall("reply: { flood_wait: 3s }", all(patient, "the same: it has no limit to how often it waits")),
	oneCall("reply: { flood_wait: 3s, premium: true }", all(completes, "FLOOD_PREMIUM_WAIT is waited for as FLOOD_WAIT is")),
	oneCall("reply: { answer: true }", all(completes, "the usual answer")),
	oneCall("reply: { answer: false }", all(completes, "sends the part again")),
	eachCall("reply: { answer: false }", all(endless, "a known defect: the loop in telegram/uploader has neither a pause nor a limit")),
	oneCall("reply: { none: true }", all(silent, "the message is repeated every 5 s, which a server that has carried it out answers with silence again")),
	eachCall("reply: { none: true }", all(silent, "the same")),
	oneCall("reply: { migrate: USER, to: 4 }", migrated("USER")...).makingKeys(),
	oneCall("reply: { migrate: PHONE, to: 4 }", migrated("PHONE")...).makingKeys(),
	oneCall("reply: { migrate: NETWORK, to: 4 }", migrated("NETWORK")...).makingKeys(),
	oneCall("reply: { migrate: FILE, to: 4 }", followed("FILE")...).makingKeys(),
	oneCall("reply: { migrate: STATS, to: 4 }", followed("STATS")...).makingKeys(),
	{does: "goto: after", ends: []end{all(completes, "each of the two refusals has the part sent again")}, text: `states: { initial: before }
rules:
- { match: { part: ${part} }, when: [ before ], goto: after, reply: { answer: false } }
- { match: { part: ${part} }, when: [ after ], times: 1, reply: { flood_wait: 3s } }
`},
	oneCall("reply: { one_of: [ { answer: false, weight: 3 }, { flood_wait: 3s } ] }", all(completes, "either has the part sent again")),
}

// migrated is what becomes of a call that is told to change the datacenter.
func migrated(what string) []end {
	return []end{
		in("4 connections", "303 "+what+"_MIGRATE_4", elsewhere),
		all("401 AUTH_KEY_UNREGISTERED", movesAway),
	}
}

// followed is the same where only this call is meant.
func followed(what string) []end {
	return []end{
		in("4 connections", "303 "+what+"_MIGRATE_4", elsewhere),
		all(whenSent+"400 FILE_PART_${part}_MISSING", leftBehind),
	}
}

// badMsgActs are the codes of bad_msg_notification.
func badMsgActs() (acts []act) {
	for _, m := range []struct {
		code int
		text string
	}{
		{16, "msg_id too low"}, {17, "msg_id too high"}, {18, "incorrect two lower order msg_id bits"},
		{19, "container msg_id is the same as msg_id of a previously received message"}, {20, "message too old"},
		{32, "msg_seqno too low"}, {33, "msg_seqno too high"}, {34, "even msg_seqno expected, but odd received"},
		{35, "odd msg_seqno expected, but even received"}, {64, "bad msg error code 64"},
	} {
		acts = append(acts, oneCall(fmt.Sprintf("reply: { bad_msg: %d }", m.code), all(m.text, "gotd corrects nothing but the salt: the upload ends")))
	}
	return acts
}

// storeActs are what becomes of the bytes.
var storeActs = []act{
	oneCall("store: keep, reply: { flood_wait: 3s }", all(completes, "the part is sent again, with the same bytes")),
	oneCall("store: lose", missing).lying(),
	oneCall("store: { lose_after: 5s }", missing).lying(),
	oneCall("store: { corrupt: flip }", corrupted...).lying(),
	oneCall("store: { corrupt: truncate }", corrupted...).lying(),
	oneCall("store: { corrupt: zero }", corrupted...).lying(),
}

var missing = all(whenSent+"400 FILE_PART_${part}_MISSING", "gotd hands the error to its caller; it does not send the part again")

var corrupted = []end{
	in("saveFilePart", whenSent+"400 MD5_CHECKSUM_INVALID", "gotd sends the MD5 of a small file along"),
	all(damaged, "MTProto has no digest of a big file: only who reads it back can tell"),
}

// lateActs are answers that come late.
var lateActs = []act{
	oneCall("delay: 8s", all(completes, acknowledged)),
	oneCall("delay: { uniform: [1s, 20s] }", all(completes, acknowledged)),
	oneCall("delay: { lognormal: { median: 3s, sigma: 1, max: 20s } }", all(completes, acknowledged)),
	{does: "delay: { hold_until: { calls: 2 } }", ends: []end{
		in("http", completes, acknowledged).
			or(silent, "the second call never comes, the answer comes after 30 s, and over HTTP the acknowledgement comes after 25 s, with the response to the poll: in the instant in which gotd gives up"),
		all(completes, acknowledged)},
		text: "rules: [ { match: { part: [ ${part}, ${next} ] }, delay: { hold_until: { calls: 2 } } } ]"},
	oneCall("bandwidth: 32KiB/s", all(completes, acknowledged)),
}

const acknowledged = "the late answer was acknowledged at once, and gotd waits for it"
