package main

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/mockserver"
)

// What is refused is told with the reason, unless clients ask for it in any run, or the
// scenario has told of it.
func TestLineOfACall(t *testing.T) {
	for name, c := range map[string]struct {
		e    mockserver.Event
		want string
	}{
		"answered": {mockserver.Event{Method: "help.getConfig"}, ""},
		"refused": {mockserver.Event{Method: "auth.signIn", Error: "400 PHONE_CODE_INVALID", Text: "the code is 12345"},
			"auth.signIn refused: 400 PHONE_CODE_INVALID: the code is 12345"},
		"refused before its method is known": {mockserver.Event{Conn: 3, Error: "400 INPUT_FETCH_ERROR", Text: "unexpected EOF"},
			"connection 3: a call refused: 400 INPUT_FETCH_ERROR: unexpected EOF"},
		"is it logged in?":         {mockserver.Event{Method: "users.getUsers", Error: "401 AUTH_KEY_UNREGISTERED", Text: "the auth key has no account: log in first"}, ""},
		"another datacenter's":     {mockserver.Event{Method: "auth.sendCode", Error: "303 PHONE_MIGRATE_4", Text: "it lives in datacenter 4"}, ""},
		"of a file, which is told": {mockserver.Event{Method: "messages.sendMedia", MsgID: 8, Error: "400 FILE_PART_0_MISSING", Text: "it is missing"}, ""},
		"the scenario's":           {mockserver.Event{Method: "messages.sendMedia", Error: "400 MEDIA_EMPTY"}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			c.e.Kind = mockserver.EventCall
			w := &watcher{}
			require.NotEmpty(t, w.line(mockserver.Event{Kind: mockserver.EventFile, MsgID: 8, Error: "400 FILE_PART_0_MISSING", Text: "it is missing"}))
			require.Equal(t, c.want, w.line(c.e))
		})
	}
}
