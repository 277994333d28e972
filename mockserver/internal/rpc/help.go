package rpc

import (
	"net/netip"
	"time"

	"github.com/fakedc/fakedc/mockserver/internal/tl"
)

// getConfig lists the datacenters. A client looks its own DC up there, by id and
// without ipv6 for an IPv4 address, before it uploads: where it is not listed,
// GramJS waits for ever. https://core.telegram.org/method/help.getConfig
func (q *query) getConfig() (any, error) {
	dcs := q.DCs()
	options := make([]*tl.Object, len(dcs))
	for i, dc := range dcs {
		ip, err := netip.ParseAddr(dc.Host)
		options[i] = tl.New("dcOption", tl.Fields{
			"id": int32(dc.ID), "ip_address": dc.Host, "port": int32(dc.Port),
			"ipv6": err == nil && ip.Is6(), "static": true, "this_port_only": true, "media_only": dc.Media,
		})
	}
	return tl.New("config", tl.Fields{
		"date": int32(q.now.Unix()), "expires": int32(q.now.Add(time.Hour).Unix()),
		"test_mode": false, "this_dc": int32(q.DC), "dc_options": tl.Vector(options...), "dc_txt_domain_name": "",
		"chat_size_max": int32(200), "megagroup_size_max": int32(200_000), "forwarded_count_max": int32(100),
		"online_update_period_ms": int32(210_000), "offline_blur_timeout_ms": int32(5_000), "offline_idle_timeout_ms": int32(30_000),
		"online_cloud_timeout_ms": int32(300_000), "notify_cloud_delay_ms": int32(30_000), "notify_default_delay_ms": int32(1_500),
		"push_chat_period_ms": int32(60_000), "push_chat_limit": int32(2), "edit_time_limit": int32(172_800),
		"revoke_time_limit": int32(2_147_483_647), "revoke_pm_time_limit": int32(2_147_483_647), "rating_e_decay": int32(2_419_200),
		"stickers_recent_limit": int32(200), "channels_read_media_period": int32(604_800),
		"call_receive_timeout_ms": int32(20_000), "call_ring_timeout_ms": int32(90_000),
		"call_connect_timeout_ms": int32(30_000), "call_packet_timeout_ms": int32(10_000),
		"me_url_prefix": "https://t.me/", "caption_length_max": int32(1_024), "message_length_max": int32(4_096),
		"webfile_dc_id": int32(q.DC),
		// Up to layer 152:
		"saved_gifs_limit": int32(200), "stickers_faved_limit": int32(5),
		"pinned_dialogs_count_max": int32(5), "pinned_infolder_count_max": int32(100),
	}), nil
}

func (q *query) getNearestDC() (any, error) {
	id := int32(q.DC)
	return tl.New("nearestDc", tl.Fields{"country": "XX", "this_dc": id, "nearest_dc": id}), nil
}

// getAppConfig tells the limits that uploads live by.
// https://core.telegram.org/api/config#client-configuration
func (q *query) getAppConfig() (any, error) {
	rules := q.Uploads.Rules()
	limits := []struct {
		key   string
		value int
	}{
		{"upload_max_fileparts_default", rules.MaxParts(false)},
		{"upload_max_fileparts_premium", rules.MaxParts(true)},
		{"upload_premium_speedup_upload", q.limit("upload_premium_speedup_upload", 10)},
		{"upload_premium_speedup_download", q.limit("upload_premium_speedup_download", 10)},
		{"upload_premium_speedup_notify_period", q.limit("upload_premium_speedup_notify_period", 3600)},
	}
	values := make([]*tl.Object, len(limits))
	hash := int32(17)
	for i, l := range limits {
		values[i] = tl.New("jsonObjectValue", tl.Fields{"key": l.key, "value": tl.New("jsonNumber", tl.Fields{"value": float64(l.value)})})
		hash = hash*31 + int32(l.value)
	}
	config := tl.New("jsonObject", tl.Fields{"value": tl.Vector(values...)})
	if q.Auth.Layer() < appConfigLayer {
		return config, nil
	}
	if q.args.Int("hash") == hash {
		return tl.New("help.appConfigNotModified", nil), nil
	}
	return tl.New("help.appConfig", tl.Fields{"hash": hash, "config": config}), nil
}

// appConfigLayer is the first layer in which the answer has a hash.
const appConfigLayer = 158

// limit is a number of the scenario's, or the usual one.
func (q *query) limit(key string, usual int) int {
	if s, _ := q.Faults.Scenario(); s != nil {
		if v, ok := s.Limits[key]; ok {
			return v
		}
	}
	return usual
}
