package scenarios

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"go.yaml.in/yaml/v4"
)

// The modes of an upload rule in Scenario.Rulebook.
const (
	RuleEnforce = "enforce"
	RuleReport  = "report"
	RuleOff     = "off"
)

var ruleModes = []string{RuleEnforce, RuleReport, RuleOff}

// uploadRules are the ids of the upload rules that a server checks. A test of the server holds the list against the rules
// themselves, which this package does not know.
var uploadRules = strings.Fields("total.range total.zero total.negative part.range part.beyond_total order.sequential part.empty stream.final_empty_part " +
	"part.too_big part.size_invalid part.size_changed last.oversize stream.total_on_nonlast total.changed part.repeated part.repeated_other " +
	"small.file_too_big small.size_invalid small.size_changed small.too_big final.parts_range final.kind final.unknown final.total_mismatch " +
	"final.extra_parts final.part_missing stream.total_never_announced final.md5 photo.ext photo.too_big photo.streamed final.small_as_big")

// UploadRules returns the ids that Scenario.Rulebook may have.
func UploadRules() []string { return slices.Clone(uploadRules) }

var kindMode = kind{name: "what is done about the rule", words: ruleModes}

var rulebookFields = rulebookObject()

func rulebookObject() object[map[string]string] {
	o := object[map[string]string]{prefix: "rulebook"}
	for _, id := range uploadRules {
		o.fields = append(o.fields, field[map[string]string]{id, kindMode, "the upload rule " + id, func(d *decoder, n *yaml.Node, into *map[string]string) {
			var mode string
			scalar(oneOf(ruleModes), func(*map[string]string) *string { return &mode })(d, n, into)
			if mode != "" {
				(*into)[id] = mode
			}
		}})
	}
	return o
}

func decodeRulebook(d *decoder, n *yaml.Node, into *document) {
	into.Rulebook = map[string]string{}
	rulebookFields.decode(d, n, &into.Rulebook)
}

var partsFields = object[Scenario]{prefix: "parts", fields: []field[Scenario]{
	{"lifetime", kindDuration, "how long after it was stored a part is forgotten", scalar(parseDuration, func(s *Scenario) *time.Duration { return &s.PartLifetime })},
}}

// overrides checks what a scenario changes about the server.
func (c *checker) overrides(s *Scenario) {
	ids := make([]string, 0, len(s.Rulebook))
	for id := range s.Rulebook {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	for _, id := range ids {
		if !slices.Contains(uploadRules, id) {
			c.failHint("rulebook", "no upload rule has the id "+quote(id), suggest(id, uploadRules))
		} else if !slices.Contains(ruleModes, s.Rulebook[id]) {
			c.fail("rulebook."+id, "expected "+orList(ruleModes)+", found "+quote(s.Rulebook[id]))
		}
	}
	if s.PartLifetime < 0 {
		c.fail("parts.lifetime", "the time is negative")
	}
}

// explainOverrides says what a scenario changes about the server.
func (s *Scenario) explainOverrides() []string {
	var said []string
	for _, id := range uploadRules {
		switch s.Rulebook[id] {
		case RuleEnforce:
			said = append(said, fmt.Sprintf("The upload rule %s is enforced.", id))
		case RuleReport:
			said = append(said, fmt.Sprintf("Breaking the upload rule %s is reported and not refused.", id))
		case RuleOff:
			said = append(said, fmt.Sprintf("Nobody looks at the upload rule %s.", id))
		}
	}
	if s.PartLifetime > 0 {
		said = append(said, fmt.Sprintf("Every part is forgotten %v after it was stored.", s.PartLifetime))
	}
	return said
}
