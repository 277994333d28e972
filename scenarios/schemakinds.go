package scenarios

// Regular expressions of the number grammar, as far as JSON Schema can tell: https://json-schema.org/draft/2020-12/json-schema-validation#section-6.3.3
const (
	wholePattern    = `-?[0-9]+`
	sizePattern     = `-?[0-9]+(B|KiB|MiB|GiB)?`
	durationPattern = `^-?([0-9]+(\.[0-9]*)?|\.[0-9]+)(ns|us|µs|μs|ms|s|m|h)(([0-9]+(\.[0-9]*)?|\.[0-9]+)(ns|us|µs|μs|ms|s|m|h))*$|^-?0$`
	percentPattern  = `^[0-9.]+ *%$`
)

// schemaOf is the schema of a value that is no mapping. A kind that is not known here may be anything, so that a new key is never
// refused by an editor because of this file.
func schemaOf(kindName string, words []string) schema {
	switch kindName {
	case kindBool.name:
		return schema{"enum": []any{true, false, "true", "false"}}
	case kindText.name:
		return schema{"type": []string{"string", "number", "boolean"}} // name: 404 is a text here, and a number to YAML
	case kindWhole.name:
		return schema{"type": []string{"integer", "string"}, "pattern": "^" + wholePattern + "$"}
	case kindDuration.name:
		return schema{"type": "string", "pattern": durationPattern}
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
	if len(words) > 0 {
		return schema{"enum": words}
	}
	return schema{}
}

// numbersSchema is one item of the number grammar, or a list of them.
func numbersSchema(number, words string) schema {
	item := func() schema {
		return schema{"type": []string{"integer", "string"}, "pattern": `^(` + number + `|` + number + ` *\.\. *` + number + `|[<>]=? *` + number + `|` + words + `)$`}
	}
	return schema{"anyOf": []schema{item(), {"type": "array", "minItems": 1, "items": item()}}}
}
