package scenarios

// Codes that the table and the replies share. Source: https://core.telegram.org/api/errors#error-type
const (
	codeFlood = 420
)

// Pages that several rows of the table come from.
const (
	srcErrors    = "https://core.telegram.org/api/errors"
	srcFiles     = "https://core.telegram.org/api/files#uploading-files"
	srcDownload  = "https://core.telegram.org/api/files#downloading-files"
	srcReference = "https://core.telegram.org/api/file_reference"
	srcSmall     = "https://core.telegram.org/method/upload.saveFilePart"
	srcBig       = "https://core.telegram.org/method/upload.saveBigFilePart"
	srcGet       = "https://core.telegram.org/method/upload.getFile"
	srcMember    = "https://core.telegram.org/method/channels.getParticipant"
	srcCDN       = "https://core.telegram.org/method/upload.getCdnFile"
	srcReupload  = "https://core.telegram.org/method/upload.reuploadCdnFile"
	srcMedia     = "https://core.telegram.org/method/messages.uploadMedia"
	srcSend      = "https://core.telegram.org/method/messages.sendMedia"
	srcAlbum     = "https://core.telegram.org/method/messages.sendMultiMedia"
	srcEdit      = "https://core.telegram.org/method/messages.editMessage"
	srcProfile   = "https://core.telegram.org/method/photos.uploadProfilePhoto"
	srcSecret    = "https://core.telegram.org/method/messages.sendEncryptedFile"
	srcSecretUp  = "https://core.telegram.org/method/messages.uploadEncryptedFile"
	srcTheme     = "https://core.telegram.org/method/account.uploadTheme"
	srcWallpaper = "https://core.telegram.org/method/account.uploadWallPaper"
	srcRingtone  = "https://core.telegram.org/method/account.uploadRingtone"
	srcStickers  = "https://core.telegram.org/method/stickers.createStickerSet"
	srcBind      = "https://core.telegram.org/method/auth.bindTempAuthKey"
	srcExport    = "https://core.telegram.org/method/auth.exportAuthorization"
	srcImport    = "https://core.telegram.org/method/auth.importAuthorization"
	srcBot       = "https://core.telegram.org/method/auth.importBotAuthorization"
	// srcTelethon lists errors that libraries saw in the field and Telegram's own pages leave out.
	srcTelethon = "https://github.com/LonamiWebs/Telethon/blob/v1/telethon_generator/data/methods.csv"
	srcKurigram = "https://github.com/KurimuzonAkuma/pyrogram/tree/dev/compiler/errors/source"
)

// errorTable is every error that an upload, its use and its read-back can meet, the documented ones first.
var errorTable = []ErrorInfo{
	// Uploading a part.
	row(400, "FILE_PARTS_INVALID", srcBig, "the total number of parts is not in the allowed range"),
	row(400, "FILE_PART_INVALID", srcBig, "the number of this part is not in the allowed range"),
	row(400, "FILE_PART_EMPTY", srcBig, "the part has no bytes"),
	row(400, "FILE_PART_TOO_BIG", srcBig, "the part has more bytes than a part may have"),
	row(400, "FILE_PART_TOO_SMALL", srcBig, "the part has fewer bytes than a part may have"),
	row(400, "FILE_PART_SIZE_INVALID", srcBig, "512 KiB is not a multiple of the size of the part, or the size is not a multiple of 1 KiB"),
	row(400, "FILE_PART_SIZE_CHANGED", srcBig, "the part has another size than earlier parts of the file"),
	row(400, "MSG_ID_INVALID", srcSmall, "the message identifier is not valid"),
	row(420, "FLOOD_WAIT_X", srcErrors+"#420-flood", "too many calls: wait X seconds, then repeat the call"),
	row(420, "FLOOD_PREMIUM_WAIT_X", srcFiles, "the speed limit of accounts without Premium: wait X seconds, then repeat the call"),
	row(500, "FILE_WRITE_FAILED", srcKurigram, "the server could not write the part"),
	row(500, "PHOTO_CREATE_FAILED", srcKurigram, "the server could not create the photo"),

	// Using what was uploaded.
	row(400, "FILE_PART_X_MISSING", srcFiles, "part X was not found in the store: upload it again and repeat the call"),
	row(400, "FILE_PART_LENGTH_INVALID", srcSend, "a part has a length that does not fit the file"),
	row(400, "MD5_CHECKSUM_INVALID", srcFiles, "the checksum of the file is not the announced one"),
	row(400, "INPUT_FILE_INVALID", srcSend, "the InputFile is not valid"),
	row(400, "MEDIA_EMPTY", srcSend, "the media object holds nothing usable"),
	row(400, "MEDIA_INVALID", srcSend, "the media object is not valid"),
	row(400, "MEDIA_FILE_INVALID", srcSend, "the file of the media object is not valid"),
	row(400, "IMAGE_PROCESS_FAILED", srcSend, "the image could not be processed"),
	row(400, "PHOTO_EXT_INVALID", srcSend, "the file name does not have the extension of a photo"),
	row(400, "PHOTO_INVALID_DIMENSIONS", srcSend, "the photo is too wide, too high or too narrow"),
	row(400, "PHOTO_SAVE_FILE_INVALID", srcSend, "the photo could not be stored; it may be above 10 MB"),
	row(400, "PHOTO_INVALID", srcProfile, "the photo is not valid"),
	row(400, "PHOTO_FILE_MISSING", srcProfile, "the photo has no file"),
	row(400, "PHOTO_CROP_SIZE_SMALL", srcProfile, "the photo is too small"),
	row(400, "PHOTO_CROP_FILE_MISSING", srcProfile, "the photo to crop has no file"),
	row(400, "STICKER_MIME_INVALID", srcProfile, "the sticker is of a wrong type"),
	row(400, "VIDEO_FILE_INVALID", srcProfile, "the video is not valid"),
	row(400, "EMOJI_MARKUP_INVALID", srcProfile, "the emoji markup of the picture is not valid"),
	row(400, "ALBUM_PHOTOS_TOO_MANY", srcProfile, "there are too many profile photos"),
	row(400, "BOT_INVALID", srcProfile, "this is not a bot of the account"),
	row(400, "VIDEO_CONTENT_TYPE_INVALID", srcSend, "the video has content of a wrong type"),
	row(400, "TTL_MEDIA_INVALID", srcSend, "this kind of media cannot destroy itself"),
	row(400, "MEDIA_CAPTION_TOO_LONG", srcSend, "the caption is too long"),
	row(400, "MULTI_MEDIA_TOO_LONG", srcAlbum, "the album has too many items"),
	row(400, "RANDOM_ID_EMPTY", srcAlbum, "an item has no random_id"),
	row(500, "RANDOM_ID_DUPLICATE", srcSend, "the random_id was used before"),
	row(420, "SLOWMODE_WAIT_X", srcSend, "the chat is in slow mode: wait X seconds"),
	row(403, "CHAT_WRITE_FORBIDDEN", srcSend, "the account may not write in this chat"),
	row(403, "CHAT_SEND_MEDIA_FORBIDDEN", srcSend, "the account may not send media in this chat"),
	row(403, "CHAT_SEND_DOCS_FORBIDDEN", srcSend, "the account may not send documents in this chat"),
	row(403, "CHAT_SEND_PHOTOS_FORBIDDEN", srcSend, "the account may not send photos in this chat"),
	row(403, "CHAT_SEND_VIDEOS_FORBIDDEN", srcSend, "the account may not send videos in this chat"),
	row(400, "PEER_ID_INVALID", srcMedia, "the peer is not known; the pages of messages.sendMedia and messages.sendMultiMedia have it with code 406, that of messages.sendMessage with 404"),
	row(400, "FILE_EMTPY", srcSecret, "the file of a secret chat is empty (misspelt by Telegram)"),
	row(400, "DATA_TOO_LONG", srcSecret, "the encrypted message is too long"),
	row(400, "ENCRYPTION_DECLINED", srcSecret, "the secret chat was declined"),
	row(500, "MSG_WAIT_FAILED", srcEdit, "a call that this one waits for has failed; the pages of secret chats have it with code 400"),
	row(400, "CHAT_ID_INVALID", srcSecretUp, "the chat is not known"),
	row(400, "MEDIA_NEW_INVALID", srcEdit, "the new media is not valid"),
	row(400, "MEDIA_PREV_INVALID", srcEdit, "the old media cannot be replaced"),
	row(400, "MEDIA_GROUPED_INVALID", srcEdit, "media of this type cannot be in an album"),
	row(400, "MEDIA_TTL_INVALID", srcEdit, "the lifetime of the media is not valid"),
	row(400, "THEME_FILE_INVALID", srcTheme, "the theme file is not valid"),
	row(400, "THEME_MIME_INVALID", srcTheme, "the theme file is of a wrong type"),
	row(400, "WALLPAPER_FILE_INVALID", srcWallpaper, "the wallpaper file is not valid"),
	row(400, "WALLPAPER_MIME_INVALID", srcWallpaper, "the wallpaper file is of a wrong type"),
	row(400, "RINGTONE_MIME_INVALID", srcRingtone, "the ringtone is of a wrong type"),
	row(400, "STICKER_FILE_INVALID", srcStickers, "the sticker file is not valid"),

	// Reading it back.
	row(400, "FILE_ID_INVALID", srcGet, "the file is not known"),
	row(400, "LOCATION_INVALID", srcGet, "the file location is not valid"),
	row(400, "OFFSET_INVALID", srcDownload, "the offset is not a multiple of what is allowed"),
	row(400, "LIMIT_INVALID", srcDownload, "the length is not one of the allowed ones"),
	row(400, "FILE_REFERENCE_EMPTY", srcReference, "the file reference is missing"),
	row(400, "FILE_REFERENCE_EXPIRED", srcReference, "the file reference is too old: fetch it again"),
	row(400, "FILE_REFERENCE_INVALID", srcReference, "the file reference is not valid"),
	row(400, "FILE_REFERENCE_X_EMPTY", srcReference, "the file reference of item X is missing"),
	row(400, "FILE_REFERENCE_X_EXPIRED", srcReference, "the file reference of item X is too old: fetch it again"),
	row(400, "FILE_REFERENCE_X_INVALID", srcReference, "the file reference of item X is not valid"),
	row(406, "FILEREF_UPGRADE_NEEDED", srcGet, "the client is too old to use file references"),
	row(400, "CDN_METHOD_INVALID", srcGet, "this method cannot be called in a CDN datacenter"),
	row(400, "CHANNEL_INVALID", srcGet, "the channel is not known"),
	row(400, "CHANNEL_PRIVATE", srcGet, "the account is not in the channel; the pages of messages.sendMedia and messages.editMessage have it with code 406"),
	row(500, "CDN_UPLOAD_TIMEOUT", srcReupload, "the file did not reach the CDN in time"),
	row(400, "REQUEST_TOKEN_INVALID", srcReupload, "the request token is not valid"),
	row(400, "RSA_DECRYPT_FAILED", srcReupload, "the token could not be decrypted"),
	row(400, "FILE_TOKEN_INVALID", srcCDN, "the file token is not valid"),
	row(404, "METHOD_INVALID", srcCDN, "this method is not known here"),
	row(400, "INPUT_FETCH_FAIL", srcTelethon, "the call could not be read"),

	// Giving it to those who have joined.
	row(400, "USER_NOT_PARTICIPANT", srcMember, "the user has not joined the channel"),

	// Any call.
	row(303, "FILE_MIGRATE_X", srcErrors+"#303-see-other", "the file is in datacenter X"),
	row(303, "PHONE_MIGRATE_X", srcErrors+"#303-see-other", "the phone number belongs to datacenter X"),
	row(303, "NETWORK_MIGRATE_X", srcErrors+"#303-see-other", "this address belongs to datacenter X"),
	row(303, "USER_MIGRATE_X", srcErrors+"#303-see-other", "the account belongs to datacenter X"),
	row(303, "STATS_MIGRATE_X", srcErrors+"#303-see-other", "the statistics are in datacenter X"),
	row(400, "CONNECTION_NOT_INITED", srcErrors, "initConnection was not called"),
	row(400, "CONNECTION_LAYER_INVALID", srcErrors, "the layer is not valid"),
	row(400, "CONNECTION_API_ID_INVALID", srcErrors, "the api_id is not valid"),
	row(400, "INPUT_REQUEST_TOO_LONG", srcErrors, "the call is too long"),
	row(400, "INPUT_FETCH_ERROR", srcErrors, "the call could not be read"),
	row(400, "INPUT_CONSTRUCTOR_INVALID", srcErrors, "a constructor is not known"),
	row(400, "INPUT_METHOD_INVALID", srcErrors, "the method is not known"),
	row(400, "INPUT_LAYER_INVALID", srcErrors, "the layer is not valid"),
	row(401, "AUTH_KEY_UNREGISTERED", srcErrors+"#401-unauthorized", "nobody is logged in with this auth key"),
	row(401, "AUTH_KEY_INVALID", srcErrors+"#401-unauthorized", "the auth key is not valid"),
	row(401, "AUTH_KEY_PERM_EMPTY", srcErrors+"#401-unauthorized", "a temporary auth key is not bound to a permanent one"),
	row(401, "SESSION_REVOKED", srcErrors+"#401-unauthorized", "the login was ended from elsewhere"),
	row(401, "SESSION_EXPIRED", srcErrors+"#401-unauthorized", "the login has expired"),
	row(401, "USER_DEACTIVATED", srcErrors+"#401-unauthorized", "the account was deleted"),
	row(401, "SESSION_PASSWORD_NEEDED", srcErrors+"#401-unauthorized", "the login waits for a password"),
	row(406, "AUTH_KEY_DUPLICATED", srcErrors+"#406-not-acceptable", "the auth key was used from two addresses at once"),
	row(500, "TIMEOUT", srcTelethon, "the server took too long"),
	row(-503, "Timeout", srcErrors+"#500-internal", "the server took too long"),
	row(-503, "MSG_WAIT_TIMEOUT", srcErrors+"#error-database", "a call that this one waits for took too long: send this one again as it was"),

	// Keys and logins.
	row(400, "ENCRYPTED_MESSAGE_INVALID", srcBind, "the binding message is not valid"),
	row(400, "EXPIRES_AT_INVALID", srcBind, "the expiry of the key is not valid"),
	row(400, "TEMP_AUTH_KEY_ALREADY_BOUND", srcBind, "the temporary auth key is bound already"),
	row(400, "TEMP_AUTH_KEY_EMPTY", srcBind, "there is no temporary auth key"),
	row(400, "DC_ID_INVALID", srcExport, "the datacenter is not known"),
	row(400, "AUTH_BYTES_INVALID", srcImport, "the exported authorization is not valid"),
	row(400, "USER_ID_INVALID", srcImport, "the user is not known"),
	row(400, "ACCESS_TOKEN_EXPIRED", srcBot, "the token of the bot was revoked"),
	row(400, "ACCESS_TOKEN_INVALID", srcBot, "the token of the bot is not valid"),
	row(400, "API_ID_INVALID", srcBot, "the api_id and api_hash do not belong together"),
	row(400, "API_ID_PUBLISHED_FLOOD", srcBot, "the api_id was published and may not be used here"),
}

func row(code int, name, source, description string) ErrorInfo {
	return ErrorInfo{Name: name, Code: code, Description: description, Source: source}
}
