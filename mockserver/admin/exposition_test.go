package admin

import (
	"bytes"
	"math"
	"strings"
	"testing"
	"unicode/utf8"

	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"
	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/mockserver"
)

// read has Prometheus's own parser read the text.
func read(t *testing.T, text []byte) map[string]*dto.MetricFamily {
	t.Helper()
	p := expfmt.NewTextParser(model.UTF8Validation)
	families, err := p.TextToMetricFamilies(bytes.NewReader(text))
	require.NoError(t, err, "%s", text)
	return families
}

func TestExpositionAsPrometheusReadsIt(t *testing.T) {
	f := newFamily(histogram, "wait_seconds", "How long,\nwith a \\ in it.", "kind", exponential(1, 2, 3)...)
	for _, v := range []float64{0.5, 1, 1.5, 4, 5} { // a bound belongs to its bucket
		f.observe(`a"b\c`+"\n", v)
	}
	var b bytes.Buffer
	f.write(&b)
	got := read(t, b.Bytes())["fakedc_wait_seconds"]
	require.Equal(t, dto.MetricType_HISTOGRAM, got.GetType())
	require.Equal(t, "How long,\nwith a \\ in it.", got.GetHelp())
	require.Len(t, got.GetMetric(), 1)
	one := got.GetMetric()[0]
	require.Equal(t, `a"b\c`+"\n", one.GetLabel()[0].GetValue())
	require.InDelta(t, 12, one.GetHistogram().GetSampleSum(), 0)
	require.EqualValues(t, 5, one.GetHistogram().GetSampleCount())
	var bounds []float64
	var counts []uint64
	for _, bucket := range one.GetHistogram().GetBucket() {
		bounds, counts = append(bounds, bucket.GetUpperBound()), append(counts, bucket.GetCumulativeCount())
	}
	require.Equal(t, []float64{1, 2, 4, math.Inf(1)}, bounds)
	require.Equal(t, []uint64{2, 3, 4, 5}, counts)
}

// The kinds are what graphs are drawn by: a counter that is called a gauge has no rate.
func TestMetricsHaveKindsAndWords(t *testing.T) {
	dc, err := mockserver.New(mockserver.Options{})
	require.NoError(t, err)
	m := newMetrics(dc)
	m.count(&mockserver.Event{Kind: mockserver.EventPart, Fault: "rule"})
	families := read(t, m.text())
	require.Len(t, families, len(m.all))
	var before string
	for _, f := range m.all {
		require.Less(t, before, f.name, "sorted")
		before = f.name
		got := families[f.name]
		require.NotEmpty(t, got.GetHelp(), f.name)
		want := dto.MetricType_GAUGE
		switch {
		case strings.HasSuffix(f.name, "_total"):
			want = dto.MetricType_COUNTER
		case strings.HasSuffix(f.name, "_seconds"):
			want = dto.MetricType_HISTOGRAM
		}
		require.Equal(t, want, got.GetType(), f.name)
	}
}

// Whatever a scenario calls its rules, Prometheus reads the same name, and the same number.
func FuzzExposition(f *testing.F) {
	f.Add("FLOOD_WAIT_", "rule 1", 1.5)
	f.Add(`\n"`, "a\nb", math.MaxFloat64)
	f.Add("{}", "\xff", math.Inf(-1))
	f.Add("", " ", math.NaN())
	f.Fuzz(func(t *testing.T, one, two string, value float64) {
		m := newFamily(counter, "faults_total", "Help.", "rule")
		w := words{}
		one, two = w.bound(one), w.bound(two)
		m.add(one, value)
		m.add(two, 1)
		var b bytes.Buffer
		m.write(&b)
		series := read(t, b.Bytes())["fakedc_faults_total"].GetMetric()
		require.Len(t, series, len(m.series))
		for _, s := range series {
			got := "" // the parser leaves an empty label away, as Prometheus does
			for _, l := range s.GetLabel() {
				got = l.GetValue()
			}
			require.True(t, utf8.ValidString(got))
			want, is := m.series[got]
			require.True(t, is, "%q", got)
			if !math.IsNaN(want.value) {
				require.Equal(t, want.value, s.GetCounter().GetValue())
			}
		}
	})
}
