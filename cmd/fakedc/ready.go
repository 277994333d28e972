package main

import (
	"encoding/json"
	"fmt"
	"os"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/fakedc/fakedc/mockserver"
	"github.com/fakedc/fakedc/scenarios"
)

// transports are the names of what every address takes, told apart by the first
// bytes: https://core.telegram.org/mtproto/mtproto-transports
var transports = []string{"abridged", "intermediate", "padded", "full", "obfuscated2", "websocket", "http"}

// ready is the first line on stdout. Programs read it: fields are added, never
// changed. Numbers that may not fit the 53 bits of a JavaScript number are there
// as strings too.
type ready struct {
	Event      string    `json:"event"`
	Version    string    `json:"version"`
	PID        int       `json:"pid"`
	RunID      string    `json:"run_id"`
	DCs        []readyDC `json:"dcs"`
	RSA        readyRSA  `json:"rsa"`
	Seed       uint64    `json:"seed"`
	SeedString string    `json:"seed_string"`
	Scenario   string    `json:"scenario"` // "" for none
	Profile    string    `json:"profile"`
	SOCKS      string    `json:"socks,omitempty"`
	// Sessions of account 1, a user, by the client that they are for.
	Sessions map[string]string `json:"sessions"`

	// Admin is how the admin API is reached; nothing without one.
	Admin *readyAdmin `json:"admin,omitempty"`

	key       mockserver.PublicKey
	readySeed uint64 // that of --seed, which ready sessions follow from
}

type readyDC struct {
	ID         int      `json:"id"`
	Addr       string   `json:"addr"`
	Host       string   `json:"host"`
	Port       int      `json:"port"`
	Transports []string `json:"transports"`
}

type readyRSA struct {
	Fingerprint    string `json:"fingerprint"`     // signed, decimal
	FingerprintHex string `json:"fingerprint_hex"` // 16 digits, as in the documentation
	PEM            string `json:"pem"`             // RSA PUBLIC KEY (PKCS #1)
}

func newReady(s *mockserver.Server, d doors, scenario *scenarios.Scenario, profile string) ready {
	key := s.PublicKey()
	r := ready{
		Event: "ready", Version: version(), PID: os.Getpid(), RunID: s.RunID(),
		RSA: readyRSA{
			Fingerprint:    strconv.FormatInt(key.Fingerprint, 10),
			FingerprintHex: fmt.Sprintf("%016x", uint64(key.Fingerprint)),
			PEM:            key.PEM,
		},
		Seed: s.Seed(), SeedString: strconv.FormatUint(s.Seed(), 10),
		Scenario: scenarioName(scenario), Profile: profile, key: key, SOCKS: d.socks(),
	}
	for _, o := range d {
		if o.dc == 0 {
			continue
		}
		ip, port := reachable(o.told())
		r.DCs = append(r.DCs, readyDC{
			ID: o.dc, Host: ip.String(), Port: port, Addr: dialAddress(o.told()), Transports: transports,
		})
	}
	return r
}

// withSessions adds those of account 1. The seed is that of --seed: a scenario's
// own has nothing to do with them.
func (r ready) withSessions(seed uint64) (ready, error) {
	home := r.DCs[0]
	r.readySeed = seed
	var err error
	r.Sessions, err = sessionsOf(mockserver.SessionOptions{Seed: seed, DC: home.ID, Addr: home.Addr})
	return r, err
}

func (r ready) write(cmd *cobra.Command) error {
	line, err := json.Marshal(r)
	if err != nil {
		return ioErrorf("writing the ready line: %w", err)
	}
	return writeData(cmd, string(line)+"\n")
}
