package admin

import (
	"net/http"
	"runtime"
	"strings"
	"sync"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/fakedc/fakedc/mockserver"
)

// metrics counts what the journal tells, whenever somebody asks. What had to make
// room in the journal since the last time is counted as missed.
type metrics struct {
	server   *mockserver.Server
	registry *prometheus.Registry

	mu   sync.Mutex
	seen int64

	events, parts, bytes, faults *prometheus.CounterVec
	missed                       prometheus.Counter
	delays, handshakes           prometheus.Histogram
	calls                        *prometheus.HistogramVec
	rules, verdicts              words
}

func newMetrics(s *mockserver.Server) *metrics {
	vector := func(name, help string, labels ...string) *prometheus.CounterVec {
		return prometheus.NewCounterVec(prometheus.CounterOpts{Namespace: "fakedc", Name: name, Help: help}, labels)
	}
	m := &metrics{
		server: s, registry: prometheus.NewRegistry(), rules: words{}, verdicts: words{},
		events: vector("events_total", "Events of the journal; kind auth_key counts finished handshakes.", "kind"),
		parts:  vector("parts_total", "Calls that sent a part, by what became of them: stored, or the error without its numbers.", "verdict"),
		bytes:  vector("part_bytes_total", "Bytes of parts that came, by what became of them.", "verdict"),
		faults: vector("faults_total", "Calls that a rule of a scenario or an injected one decided.", "rule"),
		missed: prometheus.NewCounter(prometheus.CounterOpts{
			Namespace: "fakedc", Name: "events_missed_total", Help: "Events that left the journal before they were counted: ask more often."}),
		delays: prometheus.NewHistogram(prometheus.HistogramOpts{
			Namespace: "fakedc", Name: "answer_delay_seconds", Help: "How long answers were held back on purpose.",
			Buckets: prometheus.ExponentialBuckets(0.001, 4, 9)}),
	}
	m.handshakes = prometheus.NewHistogram(prometheus.HistogramOpts{
		Namespace: "fakedc", Name: "handshake_seconds", Help: "How long auth keys took to make, the client's part included.",
		Buckets: prometheus.ExponentialBuckets(0.001, 4, 9)})
	m.calls = prometheus.NewHistogramVec(prometheus.HistogramOpts{
		Namespace: "fakedc", Name: "call_seconds", Help: "How long the server worked on calls, without what they were held back for.",
		Buckets: prometheus.ExponentialBuckets(0.00001, 4, 10)}, []string{"kind"})
	for _, kind := range []mockserver.EventKind{mockserver.EventCall, mockserver.EventPart} {
		m.calls.WithLabelValues(string(kind)) // there from the start
	}
	m.registry.MustRegister(m.handshakes, m.calls, m.events, m.parts, m.bytes, m.faults, m.missed, m.delays,
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{Namespace: "fakedc", Name: "connections", Help: "Connections that are open."},
			func() float64 { return float64(s.Connections()) }),
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{Namespace: "fakedc", Name: "goroutines", Help: "Goroutines of the process."},
			func() float64 { return float64(runtime.NumGoroutine()) }),
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{Namespace: "fakedc", Name: "uploads", Help: "Uploads that are known."},
			func() float64 { return float64(len(s.UploadParts(nil))) }),
	)
	return m
}

// ServeHTTP writes the metrics as Prometheus reads them.
func (m *metrics) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	m.catchUp()
	promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{}).ServeHTTP(w, r)
}

func (m *metrics) catchUp() {
	m.mu.Lock()
	defer m.mu.Unlock()
	events := m.server.JournalSince(m.seen)
	if len(events) > 0 {
		m.missed.Add(float64(events[0].Seq - m.seen - 1))
	}
	for i := range events {
		m.count(&events[i])
	}
}

func (m *metrics) count(e *mockserver.Event) {
	m.seen = e.Seq
	m.events.WithLabelValues(string(e.Kind)).Inc()
	if e.Fault != "" {
		m.faults.WithLabelValues(m.rules.bound(e.Fault)).Inc()
	}
	if e.Delay > 0 {
		m.delays.Observe(e.Delay.Seconds())
	}
	switch e.Kind {
	case mockserver.EventAuthKey:
		m.handshakes.Observe(e.Took.Seconds())
	case mockserver.EventCall, mockserver.EventPart:
		if !e.Skipped { // the scenario answered, nothing was done
			m.calls.WithLabelValues(string(e.Kind)).Observe(e.Took.Seconds())
		}
	}
	if e.Kind == mockserver.EventPart {
		verdict := m.verdicts.bound(verdictOf(e))
		m.parts.WithLabelValues(verdict).Inc()
		m.bytes.WithLabelValues(verdict).Add(float64(e.Size))
	}
}

// Bounds of a label that scenarios choose the values of: each other value is a
// series of its own for whoever collects them.
const (
	maxWords = 200
	maxWord  = 100 // bytes
	noWord   = "other"
)

// words are the values of such a label.
type words map[string]bool

// bound returns the value, or another where there are too many already.
func (w words) bound(value string) string {
	value = strings.ToValidUTF8(value[:min(len(value), maxWord)], "?")
	if !w[value] {
		if len(w) >= maxWords {
			return noWord
		}
		w[value] = true
	}
	return value
}

// verdictOf says what became of a part; waits and part numbers are taken out of
// errors.
func verdictOf(e *mockserver.Event) string {
	switch {
	case e.Error != "":
		_, name, _ := strings.Cut(e.Error, " ")
		return strings.Map(func(r rune) rune {
			if r >= '0' && r <= '9' {
				return -1
			}
			return r
		}, name)
	case e.Skipped || e.Answer != "" && e.Answer != mockserver.AnswerUsual:
		return "disturbed"
	}
	return "stored"
}
