package scenarios_test

import (
	"fmt"
	"time"

	"github.com/fakedc/fakedc/scenarios"
)

// A scenario from text. Every mistake in it is told with its place.
func ExampleParse() {
	_, err := scenarios.Parse("mine.yaml", []byte(`
fakedc: 1
rules:
  - match: { prat: 2 }
    reply: { error: FILE_PART_EMTPY }
`))
	fmt.Println(err)
	// Output:
	// mine.yaml:4:14: unknown key "prat" in match (did you mean "part"?)
	// mine.yaml:5:21: rules[0].reply.error: "FILE_PART_EMTPY" is not a documented error: give its code and message (did you mean "FILE_PART_EMPTY"?)
}

// The same structure built in Go: the third part of every file waits three seconds, once.
func ExampleScenario_Compile() {
	s := &scenarios.Scenario{Rules: []scenarios.Rule{{
		Name:  "third part waits",
		Match: scenarios.Match{Part: scenarios.Exactly(2)},
		Times: 1,
		Reply: scenarios.FloodWaitReply(3 * time.Second),
	}}}
	engine, err := s.Compile(42)
	if err != nil {
		fmt.Println(err)
		return
	}
	call := &scenarios.Call{Method: "upload.saveBigFilePart", HasPart: true, Part: 2, Total: 24, Size: 524288, FileOrdinal: 1, Attempt: 1}
	first := engine.Decide(call)
	call.Attempt = 2
	second := engine.Decide(call)
	fmt.Println(first.Reply.Code, first.Reply.Message, first.Stores())
	fmt.Println(second.Rule)
	// Output:
	// 420 FLOOD_WAIT_3 false
	// -1
}
