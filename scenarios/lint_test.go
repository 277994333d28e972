package scenarios

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// answered are some of the methods that a server answers, in no order.
var answered = []string{"upload.saveBigFilePart", "messages.sendMedia", "upload.saveFilePart", "upload.getFile", "help.getConfig", "messages.sendMessage"}

// TestLint has a rule, or several, and what is said about them; nothing where all is well.
func TestLint(t *testing.T) {
	for name, tt := range map[string]struct {
		rules string
		want  []string
	}{
		"well": {`
- { name: a, match: { part: [2, last], total: ">10", attempt: 1 }, per: file, nth: 1, reply: { error: FILE_PART_INVALID } }
- { name: b, chance: 10%, reply: { flood_wait: 3s, premium: true } }
- { match: { method: "*" }, reply: { error: USER_MIGRATE_4 } }`, nil},

		"no such method": {`- { match: { method: upload.saveBigFilePrat }, delay: 1s }`, []string{
			`2:22: unknown-method: rules[0].match.method: the rule can never fire: no method that is answered is called "upload.saveBigFilePrat" (did you mean "upload.saveBigFilePart"?)`}},
		"no namespace": {`- { match: { method: sendMedia }, delay: 1s }`, []string{
			`2:22: unknown-method: rules[0].match.method: the rule can never fire: no method that is answered is called "sendMedia" (did you mean "messages.sendMedia"?)`}},
		"no such glob": {`- { match: { method: "photos.*" }, delay: 1s }`, []string{
			`2:22: unknown-method: rules[0].match.method: the rule can never fire: no method that is answered is called "photos.*"`}},
		"no such method, and more": {`- { match: { method: "photos.*", dc: 4 }, delay: 1s }`, []string{
			`2:22: unknown-method: rules[0].match.method: the rule can never fire: no method that is answered is called "photos.*"`}},
		"upper case is the same": {`- { match: { method: UPLOAD.GETFILE }, delay: 1s }`, nil},

		"part 7999": {`- { match: { part: 7999 }, delay: 1s }`, nil},
		"part 8000": {`- { match: { part: 8000 }, delay: 1s }`, []string{
			`2:20: part-range: rules[0].match.part: the rule can never fire on a file that keeps the rules: parts are numbered from 0, so the last of a file of 8000 parts, the most that is allowed, is 7999`}},
		"some parts": {`- { match: { part: [1, 9000] }, delay: 1s }`, []string{
			`2:20: part-range: rules[0].match.part: some of these parts do not exist: parts are numbered from 0, so the last of a file of 8000 parts, the most that is allowed, is 7999`}},
		"open range": {`- { match: { part: ">=7999" }, delay: 1s }`, nil},

		"part beyond total":    {`- { match: { part: 11, total: 10 }, delay: 1s }`, []string{`2:20: never-fires: rules[0].match.part: the rule can never fire on a file that keeps the rules: of a file of 10 parts the last is 9`}},
		"end of a stream":      {`- { match: { part: 10, total: 10 }, delay: 1s }`, nil},
		"stream":               {`- { match: { part: 11, total: [-1, 10] }, delay: 1s }`, nil},
		"small has no total":   {`- { match: { method: upload.saveFilePart, total: 5 }, delay: 1s }`, []string{`2:50: never-fires: rules[0].match.total: the rule can never fire: upload.saveFilePart does not say how many parts there are`}},
		"small has no last":    {`- { match: { method: upload.saveFilePart, part: last }, delay: 1s }`, []string{`2:49: never-fires: rules[0].match.part: the rule can never fire: upload.saveFilePart does not say how many parts there are`}},
		"a number or the last": {`- { match: { method: upload.saveFilePart, part: [1, last] }, delay: 1s }`, nil},

		"files of what has none":    {`- { match: { method: upload.getFile, file: 1 }, delay: 1s }`, []string{`2:44: never-fires: rules[0].match.file: the rule can never fire: only parts are numbered by file and attempt, and "upload.getFile" does not upload them`}},
		"attempts of what has none": {`- { match: { method: help.getConfig, attempt: 1 }, delay: 1s }`, []string{`2:47: never-fires: rules[0].match.attempt: the rule can never fire: only parts are numbered by file and attempt, and "help.getConfig" does not upload them`}},

		"one attempt, second call of the part": {`- { match: { attempt: 1 }, per: part, nth: 2, delay: 1s }`, []string{
			`2:44: never-fires: rules[0].nth: the rule can never fire: at most 1 call of each part can match, and it waits for call 2`}},
		"two parts, every third": {`- { match: { part: [1, 2], attempt: 1 }, every: 3, delay: 1s }`, []string{
			`2:49: never-fires: rules[0].every: the rule can never fire: at most 2 calls of each file can match, and it waits for call 3`}},
		"after": {`- { match: { attempt: [1, 2] }, per: part, after: 2, delay: 1s }`, []string{
			`2:51: never-fires: rules[0].after: the rule can never fire: at most 2 calls of each part can match, and it waits for call 3`}},
		"enough calls": {`- { match: { attempt: [1, 2] }, per: part, after: 1, delay: 1s }`, nil},
		"per session":  {`- { match: { part: 1, attempt: 1 }, per: session, nth: 9, delay: 1s }`, nil},

		"all taken":      {`- { name: all, delay: 1s }` + "\n" + `- { match: { part: 2 }, delay: 2s }`, []string{`3:3: never-fires: rules[1]: the rule can never fire: "all" (line 2) takes every call that it matches`}},
		"used up":        {`- { times: 1, delay: 1s }` + "\n" + `- { match: { part: 2 }, delay: 2s }`, nil},
		"by chance":      {`- { name: a, chance: 99%, delay: 1s }` + "\n" + `- { match: { part: 2 }, delay: 2s }`, nil},
		"certain chance": {`- { chance: 100%, delay: 1s }` + "\n" + `- { match: { part: 2 }, delay: 2s }`, []string{`3:3: never-fires: rules[1]: the rule can never fire: rules[0] (line 2) takes every call that it matches`}},
		"another part":   {`- { match: { part: 1 }, delay: 1s }` + "\n" + `- { match: { part: [1, 2] }, delay: 2s }`, nil},
		"taken together": {`- { match: { part: "0..4" }, delay: 1s }` + "\n" + `- { match: { part: 9 }, delay: 1s }` + "\n" + `- { match: { part: ">=5" }, delay: 1s }` + "\n" + `- { match: { part: "2..7" }, delay: 2s }`, []string{
			`5:3: never-fires: rules[3]: the rule can never fire: rules[0] (line 2) and rules[2] (line 4) take every call that it matches`}},
		"part of an even":      {`- { match: { part: even }, delay: 1s }` + "\n" + `- { match: { part: [2, 4] }, delay: 2s }`, []string{`3:3: never-fires: rules[1]: the rule can never fire: rules[0] (line 2) takes every call that it matches`}},
		"last is not a number": {`- { match: { part: last }, delay: 1s }` + "\n" + `- { match: { part: 2 }, delay: 2s }`, nil},
		"wider glob":           {`- { match: { method: "upload.*" }, delay: 1s }` + "\n" + `- { match: { method: upload.getFile }, delay: 2s }`, []string{`3:3: never-fires: rules[1]: the rule can never fire: rules[0] (line 2) takes every call that it matches`}},
		"narrower glob":        {`- { match: { method: upload.getFile }, delay: 1s }` + "\n" + `- { match: { method: "upload.*" }, delay: 2s }`, nil},
		"calls without a part": {`- { match: { method: "*", part: ">=0" }, delay: 1s }` + "\n" + `- { match: { method: upload.getFile }, delay: 2s }`, nil},

		"not of this method": {`- { match: { method: upload.saveFilePart }, reply: { error: FILE_PARTS_INVALID } }`, []string{
			`2:61: undocumented-error: rules[0].reply.error: FILE_PARTS_INVALID is not a documented error of upload.saveFilePart, see https://core.telegram.org/method/upload.saveBigFilePart`}},
		"of one of two":           {`- { reply: { error: FILE_PARTS_INVALID } }`, nil},
		"elsewhere":               {`- { reply: { error: FILE_MIGRATE_2 } }`, []string{`2:21: undocumented-error: rules[0].reply.error: FILE_MIGRATE_2 is not a documented error of upload.saveBigFilePart or upload.saveFilePart, see https://core.telegram.org/api/errors#303-see-other`}},
		"where files are":         {`- { match: { method: upload.getFile }, reply: { error: FILE_MIGRATE_2 } }`, nil},
		"of every call":           {`- { reply: { error: AUTH_KEY_UNREGISTERED } }`, nil},
		"seen in the field":       {`- { reply: { error: FILE_WRITE_FAILED } }`, nil},
		"made up":                 {`- { reply: { error: { code: 400, message: MADE_UP } } }`, []string{`2:21: undocumented-error: rules[0].reply.error: MADE_UP is not a documented error of upload.saveBigFilePart or upload.saveFilePart`}},
		"made up for a long list": {`- { match: { method: messages.sendMedia }, reply: { error: { code: 400, message: MADE_UP } } }`, nil},
		"page not known":          {`- { match: { method: help.getConfig }, reply: { error: FILE_PARTS_INVALID } }`, nil},

		"per alone":      {`- { per: part, delay: 1s }`, []string{`2:10: useless-key: rules[0].per: per changes nothing: it says what nth, every, after, times and hold_until count in, and the rule has none of them`}},
		"per of a hold":  {`- { per: server, delay: { hold_until: { calls: 2 } } }`, nil},
		"times and nth":  {`- { nth: 2, times: 2, delay: 1s }`, []string{`2:20: useless-key: rules[0].times: times changes nothing: nth names 1 call for each file`}},
		"times fits nth": {`- { nth: [2, 3], times: 1, delay: 1s }`, nil},
		"times and once": {`- { match: { attempt: 1 }, per: part, times: 3, delay: 1s }`, []string{`2:46: useless-key: rules[0].times: times changes nothing: at most 1 call can match for each part`}},

		"chance without a name": {`- { chance: 10%, delay: 1s }`, []string{`2:13: unnamed-chance: rules[0].chance: the rule has no name, so its chance hangs on its position: when a rule is added before it, other parts are hit`}},
	} {
		t.Run(name, func(t *testing.T) {
			requireWarnings(t, "rules:\n"+strings.TrimPrefix(tt.rules, "\n")+"\nfakedc: 1\n", answered, tt.want)
		})
	}
}

// requireWarnings lints a file.
func requireWarnings(t *testing.T, src string, methods, want []string) {
	t.Helper()
	requireLint(t, src, Methods{Answered: methods}, want)
}

func requireLint(t *testing.T, src string, known Methods, want []string) {
	t.Helper()
	found, err := Lint("f", []byte(src), known)
	require.NoError(t, err)
	require.Equal(t, want, worded(found))
}

// worded has each warning as LINE:COLUMN: CHECK: TEXT.
func worded(found []Warning) (words []string) {
	for _, w := range found {
		words = append(words, strings.Replace(strings.TrimPrefix(w.Error.Error(), w.File+":"), ": ", ": "+w.Check+": ", 1))
	}
	return words
}

// TestLintExpectations has what a scenario expects and allows, and what is said about it.
func TestLintExpectations(t *testing.T) {
	methods := append([]string{"messages.sendMultiMedia"}, answered...)
	for name, tt := range map[string]struct {
		text string
		want []string
	}{
		"well": {`
expect:
- { max_calls: { calls: 2, method: UPLOAD.save* } }
- { retry: { after: FLOOD_WAIT_X } }
- { retry: { after: drop } }
- { answered: { method: messages.*, error: FILE_PART_X_MISSING } }
- { answered: { error: FILE_PART_3_MISSING } }
- { sent: { method: messages.sendMedia, ok: 1 } }
- { never: { part: 8000 } }
- { order: [upload.save*Part, messages.sendMedia] }`, nil},

		"never, another method": {`expect: [{ never: { method: upload.saveBigPart } }]`, []string{
			`2:29: unknown-method: expect[0].never.method: the expectation changes nothing: no method that is answered is called "upload.saveBigPart" (did you mean "upload.saveFilePart"?)`}},
		"sent, another method": {`expect: [{ sent: { method: message.sendMedia, ok: 1 } }]`, []string{
			`2:28: unknown-method: expect[0].sent.method: the run can never pass: no method that is answered is called "message.sendMedia" (did you mean "messages.sendMedia"?)`}},
		"max_calls, another method": {`expect: [{ max_calls: { calls: 1, method: foo } }]`, []string{
			`2:43: unknown-method: expect[0].max_calls.method: the run can never pass: no method that is answered is called "foo"`}},
		"answered, another method": {`expect: [{ answered: { method: foo.*, error: INTERNAL } }]`, []string{
			`2:32: unknown-method: expect[0].answered.method: the run can never pass: no method that is answered is called "foo.*"`,
			`2:46: undocumented-error: expect[0].answered.error: no rule of the scenario answers with "INTERNAL", and it is not a documented error`}},
		"order, another method": {`expect: [{ order: [foo.bar, messages.sendMedia, upload.saveBigPart] }]`, []string{
			`2:20: unknown-method: expect[0].order: the run can never pass: no method that is answered is called "foo.bar"`,
			`2:49: unknown-method: expect[0].order: the run can never pass: no method that is answered is called "upload.saveBigPart" (did you mean "upload.saveFilePart"?)`}},
		"the second of two": {`expect: [{ upload: complete }, { order: [upload.*, foo.bar] }]`, []string{
			`2:52: unknown-method: expect[1].order: the run can never pass: no method that is answered is called "foo.bar"`}},
		"by an alias": {`
expect: [{ order: &all [foo.bar, &one baz.qux] }, { order: *all }, { never: { method: *one } }]`, []string{
			`2:25: unknown-method: expect[0].order: the run can never pass: no method that is answered is called "foo.bar"`,
			`2:25: unknown-method: expect[1].order: the run can never pass: no method that is answered is called "foo.bar"`,
			`2:34: unknown-method: expect[0].order: the run can never pass: no method that is answered is called "baz.qux"`,
			`2:34: unknown-method: expect[1].order: the run can never pass: no method that is answered is called "baz.qux"`,
			`2:34: unknown-method: expect[2].never.method: the expectation changes nothing: no method that is answered is called "baz.qux"`}},
		"allowed to be unknown": {`
expect: [{ never: { method: langpack.getStrings } }, { order: [langpack.*, upload.save*] }]
allow: { unknown_methods: ["langpack.*"] }`, nil},
		"allowed, and still not carried out": {`
expect: [{ sent: { method: langpack.getStrings, ok: 1 } }]
allow: { unknown_methods: ["langpack.*"] }`, []string{
			`2:28: unknown-method: expect[0].sent.method: the run can never pass: no method that is answered is called "langpack.getStrings"`}},

		"never, another error": {`expect: [{ never: { method: upload.save*, error: FILE_PART_SIZ_INVALID } }]`, []string{
			`2:50: undocumented-error: expect[0].never.error: no rule of the scenario answers with "FILE_PART_SIZ_INVALID", and it is not a documented error (did you mean "FILE_PART_SIZE_INVALID"?)`}},
		"retry, another error": {`expect: [{ retry: { after: FILE_PART_X_MISSIN } }]`, []string{
			`2:28: undocumented-error: expect[0].retry.after: no rule of the scenario answers with "FILE_PART_X_MISSIN", and it is not a documented error (did you mean "FILE_PART_X_MISSING"?)`}},
		"retry, a reason in upper case": {`expect: [{ retry: { after: DROP } }]`, []string{
			`2:28: undocumented-error: expect[0].retry.after: no rule of the scenario answers with "DROP", and it is not a documented error (did you mean "drop"?)`}},
		"what a rule answers": {`
rules: [{ name: a, match: { method: messages.sendMedia }, reply: { error: { code: 400, message: MINE_7_OURS } } }]
expect: [{ retry: { after: MINE_X_OURS } }, { never: { error: MINE_7_OURS } }]`, nil},
		"what one of several answers": {`
rules: [{ name: a, match: { method: messages.sendMedia }, reply: { one_of: [{ answer: false }, { error: { code: 500, message: Timeout } }] } }]
expect: [{ retry: { after: Timeout } }]`, nil},
		"what the server answers of its own accord": {`expect: [{ never: { error: STORE_FULL } }]`, nil},

		"two ends": {`expect: [{ upload: complete }, { upload: failed }, { upload: complete }, { bytes: equal }]`, []string{
			`2:42: contradiction: expect[1].upload: the run can never pass: expect[0] expects that every upload is complete`,
			`2:62: contradiction: expect[2].upload: the run can never pass: expect[1] expects that every upload is failed`}},
		"another end than what is included": {"include: builtin:slow-part\nexpect: [{ upload: failed }]", []string{
			`3:20: contradiction: expect[0].upload: the run can never pass: what is included expects that every upload is complete`}},
		"answered, and allowed as unknown": {`allow: { unknown_methods: [langpack.*, messages.sendmedia, "messages.*"] }`, []string{
			`2:40: useless-key: allow.unknown_methods: "messages.sendmedia" changes nothing: it is answered`}},
		"no namespace": {`allow: { unknown_methods: [foo, invokeWithTakeout, initConnection, "#1234abcd", "*", "get*"] }`, []string{
			`2:28: unknown-method: allow.unknown_methods: "foo" changes nothing: no method has such a name, which is one such as langpack.getStrings`}},
	} {
		t.Run(name, func(t *testing.T) {
			requireWarnings(t, "fakedc: 1\n"+strings.TrimPrefix(tt.text, "\n")+"\n", methods, tt.want)
		})
	}
}

// TestLintAllowedMethods finds a misspelt name among the methods that may be called though they are not answered, if it is told which
// there are. What may be the id of a method without a name is let pass.
func TestLintAllowedMethods(t *testing.T) {
	known := Methods{Answered: answered, Named: append([]string{"contacts.getContacts", "initConnection", "langpack.getStrings", "messages.getHistory"}, answered...)}
	const so = ` changes nothing: no method is called so, and one whose name is not known here goes by its id, such as #1234abcd`
	for pattern, want := range map[string]string{
		"langpack.getStrings": "", "LANGPACK.getstrings": "", "langpack.*": "", "initConnection": "", "*": "", "*.get*": "", "#1234abcd": "", "#12*": "", "?1234abcd": "", "*abcd": "",

		"langpack.getString": ` (did you mean "langpack.getStrings"?)`, "langpak.*": ` (did you mean "langpack.*"?)`,
		"getStrings": ` (did you mean "langpack.getStrings"?)`, "foo.bar": "-", "foo": "-", "*.getStrngs": "-", "#1234xyz": "-",
	} {
		var warnings []string
		if want != "" {
			warnings = []string{"2:28: unknown-method: allow.unknown_methods: " + strconv.Quote(pattern) + so + strings.TrimPrefix(want, "-")}
		}
		requireLint(t, "fakedc: 1\nallow: { unknown_methods: ["+strconv.Quote(pattern)+"] }\n", known, warnings)
	}
}

// TestLoadLinted says of a file what Lint says, with the parameters that are given and not those that stand in it.
func TestLoadLinted(t *testing.T) {
	file := filepath.Join(t.TempDir(), "odd.yaml")
	src := "fakedc: 1\nparams: { method: upload.saveFilePrat, part: 1 }\nrules: [{ match: { method: '${method}' }, delay: 1s }, { match: { part: '${part}' }, times: 1, delay: 1s }]\n"
	require.NoError(t, os.WriteFile(file, []byte(src), 0o600))
	known := Methods{Answered: answered}
	found, err := Lint(file, []byte(src), known)
	require.NoError(t, err)
	require.Len(t, found, 1)
	require.Equal(t, CheckUnknownMethod, found[0].Check)

	s, files, warnings, err := LoadLinted(file, nil, known)
	require.NoError(t, err)
	require.Equal(t, found, warnings)
	require.Equal(t, []string{file}, files)
	plain, err := Load(file)
	require.NoError(t, err)
	require.Equal(t, plain, s)

	_, _, warnings, err = LoadLinted(file, map[string]string{"method": "upload.getFile", "part": "8000"}, known)
	require.NoError(t, err)
	require.Len(t, warnings, 1)
	require.Equal(t, CheckPartRange, warnings[0].Check)
	_, _, warnings, err = LoadLinted(file, map[string]string{"part": "x"}, known)
	requireErrorList(t, err)
	require.Empty(t, warnings)
	_, _, _, err = LoadLinted(file+".not", nil, known)
	require.ErrorIs(t, err, os.ErrNotExist)
}

// TestLintLeavesIncludedExpectations says nothing about what another file expects: it is linted by itself, and has no place in this one.
func TestLintLeavesIncludedExpectations(t *testing.T) {
	file := filepath.Join(t.TempDir(), "base.yaml")
	require.NoError(t, os.WriteFile(file, []byte("fakedc: 1\nexpect: [{ never: { method: foo.bar } }]\nallow: { unknown_methods: [foo] }\n"), 0o600))
	requireWarnings(t, "fakedc: 1\ninclude: ["+strconv.Quote(file)+"]\n", answered, nil)
}

// TestServerErrors reads the server's own source for what it answers: each name is in the error table or in the list, and no name in
// the list is superfluous.
func TestServerErrors(t *testing.T) {
	name := regexp.MustCompile(`"([A-Z]+(?:_[A-Z0-9]+)+)[":]`)
	var undocumented []string
	for _, dir := range []string{"rpc", "upload"} {
		files, err := filepath.Glob("../mockserver/internal/" + dir + "/*.go")
		require.NoError(t, err)
		require.NotEmpty(t, files)
		for _, file := range files {
			if strings.HasSuffix(file, "_test.go") {
				continue
			}
			src, err := os.ReadFile(file)
			require.NoError(t, err)
			for _, found := range name.FindAllSubmatch(src, -1) {
				if _, known := LookupError(string(found[1])); !known {
					undocumented = append(undocumented, string(found[1]))
				}
			}
		}
	}
	slices.Sort(undocumented)
	require.Equal(t, serverErrors, slices.Compact(undocumented))
}

// TestLintBuiltins is the promise that the built-in scenarios are good examples.
func TestLintBuiltins(t *testing.T) {
	for _, name := range Builtins() {
		src, err := BuiltinSource(name)
		require.NoError(t, err)
		requireWarnings(t, string(src), answered, nil)
	}
}

// TestLintTellsErrors has no warnings about a file that Parse refuses.
func TestLintTellsErrors(t *testing.T) {
	found, err := Lint("f", []byte("fakedc: 1\nrules: [{ per: part, dealy: 1s }]\n"), Methods{Answered: answered})
	require.Empty(t, found)
	requireErrorList(t, err)
}

// TestLintWithoutMethods says nothing about methods to whoever does not know which there are.
func TestLintWithoutMethods(t *testing.T) {
	requireWarnings(t, "fakedc: 1\nrules: [{ match: { method: nothing.like }, reply: { error: { code: 400, message: X } } }]\n", nil, nil)
}

// TestPartLimit follows what the scenario says about accounts.
func TestPartLimit(t *testing.T) {
	for text, want := range map[string]int64{
		"": 8000, "account: { premium: false }": 4000, "account: { premium: true }": 8000,
		"limits: { upload_max_fileparts_premium: 9000 }":                               9000,
		"{ account: { premium: false }, limits: { upload_max_fileparts_default: 3 } }": 3,
	} {
		src := "fakedc: 1\n" + text
		if strings.HasPrefix(text, "{") {
			src = "{ fakedc: 1, " + text[1:]
		}
		require.Equal(t, want, mustParse(t, src).partLimit(), text)
	}
}

// TestDocumentedErrorsAreInTheTable finds a misspelt name, which would make every use of the error a warning.
func TestDocumentedErrorsAreInTheTable(t *testing.T) {
	for _, page := range documentedErrors {
		for name := range strings.FieldsSeq(page.errors) {
			_, ok := LookupError(name)
			require.True(t, ok, "%s of %s", name, page.method)
		}
	}
	for _, e := range Errors() {
		method, ok := strings.CutPrefix(e.Source, "https://core.telegram.org/method/")
		if page := pageOf(method); ok && page != nil {
			require.True(t, slices.Contains(strings.Fields(page.errors), e.Name), "%s is said to be on the page of %s", e.Name, method)
		}
	}
}

// FuzzLint looks for a panic, and for a rule that is said never to fire and fires. Part numbers stay below those of a legal file.
func FuzzLint(f *testing.F) {
	files, err := filepath.Glob("library/*.yaml")
	require.NoError(f, err)
	for _, file := range files {
		src, err := os.ReadFile(file)
		require.NoError(f, err)
		f.Add(src)
	}
	f.Add([]byte("fakedc: 1\nrules:\n- { match: { part: [1, 2], attempt: 1 }, every: 3, delay: 1s }\n- { match: { part: '0..4', attempt: [1, 3] }, delay: 1s }\n- { match: { part: '2..3', attempt: 3 }, delay: 1s }\n"))
	f.Fuzz(func(t *testing.T, src []byte) {
		warnings, err := Lint("f", src, Methods{Answered: answered})
		if err != nil {
			return
		}
		s, err := Parse("f", src)
		require.NoError(t, err)
		e, err := s.Compile(1)
		require.NoError(t, err)
		for attempt := 1; attempt <= 3; attempt++ {
			for part := range int32(6) {
				for file, c := range []*Call{bigPart(part, 6), bigPart(part, -1), bigPart(part, 0)} {
					c.FileOrdinal, c.Attempt = file+1, attempt
					if c.Total == 0 {
						c.Method = "upload.saveFilePart"
					}
					e.Decide(c)
				}
			}
		}
		for rule, fired := range e.Fired() {
			for _, w := range warnings {
				never := w.Check == CheckNeverFires && (w.Path == where(rule, "") || strings.HasPrefix(w.Path, where(rule, "")+"."))
				require.False(t, never && fired > 0, "%s", w.What)
			}
		}
	})
}

// TestLintLooksIntoChoices finds in one of several replies what it finds in a single one.
func TestLintLooksIntoChoices(t *testing.T) {
	src := []byte("fakedc: 1\nrules:\n  - { times: 1, reply: { one_of: [{ answer: false }, { error: PHOTO_EXT_INVALID }] } }\n")
	warnings, err := Lint("f.yaml", src, Methods{Answered: []string{"upload.saveFilePart", "upload.saveBigFilePart"}})
	require.NoError(t, err)
	require.Len(t, warnings, 1)
	require.Equal(t, CheckUndocumentedError, warnings[0].Check)
	require.Equal(t, "rules[0].reply.one_of[1]", warnings[0].Path)
}

// TestLintKnowsEventsAndStates does not say that a rule about calls takes anything from one about connections, or that a rule which
// depends on a state takes every call.
func TestLintKnowsEventsAndStates(t *testing.T) {
	src := []byte(`fakedc: 1
states: { initial: fine, per: server }
rules:
  - { name: a, when: fine, goto: over, reply: { none: true } }
  - { name: b, delay: 1s }
  - { name: c, match: { event: connect }, reply: { refuse: true } }
`)
	warnings, err := Lint("f.yaml", src, Methods{Answered: []string{"upload.saveFilePart", "upload.saveBigFilePart"}})
	require.NoError(t, err)
	require.Empty(t, warnings)
}
