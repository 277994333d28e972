package conformance

import (
	"context"
	"crypto/rsa"
	"errors"
	"fmt"
	"math"
	"runtime/debug"
	"sync"
	"time"
)

// Target is the server to test.
type Target struct {
	// Addr is host:port over TCP.
	Addr string
	// PublicKey is the server's RSA key.
	PublicKey *rsa.PublicKey
	// DC is the number that the server goes by; 0 leaves it out of the key
	// exchange and skips the cases about it.
	DC int
	// BotToken logs in for the cases about files; empty is a made-up one, which
	// fakedc takes.
	BotToken string
}

// Options say what is run and how.
type Options struct {
	// Run selects cases, see Select; empty is all. What of it names no case is a
	// failure of that name, so that a mistyped number does not pass.
	Run string
	// Parallel is how many cases run at once: 8.
	Parallel int
	// Patience is how long a case waits for one answer: 3 s. It does not make
	// anything slower that answers.
	Patience time.Duration
	// Known are failures that do not count; nil is none. See the function Known.
	Known []KnownFailure
	// OnResult, if set, is told each result when it is there, one at a time.
	OnResult func(Result)
}

const (
	defaultParallel = 8
	defaultPatience = 3 * time.Second
	// A case waits for a handful of answers.
	patiencePerCase = 8
	defaultBotToken = "123456:conformance"
)

func (o Options) withDefaults() Options {
	if o.Parallel <= 0 {
		o.Parallel = defaultParallel
	}
	if o.Patience <= 0 {
		o.Patience = defaultPatience
	}
	o.Patience = min(o.Patience, math.MaxInt64/patiencePerCase) // a case has that many times as much
	return o
}

// Run runs the cases against a target. Cancelling ctx leaves the cases unfinished that are
// left or under way. The results are in the order of the IDs.
func Run(ctx context.Context, t Target, o Options) Report {
	o = o.withDefaults()
	if t.BotToken == "" {
		t.BotToken = defaultBotToken
	}
	started := time.Now()
	cases := Select(o.Run)
	results := make([]Result, len(cases))
	s := &suite{target: t, patience: o.Patience, known: o.Known}
	next := make(chan int)
	var workers sync.WaitGroup
	var report sync.Mutex
	for range min(o.Parallel, len(cases)) {
		workers.Go(func() {
			for i := range next {
				results[i] = s.run(ctx, cases[i])
				if o.OnResult != nil {
					report.Lock()
					o.OnResult(results[i])
					report.Unlock()
				}
			}
		})
	}
	for i := range cases {
		next <- i
	}
	close(next)
	workers.Wait()
	for _, word := range Unmatched(o.Run) {
		results = append(results, Result{Case: Case{Name: word}, Status: Fail, Detail: "no case goes by that number or name: see Cases"})
	}
	return newReport(t.Addr, results, time.Since(started))
}

// run runs one case and tells its outcome.
func (s *suite) run(ctx context.Context, c Case) Result {
	r := Result{Case: c, Status: Pass}
	if context.Cause(ctx) != nil {
		r.Status, r.Detail = Unfinished, cancelled(ctx)
		return r
	}
	started := time.Now()
	within, cancel := context.WithTimeout(ctx, patiencePerCase*s.patience)
	defer cancel()
	e := &Env{suite: s}
	err := contained(within, e, c.Run)
	e.close()
	r.Duration = time.Since(started)

	var skip *SkipError
	switch {
	case ctx.Err() != nil:
		r.Status, r.Detail = Unfinished, cancelled(ctx)
	case errors.As(err, &skip):
		r.Status, r.Detail = Skip, skip.Reason
	case err != nil:
		r.Status, r.Detail = Fail, err.Error()
	}
	for _, k := range s.known {
		if k.ID == c.ID {
			r.Known = k.Reason
		}
	}
	return r
}

func cancelled(ctx context.Context) string {
	return "the run was cancelled: " + context.Cause(ctx).Error()
}

// contained returns what a case has failed with, and keeps one that panics, on an answer
// that it did not foresee, from taking the others along.
func contained(ctx context.Context, e *Env, run func(context.Context, *Env) error) (err error) {
	defer func() {
		switch p := recover().(type) {
		case nil:
		case failure:
			err = p.error
		default:
			err = fmt.Errorf("the case itself panicked, which is a defect of the suite: %v\n%s", p, debug.Stack())
		}
	}()
	return run(ctx, e)
}

// failure is what ends a case from within, as FailNow ends a test.
type failure struct{ error }

// demand ends the case if there is an error. What is called in other goroutines, or by those
// who look at the error, returns it.
func demand(err error) {
	if err != nil {
		panic(failure{err})
	}
}

// must is demand for what returns something as well.
func must[T any](value T, err error) T {
	demand(err)
	return value
}

// must2 is must for two.
func must2[T, U any](a T, b U, err error) (T, U) {
	demand(err)
	return a, b
}
