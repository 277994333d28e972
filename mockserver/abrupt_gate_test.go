package mockserver_test

import (
	"context"
	"fmt"
	"time"

	"github.com/fakedc/fakedc/scenarios"
)

// inBatches runs as many victims at once as may stand at a gate together.
func inBatches(first, n int, batch func(first, n int) error) error {
	for done := 0; done < n; done += most {
		if err := batch(first+done, min(most, n-done)); err != nil {
			return err
		}
	}
	return nil
}

// atGate has parts wait before anything is done about them, and their connections end
// there. Half of the parts go on only when the server has noticed that.
func atGate(s *storm, first, n int) error {
	return inBatches(first, n, func(first, n int) error {
		gate, err := s.dc.Hold(scenarios.Match{})
		if err != nil {
			return err
		}
		defer gate.Open()
		all, cuts, err := s.sendAll(first, n, func(ctx context.Context) error { return gate.Wait(ctx, n) })
		if err != nil {
			return err
		}
		for _, c := range cuts {
			c.end()
		}
		if (first/most+first)%2 == 0 { // of a short run the first batch, of a long one every second
			if err := s.awaitNobody(); err != nil {
				return err
			}
			if got := gate.Held(); got != n {
				return fmt.Errorf("%d of %d parts are at the gate", got, n)
			}
		}
		gate.Open()
		return finishAll(all)
	})
}

// answerHeld has parts stored and their answers wait for one more call, which comes
// when their connections are gone.
func answerHeld(s *storm, first, n int) error {
	return inBatches(first, n, func(first, n int) error {
		in, err := s.dc.Inject(scenarios.Rule{Per: scenarios.ScopeServer, Hold: scenarios.Hold{Calls: n + 1}})
		if err != nil {
			return err
		}
		defer in.Remove()
		all, cuts, err := s.sendAll(first, n, func(ctx context.Context) error {
			return s.await(ctx, func() bool { return s.dc.Holding()["held answers"] == int64(n) })
		})
		if err != nil {
			return err
		}
		for _, c := range cuts {
			c.end()
		}
		if err := s.awaitNobody(); err != nil {
			return err
		}
		last := s.visit(first + n)
		last.ask(0)
		if err := finishAll([]*visitor{last}); err != nil {
			return err
		}
		return finishAll(all)
	})
}

// sendAll has victims send a part each, and waits for them to have come where they are to.
func (s *storm) sendAll(first, n int, come func(context.Context) error) ([]*visitor, []parting, error) {
	all, cuts := make([]*visitor, n), make([]parting, n)
	err := each(first, n, func(ctx context.Context, i int) (err error) {
		v := s.visit(i)
		v.ask(int32(i % 3))
		all[i-first] = v
		cuts[i-first], err = v.leave(ctx)
		return err
	})
	if err != nil {
		return nil, nil, err
	}
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	return all, cuts, come(ctx)
}

// finishAll has all of them come back.
func finishAll(all []*visitor) error {
	return each(0, len(all), func(ctx context.Context, n int) error { return all[n].finish(ctx) })
}

// awaitNobody waits until the server knows that everybody has left.
func (s *storm) awaitNobody() error {
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	return s.await(ctx, func() bool { return s.dc.Holding()["links"] == 0 })
}

// await looks at a condition that no event follows, again and again.
func (s *storm) await(ctx context.Context, done func() bool) error {
	look := time.NewTicker(2 * time.Millisecond)
	defer look.Stop()
	for !done() {
		select {
		case <-look.C:
		case <-ctx.Done():
			return fmt.Errorf("%v is held: %w", s.dc.Holding(), ctx.Err())
		}
	}
	return nil
}
