package validator

// Numbers of the upload rules.
const (
	// PartSizeMax is the largest part, in bytes: 512 KiB.
	// See https://core.telegram.org/api/files#uploading-files
	// (FILE_PART_TOO_BIG).
	PartSizeMax = 512 * 1024

	// PartSizeUnit is what part_size has to be a multiple of, in bytes.
	// See https://core.telegram.org/api/files#uploading-files
	// ("part_size % 1024 = 0").
	PartSizeUnit = 1024

	// DefaultMaxParts is how many parts a file may have without Telegram
	// Premium: the value of upload_max_fileparts_default that the live
	// configuration carries.
	// See https://core.telegram.org/api/config#upload-max-fileparts-default.
	DefaultMaxParts = 4000

	// DefaultMaxPartsPremium is the same for a Premium account:
	// upload_max_fileparts_premium.
	// See https://core.telegram.org/api/config#upload-max-fileparts-premium.
	DefaultMaxPartsPremium = 8000

	// SmallFileMaxDocs is the size, in bytes, above which the documentation
	// asks for upload.saveBigFilePart.
	// See https://core.telegram.org/api/files#uploading-files.
	SmallFileMaxDocs = 10 * 1024 * 1024

	// SmallFileMaxObserved is the size, in bytes, up to which Telegram Desktop
	// is known to use upload.saveFilePart with success; the real cap is
	// unknown but not lower.
	// See https://github.com/telegramdesktop/tdesktop/blob/dev/Telegram/SourceFiles/storage/file_upload.h.
	SmallFileMaxObserved = 30 * 1024 * 1024

	// PhotoSizeMax is the largest photo, in bytes.
	// See https://core.telegram.org/method/messages.uploadMedia
	// (PHOTO_SAVE_FILE_INVALID).
	PhotoSizeMax = 10 * 1024 * 1024
)

// totalUnknown is the file_total_parts of a stream whose end is not in sight,
// https://core.telegram.org/api/files#streamed-uploads, and this package's
// word for "nobody has said".
const totalUnknown int32 = -1

// legalPartSize tells whether size may be the part_size of a file.
func legalPartSize(size int32) bool {
	return size > 0 && size%PartSizeUnit == 0 && PartSizeMax%size == 0
}

// whyIllegal names the condition that size fails.
func whyIllegal(size int32) string {
	if size%PartSizeUnit != 0 {
		return "is not divisible by 1024"
	}
	return "does not divide 524288 (512 KiB)"
}
