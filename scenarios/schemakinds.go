package scenarios

import "strings"

// Regular expressions of the number grammar, as far as JSON Schema can tell: https://json-schema.org/draft/2020-12/json-schema-validation#section-6.3.3
const (
	wholePattern    = `-?[0-9]+`
	sizePattern     = `-?[0-9]+(B|KiB|MiB|GiB)?`
	durationPattern = `^-?([0-9]+(\.[0-9]*)?|\.[0-9]+)(ns|us|µs|μs|ms|s|m|h)(([0-9]+(\.[0-9]*)?|\.[0-9]+)(ns|us|µs|μs|ms|s|m|h))*$|^-?0$`
	percentPattern  = `^[0-9.]+ *%$`
)

// schemaOf is the schema of a value that is no mapping. A kind that is not known here may be anything but a mapping, so that a new
// key is never refused by an editor because of this file.
func schemaOf(kindName string, words []string) schema {
	switch kindName {
	case kindText.name:
		return schema{"type": []string{"string", "number", "boolean"}} // name: 404 is a text here, and a number to YAML
	case kindWhole.name:
		return schema{"type": []string{"integer", "string"}, "pattern": "^" + wholePattern + "$"}
	case kindPercent.name:
		return schema{"type": "string", "pattern": percentPattern}
	case kindParts.name:
		return numbersSchema(wholePattern, "last|even|odd")
	case kindNumbers.name:
		return numbersSchema(wholePattern, "even|odd")
	case kindSizes.name:
		return numbersSchema(sizePattern, "even|odd")
	case kindLinks.name:
		return schema{"type": "array", "items": schema{"type": "string", "format": "uri", "pattern": "^https?://"}}
	case kindError.name:
		return schema{"type": "string", "pattern": "^[ -~]+$"}
	}
	switch {
	case len(words) > 0:
		return wordsSchema(words)
	case strings.HasPrefix(kindName, kindDuration.name): // with or without other forms
		return schema{"type": "string", "pattern": durationPattern}
	case kindName == kindAtMost.name:
		return schemaOf(kindWhole.name, nil)
	case kindName == kindSame.name, kindName == kindMethods.name, kindName == kindGlobs.name, kindName == kindStates.name:
		return schema{"anyOf": []schema{{"type": "string"}, {"type": "array", "minItems": 1, "items": schema{"type": "string"}}}}
	case strings.HasPrefix(kindName, "a list of "):
		return schema{"type": "array"}
	}
	return schema{"not": schema{"type": "object"}}
}

// wordsSchema is one of a few words; true and false are booleans to YAML, unless they are quoted.
func wordsSchema(words []string) schema {
	var values []any
	for _, w := range words {
		switch w {
		case "true", "false":
			values = append(values, w == "true")
		}
		values = append(values, w)
	}
	return schema{"enum": values}
}

// numbersSchema is one item of the number grammar, or a list of them.
func numbersSchema(number, words string) schema {
	item := func() schema {
		return schema{"type": []string{"integer", "string"}, "pattern": `^(` + number + `|` + number + ` *\.\. *` + number + `|[<>]=? *` + number + `|` + words + `)$`}
	}
	return schema{"anyOf": []schema{item(), {"type": "array", "minItems": 1, "items": item()}}}
}
