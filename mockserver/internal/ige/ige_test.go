package ige

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/sha1"
	"encoding/hex"
	"math/rand/v2"
	"os"
	"testing"

	gotd "github.com/gotd/ige"
	"github.com/stretchr/testify/require"
)

// The example of https://core.telegram.org/mtproto/samples-auth_key as it
// stood for years: temporary key and vector, and the encrypted answer.
const (
	sampleKey = "F011280887C7BB01DF0FC4E17830E0B91FBB8BE4B2267CB985AE25F33B527253"
	sampleIV  = "3212D579EE35452ED23E0D0C92841AA7D31B2E9BDEF2151E80D15860311C85DB"
	// sampleEncrypted is SHA1(answer) + answer + padding, encrypted.
	sampleEncrypted = "" +
		"28A92FE20173B347A8BB324B5FAB2667C9A8BBCE6468D5B509A4CBDDC186240AC912CF7006AF8926" +
		"DE606A2E74C0493CAA57741E6C82451F54D3E068F5CCC49B4444124B9666FFB405AAB564A3D01E67" +
		"F6E912867C8D20D9882707DC330B17B4E0DD57CB53BFAAFA9EF5BE76AE6C1B9B6C51E2D6502A47C8" +
		"83095C46C81E3BE25F62427B585488BB3BF239213BF48EB8FE34C9A026CC8413934043974DB03556" +
		"633038392CECB51F94824E140B98637730A4BE79A8F9DAFA39BAE81E1095849EA4C83467C92A3A17" +
		"D997817C8A7AC61C3FF414DA37B7D66E949C0AEC858F048224210FCC61F11C3A910B431CCBD104CC" +
		"CC8DC6D29D4A5D133BE639A4C32BBFF153E63ACA3AC52F2E4709B8AE01844B142C1EE89D075D64F6" +
		"9A399FEB04E656FE3675A6F8F412078F3D0B58DA15311C1A9F8E53B3CD6BB5572C294904B726D0BE" +
		"337E2E21977DA26DD6E33270251C2CA29DFCC70227F0755F84CFDA9AC4B8DD5F84F1D1EB36BA45CD" +
		"DC70444D8C213E4BD8F63B8AB95A2D0B4180DC91283DC063ACFB92D6A4E407CDE7C8C69689F77A00" +
		"7441D4A6A8384B666502D9B77FC68B5B43CC607E60A146223E110FCB43BC3C942EF981930CDC4A1D" +
		"310C0B64D5E55D308D863251AB90502C3E46CC599E886A927CDA963B9EB16CE62603B68529EE98F9" +
		"F5206419E03FB458EC4BD9454AA8F6BA777573CC54B328895B1DF25EAD9FB4CD5198EE022B2B81F3" +
		"88D281D5E5BC580107CA01A50665C32B552715F335FD76264FAD00DDD5AE45B94832AC79CE7C511D" +
		"194BC42B70EFA850BB15C2012C5215CABFE97CE66B8D8734D0EE759A638AF013"
	sampleAnswer = "" +
		"BA0D89B53E0549828CCA27E966B301A48FECE2FCA5CF4D33F4A11EA877BA4AA57390733002000000" +
		"FE000100C71CAEB9C6B1C9048E6C522F70F13F73980D40238E3E21C14934D037563D930F48198A0A" +
		"A7C14058229493D22530F4DBFA336F6E0AC925139543AED44CCE7C3720FD51F69458705AC68CD4FE" +
		"6B6B13ABDC9746512969328454F18FAF8C595F642477FE96BB2A941D5BCD1D4AC8CC49880708FA9B" +
		"378E3C4F3A9060BEE67CF9A4A4A695811051907E162753B56B0F6B410DBA74D8A84B2A14B3144E0E" +
		"F1284754FD17ED950D5965B4B9DD46582DB1178D169C6BC465B0D6FF9CA3928FEF5B9AE4E418FC15" +
		"E83EBEA0F87FA9FF5EED70050DED2849F47BF959D956850CE929851F0D8115F635B105EE2E4E15D0" +
		"4B2454BF6F4FADF034B10403119CD8E3B92FCC5BFE000100262AABA621CC4DF587DC94CF8252258C" +
		"0B9337DFB47545A49CDD5C9B8EAE7236C6CADC40B24E88590F1CC2CC762EBF1CF11DCC0B393CAAD6" +
		"CEE4EE5848001C73ACBB1D127E4CB93072AA3D1C8151B6FB6AA6124B7CD782EAF981BDCFCE9D7A00" +
		"E423BD9D194E8AF78EF6501F415522E44522281C79D906DDB79C72E9C63D83FB2A940FF779DFB5F2" +
		"FD786FB4AD71C9F08CF48758E534E9815F634F1E3A80A5E1C2AF210C5AB762755AD4B2126DFA61A7" +
		"7FA9DA967D65DFD0AFB5CDF26C4D4E1A88B180F4E0D0B45BA1484F95CB2712B50BF3F5968D9D55C9" +
		"9C0FB9FB67BFF56D7D4481B634514FBA3488C4CDA2FC0659990E8E868B28632875A9AA703BCDCE8F" +
		"CB7AE551"
)

func unhex(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(s)
	require.NoError(t, err)
	return b
}

// A mode that is wrong in the same way in both directions passes every round
// trip; only a vector from elsewhere shows it.
func TestTelegramSample(t *testing.T) {
	key, iv := [32]byte(unhex(t, sampleKey)), [32]byte(unhex(t, sampleIV))
	encrypted, answer := unhex(t, sampleEncrypted), unhex(t, sampleAnswer)

	plain := make([]byte, len(encrypted))
	Decrypt(&key, &iv, plain, encrypted)
	hash := sha1.Sum(answer)
	require.Equal(t, hash[:], plain[:sha1.Size])
	require.Equal(t, answer, plain[sha1.Size:][:len(answer)])

	again := make([]byte, len(plain))
	Encrypt(&key, &iv, again, plain)
	require.Equal(t, encrypted, again)
}

func TestAgainstGotd(t *testing.T) {
	random := rand.NewChaCha8([32]byte{1})
	for blocks := range 70 {
		var key, iv [32]byte
		_, _ = random.Read(key[:])
		_, _ = random.Read(iv[:])
		src := make([]byte, blocks*BlockSize)
		_, _ = random.Read(src)
		compare(t, key, iv, src)
	}
}

// Both ways, in place or not, at any length: the same bytes as github.com/gotd/ige.
func FuzzAgainstGotd(f *testing.F) {
	f.Add([]byte("key"), []byte("iv"), []byte("sixteen bytes and sixteen others"))
	f.Add([]byte{}, []byte{0xff}, make([]byte, 16))
	f.Fuzz(func(t *testing.T, k, v, src []byte) {
		var key, iv [32]byte
		copy(key[:], k)
		copy(iv[:], v)
		compare(t, key, iv, src[:len(src)/BlockSize*BlockSize])
	})
}

// compare demands what gotd/ige gives, in both directions, in place and not,
// and that neither the vector nor bytes after the output are touched.
func compare(t *testing.T, key, iv [32]byte, src []byte) {
	t.Helper()
	block, err := aes.NewCipher(key[:])
	require.NoError(t, err)
	directions := []struct {
		name string
		ours func(key, iv *[32]byte, dst, src []byte)
		want func(dst []byte)
	}{
		{"encrypt in Go", encryptGo, func(dst []byte) { gotd.EncryptBlocks(block, bytes.Clone(iv[:]), dst, src) }},
		{"decrypt in Go", decryptGo, func(dst []byte) { gotd.DecryptBlocks(block, bytes.Clone(iv[:]), dst, src) }},
		{"encrypt", Encrypt, func(dst []byte) { gotd.EncryptBlocks(block, bytes.Clone(iv[:]), dst, src) }},
		{"decrypt", Decrypt, func(dst []byte) { gotd.DecryptBlocks(block, bytes.Clone(iv[:]), dst, src) }},
	}
	for _, d := range directions {
		want := make([]byte, len(src))
		d.want(want)

		usedIV := iv
		apart := bytes.Repeat([]byte{0xa5}, len(src)+3)
		d.ours(&key, &usedIV, apart, src)
		require.Equal(t, want, apart[:len(src)], d.name)
		require.Equal(t, []byte{0xa5, 0xa5, 0xa5}, apart[len(src):], "%s wrote past the input's length", d.name)
		require.Equal(t, iv, usedIV, "%s changed the vector", d.name)

		inPlace := bytes.Clone(src)
		d.ours(&key, &iv, inPlace, inPlace)
		require.True(t, bytes.Equal(want, inPlace), "%s in place", d.name)
	}
}

// Where it is said to be there, assembly that nobody runs must not pass for tested.
func TestAssemblyIsRun(t *testing.T) {
	if os.Getenv("FAKEDC_REQUIRE_AES") == "" {
		t.Skip("FAKEDC_REQUIRE_AES=1 says that this processor has AES instructions")
	}
	require.True(t, fast)
}

func TestMisusePanics(t *testing.T) {
	var key, iv [32]byte
	for name, crypt := range map[string]func(key, iv *[32]byte, dst, src []byte){"encrypt": Encrypt, "decrypt": Decrypt} {
		require.PanicsWithValue(t, "ige: input is not made of whole 16-byte blocks", func() {
			crypt(&key, &iv, make([]byte, 32), make([]byte, 17))
		}, name)
		require.PanicsWithValue(t, "ige: output is shorter than input", func() {
			crypt(&key, &iv, make([]byte, 16), make([]byte, 32))
		}, name)
	}
}

// cipherAllocs is what a cipher allocates: none where the processor does without, otherwise
// the expanded key and, on some processors, what stands in for their instructions.
func cipherAllocs() float64 {
	if fast {
		return 0
	}
	key := make([]byte, 32)
	return testing.AllocsPerRun(50, func() { cipherMade, _ = aes.NewCipher(key) })
}

var cipherMade cipher.Block // keeps it from the stack

// One per block would be 32,768 for a part.
func TestAllocatesOnlyTheCipher(t *testing.T) {
	var key, iv [32]byte
	buf := make([]byte, 4096)
	most := cipherAllocs()
	require.LessOrEqual(t, testing.AllocsPerRun(50, func() { Decrypt(&key, &iv, buf, buf) }), most)
	require.LessOrEqual(t, testing.AllocsPerRun(50, func() { Encrypt(&key, &iv, buf, buf) }), most)
}

func BenchmarkPart(b *testing.B) {
	var key, iv [32]byte
	buf, other := make([]byte, 512<<10), make([]byte, 512<<10)
	for _, c := range []struct {
		name string
		run  func()
	}{
		{"Encrypt", func() { Encrypt(&key, &iv, buf, buf) }},
		{"Decrypt", func() { Decrypt(&key, &iv, buf, buf) }},
		{"Go/Decrypt", func() { decryptGo(&key, &iv, buf, buf) }},
		{"gotd/Decrypt", func() { gotd.DecryptAES256Blocks(key[:], iv[:], other, buf) }},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.SetBytes(int64(len(buf)))
			b.ReportAllocs()
			for b.Loop() {
				c.run()
			}
		})
	}
}
