package validator

// elsewhereRules are the upload rules that other rooms carry out. They are
// here so that one list shows them all.
var elsewhereRules = []Rule{
	{
		ID: "server.auth", Error: "AUTH_KEY_UNREGISTERED", Code: 401, Method: methodBoth, CheckedBy: "rpc",
		Condition: "a part is sent before the account has logged in",
		Source:    "https://core.telegram.org/api/errors#401-unauthorized", Confidence: High,
	},
	{
		ID: "server.flood_wait", Error: "FLOOD_WAIT_X", Code: 420, Method: methodBoth, CheckedBy: "scenarios",
		Condition: "the account sends too fast: repeat after X seconds; answered before the arguments are looked at, and only when a scenario says so",
		Source:    "https://core.telegram.org/api/errors#420-flood", Confidence: Medium,
	},
	{
		ID: "server.flood_premium_wait", Error: "FLOOD_PREMIUM_WAIT_X", Code: 420, Method: methodBoth, CheckedBy: "scenarios",
		Condition: "the upload speed of an account without Premium is limited: the client must repeat by itself after X seconds; only when a scenario says so",
		Source:    urlUploading, Confidence: High,
	},
	{
		ID: "server.file_migrate", Error: "FILE_MIGRATE_X", Code: 303, Method: methodBoth, CheckedBy: "scenarios",
		Condition: "the file belongs to another datacenter; not observed for uploads, though clients handle it",
		Source:    "https://core.telegram.org/api/errors#303-see-other", Confidence: Unknown,
	},
	{
		ID: "part.too_small", Error: "FILE_PART_TOO_SMALL", Code: codeBadRequest, Method: methodBig, CheckedBy: "scenarios",
		Condition: "the part is too small; listed for the method since its layer 195, what triggers it is unknown, so only a scenario answers it",
		Source:    urlSaveBig, Confidence: Unknown,
	},
	{
		ID: "part.length_invalid", Error: "FILE_PART_LENGTH_INVALID", Code: codeBadRequest, Method: methodFinal, CheckedBy: "scenarios",
		Condition: "the length of a part is invalid; seen on finalising calls, what triggers it is unknown, so only a scenario answers it",
		Source:    "https://github.com/tdlib/td/commit/b6d166c7c", Confidence: Unknown,
	},
	{
		ID: "file.id", Method: methodBoth, CheckedBy: "upload",
		Condition: "file_id is a 64-bit number that the client chooses; every number is valid, and another number is another file",
		Source:    urlUploading, Confidence: High,
	},
	{
		ID: "file.two_stores", Error: errPartMissing, Code: codeBadRequest, Method: methodBoth, CheckedBy: "upload",
		Condition: "the same file_id in saveBigFilePart and saveFilePart is two independent files",
		Source:    urlUploading, Confidence: High,
	},
	{
		ID: "file.same_account", Method: methodBoth, CheckedBy: "upload",
		Condition: "parts sent by other connections, sessions and temporary keys of one permanent key belong to the same file",
		Source:    urlUploading, Confidence: High,
	},
	{
		ID: "file.other_perm_key", Error: errPartMissing, Code: codeBadRequest, Method: methodBoth, CheckedBy: "upload",
		Condition: "parts sent by another permanent key of the same account belong to the same file; no evidence either way",
		Source:    "https://core.telegram.org/mtproto/auth_key", Confidence: Unknown,
	},
	{
		ID: "file.other_dc", Error: errPartMissing, Code: codeBadRequest, Method: methodFinal, CheckedBy: "upload",
		Condition: "parts live in the datacenter that they were sent to; finalising in another finds none",
		Source:    "https://core.telegram.org/api/datacenter", Confidence: High,
	},
	{
		ID: "file.expiry", Error: errPartMissing, Code: codeBadRequest, Method: methodFinal, CheckedBy: "store",
		Condition: "a part is kept between several minutes and several hours and is missing after that",
		Source:    urlUploading, Confidence: High,
	},
	{
		ID: "file.parallel", Method: methodBoth, CheckedBy: "upload",
		Condition: "several parts may be in flight at once, over several connections, in any order",
		Source:    urlUploading, Confidence: High,
	},
	{
		ID: "download.limits", Error: "LIMIT_INVALID", Code: codeBadRequest, Method: "upload.getFile", CheckedBy: "rpc",
		Condition: "offset and limit must be divisible by 4096 (precise: 1024), 1 MiB divisible by limit (precise: limit at most 1 MiB), and the range within one block of 1 MiB; a wrong offset is OFFSET_INVALID",
		Source:    "https://core.telegram.org/api/files#downloading-files", Confidence: High,
	},
}
