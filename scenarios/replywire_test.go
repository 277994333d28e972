package scenarios

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// What a file says is what the constructors make, and whether the part is kept.
func TestWireReplies(t *testing.T) {
	for _, c := range []struct {
		text   string
		want   Reply
		stores bool
	}{
		{"migrate: FILE, to: 4", MigrateReply("FILE", 4), false},
		{"migrate: STATS, to: 2", CustomErrorReply(303, "STATS_MIGRATE_2"), false},
		{"drop: before-store, how: rst", DropHowReply(DropBeforeStore, DropRST), false},
		{"how: stall, drop: after-store", DropHowReply(DropAfterStore, DropStall), true},
		{"drop: after-store, how: fin", DropReply(DropAfterStore), true},
		{"transport_error: -429", TransportErrorReply(TransportFlood), false},
		{"transport_error: -404", TransportErrorReply(TransportNotFound), false},
		{"bad_server_salt: true", BadServerSaltReply(), false},
		{"bad_msg: 32", BadMsgReply(32), false},
		{"duplicate: true", DuplicateReply(), true},
		{"gzip: true", GzipReply(), true},
		{"garbage: 1KiB", GarbageReply(1024), true},
		{"wrong_msg_key: true", WrongMsgKeyReply(), true},
	} {
		t.Run(c.text, func(t *testing.T) {
			r := parseRule(t, "reply: { "+c.text+" }")
			require.Equal(t, c.want, r.Reply)
			d := decide(mustCompile(t, 1, r), nil)
			require.Equal(t, c.want, d.Reply)
			require.Equal(t, c.stores, d.Stores())
		})
	}
}
