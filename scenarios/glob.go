package scenarios

// matchGlob reports whether name fits the pattern, upper and lower case alike: the documentation writes upload.saveFilePart,
// some libraries write upload.SaveFilePart, and both mean the same call. It goes back only to the latest *, so it takes at
// most len(pattern)*len(name) steps.
func matchGlob(pattern, name string) bool {
	p, n := 0, 0
	star, resume := -1, 0
	for n < len(name) {
		switch {
		case p < len(pattern) && pattern[p] == '*':
			star, resume = p, n
			p++
		case p < len(pattern) && (pattern[p] == '?' || lower(pattern[p]) == lower(name[n])):
			p++
			n++
		case star >= 0:
			resume++
			p, n = star+1, resume
		default:
			return false
		}
	}
	for p < len(pattern) && pattern[p] == '*' {
		p++
	}
	return p == len(pattern)
}

func lower(c byte) byte {
	if c >= 'A' && c <= 'Z' {
		return c + 'a' - 'A'
	}
	return c
}

// badGlobByte returns the first character that no method name or pattern has, or 0.
func badGlobByte(pattern string) rune {
	for _, c := range pattern {
		switch {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9', c == '.', c == '_', c == '*', c == '?':
		default:
			return c
		}
	}
	return 0
}

// touchesParts reports whether the pattern fits a method that carries a part.
func touchesParts(pattern string) bool {
	for _, m := range partMethods {
		if matchGlob(pattern, m) {
			return true
		}
	}
	return false
}
