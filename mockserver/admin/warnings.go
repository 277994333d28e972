package admin

import (
	"github.com/fakedc/fakedc/mockserver"
	"github.com/fakedc/fakedc/scenarios"
)

// warning is something in a fault or a scenario that is allowed, and probably not meant.
type warning struct {
	Check      string `json:"check"`
	Line       int    `json:"line,omitempty"` // of a scenario: a fault has one
	Column     int    `json:"column"`
	Path       string `json:"path,omitempty"` // of a scenario
	Message    string `json:"message"`
	DidYouMean string `json:"did_you_mean,omitempty"`
}

// warningsOfFault looks at a fault as the command does, under the limits of the scenario in force.
func (h *Handler) warningsOfFault(text string) (all []warning) {
	inForce, _ := h.server.Scenario()
	found, err := scenarios.LintFaults([]string{text}, inForce, mockserver.LintMethods())
	if err != nil {
		return nil // the parser took it: there is nothing else that could be wrong
	}
	for _, w := range found {
		all = append(all, warning{Check: w.Check, Column: w.Column, Message: w.What, DidYouMean: w.DidYouMean})
	}
	return all
}

// warningsOfScenario looks at a scenario file as "fakedc lint" does.
func warningsOfScenario(text []byte) (all []warning) {
	found, err := scenarios.Lint(scenarioFile, text, mockserver.LintMethods())
	if err != nil {
		return nil // as above
	}
	for _, w := range found {
		all = append(all, warning{w.Check, w.Line, w.Column, w.Path, w.What, w.DidYouMean})
	}
	return all
}
