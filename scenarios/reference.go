package scenarios

// Key describes one key of the file format, as the decoder understands it.
type Key struct {
	// Path is the key with what it stands in, such as rules[].match.part.
	Path string
	// Value says how the value is written.
	Value string
	// Words are the only values that are understood, where there is such a list.
	Words []string
	// Doc says what the key means.
	Doc string
}

// Keys returns every key of the file format in the order in which a file has them. It comes from the table that Parse reads
// with, so it cannot say anything else.
func Keys() []Key {
	var keys []Key
	keys = appendKeys(keys, "", &documentFields)
	keys = appendKeys(keys, "", &inclusionFields)
	keys = appendKeys(keys, "", &accountFields)
	keys = appendKeys(keys, "", &limitFields)
	keys = appendKeys(keys, "", &rulebookFields)
	keys = appendKeys(keys, "", &partsFields)
	keys = appendKeys(keys, "", &statesFields)
	keys = appendKeys(keys, "rules[].", &ruleFields)
	keys = appendKeys(keys, "rules[].", &matchFields)
	keys = appendKeys(keys, "rules[].", &dataFields)
	keys = appendKeys(keys, "rules[].", &clientFields)
	keys = appendKeys(keys, "rules[].", &delayFields)
	keys = appendKeys(keys, "rules[].", &lognormalFields)
	keys = appendKeys(keys, "rules[].", &holdFields)
	keys = appendKeys(keys, "rules[].", &storeFields)
	keys = appendKeys(keys, "rules[].", &replyFields)
	keys = appendKeys(keys, "rules[].", &errorFields)
	// The other keys of a choice are those of a reply.
	weight := object[replyDraft]{prefix: "reply.one_of[]", fields: choiceKeys[:1]}
	keys = appendKeys(keys, "rules[].", &weight)
	keys = appendKeys(keys, "", &expectFields)
	keys = appendKeys(keys, "", &bytesFields)
	keys = appendKeys(keys, "", &callsFields)
	keys = appendKeys(keys, "", &retryFields)
	keys = appendKeys(keys, "", &resentFields)
	keys = appendKeys(keys, "", &answeredFields)
	keys = appendKeys(keys, "", &sentFields)
	keys = appendKeys(keys, "", &neverFields)
	return appendKeys(keys, "", &allowFields)
}

func appendKeys[T any](keys []Key, outer string, o *object[T]) []Key {
	for i := range o.fields {
		f := &o.fields[i]
		keys = append(keys, Key{Path: outer + o.path(f.key), Value: f.kind.name, Words: f.kind.words, Doc: f.doc})
	}
	return keys
}
