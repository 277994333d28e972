package scenarios

import (
	"slices"
	"strings"
)

// documented is what Telegram's pages say about one method's errors, as far as they are in the error table.
type documented struct {
	method string
	// errors are names of the error table, separated by spaces.
	errors string
	// whole is set where the list is everything that the method's page has, so that an error that is not in it is not documented.
	// The pages of methods that send something list dozens of errors that have nothing to do with uploads.
	whole bool
}

// aboutInputFile may come from every method that takes an InputFile. Source: https://core.telegram.org/api/files#uploading-files
const aboutInputFile = " FILE_PARTS_INVALID FILE_PART_X_MISSING MD5_CHECKSUM_INVALID"

// aboutPart may come from both methods that save a part; FILE_PARTS_INVALID, which stands beside them, is about a number that only
// one of them has. Source: https://core.telegram.org/api/files#uploading-files
const aboutPart = " FILE_PART_EMPTY FILE_PART_INVALID FILE_PART_SIZE_CHANGED FILE_PART_SIZE_INVALID FILE_PART_TOO_BIG"

// aboutFlood are the speed limits of transfers. Source: https://core.telegram.org/api/files#uploading-files
const aboutFlood = " FLOOD_PREMIUM_WAIT_X"

// documentedErrors has the methods whose pages were read; each page is https://core.telegram.org/method/ and the name.
var documentedErrors = []documented{
	{"upload.saveFilePart", "MSG_ID_INVALID" + aboutPart + aboutFlood, true},
	{"upload.saveBigFilePart", "FILE_PARTS_INVALID FILE_PART_TOO_SMALL" + aboutPart + aboutFlood, true},
	{"upload.getFile", "CDN_METHOD_INVALID CHANNEL_INVALID CHANNEL_PRIVATE FILEREF_UPGRADE_NEEDED FILE_ID_INVALID FILE_MIGRATE_X FILE_REFERENCE_EMPTY " +
		"FILE_REFERENCE_EXPIRED FILE_REFERENCE_INVALID LIMIT_INVALID LOCATION_INVALID MSG_ID_INVALID OFFSET_INVALID PEER_ID_INVALID" + aboutFlood, true},
	{"upload.getFileHashes", "FILE_MIGRATE_X LOCATION_INVALID", true},
	{"messages.uploadMedia", "CHANNEL_INVALID CHANNEL_PRIVATE CHAT_ID_INVALID CHAT_WRITE_FORBIDDEN FILE_PART_LENGTH_INVALID IMAGE_PROCESS_FAILED " +
		"MEDIA_INVALID MSG_ID_INVALID PEER_ID_INVALID PHOTO_EXT_INVALID PHOTO_INVALID_DIMENSIONS PHOTO_SAVE_FILE_INVALID" + aboutInputFile, false},
	{"messages.sendMedia", "CHANNEL_INVALID CHANNEL_PRIVATE CHAT_SEND_DOCS_FORBIDDEN CHAT_SEND_MEDIA_FORBIDDEN CHAT_SEND_PHOTOS_FORBIDDEN " +
		"CHAT_SEND_VIDEOS_FORBIDDEN CHAT_WRITE_FORBIDDEN FILE_PART_LENGTH_INVALID FILE_REFERENCE_EMPTY FILE_REFERENCE_EXPIRED FILE_REFERENCE_INVALID " +
		"IMAGE_PROCESS_FAILED INPUT_FILE_INVALID MEDIA_CAPTION_TOO_LONG MEDIA_EMPTY MEDIA_FILE_INVALID MEDIA_INVALID MSG_ID_INVALID PEER_ID_INVALID " +
		"PHOTO_EXT_INVALID PHOTO_INVALID_DIMENSIONS PHOTO_SAVE_FILE_INVALID RANDOM_ID_DUPLICATE SLOWMODE_WAIT_X TTL_MEDIA_INVALID " +
		"VIDEO_CONTENT_TYPE_INVALID" + aboutInputFile, false},
	// It takes no InputFile: what an album is made of went through messages.uploadMedia.
	{"messages.sendMultiMedia", "CHANNEL_INVALID CHANNEL_PRIVATE CHAT_SEND_DOCS_FORBIDDEN CHAT_SEND_MEDIA_FORBIDDEN CHAT_SEND_PHOTOS_FORBIDDEN " +
		"CHAT_SEND_VIDEOS_FORBIDDEN CHAT_WRITE_FORBIDDEN FILE_REFERENCE_X_EMPTY FILE_REFERENCE_X_EXPIRED FILE_REFERENCE_X_INVALID MEDIA_CAPTION_TOO_LONG " +
		"MEDIA_EMPTY MEDIA_INVALID MSG_ID_INVALID MULTI_MEDIA_TOO_LONG PEER_ID_INVALID RANDOM_ID_DUPLICATE RANDOM_ID_EMPTY SLOWMODE_WAIT_X", false},
	{"messages.editMessage", "BOT_INVALID CHANNEL_INVALID CHANNEL_PRIVATE CHAT_WRITE_FORBIDDEN IMAGE_PROCESS_FAILED MEDIA_CAPTION_TOO_LONG MEDIA_EMPTY " +
		"MEDIA_GROUPED_INVALID MEDIA_INVALID MEDIA_NEW_INVALID MEDIA_PREV_INVALID MEDIA_TTL_INVALID MSG_ID_INVALID MSG_WAIT_FAILED PEER_ID_INVALID " +
		"PHOTO_EXT_INVALID PHOTO_INVALID_DIMENSIONS PHOTO_SAVE_FILE_INVALID" + aboutInputFile, false},
	{"messages.editChatPhoto", "CHAT_ID_INVALID IMAGE_PROCESS_FAILED PEER_ID_INVALID PHOTO_CROP_SIZE_SMALL PHOTO_EXT_INVALID PHOTO_INVALID" + aboutInputFile, false},
	{"channels.editPhoto", "CHANNEL_INVALID CHANNEL_PRIVATE CHAT_WRITE_FORBIDDEN FILE_REFERENCE_INVALID IMAGE_PROCESS_FAILED PEER_ID_INVALID " +
		"PHOTO_CROP_SIZE_SMALL PHOTO_EXT_INVALID PHOTO_FILE_MISSING PHOTO_INVALID STICKER_MIME_INVALID" + aboutInputFile, false},
	{"photos.uploadProfilePhoto", "ALBUM_PHOTOS_TOO_MANY BOT_INVALID EMOJI_MARKUP_INVALID IMAGE_PROCESS_FAILED PHOTO_CROP_FILE_MISSING PHOTO_CROP_SIZE_SMALL " +
		"PHOTO_EXT_INVALID PHOTO_FILE_MISSING PHOTO_INVALID STICKER_MIME_INVALID VIDEO_FILE_INVALID" + aboutInputFile, false},
	{"stories.sendStory", "CHANNEL_INVALID IMAGE_PROCESS_FAILED MEDIA_CAPTION_TOO_LONG MEDIA_EMPTY MEDIA_FILE_INVALID PEER_ID_INVALID PHOTO_INVALID_DIMENSIONS" + aboutInputFile, false},
	{"auth.bindTempAuthKey", "ENCRYPTED_MESSAGE_INVALID EXPIRES_AT_INVALID TEMP_AUTH_KEY_ALREADY_BOUND TEMP_AUTH_KEY_EMPTY", false},
	{"auth.exportAuthorization", "DC_ID_INVALID", false},
	{"auth.importAuthorization", "AUTH_BYTES_INVALID USER_ID_INVALID", false},
	{"auth.importBotAuthorization", "ACCESS_TOKEN_EXPIRED ACCESS_TOKEN_INVALID API_ID_INVALID API_ID_PUBLISHED_FLOOD", false},
}

// aboutPlace are the errors of https://core.telegram.org/api/errors#303-see-other that only some calls can meet, in spite of
// standing on the page of the errors of every call.
var aboutPlace = []string{"FILE_MIGRATE_X", "PHONE_MIGRATE_X", "STATS_MIGRATE_X"}

// anyCall reports whether every method may answer with the error: the general ones, and those that only the field has seen,
// of which no page says where they belong.
func (e *ErrorInfo) anyCall() bool {
	if slices.Contains(aboutPlace, e.Name) {
		return false
	}
	return strings.HasPrefix(e.Source, srcErrors) || !strings.HasPrefix(e.Source, "https://core.telegram.org/")
}

// lists reports whether the method's documentation has the error; known is false where nobody can tell.
func (p *documented) lists(name string) (listed, known bool) {
	info, found := LookupError(name)
	if !found {
		return false, p.whole
	}
	return info.anyCall() || slices.Contains(strings.Fields(p.errors), info.Name), true
}

// pageOf returns what is known of a method's page, or nil.
func pageOf(method string) *documented {
	for i := range documentedErrors {
		if documentedErrors[i].method == method {
			return &documentedErrors[i]
		}
	}
	return nil
}
