package scenarios

import (
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// A fault in one line is the rule that a file would have.
func TestParseFault(t *testing.T) {
	for text, want := range map[string]string{
		"part=2: 1*error(FILE_PART_SIZE_INVALID)": "match: { part: 2 }, times: 1, reply: { error: FILE_PART_SIZE_INVALID }",
		"part>10: 10%flood_wait(3s)":              `match: { part: ">10" }, chance: 10%, reply: { flood_wait: 3s }`,
		"delay(200ms)":                            "delay: 200ms",
		":false":                                  "reply: { answer: false }",
		"method=messages.* : premium_wait(3s)":    "match: { method: messages.* }, reply: { flood_wait: 3s, premium: true }",
		"part=1|3|7..9 big=true  conn=2: none":    `match: { part: [1, 3, "7..9"], big: true, conn: 2 }, reply: { none: true }`,
		"client.layer>=200 client.app=1.*: gzip":  `match: { client: { layer: ">=200", app: "1.*" } }, reply: { gzip: true }`,
		"event=connect: 2*refuse(rst)":            "match: { event: connect }, times: 2, reply: { refuse: true, how: rst }",
		"error(500, BUSY)":                        "reply: { error: { code: 500, message: BUSY } }",
		"part=last: drop(mid-answer, rst)":        "match: { part: last }, reply: { drop: mid-answer, how: rst }",
		"migrate(FILE, 4)":                        "reply: { migrate: FILE, to: 4 }",
		"2*50%corrupt(flip)":                      "times: 2, chance: 50%, store: { corrupt: flip }",
		"bandwidth(64KiB/s)":                      "bandwidth: 64KiB/s",
	} {
		rules, err := ParseFault(text)
		require.NoError(t, err, text)
		require.Len(t, rules, 1)
		require.Equal(t, text, rules[0].Name)
		rules[0].Name = ""
		require.Equal(t, parseRule(t, want), rules[0], text)
	}
}

// What is used up, or unlucky, falls through to the next term.
func TestParseFaultTerms(t *testing.T) {
	rules, err := ParseFault("part=5: 2*error(FILE_PART_INVALID)->1*false->delay(2s)")
	require.NoError(t, err)
	e := mustCompile(t, 1, rules...)
	var got []string
	for range 4 {
		d := e.Decide(bigPart(5, 9))
		got = append(got, d.Reply.Kind.String()+" "+d.Delay.String())
	}
	require.Equal(t, []string{"error 0s", "error 0s", "answer 0s", "normal 2s"}, got)
}

// Errors say where, and what may have been meant.
func TestParseFaultErrors(t *testing.T) {
	for text, want := range map[string]string{
		"":                               `fault "", column 1: expected an act such as error(NAME) or delay(200ms)`,
		"prat=2: none":                   `fault "prat=2: none", column 1: there is no condition "prat" (did you mean "part"?)`,
		"part=2 x: none":                 `fault "part=2 x: none", column 8: expected a condition such as part=2 or part>10, found "x"`,
		"part=2, dc=4: none":             `fault "part=2, dc=4: none", column 7: conditions have spaces between them and no commas (did you mean "part=2 dc=4: none"?)`,
		"part=2,dc=4 , big=true: none":   `fault "part=2,dc=4 , big=true: none", column 7: conditions have spaces between them and no commas (did you mean "part=2 dc=4 big=true: none"?)`,
		"part=2,: none":                  `fault "part=2,: none", column 7: conditions have spaces between them and no commas (did you mean "part=2: none"?)`,
		" , part=2: none":                `fault " , part=2: none", column 2: conditions have spaces between them and no commas (did you mean "part=2: none"?)`,
		"part=2,, dc=4: none":            `fault "part=2,, dc=4: none", column 7: conditions have spaces between them and no commas (did you mean "part=2 dc=4: none"?)`,
		"part=1, 2: none":                `fault "part=1, 2: none", column 7: several numbers have | between them (did you mean "part=1|2: none"?)`,
		"client.device=iPhone12,1: none": `fault "client.device=iPhone12,1: none", column 23: a condition can have no comma in it; in a pattern ? stands for one (did you mean "client.device=iPhone12?1: none"?)`,
		"part=2 1*gzip":                  `fault "part=2 1*gzip", column 7: a condition needs a colon behind it (did you mean "part=2: 1*gzip"?)`,
		"part=2":                         `fault "part=2", column 7: a condition needs a colon behind it (did you mean "part=2: 1*error(FILE_PART_INVALID)"?)`,
		" part>2, big=true 50%delay(1s)": `fault " part>2, big=true 50%delay(1s)", column 18: a condition needs a colon behind it (did you mean "part>2 big=true: 50%delay(1s)"?)`,
		"part=2->gzip":                   `fault "part=2->gzip", column 7: a condition needs a colon behind it (did you mean "part=2: gzip"?)`,
		"part=2 error(400: X)":           `fault "part=2 error(400: X)", column 7: a condition needs a colon behind it (did you mean "part=2: error(400: X)"?)`,
		"client.app=x(1): gzip":          `fault "client.app=x(1): gzip", column 13: a condition can have no bracket in it; in a pattern ? stands for one`,
		"gzip->delay=1s":                 `fault "gzip->delay=1s", column 7: there is no act "delay=1s"`,
		"part=: none":                    `fault "part=: none", column 5: the condition has no value`,
		"part=2: eror(X)":                `fault "part=2: eror(X)", column 9: there is no act "eror" (did you mean "error"?)`,
		"part=2: error":                  `fault "part=2: error", column 9: error needs something in brackets: error(FILE_PART_INVALID) or error(400, SOME_NAME)`,
		"delay(1s":                       `fault "delay(1s", column 9: the bracket is not closed`,
		"part=2: error(X(1)":             `fault "part=2: error(X(1)", column 19: the bracket is not closed`,
		"part=2: error(X) x":             `fault "part=2: error(X) x", column 18: expected "->" or the end, found "x"`,
		"part=2: error(X))":              `fault "part=2: error(X))", column 17: expected "->" or the end, found ")"`,
		"part=2: error(X); part=3: none": `fault "part=2: error(X); part=3: none", column 17: expected "->" or the end, found "; part=3: none"; other conditions need a fault of their own`,
		"part=2: error(X), part=3: none": `fault "part=2: error(X), part=3: none", column 17: expected "->" or the end, found ", part=3: none"; other conditions need a fault of their own`,
		"part=2: none, part=3: none":     `fault "part=2: none, part=3: none", column 13: expected "->" or the end, found ", part=3: none"; other conditions need a fault of their own`,
		"error(X), 2*none->delay(1s)":    `fault "error(X), 2*none->delay(1s)", column 9: expected "->" or the end, found ", 2*none->delay(1s)" (did you mean "error(X)->2*none->delay(1s)"?)`,
		"delay(1s)->gzip none":           `fault "delay(1s)->gzip none", column 17: expected "->" or the end, found "none" (did you mean "delay(1s)->gzip->none"?)`,
		"error(X) error(Y)":              `fault "error(X) error(Y)", column 10: expected "->" or the end, found "error(Y)" (did you mean "error(X)->error(Y)"?)`,
		"delay 1s":                       `fault "delay 1s", column 1: delay needs something in brackets: delay(200ms)`,
		"none(1)":                        `fault "none(1)", column 1: none takes nothing in brackets`,
		"delay(1s, 2s)":                  `fault "delay(1s, 2s)", column 1: too much in brackets: delay(200ms)`,
		"migrate(FILE)":                  `fault "migrate(FILE)", column 1: too little in brackets: migrate(FILE, 4)`,
		"3 none":                         `fault "3 none", column 1: behind a number stands * for how often or % for the chance`,
		"none->nope":                     `fault "none->nope", column 7: there is no act "nope" (did you mean "none"?)`,
		"part=x: none":                   `fault "part=x: none", column 1: expected a number, a list, or one of "4..9", ">10", "<=3", last, even, odd, found "x"`,
		"error(FILE_PART_INVLD)":         `fault "error(FILE_PART_INVLD)", column 1: "FILE_PART_INVLD" is not a documented error: give its code and message, as in error(400, SOME_NAME) (did you mean "FILE_PART_INVALID"?)`,
		"part=1 size>x: none -> none":    `fault "part=1 size>x: none -> none", column 8: expected a size such as 512KiB, 1MiB or 1000 (bytes), found ">x"`,
		"none -> error(FOO)":             `fault "none -> error(FOO)", column 9: "FOO" is not a documented error: give its code and message, as in error(400, SOME_NAME)`,
		"error(500 INTERNAL)":            `fault "error(500 INTERNAL)", column 1: "500 INTERNAL" is not a documented error: give its code and message, as in error(400, SOME_NAME)`,
		"0*none":                         `fault "0*none", column 1: the number must be 1 or more; leave the key out to do without`,
	} {
		_, err := ParseFault(text)
		var e *FaultError
		require.ErrorAs(t, err, &e, text)
		require.EqualError(t, err, want)
	}
}

// Conditions times terms is what it stands for: half a megabyte of each would be a hundred gigabytes of rules.
func TestParseFaultIsBounded(t *testing.T) {
	longest := "part=" + strings.Repeat("1|", 2500) + "2: " + strings.Repeat("false->", 712) + "false"
	longest += strings.Repeat(" ", maxFault-len(longest))
	_, err := ParseFault(longest + " ")
	require.ErrorContains(t, err, ": it has 10001 bytes, and may have 10000: a scenario file takes more")
	_, err = LintFaults([]string{longest + " "}, nil, Methods{Answered: answered})
	require.ErrorContains(t, err, "it has 10001 bytes")
	_, err = ParseFault(longest)
	require.ErrorContains(t, err, "the file has more than 1048576 bytes", "which is little, and refused in its turn")
	_, err = ParseFault("part=" + strings.Repeat("1|", 4900) + "2: false")
	require.NoError(t, err)
}

// Every act works with its example.
func TestFaultActs(t *testing.T) {
	for _, example := range FaultActs() {
		example, _, _ = strings.Cut(example, " or ")
		if example == "refuse" {
			example = "event=connect: refuse"
		}
		_, err := ParseFault(example)
		require.NoError(t, err)
	}
}

// FuzzParseFault feeds any text: it is a rule that holds up, or an error that names the place.
func FuzzParseFault(f *testing.F) {
	for _, text := range []string{"part=2: 1*error(FILE_PART_SIZE_INVALID)", "part>10: 10%flood_wait(3s)->delay(200ms)", "event=connect: refuse(rst)", "part=1|2: none", "\"}: none", "${a}: none"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		rules, err := ParseFault(text)
		var e *FaultError
		if err != nil {
			require.True(t, errors.As(err, &e), "%v", err)
			return
		}
		require.NotEmpty(t, rules)
		_, err = LintFaults([]string{text, text}, nil, Methods{Answered: answered})
		require.NoError(t, err)
		s := &Scenario{Rules: rules}
		require.NoError(t, s.Validate())
		_, err = s.Compile(1)
		require.NoError(t, err)
	})
}
