package handshake

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// FuzzStep runs a program of bytes against a machine: honest steps, repeats,
// damaged requests, restarts and plain garbage in any order. Whatever it is,
// a refusal is typed and silent, a key is made only when the client's request
// of that very moment was whole, and both sides then have the same one.
func FuzzStep(f *testing.F) {
	f.Add([]byte{0, 0, 0})                         // the honest exchange
	f.Add([]byte{0, 1, 0, 1, 0, 1})                // each request twice
	f.Add([]byte{0, 0, 2, 40, 7, 3, 0, 0, 0})      // damaged, started again
	f.Add([]byte{4, 3, 1, 2, 3, 0, 0, 0, 3, 0, 0}) // garbage first, a second key
	key, secret := testKey(f), testSecret(f)
	f.Fuzz(func(t *testing.T, program []byte) {
		m := New(Config{Key: key, Secret: secret, Rand: newRandom(1)})
		d := &driver{client: newClient(t, &key.PublicKey), machine: m}
		for len(program) > 0 && d.steps < 12 {
			program = d.run(program)
		}
	})
}

// driver is the interpreter of a program.
type driver struct {
	*client
	machine *Machine
	next    int // the honest client's next request
	last    []byte
	steps   int
}

func (d *driver) run(program []byte) []byte {
	op, program := program[0]%5, program[1:]
	d.steps++
	switch op {
	case 0:
		d.last = d.request()
		d.send(d.last, true)
	case 1:
		d.send(d.last, false)
	case 2:
		if len(program) < 2 {
			return nil
		}
		body := d.request()
		at := int(program[0]) * 4 % len(body)
		body[at] ^= program[1]
		d.send(body, false)
		return program[2:]
	case 3:
		d.nonce[0]++
		d.next = 0
	case 4:
		if len(program) == 0 {
			return nil
		}
		n := min(int(program[0]), len(program)-1)
		d.send(program[1:][:n], false)
		return program[1+n:]
	}
	return program
}

// request is what an honest client would send now.
func (d *driver) request() []byte {
	switch d.next {
	case 0:
		return d.reqPQ()
	case 1:
		return d.encode(d.reqDH())
	default:
		return d.attemptKey(0)
	}
}

// send follows the exchange only where the request was an honest one; any
// other may be answered too, since not every bit is protected (TL pads
// strings with bytes nobody reads) or because it repeats an earlier one.
func (d *driver) send(body []byte, honest bool) {
	out, err := d.machine.Step(body, testTime)
	if err != nil {
		require.ErrorAs(d.t, err, new(*Error))
		require.Equal(d.t, Output{}, out)
		return
	}
	if out.Result != nil {
		require.Equal(d.t, [256]byte(d.authKey), out.Result.AuthKey, "a key that the client does not have")
	}
	if !honest || out.Reply == nil {
		return
	}
	switch d.next {
	case 0:
		d.gotResPQ(out.Reply)
	case 1:
		d.gotDHParams(out.Reply)
	default:
		d.gotDHGenOk(out.Reply)
	}
	d.next = min(d.next+1, 2)
}
