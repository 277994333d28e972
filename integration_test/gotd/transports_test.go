package gotd_test

import (
	"github.com/gotd/td/telegram"
	"github.com/gotd/td/telegram/dcs"
	"github.com/gotd/td/transport"

	"github.com/fakedc/fakedc/mockserver"
)

// route is one way for gotd's bytes to travel.
type route struct {
	name string
	// wire is what the server calls it in the journal.
	wire string
	// set points the options that way.
	set func(*mockserver.Server, *telegram.Options)
}

// routes are all that gotd has without a proxy in between.
// https://core.telegram.org/mtproto/mtproto-transports
var routes = []route{
	{"abridged", "abridged", plain(transport.Abridged, false)},
	{"intermediate", "intermediate", plain(transport.Intermediate, false)},
	{"padded", "padded intermediate", plain(transport.PaddedIntermediate, false)},
	{"full", "full", plain(transport.Full, false)},
	{"obfuscated abridged", "obfuscated abridged", plain(transport.Abridged, true)},
	{"obfuscated intermediate", "obfuscated intermediate", plain(transport.Intermediate, true)},
	{"obfuscated padded", "obfuscated padded intermediate", plain(transport.PaddedIntermediate, true)},
	{"websocket", "websocket obfuscated intermediate", webSocket},
}

func plain(p dcs.Protocol, obfuscated bool) func(*mockserver.Server, *telegram.Options) {
	return func(_ *mockserver.Server, o *telegram.Options) {
		o.Resolver = dcs.Plain(dcs.PlainOptions{Protocol: p, Obfuscated: obfuscated})
	}
}

// webSocket looks addresses up in Domains instead of Options.
func webSocket(dc *mockserver.Server, o *telegram.Options) {
	o.Resolver = dcs.Websocket(dcs.WebsocketOptions{})
	o.DCList.Domains = map[int]string{dc.DC(): "ws://" + dc.Addr() + "/apiws"}
}
