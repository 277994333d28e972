package ige

import "testing"

// What a message of a few bytes takes, as a ping.
func BenchmarkSmall(b *testing.B) {
	var key, iv, secret [32]byte
	var few [2][64]byte
	plain := make([]byte, 64)
	for _, c := range []struct {
		name string
		run  func()
	}{
		{"key and vector", func() { SumDerived(&few[0], &few[1]) }},
		{"msg_key", func() { Sum(&secret, plain) }},
		{"Decrypt", func() { Decrypt(&key, &iv, plain, plain) }},
		{"Encrypt", func() { Encrypt(&key, &iv, plain, plain) }},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				c.run()
			}
		})
	}
}
