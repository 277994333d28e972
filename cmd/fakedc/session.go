package main

import (
	"errors"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/fakedc/fakedc/mockserver"
)

const sessionLong = `Print a ready session: a login without a login. A client that is given it needs
neither the RSA key of the server nor a bot token, phone number or code.

The string follows from the options alone, and nothing is asked of a server:
every fakedc serve with the same --seed knows it, for accounts up to its
--accounts. Accounts share no files, so tests that run side by side take one
each. The string protects nothing.

For gotd it is the JSON of its session storage, for gogram, GramJS, Telethon,
mtcute and Pyrogram (kurigram too) their session string, for grammers the JSON
of its DcOption ("fakedc serve --snippets grammers" reads it), for others JSON
with the auth key. Those of gogram, GramJS, grammers, Telethon and mtcute hold
the address of the server. Pyrogram dials Telegram all the same, and so do gotd
where no Options.DCList is set and gogram for some downloads: give them the
proxy, too, that "fakedc serve --socks 127.0.0.1:0" opens, which is "socks" in
the ready line. gogram takes an address that it does not know for one of
datacenter 4, so give both commands --dc 4.`

const sessionExample = `  fakedc session --client telethon --addr 127.0.0.1:4430
  fakedc session --client pyrogram --account 2 --bot
  fakedc session --client raw --seed 7 --dc 4`

func newSession() *cobra.Command {
	var o mockserver.SessionOptions
	client := &choice{words: mockserver.SessionClients()}
	cmd := &cobra.Command{
		Use: "session --client NAME", Short: "Print a ready session, a login without a login",
		Long: sessionLong, Example: sessionExample, Args: takes(0),
	}
	flags := cmd.Flags()
	flags.Var(client, "client", "the client that it is for: "+strings.Join(client.words, ", "))
	flags.StringVar(&o.Addr, "addr", "", "the `ADDRESS` of the server, HOST:PORT, for the clients that keep it")
	flags.Uint64Var(&o.Seed, "seed", 0, "the `NUMBER` that fakedc serve has for --seed")
	flags.IntVar(&o.Account, "account", 1, "the `NUMBER` of the account, from 1")
	flags.BoolVar(&o.Bot, "bot", false, "a bot's account instead of a user's")
	flags.IntVar(&o.DC, "dc", 2, "the `NUMBER` of the datacenter, 1 to 1000")
	// The only error is a flag that was not added above.
	_ = cmd.RegisterFlagCompletionFunc("client", cobra.FixedCompletions(client.words, cobra.ShellCompDirectiveNoFileComp))
	cmd.RunE = func(cmd *cobra.Command, _ []string) error { return printSession(cmd, o, client.value) }
	return cmd
}

func printSession(cmd *cobra.Command, o mockserver.SessionOptions, client string) error {
	if err := checkDC("--dc", o.DC); err != nil {
		return err
	}
	switch { // the library takes zeros for "not set"
	case client == "":
		return usageErrorf("--client is missing: it takes %s", strings.Join(mockserver.SessionClients(), ", "))
	case o.Account < 1 || o.Account > 10000:
		return usageErrorf("--account %d: accounts are numbered 1 to 10000", o.Account)
	case o.Addr == "" && needsAddress(client):
		return usageErrorf("--addr is missing: a session of %s holds the address of the server, HOST:PORT", client)
	}
	s, err := mockserver.NewSession(o)
	if err != nil {
		return usageErrorf("%w", err)
	}
	text, err := s.For(client)
	if err != nil {
		return usageErrorf("%w", err)
	}
	return writeData(cmd, text+"\n")
}

func needsAddress(client string) bool {
	return slices.Contains([]string{"gogram", "gramjs", "grammers", "mtcute", "telethon"}, client)
}

// sessionsOf are the strings of account 1 for every client whose format has room for the
// number of the datacenter.
func sessionsOf(o mockserver.SessionOptions) (map[string]string, error) {
	s, err := mockserver.NewSession(o)
	if err != nil {
		return nil, err
	}
	sessions := map[string]string{}
	for _, client := range mockserver.SessionClients() {
		var full *mockserver.NoRoomError
		text, err := s.For(client)
		switch {
		case errors.As(err, &full):
			continue
		case err != nil:
			return nil, err
		}
		sessions[client] = text
	}
	return sessions, nil
}
