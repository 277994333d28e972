package socks

import "net/netip"

// datacenters are the networks of Telegram's datacenters, as clients carry them
// and help.getConfig lists them: https://core.telegram.org/api/datacenter
var datacenters = []struct {
	prefix netip.Prefix
	dc     int
}{
	// Single addresses first: the test datacenters, and DC 3 among those of DC 1.
	{netip.MustParsePrefix("149.154.175.10/32"), 1},
	{netip.MustParsePrefix("149.154.167.40/32"), 2},
	{netip.MustParsePrefix("149.154.175.117/32"), 3},
	{netip.MustParsePrefix("149.154.175.100/31"), 3},
	{netip.MustParsePrefix("149.154.175.102/31"), 3},
	{netip.MustParsePrefix("149.154.175.50/31"), 1},
	{netip.MustParsePrefix("149.154.175.52/30"), 1},
	{netip.MustParsePrefix("149.154.175.56/30"), 1},
	{netip.MustParsePrefix("149.154.175.204/31"), 1},
	{netip.MustParsePrefix("149.154.175.211/32"), 1},
	{netip.MustParsePrefix("149.154.167.41/32"), 2},
	{netip.MustParsePrefix("149.154.167.50/31"), 2},
	{netip.MustParsePrefix("149.154.167.151/32"), 2},
	{netip.MustParsePrefix("149.154.167.222/31"), 2},
	{netip.MustParsePrefix("149.154.162.123/32"), 2},
	{netip.MustParsePrefix("149.154.167.35/32"), 2},
	{netip.MustParsePrefix("149.154.167.91/32"), 4},
	{netip.MustParsePrefix("149.154.167.92/32"), 4},
	{netip.MustParsePrefix("149.154.164.250/32"), 4},
	{netip.MustParsePrefix("149.154.165.96/32"), 4},
	{netip.MustParsePrefix("149.154.166.120/31"), 4},
	{netip.MustParsePrefix("149.154.171.0/24"), 5},
	{netip.MustParsePrefix("91.108.56.0/22"), 5},

	{netip.MustParsePrefix("2001:b28:f23d:f001::/64"), 1},
	{netip.MustParsePrefix("2001:67c:4e8:f002::/64"), 2},
	{netip.MustParsePrefix("2001:b28:f23d:f003::/64"), 3},
	{netip.MustParsePrefix("2001:67c:4e8:f004::/64"), 4},
	{netip.MustParsePrefix("2001:b28:f23f:f005::/64"), 5},
}

// DC returns the number of the datacenter behind an address that Telegram uses,
// false for any other.
func (t Target) DC() (int, bool) {
	ip, err := netip.ParseAddr(t.Host)
	if err != nil {
		return 0, false
	}
	for _, d := range datacenters {
		if d.prefix.Contains(ip.Unmap()) {
			return d.dc, true
		}
	}
	return 0, false
}
