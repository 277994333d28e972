package scenarios

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// decide asks about part 2 of 5 of file 1, with changes.
func decide(e *Engine, change func(*Call)) Decision {
	c := bigPart(2, 5)
	if change != nil {
		change(c)
	}
	return e.Decide(c)
}

// TestMatch holds one rule against one call for each key of a match.
func TestMatch(t *testing.T) {
	stream := func(part, total int32, size int) func(*Call) {
		return func(c *Call) { c.Part, c.Total, c.Size = part, total, size }
	}
	other := func(method string) func(*Call) { return func(c *Call) { *c = Call{Method: method, Account: 1} } }
	yes, no := true, false
	data := func(text string) func(*Call) { return func(c *Call) { c.Bytes, c.Size = []byte(text), len(text) } }
	gotd := func(c *Call) { c.Client = Client{APIID: 17, Layer: 228, Device: "Raspberry Pi 5", App: "0.161.0"} }
	// The first example of https://csrc.nist.gov/csrc/media/projects/cryptographic-standards-and-guidelines/documents/examples/sha256.pdf
	const abcDigest = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
	for _, tt := range []struct {
		name  string
		match Match
		call  func(*Call)
		want  bool
	}{
		{"empty matches a big part", Match{}, nil, true},
		{"empty matches a small part", Match{}, func(c *Call) { c.Method = "upload.saveFilePart" }, true},
		{"empty leaves other calls alone", Match{}, other("help.getConfig"), false},
		{"empty leaves reading alone", Match{}, other("upload.getFile"), false},
		{"star matches every call", Match{Method: "*"}, other("help.getConfig"), true},
		{"method is exact", Match{Method: "upload.saveFilePart"}, nil, false},
		{"method ignores case", Match{Method: "upload.SaveBigFilePart"}, nil, true},
		{"part", Match{Part: Exactly(2)}, nil, true},
		{"part other", Match{Part: Exactly(3)}, nil, false},
		{"part in a long range", Match{Part: AtLeast(2)}, nil, true},
		{"part below a long range", Match{Part: AtLeast(3)}, nil, false},
		{"part of a call without part", Match{Method: "*", Part: Exactly(0)}, other("help.getConfig"), false},
		{"part at least of a call without part", Match{Method: "*", Part: AtLeast(0)}, other("help.getConfig"), false},
		{"part even", Match{Part: Numbers{Even: true}}, nil, true},
		{"part odd", Match{Part: Numbers{Odd: true}}, nil, false},
		{"part negative", Match{Part: AtLeast(0)}, stream(-1, 5, 1024), false},
		{"last of a known total", Match{Part: Numbers{Last: true}}, stream(4, 5, 1024), true},
		{"last but one", Match{Part: Numbers{Last: true}}, stream(3, 5, 1024), false},
		{"last or first", Match{Part: Numbers{Spans: []Span{{0, 0}}, Last: true}}, stream(0, 5, 1024), true},
		{"last of an unknown total", Match{Part: Numbers{Last: true}}, stream(4, -1, 1024), false},
		{"last is the empty tail of a stream", Match{Part: Numbers{Last: true}}, stream(5, 5, 0), true},
		{"last is not a full part beyond the end", Match{Part: Numbers{Last: true}}, stream(5, 5, 1024), false},
		{"last of no parts", Match{Part: Numbers{Last: true}}, stream(-1, 0, 1024), false},
		{"total", Match{Total: Exactly(5)}, nil, true},
		{"total of a stream", Match{Total: Exactly(-1)}, stream(2, -1, 1024), true},
		{"total other", Match{Total: AtLeast(6)}, nil, false},
		{"size", Match{Size: Between(1, 1024)}, nil, true},
		{"size other", Match{Size: Exactly(512)}, nil, false},
		{"size of a call without part", Match{Method: "*", Size: Exactly(0)}, other("help.getConfig"), false},
		{"file", Match{File: Exactly(1)}, nil, true},
		{"file other", Match{File: Exactly(2)}, nil, false},
		{"file even of a call without file", Match{Method: "*", File: Numbers{Even: true}}, other("help.getConfig"), false},
		{"file of a call that uses it", Match{Method: "messages.*", File: Exactly(1)}, func(c *Call) { *c = Call{Method: "messages.sendMedia", FileOrdinal: 1} }, true},
		{"attempt", Match{Attempt: Exactly(1)}, nil, true},
		{"attempt other", Match{Attempt: AtLeast(2)}, nil, false},
		{"big", Match{Big: &yes}, nil, true},
		{"not big", Match{Big: &no}, nil, false},
		{"small is not big", Match{Big: &no}, func(c *Call) { c.Method = "upload.saveFilePart" }, true},
		{"a call without part is neither", Match{Method: "*", Big: &no}, other("help.getConfig"), false},
		{"bytes", Match{SHA256: abcDigest}, data("abc"), true},
		{"bytes in capitals", Match{SHA256: strings.ToUpper(abcDigest)}, data("abc"), true},
		{"bytes other", Match{SHA256: abcDigest}, data("abd"), false},
		{"connection", Match{Conn: Exactly(2)}, func(c *Call) { c.Connection = 2 }, true},
		{"connection other", Match{Conn: Exactly(2)}, nil, false},
		{"session is not its id", Match{Session: Exactly(1)}, nil, false},
		{"session", Match{Session: Exactly(1)}, func(c *Call) { c.SessionOrdinal = 1 }, true},
		{"datacenter", Match{DC: Exactly(2, 4)}, func(c *Call) { c.DC = 4 }, true},
		{"datacenter other", Match{DC: Exactly(2, 4)}, func(c *Call) { c.DC = 5 }, false},
		{"client that said nothing", Match{Client: ClientMatch{Layer: Numbers{Even: true}}}, nil, false},
		{"api_id", Match{Client: ClientMatch{APIID: Exactly(17)}}, gotd, true},
		{"api_id other", Match{Client: ClientMatch{APIID: Exactly(18)}}, gotd, false},
		{"device", Match{Client: ClientMatch{Device: "rasp* pi ?"}}, gotd, true},
		{"device other", Match{Client: ClientMatch{Device: "pi"}}, gotd, false},
		{"app", Match{Client: ClientMatch{App: "0.1*"}}, gotd, true},
		{"app other", Match{Client: ClientMatch{App: "0.2*"}}, gotd, false},
		{"layer", Match{Client: ClientMatch{Layer: AtLeast(200)}}, gotd, true},
		{"layer other", Match{Client: ClientMatch{Layer: AtLeast(229)}}, gotd, false},
		{"all agree but one", Match{Part: Exactly(2), Total: Exactly(5), Size: Exactly(1)}, nil, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			e := mustCompile(t, 1, Rule{Match: tt.match, Reply: refuse})
			want := -1
			if tt.want {
				want = 0
			}
			require.Equal(t, want, decide(e, tt.call).Rule)
		})
	}
}

// TestCounters calls one part ten times and says on which calls the rule fires.
func TestCounters(t *testing.T) {
	for _, tt := range []struct {
		text string
		want []int
	}{
		{"delay: 1s", []int{1, 2, 3, 4, 5, 6, 7, 8, 9, 10}},
		{"times: 2, delay: 1s", []int{1, 2}},
		{"nth: 3, delay: 1s", []int{3}},
		{`nth: [1, "4..5"], delay: 1s`, []int{1, 4, 5}},
		{`nth: even, times: 2, delay: 1s`, []int{2, 4}},
		{"every: 4, delay: 1s", []int{4, 8}},
		{"every: 1, delay: 1s", []int{1, 2, 3, 4, 5, 6, 7, 8, 9, 10}},
		{"after: 7, delay: 1s", []int{8, 9, 10}},
		{"after: 2, every: 3, delay: 1s", []int{5, 8}},
		{"after: 2, every: 3, times: 1, delay: 1s", []int{5}},
		{"chance: 100%, times: 3, delay: 1s", []int{1, 2, 3}},
	} {
		t.Run(tt.text, func(t *testing.T) {
			e := mustCompile(t, 1, parseRule(t, tt.text))
			var fired []int
			for call := 1; call <= 10; call++ {
				if decide(e, nil).Rule == 0 {
					fired = append(fired, call)
				}
			}
			require.Equal(t, tt.want, fired)
			require.Equal(t, []int{len(tt.want)}, e.Fired())
		})
	}
}

// TestScopes fires once per scope: a second call fires if and only if it is in another scope.
func TestScopes(t *testing.T) {
	part := func(c *Call) { c.Part = 3 }
	file := func(c *Call) { c.FileOrdinal = 2 }
	session := func(c *Call) { c.Session = 2 }
	connection := func(c *Call) { c.Connection = 2 }
	account := func(c *Call) { c.Account = 2 }
	for _, tt := range []struct {
		per   Scope
		apart []func(*Call)
		same  []func(*Call)
	}{
		{ScopePart, []func(*Call){part, file}, []func(*Call){session, connection, account}},
		{ScopeFile, []func(*Call){file}, []func(*Call){part, session, connection, account}},
		{ScopeSession, []func(*Call){session}, []func(*Call){part, file, connection, account}},
		{ScopeConnection, []func(*Call){connection}, []func(*Call){part, file, session, account}},
		{ScopeAccount, []func(*Call){account}, []func(*Call){part, file, session, connection}},
		{ScopeServer, nil, []func(*Call){part, file, session, connection, account}},
	} {
		t.Run(tt.per.String(), func(t *testing.T) {
			e := mustCompile(t, 1, Rule{Per: tt.per, Times: 1, Reply: refuse})
			require.Equal(t, 0, decide(e, nil).Rule)
			for i, change := range tt.same {
				require.Equal(t, -1, decide(e, change).Rule, "same %d", i)
			}
			for i, change := range tt.apart {
				require.Equal(t, 0, decide(e, change).Rule, "apart %d", i)
				require.Equal(t, -1, decide(e, change).Rule, "apart %d again", i)
			}
		})
	}
}

// TestScopeWithoutFile counts calls that have no file in their account, so that accounts stay apart.
func TestScopeWithoutFile(t *testing.T) {
	for _, per := range []Scope{ScopeFile, ScopePart} {
		e := mustCompile(t, 1, Rule{Match: Match{Method: "*"}, Per: per, Times: 1, Reply: refuse})
		require.Equal(t, 0, e.Decide(&Call{Method: "help.getConfig", Account: 1}).Rule)
		require.Equal(t, -1, e.Decide(&Call{Method: "help.getAppConfig", Account: 1}).Rule)
		require.Equal(t, 0, e.Decide(&Call{Method: "help.getConfig", Account: 2}).Rule)
		require.Equal(t, 0, decide(e, nil).Rule, "the file has a counter of its own")
	}
}

func TestFirstRuleThatFiresWins(t *testing.T) {
	e := mustCompile(t, 1,
		Rule{Name: "once", Times: 1, Reply: refuse},
		Rule{Name: "second call of what is left", Nth: Exactly(2), Reply: AnswerReply(false)},
		Rule{Name: "part 2", Match: Match{Part: Exactly(2)}, Delay: time.Second},
		Rule{Name: "never reached by part 2", Delay: time.Minute},
	)
	want := []string{"once", "part 2", "second call of what is left", "part 2"}
	for i, name := range want {
		require.Equal(t, name, decide(e, nil).RuleName, "call %d", i+1)
	}
	require.Equal(t, "never reached by part 2", decide(e, func(c *Call) { c.Part = 4 }).RuleName)
	require.Equal(t, []int{1, 1, 2, 1}, e.Fired())
}

// TestIndexKeepsOrder mixes rules that are indexed by part with rules that are not, and compares with a plain walk.
func TestIndexKeepsOrder(t *testing.T) {
	var rules []Rule
	for i := range 60 {
		m := Match{Part: Exactly(int64(i%7), int64(i%5))}
		switch i % 4 {
		case 1:
			m = Match{Part: AtLeast(int64(i % 9))}
		case 2:
			m = Match{Total: Exactly(int64(i % 6))}
		}
		rules = append(rules, Rule{Match: m, Nth: Exactly(int64(i + 1)), Per: ScopeServer, Reply: refuse})
	}
	e := mustCompile(t, 1, rules...)
	seen := make([]int64, len(rules))
	for step := range 5000 {
		c := bigPart(int32(step*7%11), int32(step%6+1))
		want := -1
		for i := range rules {
			if !rules[i].Match.accepts(c) {
				continue
			}
			if seen[i]++; rules[i].Nth.Contains(seen[i]) {
				want = i
				break
			}
		}
		require.Equal(t, want, e.Decide(c).Rule, "step %d", step)
	}
}

func TestDecisionCarriesTheRule(t *testing.T) {
	e := mustCompile(t, 1, Rule{Name: "late", Delay: time.Second, Store: StoreKeep, Reply: ErrorReply("FLOOD_WAIT_7")})
	require.Equal(t, Decision{Rule: 0, RuleName: "late", Delay: time.Second, Store: StoreKeep,
		Reply: Reply{Kind: ReplyError, Code: 420, Message: "FLOOD_WAIT_7"}}, decide(e, nil))
	require.Equal(t, Decision{Rule: -1}, decide(e, func(c *Call) { c.Method = "help.getConfig" }))
}

func TestNilEngineNeverFires(t *testing.T) {
	var e *Engine
	require.Equal(t, Decision{Rule: -1}, e.Decide(bigPart(0, 1)))
	require.Nil(t, e.Fired())
	e.ForgetFile(1)
}

func TestCompileKeepsNothing(t *testing.T) {
	s := &Scenario{Rules: []Rule{{Match: Match{Part: AtLeast(2)}, Nth: Between(1, 9), Reply: refuse}}}
	e, err := s.Compile(1)
	require.NoError(t, err)
	s.Rules[0].Match.Part.Spans[0].From, s.Rules[0].Nth.Spans[0].From = 100, 100
	require.Equal(t, 0, decide(e, nil).Rule)
}

func TestCompileRefusesWhatValidateRefuses(t *testing.T) {
	_, err := (&Scenario{Rules: []Rule{{}}}).Compile(1)
	require.EqualError(t, err, "rules[0]: the rule does nothing: it needs a reply, a delay, a bandwidth, store or goto")
}

// TestStores says for every answer whether the bytes are kept.
func TestStores(t *testing.T) {
	for _, tt := range []struct {
		reply Reply
		want  bool
	}{
		{Reply{}, true}, {refuse, false}, {AnswerReply(true), true}, {AnswerReply(false), false}, {NoReply(), true},
		{DropReply(DropBeforeStore), false}, {DropReply(DropAfterStore), true},
	} {
		t.Run(fmt.Sprint(tt.reply.Kind, tt.reply.Answer, tt.reply.Drop), func(t *testing.T) {
			require.Equal(t, tt.want, (&Decision{Reply: tt.reply}).Stores())
			require.True(t, (&Decision{Reply: tt.reply, Store: StoreKeep}).Stores())
			require.False(t, (&Decision{Reply: tt.reply, Store: StoreLose}).Stores())
		})
	}
}

// TestMethodsAreBounded asks for more methods than the index holds: the answers stay right and the index stops growing.
func TestMethodsAreBounded(t *testing.T) {
	e := mustCompile(t, 1, Rule{Match: Match{Method: "made.up*"}, Reply: refuse})
	for i := range maxMethods + 100 {
		require.Equal(t, 0, e.Decide(&Call{Method: fmt.Sprint("made.up", i)}).Rule)
	}
	require.Len(t, *e.methods.Load(), maxMethods)
	require.Equal(t, -1, e.Decide(&Call{Method: "not.made.up"}).Rule)
}

func TestDecideDoesNotAllocate(t *testing.T) {
	e := mustCompile(t, 1,
		Rule{Match: Match{Part: Exactly(9)}, Reply: refuse},
		Rule{Chance: 1e-9, Reply: refuse},
		Rule{Match: Match{Size: AtLeast(4096)}, Reply: refuse},
		Rule{Times: 1, Match: Match{Part: Exactly(3)}, Reply: refuse},
	)
	for part, what := range map[int32]string{2: "nothing matches", 3: "a counter that exists", 9: "a rule without counters"} {
		c := bigPart(part, 20)
		e.Decide(c)
		require.Zero(t, testing.AllocsPerRun(100, func() { e.Decide(c) }), what)
	}
}
