package scenarios

import (
	"bytes"
	"errors"
	"fmt"

	"go.yaml.in/yaml/v4"
)

// KeepRules returns the text of a scenario with only some of its own rules, by their index; the rest of the file stays, comments
// included.
func KeepRules(file string, src []byte, keep []int) ([]byte, error) {
	var root yaml.Node
	if err := yaml.Unmarshal(src, &root); err != nil {
		return nil, fmt.Errorf("scenarios: %s: %w", file, err)
	}
	if len(root.Content) == 0 || root.Content[0].Kind != yaml.MappingNode {
		return nil, errors.New("scenarios: " + file + " is no scenario")
	}
	top := root.Content[0]
	for i := 0; i+1 < len(top.Content); i += 2 {
		if rules := top.Content[i+1]; top.Content[i].Value == "rules" && rules.Kind == yaml.SequenceNode {
			var kept []*yaml.Node
			for _, index := range keep {
				if index < 0 || index >= len(rules.Content) {
					return nil, fmt.Errorf("scenarios: %s has no rule %d", file, index)
				}
				kept = append(kept, rules.Content[index])
			}
			rules.Content = kept
		}
	}
	var b bytes.Buffer
	e, err := yaml.NewDumper(&b, yaml.WithIndent(2), yaml.WithLineWidth(-1))
	if err == nil {
		err = e.Dump(&root)
	}
	if err == nil {
		err = e.Close()
	}
	if err != nil {
		return nil, fmt.Errorf("scenarios: writing %s: %w", file, err)
	}
	return b.Bytes(), nil
}
