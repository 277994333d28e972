package handshake

import (
	"bytes"
	"errors"
	"math/big"
	"slices"
	"testing"

	"github.com/gotd/td/bin"
	"github.com/gotd/td/mt"
	"github.com/stretchr/testify/require"
)

// recorded is an honest exchange: its requests and the machine as it was before each of
// them and behind the last. The fuzzer goes on from there, without the three
// exponentiations that led there.
type recorded struct {
	*client
	machines [4]Machine
	requests [3][]byte
	replies  [3][]byte
	authKey  [256]byte
}

func record(t testing.TB) *recorded {
	key := testKey(t)
	r := &recorded{client: newClient(t, &key.PublicKey)}
	m := New(Config{Key: key, Secret: testSecret(t), Rand: newRandom(1)})
	got := [3]func([]byte){r.gotResPQ, r.gotDHParams, r.gotDHGenOk}
	make := [3]func() []byte{r.reqPQ, func() []byte { return r.encode(r.reqDH()) }, func() []byte { return r.encode(r.setDH(r.encode(r.clientData(r.drawB())))) }}
	for i := range make {
		r.machines[i] = copied(m)
		r.requests[i] = make[i]()
		r.replies[i] = step(t, m, r.requests[i]).Reply
		got[i](r.replies[i])
	}
	r.machines[3], r.authKey = copied(m), [256]byte(r.client.authKey)
	return r
}

func copied(m *Machine) Machine {
	c := *m
	if m.attempt != nil {
		a := *m.attempt
		a.answers = slices.Clone(a.answers)
		c.attempt = &a
	}
	return c
}

// course is what is known of a machine beside it.
type course struct {
	*recorded
	t       *testing.T
	m       Machine
	next    int // the honest request that is awaited; 3 behind the last
	honest  bool
	failed  bool
	steps   int
	replies [3][]byte
	rest    []byte
}

func (x *course) byte() int {
	if len(x.rest) == 0 {
		return 0
	}
	b := x.rest[0]
	x.rest = x.rest[1:]
	return int(b)
}

// From any stage of an exchange: honest requests out of order, with any one field changed, cut
// short, lengthened, and what is none. Only the request that is due, whole, is answered anew;
// one that was answered gets the same bytes; behind an error only req_pq helps; and a key is
// made once, the one that the client has.
func FuzzFields(f *testing.F) {
	f.Add([]byte{0, 0, 0, 1, 0})
	f.Add([]byte{2, 2, 0, 2, 0, 0, 0})
	f.Add([]byte{1, 1, 3, 7, 1, 0, 0, 0})
	f.Add([]byte{2, 2, 5, 1, 0, 2, 9, 3})
	f.Add([]byte{3, 4, 1, 2, 3, 3, 0, 1, 2, 5})
	f.Add([]byte{0, 3, 1, 0, 0, 1, 0})
	r := record(f)
	f.Fuzz(func(t *testing.T, program []byte) {
		r, c := *r, *r.client
		r.client, c.t, c.random = &c, t, newRandom(3)
		x := &course{recorded: &r, replies: r.replies, t: t, rest: program}
		x.next = x.byte() % 4
		x.m = copied(&r.machines[x.next])
		x.m.config.Rand = newRandom(100)
		x.honest, x.steps = x.next > 0, x.m.steps
		for range 6 {
			if len(x.rest) == 0 {
				return
			}
			x.step()
		}
	})
}

// step sends one request, and says what has to become of it.
func (x *course) step() {
	which, how := x.byte()%5, x.byte()
	switch which {
	case 3: // another exchange begins: with it the client's numbers are worth nothing
		nonce := x.nonce
		nonce[0] ^= byte(how) | 1
		x.send(x.encode(&mt.ReqPqMultiRequest{Nonce: nonce}), -1)
	case 4:
		x.send(x.rest[:min(len(x.rest), how)], -2)
		x.rest = x.rest[min(len(x.rest), how):]
	default:
		body := bytes.Clone(x.requests[which])
		if how == 0 {
			x.send(append(body, make([]byte, x.byte()&0x3c)...), which) // padding is not read
			return
		}
		x.send(x.damaged(which, how, body), -2)
	}
}

// damaged changes a field, or the length. What is left can have no meaning.
func (x *course) damaged(which, how int, body []byte) []byte {
	if how%8 == 0 || which == 0 {
		return body[:x.byte()%20]
	}
	if which == 2 && how%8 < 6 {
		return x.encode(x.setDH(x.spoiltData(how)))
	}
	// The nonces, then the factors, the fingerprint and the encrypted data, without the
	// lengths and paddings of TL.
	fields := [][2]int{{4, 36}, {37, 41}, {45, 49}, {52, 60}, {64, len(body)}}
	if which == 2 {
		fields = [][2]int{{4, 36}, {40, len(body)}}
	}
	field := fields[how/8%len(fields)]
	body[field[0]+x.byte()%(field[1]-field[0])] ^= byte(x.byte()) | 1
	return body
}

// spoiltData is client_DH_inner_data, correctly encrypted, with one thing wrong.
func (x *course) spoiltData(how int) []byte {
	d := &mt.ClientDHInnerData{Nonce: x.nonce, ServerNonce: x.serverNonce, GB: x.params.GA}
	off := byte(x.byte()) | 1
	switch how % 8 {
	case 1:
		d.Nonce[how%16] ^= off
	case 2:
		d.ServerNonce[how%16] ^= off
	case 3:
		d.RetryID = int64(off)
	case 4: // g_b out of its range
		edge := []*big.Int{big.NewInt(0), big.NewInt(1), lowestDH, highestDH, new(big.Int).Sub(dhPrime, big.NewInt(1)), dhPrime}
		d.GB = edge[how/8%len(edge)].Bytes()
	default:
		d.GB = append(slices.Clone(x.params.GA), off)
	}
	return x.encode(d)
}

// send gives a request to the machine. want is the honest request that it is, -1 for
// a req_pq of another exchange, -2 for what has to be refused.
func (x *course) send(body []byte, want int) {
	sent := bytes.Clone(body)
	out, err := x.m.Step(body, testTime)
	if !bytes.Equal(sent, body) {
		x.t.Fatal("the request belongs to the caller")
	}
	if len(body) >= 4 && (&bin.Buffer{Buf: body}).ConsumeID(mt.MsgsAckTypeID) == nil {
		if err == nil {
			return // taken no notice of
		}
		want = -2
	} else if len(body) >= 4 {
		x.steps++
	}
	switch late := x.steps > DefaultMaxSteps; {
	case want == -2 && err == nil && len(body) >= 20 && isReqPQ(body): // garbage that is one
		x.begun()
	case want == -2 || late:
		x.refused(out, err)
	case want == -1, want == 0 && !(x.honest && !x.failed):
		x.begunBy(out, err)
	case want == 0:
		x.same(out, err, x.replies[0]) // until it is over
	case x.failed || !x.honest || want > x.next:
		x.refused(out, err)
	case want < x.next:
		x.same(out, err, x.replies[want])
	default:
		x.due(out, err)
	}
}

func isReqPQ(body []byte) bool {
	id, _ := (&bin.Buffer{Buf: body}).PeekID()
	return id == mt.ReqPqRequestTypeID || id == mt.ReqPqMultiRequestTypeID
}

func (x *course) begun() { x.next, x.honest, x.failed = 1, false, false }

func (x *course) begunBy(out Output, err error) {
	var res mt.ResPQ
	if err != nil || res.Decode(&bin.Buffer{Buf: out.Reply}) != nil || out.Result != nil || len(res.Pq) != 8 {
		x.t.Fatalf("req_pq is answered %v, %v", out, err)
	}
	x.begun()
}

// refused: typed, without an answer, and the exchange is over.
func (x *course) refused(out Output, err error) {
	var e *Error
	if !errors.As(err, &e) || out.Reply != nil || out.Result != nil || e.Reason == "" {
		x.t.Fatalf("not refused: %v, %v", out, err)
	}
	x.failed = x.m.attempt != nil
}

// same: the answer that was given before, and no second key.
func (x *course) same(out Output, err error, reply []byte) {
	if err != nil || out.Result != nil || !bytes.Equal(out.Reply, reply) {
		x.t.Fatalf("a repeated request is answered %v, %v", out, err)
	}
}

// due is an honest request when it was awaited.
func (x *course) due(out Output, err error) {
	require.NoError(x.t, err)
	require.NotNil(x.t, out.Reply)
	if made := out.Result != nil; made != (x.next == 2) {
		x.t.Fatalf("request %d makes a key: %v", x.next, made)
	} else if made && out.Result.AuthKey != x.authKey {
		x.t.Fatal("a key that the client does not have")
	}
	if out.Result != nil {
		x.steps = 0
	}
	x.replies[x.next] = out.Reply
	x.next++
}
