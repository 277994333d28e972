package admin_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/scenarios"
)

func TestMetrics(t *testing.T) {
	d := newDesk(t)
	rules, err := scenarios.ParseFault("part=2: 1*flood_wait(3s)")
	require.NoError(t, err)
	_, err = d.dc.Inject(rules...)
	require.NoError(t, err)
	d.upload(t, 0, 1, 2)
	for range 2 { // asking counts nothing twice
		status, text, head := d.call(t, "GET", "/metrics", "", "")
		require.Equal(t, 200, status)
		require.Equal(t, "text/plain; version=0.0.4; charset=utf-8", head.Get("Content-Type"), "Prometheus reads nothing else as this")
		for _, line := range []string{
			`fakedc_parts_total{verdict="stored"} 2`,
			`fakedc_parts_total{verdict="FLOOD_WAIT_X"} 1`,
			`fakedc_part_bytes_total{verdict="stored"} 2048`,
			`fakedc_faults_total{rule="`,
			`fakedc_events_total{kind="auth_key"} 1`,
			`fakedc_connections 1`,
			`fakedc_uploads 1`,
			"\nfakedc_goroutines ",
			`fakedc_events_missed_total 0`,
			`fakedc_handshake_seconds_count 1`,
			`fakedc_call_seconds_count{kind="part"} 2`,
			`fakedc_call_seconds_bucket{kind="part",le="+Inf"} 2`,
		} {
			require.Contains(t, text, line)
		}
	}
	status, _, _ := d.call(t, "GET", "/metrics", "", "", func(r *http.Request) { r.Header.Del("Authorization") })
	require.Equal(t, 401, status)
}
