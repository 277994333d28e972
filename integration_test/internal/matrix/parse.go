package matrix

import (
	"fmt"
	"strings"
)

// Parse reads a page that Write wrote, so that a run of some clients leaves alone
// what is known of the others. An empty page is an empty report.
func Parse(page string) (r Report, err error) {
	if strings.TrimSpace(page) == "" {
		return r, nil
	}
	clients, err := tableOf(page, clientsHeading)
	if err != nil {
		return r, err
	}
	for _, line := range clients[1:] {
		if len(line) < 5 {
			return r, fmt.Errorf("matrix: the line of %s has %d cells in place of 5 or more", line[0], len(line))
		}
		r.Rows = append(r.Rows, Row{
			Client: line[0], Library: line[1], Layer: line[2], TransportsRun: line[3], FaultsRun: line[4],
			Transports: map[string]string{}, Faults: map[string]string{},
		})
	}
	if err := r.parseTransports(page); err != nil {
		return r, err
	}
	return r, r.parseFaults(page)
}

func (r *Report) parseTransports(page string) error {
	t, err := tableOf(page, transportsHeading)
	if err != nil {
		return err
	}
	for _, line := range t[1:] {
		row, ok := r.row(line[0])
		for i := 1; ok && i < min(len(line), len(t[0])); i++ {
			if line[i] != notRun && line[i] != "–" {
				row.Transports[t[0][i]] = line[i]
			}
		}
	}
	return nil
}

func (r *Report) parseFaults(page string) error {
	t, err := tableOf(page, faultsHeading)
	if err != nil {
		return err
	}
	for _, line := range t[1:] {
		name, _, _ := strings.Cut(strings.TrimPrefix(line[0], "`"), "`")
		for i := 1; i < min(len(line), len(t[0])); i++ {
			if row, ok := r.row(t[0][i]); ok && line[i] != notRun {
				row.Faults[name] = line[i]
			}
		}
	}
	return nil
}

// tableOf is the first table after a heading, its head first, without the ruler.
func tableOf(page, heading string) (t [][]string, err error) {
	_, rest, ok := strings.Cut(page, "\n"+heading+"\n")
	if !ok {
		return nil, fmt.Errorf("matrix: the page has no %q; remove it to begin anew", heading)
	}
	for line := range strings.SplitSeq(rest, "\n") {
		switch {
		case strings.HasPrefix(line, "|---"):
		case strings.HasPrefix(line, "|"):
			t = append(t, cells(line))
		case len(t) > 0 || strings.HasPrefix(line, "## "):
			return t, empty(t, heading)
		}
	}
	return t, empty(t, heading)
}

func empty(t [][]string, heading string) error {
	if len(t) == 0 {
		return fmt.Errorf("matrix: there is no table under %q; remove the page to begin anew", heading)
	}
	return nil
}

// cells splits a line at its bars, but not at escaped ones.
func cells(line string) (all []string) {
	const bar = "\x00"
	line = strings.ReplaceAll(line, `\|`, bar)
	line = strings.TrimSuffix(strings.TrimPrefix(strings.TrimSpace(line), "|"), "|")
	for c := range strings.SplitSeq(line, "|") {
		all = append(all, strings.ReplaceAll(strings.TrimSpace(c), bar, "|"))
	}
	return all
}
