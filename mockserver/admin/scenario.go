package admin

import (
	"errors"
	"net/http"
	"strings"

	"github.com/fakedc/fakedc/scenarios"
)

// rule is a rule of the scenario in force and how often it fired.
type rule struct {
	Name  string `json:"name"`
	Fired int    `json:"fired"`
}

// inForce is the scenario in force.
type inForce struct {
	Name        string `json:"name"` // "" for none
	Description string `json:"description"`
	Rules       []rule `json:"rules"`
	// Warnings are told to whoever puts it in force.
	Warnings []warning `json:"warnings,omitempty"`
}

func (h *Handler) scenario() inForce {
	s, fired := h.server.Scenario()
	out := inForce{Rules: []rule{}}
	if s == nil {
		return out
	}
	out.Name, out.Description = s.Name, strings.Join(strings.Fields(s.Description), " ")
	for i, r := range s.Rules {
		out.Rules = append(out.Rules, rule{r.Name, fired[i]})
	}
	return out
}

func (h *Handler) getScenario(w http.ResponseWriter, _ *http.Request) {
	answer(w, http.StatusOK, h.scenario())
}

// putScenario takes the text of a scenario file, or {"builtin": NAME} as JSON. A
// file may include nothing: what it names would be read from this machine's disk.
func (h *Handler) putScenario(w http.ResponseWriter, r *http.Request) {
	text, kind, ok := body(w, r, "application/yaml", "application/json")
	if !ok {
		return
	}
	s, warnings, err := parse(kind, text)
	if err == nil {
		err = h.server.SetScenario(s)
	}
	if err != nil {
		failScenario(w, err)
		return
	}
	out := h.scenario()
	out.Warnings = warnings
	answer(w, http.StatusOK, out)
}

// scenarioFile is what errors call the text of a scenario.
const scenarioFile = "scenario.yaml"

// parse returns a scenario, and what is allowed in it and probably not meant. Nothing of that kind is in those that
// come with fakedc.
func parse(kind string, text []byte) (s *scenarios.Scenario, warnings []warning, err error) {
	if kind == "application/yaml" {
		if s, err = scenarios.Parse(scenarioFile, text); err != nil {
			return nil, nil, err
		}
		return s, warningsOfScenario(text), nil
	}
	var asked struct {
		Builtin string `json:"builtin"`
	}
	if err := decode(text, &asked); err != nil {
		return nil, nil, err
	}
	s, err = scenarios.Builtin(strings.TrimPrefix(asked.Builtin, "builtin:"))
	return s, nil, err
}

// failScenario lists all that is wrong with a scenario.
func failScenario(w http.ResponseWriter, err error) {
	var list scenarios.ErrorList
	if !errors.As(err, &list) {
		fail(w, http.StatusUnprocessableEntity, err.Error())
		return
	}
	var details []string
	for _, e := range list {
		details = append(details, e.Error())
	}
	fail(w, http.StatusUnprocessableEntity, "the scenario is wrong; the former one stays", details...)
}

func (h *Handler) deleteScenario(w http.ResponseWriter, _ *http.Request) {
	if err := h.server.SetScenario(nil); err != nil {
		failScenario(w, err)
		return
	}
	done(w)
}

// resetScenario puts the same scenario in force with fresh counters.
func (h *Handler) resetScenario(w http.ResponseWriter, _ *http.Request) {
	s, _ := h.server.Scenario()
	if err := h.server.SetScenario(s); err != nil {
		failScenario(w, err)
		return
	}
	answer(w, http.StatusOK, h.scenario())
}

// builtin is a scenario that comes with fakedc.
type builtin struct {
	Name        string `json:"name"`
	Description string `json:"description"`
}

func (h *Handler) getScenarios(w http.ResponseWriter, _ *http.Request) {
	out := []builtin{}
	for _, name := range scenarios.Builtins() {
		s, err := scenarios.Builtin(name)
		if err != nil {
			fail(w, http.StatusInternalServerError, err.Error())
			return
		}
		out = append(out, builtin{name, strings.Join(strings.Fields(s.Description), " ")})
	}
	answer(w, http.StatusOK, out)
}
