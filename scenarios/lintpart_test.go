package scenarios

import (
	"testing"
)

// TestLintParts has rules that ask for what the calls that they look at do not say.
func TestLintParts(t *testing.T) {
	for match, want := range map[string]string{
		"big: false, method: upload.saveBigFilePart": `3:19: never-fires: rules[0].match.big: the rule can never fire: big is true of every part that "upload.saveBigFilePart" uploads`,
		"big: true, method: 'upload.saveF*'":         `3:19: never-fires: rules[0].match.big: the rule can never fire: big is false of every part that "upload.saveF*" uploads`,
		"big: true, method: 'upload.*'":              "",
		"big: false, part: 2, size: 1KiB":            "",

		"big: false, total: 5":                                 `3:33: never-fires: rules[0].match.total: the rule can never fire: upload.saveFilePart does not say how many parts there are`,
		"big: false, part: last":                               `3:32: never-fires: rules[0].match.part: the rule can never fire: upload.saveFilePart does not say how many parts there are`,
		"big: false, file_size: '>1MiB'":                       `3:37: never-fires: rules[0].match.file_size: the rule can never fire: upload.saveFilePart does not say how many parts there are`,
		"method: upload.saveFilePart, file_size: '>1'":         `3:54: never-fires: rules[0].match.file_size: the rule can never fire: upload.saveFilePart does not say how many parts there are`,
		"big: false, method: upload.saveBigFilePart, total: 5": `3:19: never-fires: rules[0].match.big: the rule can never fire: big is true of every part that "upload.saveBigFilePart" uploads`,
		"big: false, total: 0":                                 "",
		"big: true, total: 5, part: last":                      "",

		"part: last, total: -1":           `3:20: never-fires: rules[0].match.part: the rule can never fire: a call whose total is -1 does not say which part is the last`,
		"part: last, total: '-1..0'":      `3:20: never-fires: rules[0].match.part: the rule can never fire: a call whose total is -1..0 does not say which part is the last`,
		"total: -1, file_size: '>1'":      `3:36: never-fires: rules[0].match.file_size: the rule can never fire: a call whose total is -1 does not say how long the file is`,
		"part: [3, last], total: -1":      "",
		"part: last, total: [-1, 3]":      "",
		"part: last, total: odd":          "",
		"part: last, total: '-1..5'":      "",
		"part: last, file_size: '>10MiB'": "",
	} {
		var warnings []string
		if want != "" {
			warnings = []string{want}
		}
		t.Run(match, func(t *testing.T) {
			requireWarnings(t, "fakedc: 1\nrules:\n- { match: { "+match+" }, delay: 1s }\n", answered, warnings)
		})
	}
}
