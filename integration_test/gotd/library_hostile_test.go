package gotd_test

import (
	"github.com/fakedc/fakedc/integration_test/internal/script"
	"github.com/fakedc/fakedc/scenarios"
)

// believed is what a client hears that accepts what broke a rule.
const believed = "expectation the client notices each rule that the server breaks: the client accepted "

// gotdHostile are the cases that gotd's client does not pass, with the finding.
var gotdHostile = map[string]string{
	"padding-short":          believed + "H2.6",
	"msg-id-repeated":        believed + "H2.11", // proto.MessageIDBuf looks for ids below 0 only, and so keeps no more than the last
	"container-in-container": believed + "H2.18",
}

// gotdBreaks are the cases that gotd v0.161.0 does not survive: in
// crypto.DecomposePQ it divides by zero when pq is 1, and never ends when it is a
// prime number.
var gotdBreaks = map[string]bool{"respq-pq-one": true, "respq-pq-prime": true}

// proofOf is the proof of a hostile case: one client checks everything, the other
// nothing.
func proofOf(h scenarios.HostileCase) proof {
	return proof{bad: script.Habits{Trusting: true}, fails: believed + h.Number, gotd: gotdHostile[h.Name], stranger: h.Event == scenarios.EventHandshake, alone: gotdBreaks[h.Name]}
}
