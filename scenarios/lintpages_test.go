package scenarios

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// TestPagesOfErrors has what Telegram's pages list of the errors in the table: a scenario that answers with it says nothing
// that a real server does not say.
func TestPagesOfErrors(t *testing.T) {
	for _, tt := range []struct {
		method, name string
		listed       bool
	}{
		{"messages.uploadMedia", "CHANNEL_PRIVATE", true},
		{"messages.uploadMedia", "CHAT_ID_INVALID", true},
		{"messages.uploadMedia", "MSG_ID_INVALID", true},
		{"messages.sendMedia", "CHANNEL_INVALID", true},
		// https://core.telegram.org/api/files#resending-existing-files has it, the page of the method does not.
		{"messages.sendMedia", "FILE_REFERENCE_INVALID", true},
		{"messages.sendMultiMedia", "CHANNEL_PRIVATE", true},
		{"messages.sendMultiMedia", "FILE_REFERENCE_2_INVALID", true},
		{"messages.sendMultiMedia", "FILE_REFERENCE_INVALID", false},
		// An album takes no InputFile: messages.uploadMedia meets what is wrong with one.
		{"messages.sendMultiMedia", "FILE_PART_3_MISSING", false},
		{"messages.sendMultiMedia", "FILE_PARTS_INVALID", false},
		{"messages.uploadMedia", "FILE_PART_3_MISSING", true},
		{"messages.editMessage", "CHANNEL_INVALID", true},
		{"messages.editMessage", "BOT_INVALID", true},
		{"messages.editChatPhoto", "CHAT_ID_INVALID", true},
		{"channels.editPhoto", "CHANNEL_INVALID", true},
		{"channels.editPhoto", "CHANNEL_PRIVATE", true},
		{"stories.sendStory", "CHANNEL_INVALID", true},
		// https://core.telegram.org/api/files#uploading-files has them for both methods, the page of this one does not.
		{"upload.saveFilePart", "FILE_PART_TOO_BIG", true},
		{"upload.saveFilePart", "FILE_PART_SIZE_INVALID", true},
		{"upload.saveFilePart", "FILE_PART_SIZE_CHANGED", true},
		{"upload.saveFilePart", "FILE_PART_TOO_SMALL", false},
		{"upload.saveFilePart", "FILE_PARTS_INVALID", false}, // it says no number of parts
		{"upload.saveBigFilePart", "FILE_PART_TOO_SMALL", true},
	} {
		t.Run(tt.method+" "+tt.name, func(t *testing.T) {
			listed, known := pageOf(tt.method).lists(tt.name)
			require.True(t, known)
			require.Equal(t, tt.listed, listed)
		})
	}
}
