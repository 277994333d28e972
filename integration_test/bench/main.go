package main

import (
	"cmp"
	"context"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"strconv"
	"strings"
	"time"
)

func main() {
	reps := flag.Int("reps", 9, "how `OFTEN` each is measured")
	only := flag.String("only", "", "run only rows whose names contain one of these, `WORD,...`")
	long := flag.Bool("long", false, "run the rows that take minutes or gigabytes, too")
	out := flag.String("out", "", "write the page to `FILE` (default: stdout), where the tables of other kinds of processors stay, and with -only the other rows")
	strict := flag.Bool("strict", false, "exit with 1 if a row's goal is not reached: for figures that are nearly the same on all machines")
	flag.Parse()
	if *reps < 1 {
		fmt.Fprintln(os.Stderr, "bench: -reps has to be 1 at least")
		os.Exit(2)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	page, missed, err := run(ctx, *reps, *only, *long)
	if err == nil && *out != "" {
		err = write(*out, page, *only)
	} else if err == nil {
		_, err = os.Stdout.WriteString(page)
	}
	if err == nil && *strict && len(missed) > 0 {
		err = fmt.Errorf("not reached: %s", strings.Join(missed, "; "))
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// run returns the page and the names of the rows whose goals are not reached.
func run(ctx context.Context, reps int, only string, long bool) (page string, missed []string, err error) {
	dir, err := os.MkdirTemp("", "bench-")
	if err != nil {
		return "", nil, err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	b := &bench{reps: reps, programs: &programs{dir: dir, built: map[string]string{}}}
	var table strings.Builder
	var all slots
	for _, r := range rows {
		if r.long && !long || !wanted(r.name, only) {
			continue
		}
		fmt.Fprint(os.Stderr, r.name, " ... ")
		began := time.Now()
		b.slots = nil
		figures, err := r.run(ctx, b)
		if err != nil {
			return "", nil, fmt.Errorf("%s: %w", r.name, err)
		}
		for _, f := range figures {
			line, reached := r.line(f)
			if !reached {
				missed = append(missed, rowName(line))
			}
			table.WriteString(line)
			fmt.Fprint(os.Stderr, line)
		}
		fmt.Fprintln(os.Stderr, "took", time.Since(began).Round(time.Second), b.slots)
		all = append(all, b.slots...)
	}
	if table.Len() == 0 {
		return "", nil, fmt.Errorf("no row has %q in its name; those that take minutes need -long", only)
	}
	return preamble() + heading(reps, only, long, all) + table.String(), missed, nil
}

func wanted(name, only string) bool {
	for _, word := range strings.Split(only, ",") {
		if strings.Contains(name, word) {
			return true
		}
	}
	return false
}

// line is a row of the table, and whether its goal is reached.
func (r row) line(f figure) (text string, reached bool) {
	name := r.name
	if f.name != "" {
		name += ", " + f.name
	}
	unit, most := cmp.Or(f.unit, r.unit), cmp.Or(f.most, r.most)
	value, beside, ratio := f.ours, "", ""
	if !f.alone {
		value = f.ours / f.theirs
		beside, ratio = figureText(f.theirs, unit), fmt.Sprintf("%.2f", value)
		if shown, err := strconv.ParseFloat(ratio, 64); err == nil && (shown <= most) != (value <= most) {
			ratio = fmt.Sprintf("%.3f", value) // 0.203 is not at most 0.2
		}
	}
	verdict := "**no**"
	if reached = value <= most; reached { // what is no number is not
		verdict = "yes"
	}
	return fmt.Sprintf("| %s | %s | %s | %s | %g | %s |\n", name, figureText(f.ours, unit), beside, ratio, most, verdict), reached
}

// figureText has three digits that count.
func figureText(v float64, unit string) string {
	text := fmt.Sprintf("%.3g", v)
	if v >= 1000 {
		text = fmt.Sprintf("%.0f", v)
	}
	return strings.TrimSpace(text + " " + unit)
}

func gotdVersion() string {
	out, err := exec.Command("go", "list", "-m", "-f", "{{.Version}}", "github.com/gotd/td").Output()
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(out))
}
