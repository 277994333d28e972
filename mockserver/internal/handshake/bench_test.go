package handshake

import (
	"math/big"
	"testing"

	"github.com/stretchr/testify/require"
)

// The server's work for one auth key, the client's being recorded beforehand:
// a machine with the same randomness answers the same, so one client's three
// requests do for every run.
func BenchmarkAuthKey(b *testing.B) {
	for _, c := range []struct {
		name   string
		shared bool
		old    bool
	}{{"shared secret", true, false}, {"own secret", false, false}, {"shared secret, old RSA", true, true}} {
		b.Run(c.name, func(b *testing.B) {
			config := testConfig(b)
			if !c.shared {
				config.Secret = nil
			}
			machine := func() *Machine {
				config.Rand = newRandom(1)
				return New(config)
			}
			cl := newClient(b, &config.Key.PublicKey)
			cl.oldRSA = c.old
			requests := cl.record(machine())
			b.ReportAllocs()
			for b.Loop() {
				m := machine()
				var out Output
				for _, request := range requests {
					out, _ = m.Step(request, testTime)
				}
				if out.Result == nil {
					b.Fatal("no key")
				}
			}
		})
	}
}

func (c *client) record(m *Machine) (requests [3][]byte) {
	requests[0] = c.reqPQ()
	c.gotResPQ(step(c.t, m, requests[0]).Reply)
	requests[1] = c.encode(c.reqDH())
	c.gotDHParams(step(c.t, m, requests[1]).Reply)
	requests[2] = c.attemptKey(0)
	require.NotNil(c.t, step(c.t, m, requests[2]).Result)
	return requests
}

// What the exchange costs without any of its shortcuts: the RSA power without
// the remainder theorem, and g_a and the key by full exponents. Measured in the
// same run, since it is the ratio that holds from machine to machine.
func BenchmarkPlainPowers(b *testing.B) {
	key := testKey(b)
	n := new(big.Int).Sub(key.N, big.NewInt(5))
	for b.Loop() {
		new(big.Int).Exp(n, key.D, key.N)
		gb := new(big.Int).Exp(big.NewInt(generator), key.D, dhPrime)
		new(big.Int).Exp(gb, key.D, dhPrime)
	}
}
