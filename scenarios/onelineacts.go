package scenarios

import (
	"maps"
	"slices"
	"strings"
)

// faultAct is an act of a fault in one line.
type faultAct struct {
	example string
	// args: there must be some; optional: there may be some.
	args, optional bool
	// write turns the quoted arguments into keys of a rule, or returns nothing if there are too many.
	write func(args []string) string
}

// faultActs are the acts by their names.
var faultActs = map[string]faultAct{
	"error": {"error(FILE_PART_INVALID) or error(400, SOME_NAME)", true, false, func(a []string) string {
		switch len(a) {
		case 1:
			return "reply: { error: " + a[0] + " }"
		case 2:
			return "reply: { error: { code: " + a[0] + ", message: " + a[1] + " } }"
		}
		return ""
	}},
	"flood_wait":      one("flood_wait(3s)", "reply: { flood_wait: $ }"),
	"premium_wait":    one("premium_wait(3s)", "reply: { flood_wait: $, premium: true }"),
	"transport_error": one("transport_error(-429)", "reply: { transport_error: $ }"),
	"bad_msg":         one("bad_msg(16)", "reply: { bad_msg: $ }"),
	"reorder":         one("reorder(2)", "reply: { reorder: $ }"),
	"garbage":         one("garbage(64)", "reply: { garbage: $ }"),
	"delay":           one("delay(200ms)", "delay: $"),
	"hold_until":      one("hold_until(4)", "delay: { hold_until: { calls: $ } }"),
	"bandwidth":       one("bandwidth(64KiB/s)", "bandwidth: $"),
	"corrupt":         one("corrupt(flip)", "store: { corrupt: $ }"),
	"lose_after":      one("lose_after(5m)", "store: { lose_after: $ }"),
	"true":            none("reply: { answer: true }"),
	"false":           none("reply: { answer: false }"),
	"none":            none("reply: { none: true }"),
	"bad_server_salt": none("reply: { bad_server_salt: true }"),
	"new_session":     none("reply: { new_session: true }"),
	"duplicate":       none("reply: { duplicate: true }"),
	"gzip":            none("reply: { gzip: true }"),
	"wrong_msg_key":   none("reply: { wrong_msg_key: true }"),
	"lose":            none("store: lose"),
	"keep":            none("store: keep"),
	"drop": {"drop(after-store) or drop(before-store, rst)", true, false, func(a []string) string {
		switch len(a) {
		case 1:
			return "reply: { drop: " + a[0] + " }"
		case 2:
			return "reply: { drop: " + a[0] + ", how: " + a[1] + " }"
		}
		return ""
	}},
	"refuse": {"refuse or refuse(rst)", false, true, func(a []string) string {
		switch len(a) {
		case 0:
			return "reply: { refuse: true }"
		case 1:
			return "reply: { refuse: true, how: " + a[0] + " }"
		}
		return ""
	}},
	"migrate": {"migrate(FILE, 4)", true, false, func(a []string) string {
		if len(a) != 2 {
			return ""
		}
		return "reply: { migrate: " + a[0] + ", to: " + a[1] + " }"
	}},
}

// one is an act with one argument, which stands for the dollar.
func one(example, keys string) faultAct {
	return faultAct{example, true, false, func(a []string) string {
		if len(a) != 1 {
			return ""
		}
		return strings.Replace(keys, "$", a[0], 1)
	}}
}

// none is an act without arguments.
func none(keys string) faultAct {
	return faultAct{write: func([]string) string { return keys }}
}

func faultActNames() []string { return slices.Sorted(maps.Keys(faultActs)) }

// FaultActs returns an example of each act that a fault in one line may have, sorted by name.
func FaultActs() []string {
	var all []string
	for _, name := range faultActNames() {
		if example := faultActs[name].example; example != "" {
			all = append(all, example)
		} else {
			all = append(all, name)
		}
	}
	return all
}
