package rawclient

import (
	"context"
	"fmt"
)

// Config is what a server says about itself.
//
// https://core.telegram.org/constructor/config
type Config struct {
	ThisDC    int32
	TestMode  bool
	Date      int32 // the server's clock, Unix seconds
	DCOptions []DCOption
}

// DCOption is one address of one datacenter.
//
// https://core.telegram.org/constructor/dcOption
type DCOption struct {
	ID        int32
	IPAddress string
	Port      int32
	IPv6      bool
	MediaOnly bool
	TCPOOnly  bool
}

// InitConnection says which layer the client speaks and what it is, around
// help.getConfig, as libraries begin. It holds for the auth key from then on.
// Layer 0 leaves the client's layer as it is.
//
// https://core.telegram.org/api/invoking#saving-client-info
func (c *Client) InitConnection(ctx context.Context, layer int) (*Config, error) {
	if layer == 0 {
		layer = c.Layer()
	}
	body, err := Encode(layer, NewObject("help.getConfig", nil))
	if err != nil {
		return nil, err
	}
	body, err = c.wrapInit(layer, body)
	if err != nil {
		return nil, err
	}
	answer, err := c.Invoke(ctx, body)
	if err != nil {
		return nil, err
	}
	c.mu.Lock()
	c.layer = layer
	c.mu.Unlock()
	return readConfig(answer)
}

// wrapInit puts a query into invokeWithLayer and initConnection.
func (c *Client) wrapInit(layer int, query []byte) ([]byte, error) {
	inner, err := Encode(layer, NewObject("initConnection", Fields{
		"api_id":           c.opts.APIID,
		"device_model":     "fakedc rawclient",
		"system_version":   "1.0",
		"app_version":      "1.0",
		"system_lang_code": "en",
		"lang_pack":        "",
		"lang_code":        "en",
		"query":            query,
	}))
	if err != nil {
		return nil, err
	}
	return Encode(layer, NewObject("invokeWithLayer", Fields{"layer": int32(layer), "query": inner}))
}

// GetConfig asks for the configuration, without initConnection around it.
//
// https://core.telegram.org/method/help.getConfig
func (c *Client) GetConfig(ctx context.Context) (*Config, error) {
	body, err := Encode(c.Layer(), NewObject("help.getConfig", nil))
	if err != nil {
		return nil, err
	}
	answer, err := c.Invoke(ctx, body)
	if err != nil {
		return nil, err
	}
	return readConfig(answer)
}

func readConfig(answer []byte) (*Config, error) {
	o, err := Decode(answer)
	if err != nil {
		return nil, fmt.Errorf("rawclient: the answer to help.getConfig: %w", err)
	}
	if o.Name != "config" {
		return nil, fmt.Errorf("rawclient: help.getConfig answered with %s", o.Name)
	}
	config := &Config{ThisDC: o.Int("this_dc"), TestMode: o.Bool("test_mode"), Date: o.Int("date")}
	for _, d := range o.Objects("dc_options") {
		config.DCOptions = append(config.DCOptions, DCOption{
			ID: d.Int("id"), IPAddress: d.Str("ip_address"), Port: d.Int("port"),
			IPv6: d.Bool("ipv6"), MediaOnly: d.Bool("media_only"), TCPOOnly: d.Bool("tcpo_only"),
		})
	}
	return config, nil
}
