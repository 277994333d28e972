package matrix

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/mockserver"
)

func faultNamed(t *testing.T, name string) Fault {
	t.Helper()
	for _, f := range Faults() {
		if f.Name == name {
			return f
		}
	}
	require.Fail(t, "there is no such fault", name)
	return Fault{}
}

func recorded(t *testing.T, name string) (r Record) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", name+".json"))
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(text, &r))
	return r
}

// The words for what was recorded from real clients (--records): each kind of fault,
// and each thing that some client does about it.
func TestReactionRecorded(t *testing.T) {
	seen := 0
	for _, v := range []struct{ client, fault, want string }{
		{"gotd-td", "file-part-empty", "fails: tgerr.Error FILE_PART_EMPTY"},
		{"telethon-1.45.0", "file-part-invalid", "fails: FilePartInvalidError"},
		{"telethon-1.25.4", "file-part-too-big", "fails: BadRequestError FILE_PART_TOO_BIG"},
		{"pyrogram-2.0.106", "file-part-invalid", "sends on as if nothing had happened, FILE_PART_2_MISSING at sendMedia, saves that part again, completes"},
		{"gotd-td", "flood-wait", "waits 4 s, completes"},
		{"telethon-1.25.4", "flood-premium-wait", "fails: FloodError FLOOD_PREMIUM_WAIT_3"},
		{"pyrogram-2.0.106", "flood-premium-wait", "sends on as if nothing had happened, FILE_PART_7_MISSING at sendMedia, saves that part again, completes"},
		{"gotd-td", "answer-false", "sends it again at once (2 times), completes"},
		{"gramjs", "answer-false", "sends on as if nothing had happened, fails at sendMedia: RPCError FILE_PART_5_MISSING"},
		{"kurigram-2.2.26", "answer-false", "sends on as if nothing had happened, FILE_PART_5_MISSING at sendMedia, saves that part again (2 times), completes"},
		{"mtcute", "answer-false", "fails: Error, “Failed to upload part 17”"},
		{"mtcute", "slow-part", "waits for the answer, completes"},
		{"pyrogram-2.0.106", "silent-part", "sends it again after 16 s, completes"},
		{"telethon-1.45.0", "silent-part", "hangs until the timeout"},
		{"gotd-td", "drop-before-store", "connects again, sends that part again, completes"},
		{"kurigram-2.2.26", "drop-before-store", "connects again, sends that part again after 16 s, completes"},
		{"telethon-1.45.0", "drop-after-store", "connects again, sends that part again, completes"},
		{"mtcute", "drop-after-store", "connects again, is given the answer, completes"},
		{"gramjs", "part-lost", "fails at sendMedia: RPCError FILE_PART_3_MISSING"},
		{"telethon-1.45.0", "part-lost", "fails at sendMedia: FilePartMissingError"},
		{"kurigram-2.2.26", "part-lost", "FILE_PART_3_MISSING at sendMedia, saves that part again, completes"},
	} {
		seen++
		t.Run(v.client+"-"+v.fault, func(t *testing.T) {
			require.Equal(t, v.want, Reaction(faultNamed(t, v.fault), recorded(t, v.client+"-"+v.fault)))
		})
	}
	files, err := filepath.Glob("testdata/*.json")
	require.NoError(t, err)
	require.Len(t, files, seen, "every record has its words")
}

// story makes a journal: each step is so long after the fault.
type story struct{ events []mockserver.Event }

func (s *story) add(e mockserver.Event, at time.Duration) *story {
	e.Time = time.Unix(0, 0).Add(at)
	s.events = append(s.events, e)
	return s
}

func (s *story) part(file int, part int32, attempt int, err string, at time.Duration) *story {
	fault := ""
	if len(s.events) == 0 {
		fault = "the rule"
	}
	return s.add(mockserver.Event{Kind: mockserver.EventPart, File: file, Part: &part, Attempt: attempt, Error: err, Fault: fault}, at)
}

func (s *story) file(err string, at time.Duration) *story {
	return s.add(mockserver.Event{Kind: mockserver.EventFile, Method: "messages.sendMedia", Error: err}, at)
}

func (s *story) kind(k mockserver.EventKind) *story { return s.add(mockserver.Event{Kind: k}, 0) }

func (s *story) completes() Record {
	return Record{Result: Result{OK: true}, Kept: true, Events: s.events}
}

func (s *story) fails(class, message string) Record {
	return Record{Result: Result{Error: &Failure{Class: class, Message: message}}, Events: s.events}
}

func many(n int, f func(s *story, i int)) *story {
	s := new(story).part(1, 5, 1, "", 0)
	for i := range n {
		f(s, i)
	}
	return s
}

// What no client here does today, but clients have done.
func TestReactionOther(t *testing.T) {
	const flood, refusal = "420 FLOOD_WAIT_3", "400 FILE_PART_INVALID"
	again := func(s *story, i int) { s.part(1, 5, i+2, "", time.Duration(i+1)*time.Millisecond) }
	use := func(s *story, i int) { s.file("400 FILE_PART_5_MISSING", time.Duration(i+1)*time.Millisecond) }
	for name, v := range map[string]struct {
		fault string
		seen  Record
		want  string
	}{
		"does not wait":   {"flood-wait", new(story).part(1, 3, 1, flood, 0).part(1, 3, 2, "", time.Second).completes(), "sends it again after 1 s in place of 3s, completes"},
		"never waits":     {"flood-wait", new(story).part(1, 3, 1, flood, 0).part(1, 3, 2, "", time.Millisecond).completes(), "sends it again at once in place of 3s, completes"},
		"waits exactly":   {"flood-wait", new(story).part(1, 3, 1, flood, 0).part(1, 3, 2, "", 3*time.Second).completes(), "waits 3 s, completes"},
		"loops":           {"answer-false", many(41_000, again).fails("Timeout", ""), "loops: 41,000 calls in 41.0 s"},
		"twenty and done": {"answer-false", many(20, again).completes(), "sends it again at once (20 times), completes"},
		"19 are no loop":  {"answer-false", many(19, again).fails("Timeout", ""), "sends it again at once (19 times), hangs until the timeout"},
		"loops at use":    {"part-lost", many(1000, use).fails("Timeout", ""), "loops: FILE_PART_5_MISSING 1,000 times at sendMedia"},
		"begins anew":     {"file-part-invalid", new(story).part(1, 2, 1, refusal, 0).part(2, 0, 1, "", time.Second).part(2, 1, 1, "", time.Second).completes(), "begins the file anew, completes"},
		"new auth key":    {"drop-before-store", new(story).part(1, 4, 1, "", 0).kind(mockserver.EventConnect).kind(mockserver.EventAuthKey).part(1, 4, 2, "", 0).completes(), "connects again with a new auth key, sends that part again, completes"},
		"several parts":   {"drop-before-store", new(story).part(1, 4, 1, "", 0).kind(mockserver.EventConnect).part(1, 3, 2, "", 0).part(1, 5, 2, "", 0).part(1, 4, 2, "", 0).completes(), "connects again, sends 3 parts again, completes"},
		"gives up late":   {"slow-part", new(story).part(1, 2, 1, "", 0).part(1, 2, 2, "", 2*time.Second).completes(), "sends it again after 2 s, completes"},
		"another error":   {"drop-after-store", new(story).part(1, 4, 1, "", 0).fails("ConnectionError", "reset by peer\nat a line"), "fails: ConnectionError, “reset by peer”"},
		"a lie":           {"part-lost", Record{Result: Result{OK: true}, Events: new(story).part(1, 3, 1, "", 0).events}, "**reports success, but the file is not there**"},
		"swallowed":       {"part-lost", Record{Result: Result{OK: true}, Events: new(story).part(1, 3, 1, "", 0).file("400 FILE_PART_3_MISSING", 0).events}, "FILE_PART_3_MISSING at sendMedia, **reports success, but the file is not there**"},
		"never got there": {"part-lost", Record{Result: Result{Error: &Failure{Class: "AuthKeyError", Code: 401}}}, "fault not met, fails: AuthKeyError"},
		"driver failed":   {"part-lost", Record{Result: Result{Error: &Failure{Class: driverFailed, Message: "exit status 1: no module"}}}, "fault not met, driver failed: exit status 1: no module"},
	} {
		t.Run(name, func(t *testing.T) {
			require.Equal(t, v.want, Reaction(faultNamed(t, v.fault), v.seen))
		})
	}
}

func TestTransport(t *testing.T) {
	ok := Result{OK: true, Seconds: 3.21}
	for want, seen := range map[string]Record{
		"OK 3.2 s":                   {Result: ok, Kept: true, Returned: true},
		"**reads back other bytes**": {Result: ok, Kept: true},
		"**reports success, but the file is not there**": {Result: ok, Returned: true},
		"hangs until the timeout":                        {Result: Result{Error: &Failure{Class: timedOut}}, Kept: true},
	} {
		require.Equal(t, want, Transport(seen))
	}
}
