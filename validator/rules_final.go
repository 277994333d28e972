package validator

// finalRules are the rules that a finalising call is judged by. The array is
// indexed from firstFinal on.
var finalRules = [checkedRules - firstFinal]Rule{
	finalPartsRange - firstFinal: {
		ID: "final.parts_range", Error: errPartsInvalid, Method: methodFinal,
		Condition: "parts of the InputFile is not between 1 and the largest number of parts",
		Source:    urlUploading, Confidence: High, Docs: Enforce, Observed: Enforce,
		Note: "an inputFile of nothing is taken for no thumbnail: gogram sends one with every document that has none",
	},
	finalKind - firstFinal: {
		ID: "final.kind", Error: errPartMissing, Method: methodFinal,
		Condition: "inputFile names parts of saveBigFilePart, or inputFileBig parts of saveFilePart: the other store is empty",
		Source:    urlUploading, Confidence: High, Docs: Enforce, Observed: Enforce,
	},
	finalUnknown - firstFinal: {
		ID: "final.unknown", Error: errPartMissing, Method: methodFinal,
		Condition: "no part of this file_id is stored; X is 0",
		Source:    urlUploading, Confidence: High, Docs: Enforce, Observed: Enforce,
	},
	finalTotalMismatch - firstFinal: {
		ID: "final.total_mismatch", Error: errPartsInvalid, Method: methodFinal,
		Condition: "parts of the inputFileBig is not the total that the parts announced",
		Source:    urlUploading, Confidence: Low, Docs: Enforce, Observed: Enforce,
		Note: "the error's description fits; the server's answer to this very case is not published",
	},
	finalExtraParts - firstFinal: {
		ID: "final.extra_parts", Error: errPartsInvalid, Method: methodFinal,
		Condition: "a part is stored whose number is parts or more (the empty end of a stream is exempt)",
		Source:    urlUploading, Confidence: Low, Docs: Enforce, Observed: Enforce,
		Note: "otherwise the file would silently lose its end; re-implementations answer the same",
	},
	finalPartMissing - firstFinal: {
		ID: "final.part_missing", Error: errPartMissing, Method: methodFinal,
		Condition: "a part below parts is not stored; X is the lowest such part",
		Source:    urlUploading, Confidence: High, Docs: Enforce, Observed: Enforce,
		Note: "that it is the lowest is inferred, all published cases agree",
	},
	streamTotalNeverAnnounced - firstFinal: {
		ID: "stream.total_never_announced", Error: errPartsInvalid, Method: methodFinal,
		Condition: "a stream is finalised though no part ever carried its total",
		Source:    urlStreamed, Confidence: Low, Docs: Enforce, Observed: ReportOnly,
		Note: "gotd and WTelegramClient do this in production when a stream ends on a part boundary; the documented form ends with an empty part",
	},
	finalMD5 - firstFinal: {
		ID: "final.md5", Error: errMD5Invalid, Method: methodFinal,
		Condition: "md5_checksum of the inputFile is not empty and not the MD5 of the stored bytes, in hexadecimal",
		Source:    urlUploading, Confidence: High, Docs: Enforce, Observed: Enforce,
		Note: "an empty md5_checksum is accepted, several clients send one; inputFileBig has none. Where only digests of parts are kept it goes unchecked",
	},
	photoExt - firstFinal: {
		ID: "photo.ext", Error: errPhotoExt, Method: methodPhoto,
		Condition: "the name of the InputFile does not end like a picture's (.jpg, .jpeg, .png, .gif, .bmp, .webp, .tif, .tiff, .heic)",
		Source:    urlMedia, Confidence: Low, Docs: Enforce, Observed: Enforce,
		Note: "the error is documented, the list of extensions is not",
	},
	photoTooBig - firstFinal: {
		ID: "photo.too_big", Error: errPhotoSaveFile, Method: methodPhoto,
		Condition: "the photo has more than 10 MiB",
		Source:    urlMedia, Confidence: Low, Docs: Enforce, Observed: Enforce,
		Note: "the error is documented as an internal one; that size causes it is what Telethon's authors report",
	},
	photoStreamed - firstFinal: {
		ID: "photo.streamed", Error: errPhotoSaveFile, Method: methodPhoto,
		Condition: "the photo was uploaded as a stream",
		Source:    urlStreamed, Confidence: Low, Docs: Enforce, Observed: ReportOnly,
		Note: "that streams cannot be photos is documented for inputMediaUploadedPhoto, the error is not; profile and chat photos are held to it as well",
	},
	finalSmallAsBig - firstFinal: {
		ID: "final.small_as_big", Error: errPartsInvalid, Method: methodFinal,
		Condition: "a file of at most 10 MiB, not a stream, was saved with saveBigFilePart",
		Source:    urlUploading, Confidence: Unknown, Docs: ReportOnly, Observed: Off,
		Note: "advice, not a refusal: streaming needs saveBigFilePart for any size, so the server takes it",
	},
}
