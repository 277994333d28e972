package admin

import (
	"bytes"
	"net/http"
	"runtime"
	"strings"
	"sync"

	"github.com/fakedc/fakedc/mockserver"
	"github.com/fakedc/fakedc/scenarios"
)

// metrics counts what the journal tells, whenever somebody asks. What had to make
// room in the journal since the last time is counted as missed.
type metrics struct {
	server *mockserver.Server

	mu   sync.Mutex
	seen int64

	all                                  []*family // sorted by name
	events, parts, bytes, faults, missed *family
	delays, handshakes, calls            *family
	connections, goroutines, uploads     *family
	rules, verdicts                      words
}

func newMetrics(s *mockserver.Server) *metrics {
	m := &metrics{server: s, rules: words{}, verdicts: words{}}
	add := func(kind, name, help, label string, bounds ...float64) *family {
		f := newFamily(kind, name, help, label, bounds...)
		m.all = append(m.all, f)
		return f
	}
	m.delays = add(histogram, "answer_delay_seconds", "How long answers were held back on purpose.", "", exponential(0.001, 4, 9)...)
	m.calls = add(histogram, "call_seconds", "How long the server worked on calls, without what they were held back for.", "kind", exponential(0.00001, 4, 10)...)
	for _, kind := range []mockserver.EventKind{mockserver.EventCall, mockserver.EventPart} {
		m.calls.of(string(kind)) // there from the start
	}
	m.connections = add(gauge, "connections", "Connections that are open.", "")
	m.missed = add(counter, "events_missed_total", "Events that left the journal before they were counted: ask more often.", "")
	m.events = add(counter, "events_total", "Events of the journal; kind auth_key counts finished handshakes.", "kind")
	m.faults = add(counter, "faults_total", "Calls that a rule of a scenario or an injected one decided.", "rule")
	m.goroutines = add(gauge, "goroutines", "Goroutines of the process.", "")
	m.handshakes = add(histogram, "handshake_seconds", "How long auth keys took to make, the client's part included.", "", exponential(0.001, 4, 9)...)
	m.bytes = add(counter, "part_bytes_total", "Bytes of parts that came, by what became of them.", "verdict")
	m.parts = add(counter, "parts_total", "Calls that sent a part, by what became of them: stored, the error with X for its number, or disturbed, where a scenario kept the answer or the part back.", "verdict")
	m.uploads = add(gauge, "uploads", "Uploads that are known.", "")
	return m
}

// ServeHTTP writes the metrics as Prometheus reads them.
func (m *metrics) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	text := m.text()
	w.Header().Set("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
	_, _ = w.Write(text) // whoever hung up does not need it
}

// text is what there is to tell now.
func (m *metrics) text() []byte {
	connections, uploads := m.server.Connections(), len(m.server.UploadParts(nil))
	m.mu.Lock()
	defer m.mu.Unlock()
	m.catchUp()
	m.connections.of("").value = float64(connections)
	m.goroutines.of("").value = float64(runtime.NumGoroutine())
	m.uploads.of("").value = float64(uploads)
	var b bytes.Buffer
	for _, f := range m.all {
		if len(f.series) > 0 {
			f.write(&b)
		}
	}
	return b.Bytes()
}

// catchUp counts what the journal has since the last time. Called with mu held.
func (m *metrics) catchUp() {
	eachBatch(m.server, m.seen, func(events []mockserver.Event) {
		m.missed.add("", float64(events[0].Seq-m.seen-1))
		for i := range events {
			m.count(&events[i])
		}
	})
}

func (m *metrics) count(e *mockserver.Event) {
	m.seen = e.Seq
	m.events.add(string(e.Kind), 1)
	if e.Fault != "" {
		m.faults.add(m.rules.bound(e.Fault), 1)
	}
	if e.Delay > 0 && !e.Waits { // else the whole of it comes, once the answer has left
		m.delays.observe("", e.Delay.Seconds())
	}
	switch e.Kind {
	case mockserver.EventAuthKey:
		m.handshakes.observe("", e.Took.Seconds())
	case mockserver.EventCall, mockserver.EventPart:
		if !e.Skipped { // the scenario answered, nothing was done
			m.calls.observe(string(e.Kind), e.Took.Seconds())
		}
	}
	if e.Kind == mockserver.EventPart {
		verdict := m.verdicts.bound(verdictOf(e))
		m.parts.add(verdict, 1)
		m.bytes.add(verdict, float64(e.Size))
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

// verdictOf says what became of a part; of errors it has the name, with X for the wait
// or the number of a part.
func verdictOf(e *mockserver.Event) string {
	switch {
	case e.Error != "":
		_, name, _ := strings.Cut(e.Error, " ")
		if info, known := scenarios.LookupError(name); known {
			return info.Name // FLOOD_WAIT_3 is FLOOD_WAIT_X, as Telegram lists it
		}
		words := strings.Split(name, "_")
		for i, w := range words {
			if w != "" && strings.Trim(w, "0123456789") == "" {
				words[i] = "X"
			}
		}
		return strings.Join(words, "_")
	case e.Skipped || e.Answer != "" && e.Answer != mockserver.AnswerUsual:
		return "disturbed"
	}
	return "stored"
}
