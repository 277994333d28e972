package tl

import (
	"bytes"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestTableIsCurrent(t *testing.T) {
	if _, err := exec.LookPath("go"); err != nil {
		t.Skip("there is no go command to ask")
	}
	old, err := os.ReadFile("table_gen.go")
	require.NoError(t, err)
	dir := t.TempDir()
	src, err := os.ReadFile("schema.tl")
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(dir+"/schema.tl", src, 0o600))
	bin := dir + "/gen.exe" // Windows runs nothing without
	out, err := exec.Command("go", "build", "-o", bin, "./gen").CombinedOutput()
	require.NoError(t, err, string(out))
	cmd := exec.Command(bin)
	cmd.Dir = dir
	out, err = cmd.CombinedOutput()
	require.NoError(t, err, string(out))
	made, err := os.ReadFile(dir + "/table_gen.go")
	require.NoError(t, err)
	require.Equal(t, string(made), string(old), "run go generate ./mockserver/internal/tl")
}

// Each id is one definition, and layer ranges of one name neither overlap nor go
// backwards: otherwise the answer would depend on the order of the lines.
func TestTableIsConsistent(t *testing.T) {
	ids := map[uint32]string{}
	for _, d := range defs {
		require.NotContains(t, ids, d.id, "%s and %s", d.name, ids[d.id])
		ids[d.id] = d.name
	}
	for name, all := range load().byName {
		for i := 1; i < len(all); i++ {
			require.NotZero(t, all[i-1].max, "%s #%08x is open-ended and not the last", name, all[i-1].id)
			require.Less(t, all[i-1].max, all[i].min, "%s #%08x", name, all[i].id)
		}
	}
}

func TestVariant(t *testing.T) {
	for _, tt := range []struct {
		name  string
		layer int
		want  uint32
	}{
		{"user", 158, 0x8f97c628},
		{"user", 144, 0x3ff6ecb0},
		{"user", 195, 0x83314fca},
		{"user", 198, 0x4b46c37e},
		{"user", 228, 0xb1b8cc83},
		{"user", 230, 0xb1b8cc83},
		{"messageEntityTonAddress", 230, 0xfdabbfcd},
		{"user", Newest, 0xb1b8cc83},
		{"user", 400, 0xb1b8cc83},
		{"message", 198, 0x96fdbbe9},
		{"message", 228, 0x7600b9d3},
		{"messageMediaDocument", 198, 0x52d8ccd9},
		{"config", 198, 0xcc1a241e},
		{"upload.file", 143, 0x096a18d5},
	} {
		got, ok := ID(tt.name, tt.layer)
		require.True(t, ok, tt.name)
		require.Equalf(t, tt.want, got, "%s in layer %d: got %08x", tt.name, tt.layer, got)
	}
}

func TestRoundTripInEveryLayer(t *testing.T) {
	user := New("user", Fields{"self": true, "bot": true, "bot_info_version": int32(1), "id": int64(7), "access_hash": int64(9), "first_name": "Ada", "username": "ada"})
	updates := New("updates", Fields{
		"updates": Vector(New("updateMessageID", Fields{"id": int32(1), "random_id": int64(2)})),
		"users":   Vector(user), "chats": []any{}, "date": int32(5), "seq": int32(0),
	})
	for _, layer := range []int{143, 144, 146, 152, 158, 162, 166, 174, 176, 179, 195, 198, 200, 214, 223, 225, 227, 228, 229, 230, Newest} {
		b, err := Append(nil, layer, updates)
		require.NoError(t, err)
		o, rest, err := Decode(b)
		require.NoError(t, err)
		require.Empty(t, rest)
		got := o.Objects("users")[0]
		require.Equal(t, "Ada", got.Str("first_name"))
		require.True(t, got.Bool("self"))
		require.False(t, got.Bool("premium"))
		require.Equal(t, int64(7), got.Long("id"))
		want, _ := ID("user", layer)
		require.Equal(t, want, got.ID)
	}
}

func TestAppendRefuses(t *testing.T) {
	for name, o := range map[string]*Object{
		"unknown constructor": New("nobody", nil),
		"unknown field":       New("user", Fields{"id": int64(1), "frist_name": "x"}),
		"missing field":       New("updateMessageID", Fields{"id": int32(1)}),
		"wrong type":          New("updateMessageID", Fields{"id": 1, "random_id": int64(2)}),
		"wrong class":         New("updateNewMessage", Fields{"message": New("boolTrue", nil), "pts": int32(1), "pts_count": int32(1)}),
		"half of a flag":      New("user", Fields{"id": int64(1), "bot": true}),
		"nil":                 nil,
	} {
		_, err := Append(nil, 228, o)
		var typed *EncodeError
		require.ErrorAs(t, err, &typed, name)
	}
}

func TestDurationChangesItsType(t *testing.T) {
	for _, layer := range []int{158, 228} {
		for _, duration := range []any{int32(7), float64(7)} {
			b, err := Append(nil, layer, New("documentAttributeVideo", Fields{"duration": duration, "w": int32(1), "h": int32(1)}))
			require.NoError(t, err)
			o, _, err := Decode(b)
			require.NoError(t, err)
			if layer == 158 {
				require.Equal(t, int32(7), o.Int("duration"))
				continue
			}
			require.Equal(t, 7.0, o.Double("duration"))
		}
	}
}

func TestFieldsOfOtherLayersAreLeftOut(t *testing.T) {
	o := New("message", Fields{"id": int32(1), "peer_id": New("peerUser", Fields{"user_id": int64(1)}), "date": int32(1), "message": "m", "summary_from_language": "en"})
	_, err := Append(nil, 198, o)
	require.NoError(t, err)
}

func TestDecodeRefusesLies(t *testing.T) {
	vector := []byte{0x15, 0xc4, 0xb5, 0x1c, 0xff, 0xff, 0xff, 0x7f}
	getUsers, err := Append(nil, 228, New("users.getUsers", Fields{"id": []any{}}))
	require.NoError(t, err)
	for name, tt := range map[string]struct {
		body []byte
		want string
	}{
		"empty":            {nil, "cut off"},
		"unknown id":       {[]byte{1, 2, 3, 4}, "unknown constructor #04030201"},
		"cut":              {getUsers[:6], "cut off"},
		"2 G vector":       {append(getUsers[:4:4], vector...), "claims 2147483647 elements"},
		"not a vector":     {append(getUsers[:4:4], 1, 2, 3, 4), "is not a vector"},
		"of another class": {append(append(getUsers[:4:4], vector[:4]...), 1, 0, 0, 0, 0xb5, 0x75, 0x72, 0x99), "boolTrue is a Bool, not a InputUser"},
	} {
		_, _, err := Decode(tt.body)
		var typed *DecodeError
		require.ErrorAs(t, err, &typed, name)
		require.Contains(t, err.Error(), tt.want, name)
	}
}

// Pyrogram and its forks give the InputPeer that they have where an InputChannel or an
// InputUser is asked for, and Telegram's servers take it.
func TestDecodeTakesTheInputPeerOfAChannelOrUser(t *testing.T) {
	hash := int64(8)
	self := New("inputPeerSelf", nil)
	channel := New("inputPeerChannel", Fields{"channel_id": int64(7), "access_hash": hash})
	user := New("inputPeerUser", Fields{"user_id": int64(7), "access_hash": hash})
	seenChannel := New("inputPeerChannelFromMessage", Fields{"peer": self, "msg_id": int32(1), "channel_id": int64(7)})
	seenUser := New("inputPeerUserFromMessage", Fields{"peer": self, "msg_id": int32(1), "user_id": int64(7)})
	for _, tt := range []struct {
		method string
		given  *Object
		want   string
	}{
		{"channels.getChannels", channel, ""},
		{"channels.getChannels", seenChannel, ""},
		{"channels.getChannels", user, "inputPeerUser is a InputPeer, not a InputChannel"},
		{"channels.getChannels", New("inputPeerChat", Fields{"chat_id": int64(7)}), "inputPeerChat is a InputPeer, not a InputChannel"},
		{"users.getUsers", user, ""},
		{"users.getUsers", seenUser, ""},
		{"users.getUsers", self, ""},
		{"users.getUsers", channel, "inputPeerChannel is a InputPeer, not a InputUser"},
		{"users.getUsers", New("inputPeerEmpty", nil), "inputPeerEmpty is a InputPeer, not a InputUser"},
	} {
		body, err := Append(nil, 228, New(tt.method, Fields{"id": []any{}}))
		require.NoError(t, err)
		body[8] = 1 // element of the vector
		body, err = Append(body, 228, tt.given)
		require.NoError(t, err)
		got, _, err := Decode(body)
		if tt.want != "" {
			require.ErrorContains(t, err, tt.want)
			continue
		}
		require.NoError(t, err, "%s of %s", tt.method, tt.given.Name)
		require.Equal(t, tt.given.Name, got.Objects("id")[0].Name)
		require.Equal(t, tt.given.Long("access_hash"), got.Objects("id")[0].Long("access_hash"))
	}
}

func TestDecodeIsBounded(t *testing.T) {
	deep := New("invokeWithoutUpdates", Fields{"query": []byte("1234")})
	b, err := Append(nil, 228, deep)
	require.NoError(t, err)
	o, _, err := Decode(b)
	require.NoError(t, err)
	require.Equal(t, []byte("1234"), o.Bytes("query"))

	// jsonArray of jsonArray ... is the deepest thing a request can carry.
	body := []byte{}
	id, _ := ID("jsonArray", Newest)
	for range 100 {
		body = append(body, byte(id), byte(id>>8), byte(id>>16), byte(id>>24), 0x15, 0xc4, 0xb5, 0x1c, 1, 0, 0, 0)
	}
	_, _, err = Decode(body)
	require.ErrorContains(t, err, "nested deeper")

	ids := bytes.Repeat([]byte{0, 0, 0, 0, 0, 0, 0, 0}, 30_000)
	msgs, _ := ID("invokeAfterMsgs", Newest)
	body = []byte{byte(msgs), byte(msgs >> 8), byte(msgs >> 16), byte(msgs >> 24), 0x15, 0xc4, 0xb5, 0x1c, 0x30, 0x75, 0, 0}
	_, _, err = Decode(append(body, ids...))
	require.ErrorContains(t, err, "values")
}

func TestSavePart(t *testing.T) {
	// 253/254 is where the length prefix changes, see alik0211/mtproto-core#105.
	for _, n := range []int{0, 1, 2, 3, 4, 252, 253, 254, 255, 256, 1 << 16, 524288} {
		for _, big := range []bool{true, false} {
			want := SavePart{Big: big, FileID: -4156887774564, Part: 43, Bytes: bytes.Repeat([]byte{0xab}, n)}
			if big {
				want.Total = 43
			}
			b := AppendSavePart(nil, want)
			require.Zero(t, len(b)%4)
			got, rest, err := DecodeSavePart(b)
			require.NoError(t, err)
			require.Empty(t, rest)
			require.True(t, bytes.Equal(want.Bytes, got.Bytes), n)
			got.Bytes, want.Bytes = nil, nil
			require.Equal(t, want, got)

			o, _, err := Decode(b)
			require.NoError(t, err)
			require.Equal(t, want.Method(), o.Name)
			require.Len(t, o.Bytes("bytes"), n)
			again, err := Append(nil, Newest, o)
			require.NoError(t, err)
			require.True(t, bytes.Equal(b, again), "the two encoders must agree")
			for cut := range min(len(b), 40) {
				_, _, err := DecodeSavePart(b[:cut])
				require.Error(t, err)
			}
		}
	}
}

func TestMethodName(t *testing.T) {
	require.Equal(t, "upload.saveBigFilePart", MethodName(SaveBigFilePartID))
	require.Equal(t, "messages.getHistory", MethodName(0x4423e6c5), "named though not answered")
	require.Equal(t, "wallet.getState", MethodName(0xab83b33a), "of layer 230")
	require.Equal(t, "#00000001", MethodName(1))
	require.Greater(t, strings.Count(methodsText, "\n"), 800)
}

// What is decoded is encoded, if the newest layer has it, and decoded again to the same object;
// nothing is read behind it or taken from what follows, and a part is read the same by both
// of its readers.
func FuzzDecode(f *testing.F) {
	for _, o := range []*Object{New("help.getConfig", nil), New("users.getUsers", Fields{"id": Vector(New("inputUserSelf", nil))})} {
		b, err := Append(nil, Newest, o)
		require.NoError(f, err)
		f.Add(b)
	}
	f.Add(AppendSavePart(nil, SavePart{Big: true, Bytes: []byte("part")}))
	f.Add(AppendSavePart(nil, SavePart{FileID: -1, Part: 7, Bytes: bytes.Repeat([]byte("part"), 64)}))
	f.Fuzz(func(t *testing.T, b []byte) {
		o, rest, err := Decode(b)
		if id, ok := PeekID(b); ok && (id == SaveBigFilePartID || id == SaveFilePartID) {
			compareReaders(t, b, o, rest, err)
		}
		if err != nil {
			return
		}
		if !bytes.HasSuffix(b, rest) {
			t.Fatal("the rest is not what follows")
		}
		again, err := Append(nil, Newest, o)
		if err != nil {
			return // a variant of another layer may lack what the newest one demands
		}
		o2, rest, err := Decode(again)
		if err != nil || len(rest) > 0 {
			t.Fatalf("what was encoded does not decode: %v, %d bytes are left", err, len(rest))
		}
		if o2.ID != o.ID {
			return // the newest layer writes it in another way
		}
		twice, err := Append(nil, Newest, o2)
		if err != nil || !bytes.Equal(again, twice) || !slices.Equal(flat(o), flat(o2)) {
			t.Fatalf("%v came back as %v: %v", flat(o), flat(o2), err)
		}
	})
}

// flat lists the values of an object, in an order of their own. What is nested may be
// written in another way by the newest layer.
func flat(o *Object) (out []string) {
	for _, name := range slices.Sorted(maps.Keys(o.Fields)) {
		switch v := o.Fields[name].(type) {
		case *Object:
			out = append(out, name+" is "+v.Name)
		case []any:
			out = append(out, fmt.Sprintf("%s has %d", name, len(v)))
		default:
			out = append(out, fmt.Sprintf("%s=%v", name, v))
		}
	}
	return out
}

func compareReaders(t *testing.T, b []byte, slow *Object, slowRest []byte, slowErr error) {
	t.Helper()
	fast, rest, err := DecodeSavePart(b)
	if (err == nil) != (slowErr == nil) {
		t.Fatalf("one reader of a part says %v, the other %v", err, slowErr)
	}
	if err != nil {
		return
	}
	total := int32(0)
	if fast.Big {
		total = slow.Int("file_total_parts")
	}
	if fast.Method() != slow.Name || fast.FileID != slow.Long("file_id") || fast.Part != slow.Int("file_part") || fast.Total != total ||
		!bytes.Equal(fast.Bytes, slow.Bytes("bytes")) || !bytes.Equal(rest, slowRest) {
		t.Fatalf("the two readers of a part disagree: %v and %v", fast, slow)
	}
	if again, rest, err := DecodeSavePart(AppendSavePart(nil, fast)); err != nil || len(rest) > 0 || !reflect.DeepEqual(again, fast) {
		t.Fatalf("%v came back as %v: %v", fast, again, err)
	}
}
