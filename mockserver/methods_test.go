package mockserver_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/mockserver"
	"github.com/fakedc/fakedc/mockserver/rawclient"
	"github.com/fakedc/fakedc/scenarios"
)

// A pattern that fits no method has a test pass that looks at nothing, or wait for ever.
// What clients may call is more than what is answered, and less than what can be held.
func TestPatternsOfMethods(t *testing.T) {
	dc := mockserver.Start(t, mockserver.Options{AtEnd: mockserver.AtEnd{AllowUnknown: true}})
	c := dial(t, dc, rawclient.Options{})
	_, err := c.Invoke(t.Context(), []byte{1, 2, 3, 4})
	require.Error(t, err)
	n := dc.Namespace(t)
	const refused = "calls of it are refused at once, before any rule or gate"
	for _, tc := range []struct {
		pattern       string
		counted, seen string // what is wrong about it, "" for nothing
	}{
		{"*", "", ""},
		{"upload.*", "", ""},
		{"UPLOAD.savebigfilepart", "", ""},
		{"upload.save???FilePart", "", ""},
		{"auth.dropTempAuthKeys", "", ""}, // it is read, and not answered
		{"messages.sendReaction", "", refused},
		{"#04030201", "", refused},
		{"#ffffffff", "", refused}, // a layer to come may have it
		{"#upload.*", "no method is called #upload.*", "no method is called #upload.*"},
		{"upload.saveBigFilePrat", `no method is called upload.saveBigFilePrat (did you mean "upload.saveBigFilePart"?)`, ` (did you mean "upload.saveBigFilePart"?)`},
		{"upload.[gs]*", "no method is called upload.[gs]*", "no method is called upload.[gs]*"}, // * and ? are all there is
		{"uplod.*", `no method is called uplod.* (did you mean "upload.*"?)`, ` (did you mean "upload.*"?)`},
		{"upload.saveBigPart", "no method is called upload.saveBigPart", "no method is called upload.saveBigPart (did you mean"},
		{"saveBigFilePart", `did you mean "upload.saveBigFilePart"?`, `did you mean "upload.saveBigFilePart"?`},
		{"messages.sendReactoin", `did you mean "messages.sendReaction"?`, "no method is called"},
		{"", "the pattern for methods is empty; * is for all of them", ""}, // of a Match it is all
		{"nothing.like.it.at.all", "no method is called nothing.like.it.at.all", "no method is called nothing.like.it.at.all"},
		{"invokeWithLayer", "it wraps other calls, which go by their own methods", "it wraps other calls, which go by their own methods"},
	} {
		t.Run(strings.ReplaceAll(tc.pattern, "*", "ANY"), func(t *testing.T) {
			_, err := dc.Calls(tc.pattern)
			saysOfPattern(t, err, tc.counted)
			r := &recorder{}
			times := map[string]int{"*": 3, "#04030201": 1}[tc.pattern]
			dc.RequireCalls(r, tc.pattern, times)
			require.Equal(t, tc.counted != "", r.Failed(), "%v", r.errors)
			gate, err := dc.Hold(scenarios.Match{Method: tc.pattern})
			saysOfPattern(t, err, tc.seen)
			if err == nil {
				gate.Open()
			}
			rules := []scenarios.Rule{{Delay: time.Second, Match: only(1)}, {Delay: time.Second, Match: scenarios.Match{Method: tc.pattern}}}
			for _, inject := range []func(...scenarios.Rule) (*mockserver.Injection, error){dc.Inject, n.Inject} {
				injection, err := inject(rules...)
				saysOfPattern(t, err, tc.seen)
				if err == nil {
					injection.Remove()
				}
			}
		})
	}
}

func saysOfPattern(t *testing.T, err error, says string) {
	t.Helper()
	if says == "" {
		require.NoError(t, err)
		return
	}
	require.ErrorContains(t, err, says)
	var e *mockserver.MethodError
	require.True(t, errors.As(err, &e))
}

// Names of methods are known of those that are answered, and of others.
func TestNamedMethods(t *testing.T) {
	named := mockserver.NamedMethods()
	require.Subset(t, named, mockserver.Methods())
	require.Subset(t, named, []string{"langpack.getStrings", "initConnection"})
	require.True(t, slices.IsSorted(named))
}

// A rule sees a call that is read, though it is not answered, and lint knows that.
func TestRuleForWhatIsNotAnswered(t *testing.T) {
	const method = "auth.dropTempAuthKeys"
	require.Contains(t, mockserver.LintMethods().Read, method)
	require.NotContains(t, mockserver.LintMethods().Read, "invokeWithLayer", "it goes by what is in it")
	rule := scenarios.Rule{Match: scenarios.Match{Method: method}, Reply: scenarios.CustomErrorReply(420, "FLOOD_WAIT_3")}
	inBubble(t, mockserver.Options{Scenario: faults(rule)}, func(t *testing.T, b *bubble) {
		c := b.client()
		_, answer := begin(t, c, dropTempAuthKeys)
		require.ErrorContains(t, (<-answer).err, "FLOOD_WAIT_3")
		require.NoError(t, c.Close())
	})
}

// dropTempAuthKeys is a call of auth.dropTempAuthKeys that spares none.
var dropTempAuthKeys = []byte{0x88, 0xa1, 0x48, 0x8e, 0x15, 0xc4, 0xb5, 0x1c, 0, 0, 0, 0}

// What can be held comes to the gate, though fakedc does not answer it.
func TestHoldOfWhatIsNotAnswered(t *testing.T) {
	inBubble(t, mockserver.Options{}, func(t *testing.T, b *bubble) {
		require.NotContains(t, mockserver.Methods(), "auth.dropTempAuthKeys")
		gate, err := b.Hold(scenarios.Match{Method: "auth.dropTempAuthKeys"})
		require.NoError(t, err)
		c := b.client()
		_, answer := begin(t, c, dropTempAuthKeys)
		require.NoError(t, gate.Wait(t.Context(), 1))
		gate.Open()
		require.ErrorContains(t, (<-answer).err, "METHOD_NOT_SUPPORTED")
		require.NoError(t, c.Close())
	})
}
