package scenarios

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// playUpload uploads a file of 30 parts and sends it, and lists what each call met.
func playUpload(t *testing.T, s *Scenario, r *Recorder) (met []string) {
	t.Helper()
	e, err := s.Compile(5)
	require.NoError(t, err)
	ask := func(c *Call) {
		d := e.Decide(c)
		r.Note(c, &d)
		met = append(met, fmt.Sprintf("%s %d %d: %v %v %v %v", c.Method, c.Part, c.Attempt, d.Reply, d.Delay, d.Store, d.Corrupt))
	}
	for part := range int32(30) {
		for attempt := 1; attempt <= 3; attempt++ {
			c := bigPart(part, 30)
			c.Attempt = attempt
			ask(c)
		}
	}
	for range 6 {
		ask(&Call{Method: "messages.sendMedia", Account: 1})
	}
	return met
}

// What happened happens again, without chance.
func TestRecorderPlaysAgain(t *testing.T) {
	chaos, err := Builtin("chaos")
	require.NoError(t, err)
	for name, s := range map[string]*Scenario{"chaos": chaos, "other methods": mustParse(t, `fakedc: 1
rules:
  - { name: odd ones, match: { method: messages.* }, per: server, nth: odd, reply: { flood_wait: 1s } }
  - { name: some, per: part, chance: 30%, store: { corrupt: zero }, delay: 2s }
`)} {
		var first, second Recorder
		want := playUpload(t, s, &first)
		again, err := Parse("recorded.yaml", first.YAML("recorded"))
		require.NoError(t, err, name)
		require.Greater(t, len(again.Rules), 3)
		for _, r := range again.Rules {
			require.Zero(t, r.Chance)
		}
		require.Equal(t, want, playUpload(t, again, &second), name)
	}
}

// Names and errors come back as they were, whatever they are made of, and a part that no match can ask for spoils nothing.
func TestRecorderWritesWhatCanBeRead(t *testing.T) {
	long := strings.Repeat("é", maxName/2)
	s := &Scenario{Rules: []Rule{
		{Name: long, Match: Match{Part: Exactly(0)}, Reply: DuplicateReply()},
		{Name: "${x} and $${y}", Reply: CustomErrorReply(400, "MADE_${UP}")},
	}}
	e, err := s.Compile(1)
	require.NoError(t, err)
	var r Recorder
	for part := int32(-1); part < 2; part++ {
		c := bigPart(part, 3)
		d := e.Decide(c)
		r.Note(c, &d)
	}
	again := mustParse(t, string(r.YAML("all of ${it}")))
	require.Equal(t, "all of ${it}", again.Name)
	require.Len(t, again.Rules, 2)
	require.Equal(t, "1: "+strings.Repeat("é", maxName/2-10), again.Rules[0].Name)
	require.Equal(t, "2: ${x} and $${y}", again.Rules[1].Name)
	require.Equal(t, "MADE_${UP}", again.Rules[1].Reply.Message)
}

// Each act is written so that it is read as it was.
func TestDecisionYAML(t *testing.T) {
	for _, example := range FaultActs() {
		example, _, _ = strings.Cut(example, " or ")
		event := ""
		if example == "refuse" {
			event = "match: { event: connect }, "
			example = "event=connect: refuse"
		}
		if strings.HasPrefix(example, "hold_until") {
			continue // that hangs on other calls
		}
		rules, err := ParseFault(example)
		require.NoError(t, err)
		r := rules[0]
		r.Reply.lookUp()
		d := Decision{Delay: r.Delay, Bandwidth: r.Bandwidth, Store: r.Store, Corrupt: r.Corrupt, LoseAfter: r.LoseAfter, Reply: r.Reply}
		got := parseRule(t, event+d.yaml())
		got.Name, got.Match, r.Match, r.Name = "", Match{}, Match{}, ""
		require.Equal(t, r, got, example)
	}
}

// The rest of a file stays as it was.
func TestKeepRules(t *testing.T) {
	src := []byte("# about\nfakedc: 1\nname: x\nrules:\n  - { name: a, delay: 1s }\n  - { name: b, delay: 2s } # two\n  - { name: c, delay: 3s }\nexpect:\n  - upload: complete\n")
	kept, err := KeepRules("x.yaml", src, []int{1})
	require.NoError(t, err)
	require.Contains(t, string(kept), "# about")
	require.Contains(t, string(kept), "# two")
	s := mustParse(t, string(kept))
	require.Len(t, s.Rules, 1)
	require.Equal(t, "b", s.Rules[0].Name)
	require.Len(t, s.Expect, 1)
	n, err := OwnRules("x.yaml", append([]byte("include: builtin:answer-false\n"), src...))
	require.NoError(t, err)
	require.Equal(t, 3, n)
	for allow, want := range map[string][]string{"[a, b*, b]": {"b*", "b"}, "[a]": nil, "a": nil, "'*'": {"*"}} {
		kept, err = KeepRules("x.yaml", []byte(string(src)+"allow: { unfired_rules: "+allow+" }\n"), []int{1})
		require.NoError(t, err)
		require.Equal(t, want, mustParse(t, string(kept)).Allow.UnfiredRules, allow)
	}
	_, err = KeepRules("x.yaml", src, []int{7})
	require.Error(t, err)
	_, err = KeepRules("x.yaml", []byte("[]"), nil)
	require.Error(t, err)
}
