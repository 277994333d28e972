package admin

import (
	"errors"
	"fmt"
	"net/http"
	"slices"

	"github.com/fakedc/fakedc/mockserver"
	"github.com/fakedc/fakedc/scenarios"
	"github.com/fakedc/fakedc/scenarios/oracle"
)

// maxInjected bounds the faults that are in force at once.
const maxInjected = 100

// injected is a fault that was injected here.
type injected struct {
	id       int
	text     string
	from     *mockserver.Injection
	warnings []warning
}

func (x *injected) shown() fault { return fault{x.id, x.text, x.from.Fired(), x.warnings} }

// fault is an injected fault as the API shows it.
type fault struct {
	ID       int       `json:"id"`
	Text     string    `json:"text"`
	Fired    int       `json:"fired"`
	Warnings []warning `json:"warnings,omitempty"`
}

// faultState is whether rules fire, and what was injected, newest first.
type faultState struct {
	On       bool     `json:"on"`
	Injected []fault  `json:"injected"`
	Examples []string `json:"examples,omitempty"`
}

// dropRemoved forgets what a reset of the server has taken out. Called with mu held.
func (h *Handler) dropRemoved() {
	h.injected = slices.DeleteFunc(h.injected, func(x *injected) bool { return !x.from.InForce() })
}

func (h *Handler) faults() faultState {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.dropRemoved()
	out := faultState{On: !h.server.FaultsMuted(), Injected: []fault{}}
	for _, x := range h.injected {
		out.Injected = append(out.Injected, x.shown())
	}
	return out
}

// Verdict is that of the server, and beside it what became of the faults that were injected
// here and are in force: like a rule of the scenario each of them has to fire.
func (h *Handler) Verdict() oracle.Verdict {
	v := h.server.Verdict()
	h.mu.Lock()
	defer h.mu.Unlock()
	h.dropRemoved()
	for _, x := range slices.Backward(h.injected) { // the oldest first
		c := oracle.Check{Kind: oracle.CheckRuleFired, Name: fmt.Sprintf("injected fault %d: %s", x.id, x.text), Status: oracle.Passed}
		if x.from.Fired() == 0 {
			if len(x.from.Unfired()) == 0 {
				continue // it depends on chance
			}
			c.Status = oracle.Pending
			c.Findings = []oracle.Finding{{Text: "the fault did not fire, and was not taken out: the client made no call that it is about, or a later fault took them all"}}
		}
		v.Checks = append(v.Checks, c)
	}
	return v
}

func (h *Handler) getFaults(w http.ResponseWriter, _ *http.Request) {
	out := h.faults()
	out.Examples = scenarios.FaultActs()
	answer(w, http.StatusOK, out)
}

// putFaults turns all faults on or off, those of the scenario too.
func (h *Handler) putFaults(w http.ResponseWriter, r *http.Request) {
	var asked struct {
		On *bool `json:"on"`
	}
	if !bodyJSON(w, r, &asked) {
		return
	}
	if asked.On == nil {
		fail(w, http.StatusBadRequest, `"on" is missing: true or false`)
		return
	}
	h.server.MuteFaults(!*asked.On)
	answer(w, http.StatusOK, h.faults())
}

// postFault injects a fault that is written in one line.
func (h *Handler) postFault(w http.ResponseWriter, r *http.Request) {
	var asked struct {
		Fault string `json:"fault"`
	}
	if !bodyJSON(w, r, &asked) {
		return
	}
	rules, err := scenarios.ParseFault(asked.Fault)
	if err != nil {
		fail(w, http.StatusUnprocessableEntity, err.Error())
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.dropRemoved()
	if len(h.injected) >= maxInjected {
		fail(w, http.StatusConflict, fmt.Sprintf("%d faults are injected already: remove one first", maxInjected))
		return
	}
	x, err := h.server.Inject(rules...)
	if wrong := (*mockserver.MethodError)(nil); errors.As(err, &wrong) {
		err = wrong // without the words for whoever called Inject
	}
	if err != nil {
		fail(w, http.StatusUnprocessableEntity, err.Error())
		return
	}
	h.lastID++
	added := &injected{h.lastID, asked.Fault, x, h.warningsOfFault(asked.Fault)}
	h.injected = append([]*injected{added}, h.injected...)
	answer(w, http.StatusCreated, added.shown())
}

func (h *Handler) deleteFault(w http.ResponseWriter, r *http.Request) {
	id, err := number(r.PathValue("id"))
	if err != nil {
		fail(w, http.StatusBadRequest, "the fault: "+err.Error())
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.dropRemoved()
	i := slices.IndexFunc(h.injected, func(x *injected) bool { return int64(x.id) == id })
	if i < 0 {
		fail(w, http.StatusNotFound, fmt.Sprintf("there is no fault %d", id))
		return
	}
	h.injected[i].from.Remove()
	h.injected = slices.Delete(h.injected, i, i+1)
	done(w)
}
