package validator

// Confidence says how sure we are that Telegram's servers act on a rule as it
// stands here.
type Confidence string

// The degrees of confidence.
const (
	High    Confidence = "high"
	Medium  Confidence = "medium"
	Low     Confidence = "low"
	Unknown Confidence = "unknown"
)

// Rule is one upload rule, as data.
type Rule struct {
	// ID is the stable name of the rule, for overrides, reports and tests.
	ID string `json:"id"`
	// Error is the error on the wire; X stands for a number. Empty where
	// breaking the rule has no error of its own.
	Error string `json:"error"`
	// Code is the RPC error code that goes with Error.
	Code int `json:"code"`
	// Method names the calls that the rule judges.
	Method string `json:"method"`
	// Condition says when the rule is broken.
	Condition string `json:"condition"`
	// Source is the URL of the documentation, or of the best evidence.
	Source string `json:"source"`
	// Confidence is how sure we are of condition and error together.
	Confidence Confidence `json:"confidence"`
	// Note says what the documentation leaves open and what the choice rests on.
	Note string `json:"note,omitempty"`
	// CheckedBy is the room that carries the rule out: "validator" for those
	// that this package checks, another name for those it only lists.
	CheckedBy string `json:"checked_by"`
	// Mode is what this rulebook does about it.
	Mode Mode `json:"mode"`
	// Docs is the mode in the docs profile.
	Docs Mode `json:"docs"`
	// Observed is the mode in the observed profile.
	Observed Mode `json:"observed"`
}

// Checked tells whether this package checks the rule, as opposed to listing it
// for the room named in CheckedBy.
func (r Rule) Checked() bool { return r.CheckedBy == checkedHere }

const checkedHere = "validator"

// Errors that the checked rules answer with, all of code 400,
// https://core.telegram.org/api/errors#400-bad-request.
const (
	errPartsInvalid  = "FILE_PARTS_INVALID"
	errPartInvalid   = "FILE_PART_INVALID"
	errPartEmpty     = "FILE_PART_EMPTY"
	errPartTooBig    = "FILE_PART_TOO_BIG"
	errSizeInvalid   = "FILE_PART_SIZE_INVALID"
	errSizeChanged   = "FILE_PART_SIZE_CHANGED"
	errPartMissing   = "FILE_PART_X_MISSING"
	errMD5Invalid    = "MD5_CHECKSUM_INVALID"
	errPhotoExt      = "PHOTO_EXT_INVALID"
	errPhotoSaveFile = "PHOTO_SAVE_FILE_INVALID"
)

const codeBadRequest = 400

// Where the rules stand.
const (
	urlUploading = "https://core.telegram.org/api/files#uploading-files"
	urlStreamed  = "https://core.telegram.org/api/files#streamed-uploads"
	urlSaveBig   = "https://core.telegram.org/method/upload.saveBigFilePart"
	urlMedia     = "https://core.telegram.org/method/messages.uploadMedia"
)

// What the rules judge.
const (
	methodBig   = "upload.saveBigFilePart"
	methodSmall = "upload.saveFilePart"
	methodBoth  = methodBig + ", " + methodSmall
	methodFinal = "any method that takes an InputFile (messages.sendMedia, messages.uploadMedia, ...)"
	methodPhoto = "any method that takes inputMediaUploadedPhoto, photos.uploadProfilePhoto, messages.editChatPhoto, channels.editPhoto"
)

// ruleNo is the place of a checked rule in the order of checking.
type ruleNo int

// The rules of a part, in the order in which they are checked. The first
// enforced one that a call breaks is the error on the wire.
const (
	totalRange ruleNo = iota
	totalZero
	totalNegative
	partRange
	partBeyondTotal
	orderSequential
	partEmpty
	streamFinalEmptyPart
	partTooBig
	partSizeInvalid
	partSizeChanged
	lastOversize
	streamTotalOnNonlast
	totalChanged
	partRepeated
	partRepeatedOther
	smallFileTooBig
	smallSizeInvalid
	smallSizeChanged
	smallPartTooBig

	firstFinal
)

// The rules of a finalising call, in the order in which they are checked.
const (
	finalPartsRange ruleNo = firstFinal + iota
	finalKind
	finalUnknown
	finalTotalMismatch
	finalExtraParts
	finalPartMissing
	streamTotalNeverAnnounced
	finalMD5
	photoExt
	photoTooBig
	photoStreamed
	finalSmallAsBig

	checkedRules
)

// allRules returns every rule, the checked ones first and in their order.
func allRules() []Rule {
	rules := make([]Rule, 0, int(checkedRules)+len(elsewhereRules))
	rules = append(rules, partRules[:]...)
	rules = append(rules, finalRules[:]...)
	for i := range rules {
		rules[i].CheckedBy = checkedHere
		rules[i].Code = codeBadRequest
	}
	return append(rules, elsewhereRules...)
}
