// Command gen turns schema.tl into table_gen.go. It is run by go generate in the
// folder above.
package main

import (
	"bytes"
	"fmt"
	"go/format"
	"hash/crc32"
	"log"
	"os"
	"regexp"
	"sort"
	"strconv"
	"strings"

	"github.com/gotd/tl"
)

func main() {
	log.SetFlags(0)
	log.SetPrefix("tl/gen: ")
	src, err := os.ReadFile("schema.tl")
	if err != nil {
		log.Fatal(err)
	}
	out, err := generate(string(src))
	if err != nil {
		log.Fatal(err)
	}
	if err := os.WriteFile("table_gen.go", out, 0o644); err != nil {
		log.Fatal(err)
	}
}

type line struct {
	def      tl.Definition
	min, max int
	function bool
}

func generate(src string) ([]byte, error) {
	lines, err := parse(src)
	if err != nil {
		return nil, err
	}
	sort.SliceStable(lines, func(i, j int) bool {
		a, b := name(lines[i].def), name(lines[j].def)
		if a != b {
			return a < b
		}
		return lines[i].min < lines[j].min
	})
	var w bytes.Buffer
	w.WriteString("// Code generated from schema.tl by go generate; DO NOT EDIT.\n\npackage tl\n\nvar defs = [...]def{\n")
	for _, l := range lines {
		fmt.Fprintf(&w, "{0x%08x, %q, %q, %t, %d, %d, []param{", l.def.ID, name(l.def), class(l.def.Type), l.function, l.min, l.max)
		for _, p := range l.def.Params {
			text, err := parameter(p)
			if err != nil {
				return nil, fmt.Errorf("%s: %s: %w", name(l.def), p.Name, err)
			}
			w.WriteString(text + ", ")
		}
		w.WriteString("}},\n")
	}
	w.WriteString("}\n")
	return format.Source(w.Bytes())
}

var layers = regexp.MustCompile(`^(.*;)(?: // layers (\d*)-(\d*))?$`)

func parse(src string) (out []line, err error) {
	function := false
	for i, text := range strings.Split(src, "\n") {
		text = strings.TrimSpace(text)
		switch {
		case text == "---functions---":
			function = true
		case text == "" || strings.HasPrefix(text, "//") || strings.HasPrefix(text, "---"):
		default:
			m := layers.FindStringSubmatch(text)
			if m == nil {
				return nil, fmt.Errorf("schema.tl:%d: want a definition and `// layers A-B`", i+1)
			}
			l := line{function: function}
			l.min, _ = strconv.Atoi(m[2])
			l.max, _ = strconv.Atoi(m[3])
			if err := l.def.Parse(strings.TrimSuffix(m[1], ";")); err != nil {
				return nil, fmt.Errorf("schema.tl:%d: %w", i+1, err)
			}
			if got := sum(m[1]); got != l.def.ID && !published[l.def.ID] {
				return nil, fmt.Errorf("schema.tl:%d: the id of %s does not follow from its text, which has #%08x: a field is missing or wrong", i+1, l.def.Name, got)
			}
			out = append(out, l)
		}
	}
	return out, nil
}

// published are ids that Telegram kept although it changed the text: the schema
// of each of these layers has them as they stand here.
var published = map[uint32]bool{
	0x27d69997: true, // inputPeerPhotoFileLocationLegacy
	0x0dbaeae9: true, // inputStickerSetThumbLegacy
}

var (
	explicitID = regexp.MustCompile(`#[0-9a-f]+`)
	trueFlags  = regexp.MustCompile(` \w+:flags\d*\.\d+\?true`)
	plainText  = strings.NewReplacer(":bytes ", ":string ", "?bytes ", "?string ", "<", " ", ">", "", "{", "", "}", "")
)

// sum is the CRC32 of a definition's text, which is its id: a line that was
// copied wrongly is found out. https://core.telegram.org/mtproto/TL#combinator-description
func sum(line string) uint32 {
	line = strings.TrimSuffix(line, ";")
	at := explicitID.FindStringIndex(line)
	if at == nil {
		return 0
	}
	return crc32.ChecksumIEEE([]byte(plainText.Replace(trueFlags.ReplaceAllString(line[:at[0]]+line[at[1]:], ""))))
}

func name(d tl.Definition) string {
	return strings.Join(append(append([]string{}, d.Namespace...), d.Name), ".")
}

func class(t tl.Type) string {
	return strings.Join(append(append([]string{}, t.Namespace...), t.Name), ".")
}

var primitive = map[string]string{
	"int": "kindInt", "long": "kindLong", "double": "kindDouble", "string": "kindString", "bytes": "kindBytes",
	"Bool": "kindBool", "true": "kindTrue", "int128": "kindInt128", "int256": "kindInt256",
}

func parameter(p tl.Parameter) (string, error) {
	text := fmt.Sprintf("{name: %q", p.Name)
	if p.Flags {
		return text + ", kind: kindFlags}", nil
	}
	how, err := typeOf(p.Type)
	if err != nil {
		return "", err
	}
	text += ", " + how
	if p.Conditional() {
		text += fmt.Sprintf(", flags: %q, bit: %d", p.Flag.Name, p.Flag.Index)
	}
	return text + "}", nil
}

func typeOf(t tl.Type) (string, error) {
	if t.GenericRef {
		return "kind: kindRest", nil
	}
	if t.GenericArg != nil {
		if !strings.EqualFold(t.Name, "vector") {
			return "", fmt.Errorf("generic %s is not supported", t.Name)
		}
		elem, err := typeOf(*t.GenericArg)
		if err != nil {
			return "", err
		}
		return fmt.Sprintf("kind: kindVector, elem: &param{name: \"element\", %s}", elem), nil
	}
	if k, ok := primitive[class(t)]; ok {
		return "kind: " + k, nil
	}
	return fmt.Sprintf("kind: kindBoxed, class: %q", class(t)), nil
}
