package scenarios

import "strconv"

// hash is what a call contributes to every chance: a pure hash of seed, method, file, part and attempt. It is never the next
// number of a shared stream, so the order in which calls arrive does not matter. What has no part has a number in place of an
// attempt, see asking.number.
func (c *Call) hash(seed, method uint64, number int64) uint64 {
	h := mix(seed ^ method)
	h = mix(h ^ uint64(c.FileOrdinal))
	return mix(h ^ uint64(uint32(c.Part))<<32 ^ uint64(uint32(int64(c.Attempt)+number)))
}

// draw returns a number in [0,1) that depends on nothing but a call and a rule.
func draw(call, rule uint64) float64 {
	// A float64 has 53 bits of precision.
	return float64(mix(call^rule)>>11) / (1 << 53)
}

// delaySalt keeps the length of a delay apart from the chance of having it: of the same draw, a rule with a chance of 10% would
// only ever see the shortest tenth of its delays.
const delaySalt = 0xd31a9e5b2c8f7046

// noiseSalt keeps noise apart from both, for the same reason.
const noiseSalt = 0x6f0d4c9be2a81735

// choiceSalt does so for the choice between answers.
const choiceSalt = 0x1b873593cc9e2d51

// saltOf is what a rule contributes to its chance: its name, so that reordering rules changes nothing, or else its position.
func saltOf(name string, index int) uint64 {
	if name == "" {
		name = "#" + strconv.Itoa(index)
	}
	return hashString(name)
}

// hashString is FNV-1a over 64 bits, http://www.isthe.com/chongo/tech/comp/fnv/
func hashString(s string) uint64 {
	h := uint64(0xcbf29ce484222325)
	for i := range len(s) {
		h = (h ^ uint64(s[i])) * 0x100000001b3
	}
	return h
}

// mix is the step of SplitMix64: every bit of the result depends on every bit of h. https://prng.di.unimi.it/splitmix64.c
func mix(h uint64) uint64 {
	h += 0x9e3779b97f4a7c15
	h = (h ^ h>>30) * 0xbf58476d1ce4e5b9
	h = (h ^ h>>27) * 0x94d049bb133111eb
	return h ^ h>>31
}
