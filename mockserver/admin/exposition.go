package admin

import (
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// family is the series of one metric. They are written in the text format that
// Prometheus reads, https://prometheus.io/docs/instrumenting/exposition_formats/.
//
// Prometheus's own library would do this too, but it is a quarter of a program that has
// it, and what it prepares before main is a fifth of the time until serve listens.
type family struct {
	name, help, kind string
	label            string    // "": there is one series, from the start
	bounds           []float64 // of a histogram's buckets, rising, without the last, +Inf
	series           map[string]*series
}

// The kinds of metrics.
const (
	counter   = "counter"
	gauge     = "gauge"
	histogram = "histogram"
)

// series is what was counted for one value of the label.
type series struct {
	value   float64  // of a histogram: the sum
	buckets []uint64 // how many fell into each, alone; the last is the rest
}

// newFamily makes a metric without series if it has a label, else with one.
func newFamily(kind, name, help, label string, bounds ...float64) *family {
	f := &family{name: "fakedc_" + name, help: help, kind: kind, label: label, bounds: bounds, series: map[string]*series{}}
	if label == "" {
		f.of("")
	}
	return f
}

// of returns the series of a value, made if it is the first time.
func (f *family) of(value string) *series {
	s := f.series[value]
	if s == nil {
		s = &series{}
		if f.kind == histogram {
			s.buckets = make([]uint64, len(f.bounds)+1)
		}
		f.series[value] = s
	}
	return s
}

// add counts.
func (f *family) add(label string, by float64) { f.of(label).value += by }

// observe puts a value into its bucket, whose bound is the first that is not less.
func (f *family) observe(label string, value float64) {
	s := f.of(label)
	s.value += value
	at, _ := slices.BinarySearch(f.bounds, value)
	s.buckets[at]++
}

// exponential returns n bounds of buckets, each factor times the one before.
func exponential(first, factor float64, n int) []float64 {
	bounds := make([]float64, n)
	for i := range bounds {
		bounds[i] = first
		first *= factor
	}
	return bounds
}

// write appends the family as text, the series in the order of their labels.
func (f *family) write(w io.StringWriter) {
	put := func(parts ...string) {
		for _, p := range parts {
			_, _ = w.WriteString(p) // into memory
		}
	}
	put("# HELP ", f.name, " ", escapeHelp.Replace(f.help), "\n# TYPE ", f.name, " ", f.kind, "\n")
	for _, value := range slices.Sorted(maps.Keys(f.series)) {
		s := f.series[value]
		own := ""
		if f.label != "" {
			own = f.label + `="` + escapeLabel.Replace(value) + `"`
		}
		if f.kind != histogram {
			put(f.name, braced(own), " ", decimal(s.value), "\n")
			continue
		}
		count := uint64(0)
		for i, n := range s.buckets {
			count += n
			bound := "+Inf"
			if i < len(f.bounds) {
				bound = decimal(f.bounds[i])
			}
			put(f.name, "_bucket", braced(own, `le="`+bound+`"`), " ", strconv.FormatUint(count, 10), "\n")
		}
		put(f.name, "_sum", braced(own), " ", decimal(s.value), "\n")
		put(f.name, "_count", braced(own), " ", strconv.FormatUint(count, 10), "\n")
	}
}

// What the format escapes; it has no other escapes, so that Go's quoting would be wrong.
var (
	escapeHelp  = strings.NewReplacer(`\`, `\\`, "\n", `\n`)
	escapeLabel = strings.NewReplacer(`\`, `\\`, "\n", `\n`, `"`, `\"`)
)

// braced joins the labels that there are.
func braced(labels ...string) string {
	labels = slices.DeleteFunc(labels, func(l string) bool { return l == "" })
	if len(labels) == 0 {
		return ""
	}
	return "{" + strings.Join(labels, ",") + "}"
}

func decimal(v float64) string { return strconv.FormatFloat(v, 'g', -1, 64) }
