package scenarios

import (
	"bytes"
	"errors"
	"fmt"
	"slices"

	"go.yaml.in/yaml/v4"
)

// OwnRules returns how many rules the text of a scenario has itself, without those of what it includes.
func OwnRules(file string, src []byte) (int, error) {
	_, top, err := topOf(file, src)
	if err != nil {
		return 0, err
	}
	return len(itemsOf(child(top, "rules"))), nil
}

// KeepRules returns the text of a scenario with only some of its own rules, by their index; the rest of the file stays, comments
// included. What allow says about rules that are left out goes with them.
func KeepRules(file string, src []byte, keep []int) ([]byte, error) {
	root, top, err := topOf(file, src)
	if err != nil {
		return nil, err
	}
	rules := child(top, "rules")
	var kept []*yaml.Node
	for _, index := range keep {
		if index < 0 || index >= len(itemsOf(rules)) {
			return nil, fmt.Errorf("scenarios: %s has no rule %d", file, index)
		}
		kept = append(kept, rules.Content[index])
	}
	if len(itemsOf(rules)) > 0 {
		dropUnfired(top, rules.Content, kept)
		rules.Content = kept
	}
	var b bytes.Buffer
	e, err := yaml.NewDumper(&b, yaml.WithIndent(2), yaml.WithLineWidth(-1))
	if err == nil {
		err = e.Dump(root)
	}
	if err == nil {
		err = e.Close()
	}
	if err != nil {
		return nil, fmt.Errorf("scenarios: writing %s: %w", file, err)
	}
	return b.Bytes(), nil
}

// topOf reads a text as YAML and returns the whole and the mapping that a scenario is.
func topOf(file string, src []byte) (root, top *yaml.Node, err error) {
	root = &yaml.Node{}
	if err := yaml.Unmarshal(src, root); err != nil {
		return nil, nil, fmt.Errorf("scenarios: %s: %w", file, err)
	}
	if len(root.Content) == 0 || root.Content[0].Kind != yaml.MappingNode {
		return nil, nil, errors.New("scenarios: " + file + " is no scenario")
	}
	return root, root.Content[0], nil
}

// itemsOf returns the items of a list that stands where it is asked for.
func itemsOf(n *yaml.Node) []*yaml.Node {
	if n.Kind != yaml.SequenceNode {
		return nil
	}
	return n.Content
}

// dropUnfired takes the patterns out of allow.unfired_rules that fitted a rule and fit none of those that are kept.
func dropUnfired(top *yaml.Node, all, kept []*yaml.Node) {
	fitsOne := func(pattern string, rules []*yaml.Node) bool {
		return slices.ContainsFunc(rules, func(r *yaml.Node) bool {
			name := child(r, "name")
			return name.Kind == yaml.ScalarNode && matchGlob(pattern, name.Value)
		})
	}
	gone := func(n *yaml.Node) bool {
		return n.Kind == yaml.ScalarNode && fitsOne(n.Value, all) && !fitsOne(n.Value, kept)
	}
	allow := child(top, "allow")
	list := child(allow, "unfired_rules")
	if allow == top || list == allow {
		return
	}
	if list.Kind == yaml.SequenceNode {
		list.Content = slices.DeleteFunc(list.Content, gone)
	}
	if gone(list) || list.Kind == yaml.SequenceNode && len(list.Content) == 0 {
		dropKey(allow, "unfired_rules")
	}
}

func dropKey(n *yaml.Node, key string) {
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == key {
			n.Content = slices.Delete(n.Content, i, i+2)
			return
		}
	}
}
