package scenarios

import "testing"

// TestLintReadMethods knows that rules see calls that are not answered, too.
func TestLintReadMethods(t *testing.T) {
	known := Methods{Answered: append([]string{"auth.signIn"}, answered...), Read: []string{"auth.signIn", "auth.signUp"}}
	requireLint(t, `fakedc: 1
rules:
- { match: { method: auth.signUp }, times: 1, reply: { none: true } }
- { match: { method: auth.signIn }, delay: 1s }
- { match: { method: auth.sign* }, delay: 2s }
- { match: { method: auth.signU* }, delay: 2s }
- { match: { method: auth.signOut }, delay: 1s }
expect: [{ sent: { method: auth.signUp, ok: 1 } }]
`, known, []string{
		`6:3: never-fires: rules[3]: the rule can never fire: rules[2] (line 5) takes every call that it matches`,
		`7:22: unknown-method: rules[4].match.method: the rule can never fire: no method that is answered is called "auth.signOut" (did you mean "auth.signUp"?)`,
		`8:28: unknown-method: expect[0].sent.method: the run can never pass: no method that is answered is called "auth.signUp" (did you mean "auth.signIn"?)`,
	})
}
