package conformance

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/fakedc/fakedc/mockserver/rawclient"
)

func serviceSections() []section {
	return []section{
		{"4.1", pageService, rpcCases()},
		{"4.2", pageService, dropCases()},
		{"4.3", pageService, futureSaltCases()},
		{"4.4", pageService, pingCases()},
		{"4.5", pageService, destroyCases()},
		{"4.6", pageService, containerCases()},
		{"4.7", pageAbout, ackCases()},
		{"4.8", pageAbout, stateCases()},
		{"4.9", pageInvoking, invokingCases()},
	}
}

func rpcCases() []Case {
	const anchor = "#rpc-error"
	const packed = "#packed-object"
	return []Case{
		test("rpc_result", "A query is answered with a rpc_result that has its msg_id.", "#response-to-an-rpc-query", answered(getConfig)),
		test("queries in flight", "Several queries may be on their way, and each result has its own query's msg_id.", "#response-to-an-rpc-query", inFlight),
		test("unknown method", "A method that nobody knows is answered with a rpc_error.", anchor, errs(func() []byte { return inited(value(0x0badf00d).i64(1)) })),
		test("query cut short", "A query that ends within an argument is answered with a rpc_error.", anchor, errs(func() []byte {
			b := inited(encoded("users.getUsers", rawclient.Fields{"id": []any{rawclient.NewObject("inputUserSelf", nil)}}))
			return b[:len(b)-4]
		})),
		test("vector that lies", "A vector that claims two billion elements is answered with a rpc_error, and nobody waits.", anchor, errs(func() []byte {
			return inited(value(0x0d91a548).u32(idVector).i32(2_000_000_000))
		})),
		test("string that lies", "A string that claims more bytes than there are is answered with a rpc_error.", anchor, errs(func() []byte {
			return inited(append(value(0xb304a621).i64(1).i32(0), 254, 0xff, 0xff, 0xff, 1, 2, 3, 4))
		})),
		test("body of a constructor alone", "A query of a constructor that needs arguments is answered with a rpc_error.", anchor, errs(func() []byte { return inited(value(0xb304a621)) })),
		test("error, then service", "After a rpc_error the session goes on.", anchor, errorThenService),
		test("gzip_packed query", "A query may be packed.", packed, answered(func() []byte { return rawclient.GzipPacked(getConfig()) })),
		test("gzip_packed inside a wrapper", "The query inside invokeWithLayer and initConnection may be packed.", packed, answered(func() []byte {
			return inited(rawclient.GzipPacked(encoded("help.getConfig", nil)))
		})),
		test("gzip_packed garbage", "A packed query that does not unpack is refused, and the server goes on.", packed, refusesQuery(func() []byte {
			return append(value(idGzip), 7, 1, 2, 3, 4, 5, 6, 7)
		})),
		test("gzip_packed cut short", "A packed query that ends early is refused, and the server goes on.", packed, refusesQuery(func() []byte {
			whole := rawclient.GzipPacked(bytes.Repeat(getConfig(), 40))
			return append(value(idGzip), append([]byte{15}, whole[8:23]...)...)
		})),
		test("gzip bomb", "A packed query of a few kilobytes that would grow to 16 MiB is refused, and the server goes on.", packed, refusesQuery(bomb)),
		test("empty body", "A message without a constructor is not carried out, and the server goes on.", pageDescription+"#encrypted-message", refusesQuery(func() []byte { return []byte{} })),
	}
}

// answered demands a result that is no error.
func answered(query func() []byte) func(context.Context, *Env) error {
	return func(ctx context.Context, e *Env) error {
		p := must(e.peer(ctx))
		return p.works(ctx, query())
	}
}

func (p *peer) works(ctx context.Context, query []byte) error {
	body, _ := must2(p.ask(ctx, query))
	if _, _, ok := readRPCError(body); ok {
		return fmt.Errorf("expected a result; got %s", describe(body))
	}
	return nil
}

// errs demands a rpc_error, with a code and a text.
func errs(query func() []byte) func(context.Context, *Env) error {
	return func(ctx context.Context, e *Env) error {
		p := must(e.peer(ctx))
		body, _ := must2(p.ask(ctx, query()))
		code, text, ok := readRPCError(body)
		if !ok || code == 0 || text == "" {
			return fmt.Errorf("expected a rpc_error with a code and a text; got %s", describe(body))
		}
		return nil
	}
}

// refusesQuery takes a rpc_error, silence and the end of the connection for a
// refusal, and demands that others are served.
func refusesQuery(query func() []byte) func(context.Context, *Env) error {
	return func(ctx context.Context, e *Env) error {
		body := query() // may take its time, so it comes before the connection
		p := must(e.peer(ctx))
		sent := must(p.post(ctx, rawclient.Envelope{Body: body, SeqNo: rawclient.Ptr(p.NextSeqNo(true))}))
		if rest, err := p.fence(ctx); err == nil {
			for _, m := range rest {
				if m.Constructor() != idRPCResult || about(m.Body) != sent.MsgID {
					continue
				}
				if _, _, ok := readRPCError(m.Body[12:]); !ok {
					return fmt.Errorf("expected a refusal; got %s", describe(m.Body))
				}
			}
		}
		p = must(e.peer(ctx))
		_, err := p.askConfig(ctx)
		return err
	}
}

// bomb is a gzip_packed query whose 16 MiB, mostly zeros, take some kilobytes.
func bomb() []byte {
	var packed bytes.Buffer
	w, err := gzip.NewWriterLevel(&packed, gzip.BestSpeed)
	if err != nil {
		panic(err) // the level is one of the package's
	}
	_, _ = w.Write(inited(value(0x0badf00d))) // bytes.Buffer takes everything
	zeros := make([]byte, 1<<20)
	for range 16 {
		_, _ = w.Write(zeros)
	}
	_ = w.Close()
	for packed.Len()%4 != 0 {
		packed.WriteByte(0)
	}
	n := packed.Len()
	return append(value(idGzip), append([]byte{254, byte(n), byte(n >> 8), byte(n >> 16)}, packed.Bytes()...)...)
}

func inFlight(ctx context.Context, e *Env) error {
	p := must(e.peer(ctx))
	var asked []int64
	for range 10 {
		sent := must(p.say(ctx, getConfig()))
		asked = append(asked, sent.MsgID)
	}
	for _, id := range asked {
		must2(p.result(ctx, id))
	}
	return nil
}

func errorThenService(ctx context.Context, e *Env) error {
	p := must(e.peer(ctx))
	body, _ := must2(p.ask(ctx, inited(value(0x0badf00d))))
	demand(isRPCError(body, 0, ""))
	_, err := p.askConfig(ctx)
	return err
}

func futureSaltCases() []Case {
	const anchor = "#request-for-several-future-salts"
	return []Case{
		test("one future salt", "get_future_salts is answered with future_salts that has its msg_id.", anchor, futureSalts(1, 1, 1)),
		test("64 future salts", "At most as many salts are listed as were asked for; the server may return fewer.", anchor, futureSalts(64, 1, 64)),
		test("no future salt", "A number below 1 does not break the session.", anchor, futureSalts(0, 0, 64)),
		test("too many future salts", "At most 64 salts are listed.", anchor, futureSalts(1000, 1, 64)),
		test("salts in order", "Each salt is valid for a while, later ones later, and without a gap.", anchor, saltsInOrder),
		test("salt of now", "The first salt listed is valid now, and taken.", anchor, saltOfNow),
		test("future_salts has the time", "now of future_salts is this moment.", anchor, saltsNow),
	}
}

type salt struct {
	since, until int32
	value        int64
}

func (p *peer) futureSalts(ctx context.Context, n int32) (now int32, salts []salt, err error) {
	sent, err := p.say(ctx, getFutureSalts(n))
	if err != nil {
		return 0, nil, err
	}
	m, err := p.awaitAbout(ctx, idFutureSalts, sent.MsgID)
	if err != nil {
		return 0, nil, err
	}
	r := &reader{b: m.Body[12:]}
	now = r.i32()
	count := r.i32()
	for ; count > 0 && !r.short; count-- {
		salts = append(salts, salt{r.i32(), r.i32(), r.i64()})
	}
	if r.short || len(r.b) > 0 {
		return 0, nil, fmt.Errorf("expected future_salts with a bare vector; %d bytes do not parse", len(m.Body))
	}
	return now, salts, nil
}

func futureSalts(n int32, least, most int) func(context.Context, *Env) error {
	return func(ctx context.Context, e *Env) error {
		p := must(e.peer(ctx))
		_, salts, err := p.futureSalts(ctx, n)
		if err != nil && least > 0 {
			return err
		}
		if len(salts) < least || len(salts) > most {
			return fmt.Errorf("expected %d to %d salts; got %d", least, most, len(salts))
		}
		_, err = p.ping(ctx)
		return err
	}
}

func saltsInOrder(ctx context.Context, e *Env) error {
	p := must(e.peer(ctx))
	_, salts := must2(p.futureSalts(ctx, 16))
	for i, s := range salts {
		if s.until <= s.since {
			return fmt.Errorf("expected salt %d to be valid for a while; it is from %d to %d", i, s.since, s.until)
		}
		if i == 0 {
			continue
		}
		if before := salts[i-1]; s.since <= before.since || s.since > before.until || s.value == before.value {
			return fmt.Errorf("expected salt %d to follow upon the one before; that is from %d to %d, this from %d", i, before.since, before.until, s.since)
		}
	}
	return nil
}

func saltOfNow(ctx context.Context, e *Env) error {
	p := must(e.peer(ctx))
	now, salts := must2(p.futureSalts(ctx, 2))
	if len(salts) == 0 {
		return errors.New("expected two salts; got none")
	}
	if s := salts[0]; s.since > now || s.until <= now {
		return fmt.Errorf("expected a salt that is valid at %d; it is from %d to %d", now, s.since, s.until)
	}
	_, err := p.pingAs(ctx, rawclient.Envelope{Salt: &salts[0].value})
	return err
}

func saltsNow(ctx context.Context, e *Env) error {
	p := must(e.peer(ctx))
	now, _ := must2(p.futureSalts(ctx, 1))
	if off := time.Until(time.Unix(int64(now), 0)); off > 5*time.Minute || off < -5*time.Minute {
		return fmt.Errorf("expected now to be this moment; it is off by %v", off)
	}
	return nil
}
