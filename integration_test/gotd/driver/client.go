package main

import (
	"context"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"net"
	"strconv"

	"github.com/gotd/td/telegram"
	"github.com/gotd/td/telegram/auth"
	"github.com/gotd/td/telegram/dcs"
	"github.com/gotd/td/tg"
	"github.com/gotd/td/transport"
)

// What the fake datacenter takes from anybody.
const (
	appID, appHash = 1, "any"
	botToken       = "123456:fake-token"
	phone, code    = "+15550001234", "12345"
)

// protocols by the names of transports, but for websocket.
// https://core.telegram.org/mtproto/mtproto-transports
var protocols = map[string]dcs.PlainOptions{
	"abridged":                {Protocol: transport.Abridged},
	"intermediate":            {Protocol: transport.Intermediate},
	"padded":                  {Protocol: transport.PaddedIntermediate},
	"full":                    {Protocol: transport.Full},
	"obfuscated":              {Protocol: transport.Abridged, Obfuscated: true},
	"obfuscated-intermediate": {Protocol: transport.Intermediate, Obfuscated: true},
	"obfuscated-padded":       {Protocol: transport.PaddedIntermediate, Obfuscated: true},
}

// newClient points gotd at the fake datacenter, with public options only.
func newClient(j job) (*telegram.Client, error) {
	block, _ := pem.Decode([]byte(j.DC.PublicKey))
	if block == nil {
		return nil, errors.New("the public key is no PEM")
	}
	key, err := x509.ParsePKCS1PublicKey(block.Bytes)
	if err != nil {
		return nil, fmt.Errorf("the public key: %w", err)
	}
	o := telegram.Options{
		DC:         j.DC.ID,
		DCList:     dcs.List{Options: []tg.DCOption{{ID: j.DC.ID, IPAddress: j.DC.Host, Port: j.DC.Port}}},
		PublicKeys: []telegram.PublicKey{{RSA: key}},
		EnablePFS:  j.PFS,
	}
	if j.Transport == "websocket" {
		o.Resolver = dcs.Websocket(dcs.WebsocketOptions{})
		o.DCList.Domains = map[int]string{j.DC.ID: "ws://" + net.JoinHostPort(j.DC.Host, strconv.Itoa(j.DC.Port)) + "/apiws"}
		return telegram.NewClient(appID, appHash, o), nil
	}
	p, ok := protocols[j.Transport]
	if !ok {
		return nil, fmt.Errorf("gotd has no transport %q", j.Transport)
	}
	o.Resolver = dcs.Plain(p)
	return telegram.NewClient(appID, appHash, o), nil
}

func login(ctx context.Context, c *telegram.Client, as string) error {
	if as == "bot" {
		_, err := c.Auth().Bot(ctx, botToken)
		return err
	}
	answer := func(context.Context, *tg.AuthSentCode) (string, error) { return code, nil }
	return auth.NewFlow(auth.CodeOnly(phone, auth.CodeAuthenticatorFunc(answer)), auth.SendCodeOptions{}).Run(ctx, c.Auth())
}
