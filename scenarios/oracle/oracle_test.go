package oracle

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/scenarios"
)

// story is a run told in observations, on a clock of its own.
type story struct {
	o     *Oracle
	now   time.Time
	seq   int64
	msgID int64
	state State
}

// tell makes the oracle of a scenario whose expectations are given as YAML.
func tell(t *testing.T, expect string) *story {
	t.Helper()
	text := "fakedc: 1\nname: test\n" + expect
	s, err := scenarios.Parse("test.yaml", []byte(text))
	require.NoError(t, err)
	return &story{now: time.Unix(1e9, 0), o: New(s, func(id string) Rule {
		return Rule{Enforced: !strings.HasPrefix(id, "reported."), URL: "https://example.org/" + id}
	})}
}

// call is a call of any method.
func (s *story) call(x Observation) *story {
	s.seq++
	x.Seq, x.Time = s.seq, s.now
	if x.MsgID == 0 {
		s.msgID++
		x.MsgID = s.msgID
	}
	if x.Method == "" {
		x.Method = "upload.saveBigFilePart"
	}
	s.o.Observe(x)
	return s
}

// part is a part of file 1 out of four, with what came of it.
func (s *story) part(part int32, answer Answer, err string) *story {
	return s.call(Observation{File: 1, FileID: 77, Account: 5, HasPart: true, Part: part, Total: 4, Size: 1024, Print: uint64(part + 100),
		Answer: answer, Error: err, Done: answer == OK})
}

// whole is file 1, all of it.
func (s *story) whole() *story {
	return s.part(0, OK, "").part(1, OK, "").part(2, OK, "").part(3, OK, "")
}

// second is the first part of file 2, which begins like file 1.
func (s *story) second(total int32) *story {
	return s.call(Observation{File: 2, FileID: 78, Account: 5, HasPart: true, Total: total, Size: 1024, Print: 100, Done: true})
}

// small is a part of a file by upload.saveFilePart, which names no total.
func (s *story) small(file int, part int32, answer Answer) *story {
	return s.call(Observation{Method: "upload.saveFilePart", File: file, FileID: int64(76 + file), Account: 5, HasPart: true, Part: part, Size: 1024, Print: uint64(part + 100),
		Answer: answer, Done: answer == OK})
}

func (s *story) method(name string, answer Answer, err string) *story {
	return s.call(Observation{Method: name, Account: 5, Answer: answer, Error: err, Done: answer == OK})
}

// wait lets time pass.
func (s *story) wait(d time.Duration) *story {
	s.now = s.now.Add(d)
	return s
}

// ack acknowledges the answer to the newest call.
func (s *story) ack() *story {
	s.o.Observe(Observation{Kind: Ack, Acked: []int64{s.msgID}})
	return s
}

// use sends file 1.
func (s *story) use(answer Answer, err string, broken ...string) *story {
	return s.call(Observation{Kind: Use, Method: "messages.sendMedia", File: 1, FileID: 77, Account: 5, Answer: answer, Error: err, Broken: broken})
}

// verdict is the checks, one line each, with their findings behind.
func (s *story) verdict() string {
	var lines []string
	for _, c := range s.o.Verdict(s.state).Checks {
		line := fmt.Sprintf("%s %s", c.Status, c.Kind)
		for _, f := range c.Findings {
			line += ": " + f.Text
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "\n")
}

// Each expectation, with a run in which it comes true and runs in which it does not.
func TestExpectations(t *testing.T) {
	for name, tc := range map[string]struct {
		expect string
		run    func(s *story)
		want   string
	}{
		"upload complete: used": {"expect: [{ upload: complete }]", func(s *story) {
			s.part(0, OK, "").use(OK, "")
		}, "passed expectation"},
		"upload complete: all parts are there": {"expect: [{ upload: complete }]", func(s *story) {
			s.part(0, OK, "")
			s.state.Files = []FileState{{Ordinal: 1, Complete: true}}
		}, "passed expectation"},
		"upload complete: a part is missing": {"expect: [{ upload: complete }]", func(s *story) {
			s.part(0, OK, "")
			s.state.Files = []FileState{{Ordinal: 1, Missing: 1, MissingParts: []int32{2}}}
		}, "pending expectation: upload 1 is not complete: one part is missing: part 2"},
		"upload complete: all parts were refused": {"expect: [{ upload: complete }]", func(s *story) {
			s.part(0, Error, "FILE_PART_SIZE_INVALID").part(1, Error, "FILE_PART_SIZE_INVALID")
			s.state.Files = []FileState{{Ordinal: 1}}
		}, "pending expectation: upload 1 is not complete: it was to have 4 parts, and none of those that said so is stored"},
		"upload complete: its one part never arrived": {"expect: [{ upload: complete }]", func(s *story) {
			s.call(Observation{File: 1, HasPart: true, Total: 1, Answer: Dropped})
			s.state.Files = []FileState{{Ordinal: 1}}
		}, "pending expectation: upload 1 is not complete: it was to have one part, which is not stored"},
		"upload complete: nobody said of how many": {"expect: [{ upload: complete }]", func(s *story) {
			s.call(Observation{File: 1, HasPart: true, Total: -1})
			s.state.Files = []FileState{{Ordinal: 1}}
		}, "pending expectation: upload 1 is not complete: it was used in no message, and no part said how many there are"},
		"upload complete: none": {"expect: [{ upload: complete }]", func(*story) {}, "pending expectation: no upload has begun"},
		"upload failed: it was given up": {"expect: [{ upload: failed }]", func(s *story) {
			s.part(0, Error, "FILE_PARTS_INVALID")
		}, "passed expectation"},
		"upload failed: it was not": {"expect: [{ upload: failed }]", func(s *story) {
			s.part(0, OK, "").use(OK, "")
		}, "failed expectation: upload 1 is complete, where the client should have given up"},

		"bytes equal: again the same": {"expect: [{ bytes: equal }]", func(s *story) {
			s.part(0, Error, "INTERNAL").part(0, OK, "")
		}, "passed expectation"},
		"bytes equal: others": {"expect: [{ bytes: equal }]", func(s *story) {
			s.part(0, Error, "INTERNAL").call(Observation{File: 1, HasPart: true, Print: 1, Size: 1024})
		}, "failed expectation: part 0, the first part, came again with other bytes than the first time"},
		"bytes: as they should be": {fmt.Sprintf("expect: [{ bytes: { sha256: %064d, size: 1KiB } }]", 12), func(s *story) {
			s.part(0, OK, "")
			s.state.Files = []FileState{{Ordinal: 1, Complete: true, Bytes: 1024, SHA256: func() (string, error) { return fmt.Sprintf("%064d", 12), nil }}}
		}, "passed expectation"},
		"bytes: padded": {fmt.Sprintf("expect: [{ bytes: { size: 1000 } }, { bytes: { sha256: %064d } }]", 12), func(s *story) {
			s.part(0, OK, "")
			s.state.Files = []FileState{{Ordinal: 1, Complete: true, Bytes: 1024, SHA256: func() (string, error) { return "ab", nil }}}
		}, "failed expectation: upload 1 has 1024 bytes, 1000 are expected\nfailed expectation: upload 1 has the SHA-256 ab"},

		"max_calls: within": {"expect: [{ max_calls: 2 }]", func(s *story) {
			s.part(0, Error, "INTERNAL").part(0, OK, "").part(1, OK, "")
		}, "passed expectation"},
		"max_calls: beyond, once for each part": {"expect: [{ max_calls: 1 }]", func(s *story) {
			s.part(0, False, "").part(0, False, "").part(0, OK, "")
		}, "failed expectation: part 0, the first part, was called more than once"},
		"max_calls: per file": {"expect: [{ max_calls: { calls: 2, per: file } }]", func(s *story) {
			s.part(0, OK, "").part(1, OK, "").part(2, OK, "")
		}, "failed expectation: part 2, the third part, was call 3 of its file, 2 are allowed"},
		"max_calls: per account": {"expect: [{ max_calls: { calls: 1, per: account, method: messages.* } }]", func(s *story) {
			s.method("messages.sendMedia", OK, "").method("messages.uploadMedia", OK, "")
		}, "failed expectation: messages.uploadMedia was call 2 of its account, 1 is allowed"},
		"max_calls: per server": {"expect: [{ max_calls: { calls: 2, per: server } }]", func(s *story) {
			s.part(0, OK, "").part(0, OK, "").part(1, OK, "")
		}, "failed expectation: part 1, the second part, was call 3 of the server, 2 are allowed"},
		"max_calls: of another method": {"expect: [{ max_calls: { calls: 1, per: account, method: messages.* } }]", func(s *story) {
			s.part(0, OK, "").part(0, OK, "").method("messages.sendMedia", OK, "")
		}, "passed expectation"},

		"retry: in time": {"expect: [{ retry: { after: flood_wait, not_later_than: 10s, same: [part, total, sha256, size] } }]", func(s *story) {
			s.part(3, Error, "FLOOD_WAIT_3").wait(3*time.Second).part(3, OK, "")
		}, "passed expectation"},
		"retry: too early": {"expect: [{ retry: { after: flood_wait } }]", func(s *story) {
			s.part(3, Error, "FLOOD_PREMIUM_WAIT_3").wait(200*time.Millisecond).part(3, OK, "")
		}, "failed expectation: part 3, the fourth part, was sent again 200ms after it was answered FLOOD_PREMIUM_WAIT_3: 2.8s too early"},
		"retry: too early, by name": {"expect: [{ retry: { after: FLOOD_WAIT_X } }]", func(s *story) {
			s.part(3, Error, "FLOOD_WAIT_3").wait(200*time.Millisecond).part(3, OK, "")
		}, "failed expectation: part 3, the fourth part, was sent again 200ms after it was answered FLOOD_WAIT_3: 2.8s too early"},
		"retry: counted from when the answer left": {"expect: [{ retry: { after: error, not_before: 1s } }]", func(s *story) {
			s.call(Observation{File: 1, HasPart: true, Answer: Error, Error: "INTERNAL", Delay: 5 * time.Second}).wait(5500 * time.Millisecond).call(Observation{File: 1, HasPart: true})
		}, "failed expectation: part 0, the first part, was sent again 500ms after it was answered INTERNAL: 500ms too early"},
		"retry: too late": {"expect: [{ retry: { after: answer_false, not_later_than: 1s } }]", func(s *story) {
			s.part(0, False, "").wait(3*time.Second).part(0, OK, "")
		}, "failed expectation: part 0, the first part, was sent again 3s after it was answered false: 2s too late"},
		"retry: never": {"expect: [{ retry: { after: FILE_PART_X_MISSING } }]", func(s *story) {
			s.method("messages.sendMedia", Error, "FILE_PART_3_MISSING")
		}, "pending expectation: messages.sendMedia was answered FILE_PART_3_MISSING, and has not been sent again"},
		"retry: it has not come to that": {"expect: [{ retry: { after: drop } }]", func(s *story) {
			s.part(0, OK, "")
		}, "pending expectation: it has not come to that"},
		"retry: with another total": {"expect: [{ retry: { after: silence, same: total } }]", func(s *story) {
			s.part(0, Nothing, "").call(Observation{File: 1, HasPart: true, Total: 5, Size: 1024, Print: 100})
		}, "failed expectation: part 0, the first part, came again with file_total_parts 5, before it was 4"},
		"retry: with other bytes": {"expect: [{ retry: { after: refusal, same: [sha256, size] } }]", func(s *story) {
			s.part(0, Refused, "").call(Observation{File: 1, HasPart: true, Total: 4, Size: 0, Print: 9})
		}, "failed expectation: part 0, the first part, came again with other bytes: part 0, the first part, came again with 0 bytes, before it had 1024"},
		"retry: after garbage": {"expect: [{ retry: { after: garbage } }]", func(s *story) {
			s.part(0, Garbage, "").part(0, OK, "")
		}, "passed expectation"},

		"resent: only what was unacknowledged": {"expect: [{ resent: { only: unacknowledged } }]", func(s *story) {
			s.part(0, OK, "").ack().part(1, OK, "").part(2, Dropped, "").part(1, OK, "").part(2, OK, "")
		}, "passed expectation"},
		"resent: what was acknowledged": {"expect: [{ resent: { only: unacknowledged } }]", func(s *story) {
			s.part(0, OK, "").ack().part(1, Dropped, "").part(0, OK, "")
		}, "failed expectation: part 0, the first part, came again though the client had acknowledged its answer"},
		"resent: another part": {"expect: [{ resent: { parts: [3] } }]", func(s *story) {
			s.part(0, OK, "").part(3, Error, "INTERNAL").part(3, OK, "").part(0, OK, "")
		}, "failed expectation: part 0, the first part, came again, and nothing was wrong with it"},
		"resent: under another file_id": {"expect: [{ resent: { file_id: same } }]", func(s *story) {
			s.part(0, OK, "").part(1, Error, "INTERNAL").call(Observation{File: 2, FileID: 78, Account: 5, HasPart: true, Part: 0, Size: 1024, Print: 100})
		}, "failed expectation: the file was begun anew as upload 2, under another file_id than upload 1"},
		"resent: the same file_id, which the server takes for another upload": {"expect: [{ resent: { file_id: same } }]", func(s *story) {
			s.part(0, OK, "").part(1, Error, "INTERNAL").call(Observation{File: 2, FileID: 77, Account: 5, HasPart: true, Part: 0, Size: 1024, Print: 100})
		}, "passed expectation"},
		"resent: the same file a second time": {"expect: [{ resent: { file_id: same } }]", func(s *story) {
			s.part(0, OK, "").use(OK, "").call(Observation{File: 2, FileID: 78, Account: 5, HasPart: true, Part: 0, Size: 1024, Print: 100})
		}, "passed expectation"},
		"resent: the same content again, after a complete upload that was not used": {"expect: [{ resent: { file_id: same } }]", func(s *story) {
			s.whole().second(4)
		}, "passed expectation"},
		"resent: anew after an upload whose last answer never came": {"expect: [{ resent: { file_id: same } }]", func(s *story) {
			s.part(0, OK, "").part(1, OK, "").part(2, OK, "").part(3, Dropped, "").second(4)
		}, "failed expectation: the file was begun anew as upload 2, under another file_id than upload 1"},
		"resent: anew, and on with it": {"expect: [{ resent: { file_id: same } }]", func(s *story) {
			s.part(0, OK, "").part(1, OK, "").second(4).call(Observation{File: 2, FileID: 78, Account: 5, HasPart: true, Part: 1, Total: 4, Size: 1024, Print: 101})
		}, "failed expectation: the file was begun anew as upload 2, under another file_id than upload 1"},
		"resent: the same content in another account": {"expect: [{ resent: { file_id: same } }]", func(s *story) {
			s.part(0, OK, "").call(Observation{File: 2, FileID: 78, Account: 6, HasPart: true, Total: 4, Size: 1024, Print: 100})
		}, "passed expectation"},
		"resent: nothing": {"expect: [{ resent: { file_id: same } }]", func(*story) {}, "pending expectation: no upload has begun"},
		"resent: anew after a complete upload whose use was refused": {"expect: [{ resent: { file_id: same } }]", func(s *story) {
			s.whole().use(Error, "FILE_PART_3_MISSING").second(4)
		}, "failed expectation: the file was begun anew as upload 2, under another file_id than upload 1"},
		"resent: a longer file that begins like one that was left": {"expect: [{ resent: { file_id: same } }]", func(s *story) {
			s.part(0, OK, "").part(1, OK, "").second(8)
		}, "passed expectation"},
		"resent: the same content twice at once": {"expect: [{ resent: { file_id: same } }]", func(s *story) {
			s.part(0, OK, "").second(4).part(1, OK, "").part(2, Error, "INTERNAL").part(2, OK, "").part(3, OK, "")
		}, "passed expectation"},
		"resent: the same small file again": {"expect: [{ resent: { file_id: same } }]", func(s *story) {
			s.small(1, 0, OK).small(1, 1, OK).small(2, 0, OK)
		}, "passed expectation"},
		"resent: a small file anew after a part that was not stored": {"expect: [{ resent: { file_id: same } }]", func(s *story) {
			s.small(1, 0, OK).small(1, 1, False).small(2, 0, OK)
		}, "failed expectation: the file was begun anew as upload 2, under another file_id than upload 1"},
		"resent: anew after one that was left, beside one that was not": {"expect: [{ resent: { file_id: same } }]", func(s *story) {
			s.part(0, OK, "").second(4).call(Observation{File: 3, FileID: 79, Account: 5, HasPart: true, Total: 4, Size: 1024, Print: 100})
			s.part(1, OK, "").part(2, OK, "").part(3, OK, "")
		}, "failed expectation: the file was begun anew as upload 3, under another file_id than upload 2"},

		"answered": {"expect: [{ answered: { method: messages.*, error: FILE_PART_X_MISSING } }]", func(s *story) {
			s.method("messages.sendMedia", Error, "FILE_PART_12_MISSING")
		}, "passed expectation"},
		"answered: with another error": {"expect: [{ answered: { method: messages.*, error: FILE_PART_X_MISSING } }]", func(s *story) {
			s.method("messages.sendMedia", Error, "FILE_PARTS_INVALID")
		}, "pending expectation: no such call was answered FILE_PART_X_MISSING"},
		"sent once": {"expect: [{ sent: { method: messages.sendMedia, ok: 1 } }]", func(s *story) {
			s.method("messages.sendMedia", Error, "FLOOD_WAIT_1").method("messages.sendMedia", OK, "")
		}, "passed expectation"},
		"sent twice": {"expect: [{ sent: { method: messages.sendMedia, ok: 1 } }]", func(s *story) {
			s.method("messages.sendMedia", OK, "").method("messages.sendMedia", OK, "")
		}, "failed expectation: messages.sendMedia succeeded more than once in one account"},
		"sent: not at all": {"expect: [{ sent: { method: messages.sendMedia, ok: 1 } }]", func(*story) {}, "pending expectation: it has not succeeded"},
		"never": {"expect: [{ never: { method: upload.saveFilePart } }]", func(s *story) {
			s.part(0, OK, "")
		}, "passed expectation"},
		"never: it happened": {"expect: [{ never: { part: 2, error: FILE_PART_INVALID } }]", func(s *story) {
			s.part(1, Error, "FILE_PART_INVALID").part(2, OK, "").part(2, Error, "FILE_PART_INVALID")
		}, "failed expectation: part 2, the third part, was called, and answered FILE_PART_INVALID"},
		"order": {"expect: [{ order: [upload.save*Part, messages.sendMedia] }]", func(s *story) {
			s.part(0, OK, "").method("messages.sendMedia", OK, "").part(1, OK, "")
		}, "passed expectation"},
		"order: the other way round": {"expect: [{ order: [upload.save*Part, messages.sendMedia] }]", func(s *story) {
			s.method("messages.sendMedia", Error, "").part(0, OK, "")
		}, "failed expectation: messages.sendMedia was called before upload.save*Part: messages.sendMedia has not been called"},
	} {
		t.Run(name, func(t *testing.T) {
			s := tell(t, tc.expect)
			tc.run(s)
			require.Equal(t, tc.want, s.verdict())
			require.Equal(t, !strings.Contains(tc.want, "failed ") && !strings.Contains(tc.want, "pending "), s.o.Verdict(s.state).Passed())
		})
	}
}

// What is a finding without any expectation, and what the file may say about it.
func TestFindings(t *testing.T) {
	const rules = "rules: [{ name: one, delay: 1s }, { delay: 2s }, { name: perhaps, chance: 50%, delay: 3s }]\n"
	for name, tc := range map[string]struct {
		text string
		run  func(s *story)
		want string
	}{
		"a rule that never fired": {rules, func(s *story) { s.state.Fired = []int{2, 0, 0} },
			"passed rule-fired\npending rule-fired: the rule did not fire: the client made no call that it is about, or an earlier rule took them all"},
		"it need not": {rules + "allow: { unfired_rules: '*' }", func(*story) {}, ""},
		"an unknown method": {"", func(s *story) { s.call(Observation{Kind: Unknown, Method: "stories.x"}) },
			"failed unknown-method: fakedc does not answer stories.x; its caller got an error"},
		"it is allowed":    {"allow: { unknown_methods: stories.* }", func(s *story) { s.call(Observation{Kind: Unknown, Method: "stories.x"}) }, ""},
		"a broken rule":    {"", func(s *story) { s.use(Error, "FILE_PARTS_INVALID", "final.range") }, "failed violation: upload 1: the call broke the rule: answered FILE_PARTS_INVALID"},
		"it may be broken": {"allow: { violations: [final.*] }", func(s *story) { s.use(Error, "FILE_PARTS_INVALID", "final.range") }, ""},
		"a reported rule": {"", func(s *story) {
			s.call(Observation{File: 1, HasPart: true, Part: 1, Broken: []string{"reported.one"}})
		}, "noted violation: upload 1: part 1, the second part, broke the rule: answered as usual"},
		"one line for each upload, with the reason of its first call": {"", func(s *story) {
			for i := range 7 {
				s.call(Observation{File: 1 + i%2, FileID: int64(70 + i%2), HasPart: true, Part: int32(i), Answer: Error, Error: "FILE_PART_SIZE_INVALID",
					Broken: []string{"part.size"}, Why: []string{fmt.Sprintf("part %d has 3000 bytes", i)}})
			}
		}, "failed violation: upload 1: part 0 has 3000 bytes: answered FILE_PART_SIZE_INVALID (the first of 4 such calls)" +
			": upload 2: part 1 has 3000 bytes: answered FILE_PART_SIZE_INVALID (the first of 3 such calls)"},
		"one line for each rule": {"", func(s *story) {
			s.call(Observation{File: 1, HasPart: true, Broken: []string{"a", "reported.b", "reported.c"}, Why: []string{"a is broken.", "b is broken"}}).call(Observation{File: 1, HasPart: true, Broken: []string{"a"}})
		}, "failed violation: upload 1: a is broken: answered as usual (the first of 2 such calls)\nnoted violation: upload 1: b is broken: answered as usual\n" +
			"noted violation: upload 1: part 0, the first part, broke the rule: answered as usual"},
		"files that no part of is known": {"", func(s *story) {
			s.call(Observation{Kind: Use, FileID: 8, Answer: Error, Error: "FILE_PART_0_MISSING", Broken: []string{"final.unknown"}, Why: []string{"it is not there"}}).
				call(Observation{Kind: Use, FileID: 9, Answer: Error, Error: "FILE_PART_0_MISSING", Broken: []string{"final.unknown"}, Why: []string{"it is not there"}})
		}, "failed violation: file_id 8: it is not there: answered FILE_PART_0_MISSING: file_id 9: it is not there: answered FILE_PART_0_MISSING"},
		"a part that the scenario lost": {"", func(s *story) {
			s.call(Observation{File: 1, HasPart: true, Lost: true}).use(Error, "FILE_PART_0_MISSING", "final.part_missing")
		}, ""},
		"a part that the scenario lost, and a number of parts that is wrong in any case": {"", func(s *story) {
			s.call(Observation{File: 1, HasPart: true, Lost: true}).use(Error, "FILE_PARTS_INVALID", "final.parts_range", "final.part_missing")
		}, "failed violation: upload 1: the call broke the rule: answered FILE_PARTS_INVALID"},
		"a part that the scenario lost, looked for in the other store": {"", func(s *story) {
			s.call(Observation{File: 1, HasPart: true, Lost: true}).use(Error, "FILE_PART_0_MISSING", "final.kind")
		}, "failed violation: upload 1: the call broke the rule: answered FILE_PART_0_MISSING"},
	} {
		t.Run(name, func(t *testing.T) {
			s := tell(t, tc.text)
			tc.run(s)
			require.Equal(t, tc.want, s.verdict())
		})
	}
}

// How a call that broke a rule was answered is told in words, whatever became of it.
func TestBrokenAndAnswered(t *testing.T) {
	for answer, want := range map[Answer]string{
		OK: "as usual", False: "false", Nothing: "nothing", Dropped: "by the end of the connection",
		Refused: "by a refusal of its message", Garbage: "with bytes that mean nothing",
	} {
		s := tell(t, "")
		s.call(Observation{File: 1, HasPart: true, Part: 1, Answer: answer, Broken: []string{"x"}, Why: []string{"it is broken."}})
		c := s.o.Verdict(s.state).Checks[0]
		require.Equal(t, "upload 1: it is broken: answered "+want, c.Findings[0].Text)
		require.EqualValues(t, 1, *c.Findings[0].Part)
	}
}

// TestCheckTitle says of a rule whether it fired, not that it was looked at.
func TestCheckTitle(t *testing.T) {
	for want, c := range map[string]Check{
		"passed: rule fired: wait":           {Kind: CheckRuleFired, Name: "wait", Status: Passed},
		"pending: rule never fired: wait":    {Kind: CheckRuleFired, Name: "wait", Status: Pending},
		"failed: unknown method: stories.x":  {Kind: CheckUnknownMethod, Name: "stories.x", Status: Failed},
		"noted: violation: part.repeated":    {Kind: CheckViolation, Name: "part.repeated", Status: Noted},
		"pending: expectation: every upload": {Kind: CheckExpectation, Name: "every upload", Status: Pending},
	} {
		require.Equal(t, want, c.String())
	}
}

// What an oracle remembers is bounded, and it says so.
func TestMemoryIsBounded(t *testing.T) {
	s := tell(t, "expect: [{ max_calls: 1 }]")
	for i := range MaxFiles + 10 {
		s.call(Observation{File: i + 1, HasPart: true})
	}
	require.Contains(t, s.verdict(), "failed memory: more than 4096 uploads")
	require.Len(t, s.o.files, MaxFiles)
	s = tell(t, "expect: [{ never: { method: x } }]")
	for range 3 * MaxFindings {
		s.method("x", OK, "")
	}
	c := s.o.Verdict(s.state).Checks[0]
	require.Len(t, c.Findings, MaxFindings)
	require.Equal(t, 2*MaxFindings, c.More)

	s = tell(t, "")
	for i := range 3 * MaxFindings {
		s.call(Observation{File: 1, HasPart: true, Part: int32(i), Broken: []string{"x"}})
	}
	c = s.o.Verdict(s.state).Checks[0]
	require.Equal(t, 3*MaxFindings, c.Findings[0].Calls)
	require.Len(t, c.Findings[0].Events, MaxFindings)
	require.Contains(t, s.o.Verdict(s.state).Checks[0].Findings[0].Text, "(the first of 60 such calls)", "asked twice, told once")
	require.NotContains(t, strings.TrimSuffix(s.verdict(), "(the first of 60 such calls)"), "such calls")
}
