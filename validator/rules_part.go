package validator

// partRules are the rules that a part is judged by.
var partRules = [firstFinal]Rule{
	totalRange: {
		ID: "total.range", Error: errPartsInvalid, Method: methodBig,
		Condition: "file_total_parts is more than upload_max_fileparts_default (4000), or upload_max_fileparts_premium (8000) for a Premium account",
		Source:    urlUploading, Confidence: High, Docs: Enforce, Observed: Enforce,
		Note: "there is no limit in bytes: 2,097,152,000 and 4,194,304,000 bytes follow from the number of parts of 512 KiB",
	},
	totalZero: {
		ID: "total.zero", Error: errPartsInvalid, Method: methodBig,
		Condition: "file_total_parts is 0",
		Source:    urlUploading, Confidence: Medium, Docs: Enforce, Observed: ReportOnly,
		Note: "gogram streamed with 0 in place of -1 in production, before its version 1.7; where this is not enforced, 0 counts as -1",
	},
	totalNegative: {
		ID: "total.negative", Error: errPartsInvalid, Method: methodBig,
		Condition: "file_total_parts is less than -1",
		Source:    urlUploading, Confidence: Medium, Docs: Enforce, Observed: Enforce,
	},
	partRange: {
		ID: "part.range", Error: errPartInvalid, Method: methodBoth,
		Condition: "file_part is not between 0 and the largest number of parts minus 1 (the empty end of a stream of the largest number of parts is exempt)",
		Source:    urlUploading, Confidence: High, Docs: Enforce, Observed: Enforce,
	},
	partBeyondTotal: {
		ID: "part.beyond_total", Error: errPartInvalid, Method: methodBig,
		Condition: "file_part is not less than file_total_parts and it is not the empty end of a stream; or the total now announced leaves out a part that is stored",
		Source:    urlSaveBig, Confidence: Medium, Docs: Enforce, Observed: Enforce,
		Note: "parts are numbered from 0, so the last of N is N-1; the error is what its description says, nobody has published the server's answer",
	},
	orderSequential: {
		ID: "order.sequential", Error: errPartInvalid, Method: methodBoth,
		Condition: "a lower-numbered part has never arrived",
		Source:    urlUploading, Confidence: Unknown, Docs: Off, Observed: Off,
		Note: "not a rule of Telegram's, which takes parts in any order: enforced by ordering: sequential, to test clients that mean to send in order",
	},
	partEmpty: {
		ID: "part.empty", Error: errPartEmpty, Method: methodBoth,
		Condition: "bytes is empty and it is not the empty end of a stream",
		Source:    urlUploading, Confidence: High, Docs: Enforce, Observed: Enforce,
		Note: "an empty part N of N is taken while a part before it may still say that this is a stream, by file_total_parts -1",
	},
	streamFinalEmptyPart: {
		ID: "stream.final_empty_part", Error: errPartEmpty, Method: methodBig,
		Condition: "bytes is empty and file_part = file_total_parts: the documented end of a stream that ends on a part boundary",
		Source:    urlStreamed, Confidence: Medium, Docs: Off, Observed: Off,
		Note: "documented and therefore accepted; gogram's authors report errors for it, so a test may enforce this rule to see what a client does then",
	},
	partTooBig: {
		ID: "part.too_big", Error: errPartTooBig, Method: methodBig,
		Condition: "bytes is longer than 524288",
		Source:    urlUploading, Confidence: High, Docs: Enforce, Observed: Enforce,
	},
	partSizeInvalid: {
		ID: "part.size_invalid", Error: errSizeInvalid, Method: methodBig,
		Condition: "a part that is not the last, or a last part longer than part_size, has a size that is not divisible by 1024 or does not divide 524288 (legal: 1, 2, 4, 8, 16, 32, 64, 128, 256, 512 KiB)",
		Source:    urlUploading, Confidence: High, Docs: Enforce, Observed: Enforce,
		Note: "checked before part.size_changed; the order of the two is not documented",
	},
	partSizeChanged: {
		ID: "part.size_changed", Error: errSizeChanged, Method: methodBig,
		Condition: "a part that is not the last has another size than the parts before it; or a new total puts a shorter, former last part in the middle",
		Source:    urlUploading, Confidence: High, Docs: Enforce, Observed: Enforce,
	},
	lastOversize: {
		ID: "last.oversize", Error: errSizeChanged, Method: methodBig,
		Condition: "the last part is longer than part_size",
		Source:    urlUploading, Confidence: Low, Docs: Enforce, Observed: Enforce,
		Note: "the exemption of the last part holds only while it is smaller; which error answers a larger one is not documented",
	},
	streamTotalOnNonlast: {
		ID: "stream.total_on_nonlast", Error: errPartInvalid, Method: methodBig,
		Condition: "in a stream (some part said -1) a part other than the last carries the total",
		Source:    urlStreamed, Confidence: Low, Docs: Enforce, Observed: ReportOnly,
		Note: "TDLib, Telegram for Android and iOS do this in production, so the server accepts it; the documented form has -1 on all parts but the last",
	},
	totalChanged: {
		ID: "total.changed", Error: errPartInvalid, Method: methodBig,
		Condition: "file_total_parts is another positive number than the one announced before (-1 before or after is no change)",
		Source:    urlSaveBig, Confidence: Low, Docs: Enforce, Observed: ReportOnly,
		Note: "the server's answer is not published; where this is not enforced the newest total counts",
	},
	partRepeated: {
		ID: "part.repeated", Error: errPartInvalid, Method: methodBoth,
		Condition: "a stored part is sent again with the same bytes",
		Source:    urlUploading, Confidence: High, Docs: Off, Observed: Off,
		Note: "accepted: FILE_PART_X_MISSING asks for it. The report counts repeats in any case",
	},
	partRepeatedOther: {
		ID: "part.repeated_other", Error: errPartInvalid, Method: methodBoth,
		Condition: "a stored part is sent again with other bytes",
		Source:    urlUploading, Confidence: Medium, Docs: ReportOnly, Observed: ReportOnly,
		Note: "accepted, the newest bytes count; what Telegram's server keeps is unknown, re-implementations overwrite",
	},
	smallFileTooBig: {
		ID: "small.file_too_big", Error: errPartInvalid, Method: methodSmall,
		Condition: "the parts of the file add up to more than saveFilePart takes (docs 10 MiB, observed 30 MiB, or SmallFileMax)",
		Source:    urlUploading, Confidence: Low, Docs: Enforce, Observed: Enforce,
		Note: "the error's name is what TDLib reacts to; the exact cap is unknown, Telegram Desktop uses saveFilePart up to 30 MiB",
	},
	smallSizeInvalid: {
		ID: "small.size_invalid", Error: errSizeInvalid, Method: methodSmall,
		Condition: "a part that is surely not the last (a higher one is stored) has a size that is not divisible by 1024 or does not divide 524288",
		Source:    urlUploading, Confidence: Medium, Docs: Enforce, Observed: ReportOnly,
		Note: "Telegram for Android sends such parts, and the method's own page lists no size error",
	},
	smallSizeChanged: {
		ID: "small.size_changed", Error: errSizeChanged, Method: methodSmall,
		Condition: "two parts that are surely not the last differ in size, or the highest part is longer than they are",
		Source:    urlUploading, Confidence: Medium, Docs: Enforce, Observed: ReportOnly,
		Note: "Telegram for Android sends such parts, and the method's own page lists no size error",
	},
	smallPartTooBig: {
		ID: "small.too_big", Error: errPartTooBig, Method: methodSmall,
		Condition: "bytes is longer than 524288",
		Source:    urlUploading, Confidence: Medium, Docs: Enforce, Observed: Enforce,
		Note: "the general page says so for both methods, the page of saveFilePart does not list the error",
	},
}
