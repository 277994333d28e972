package drivers

import "flag"

// atOnce is how many drivers run at a time. They wait more than they work: for a
// FLOOD_WAIT to pass, for an answer that was lost.
const atOnce = "4"

// RunAtOnce is what TestMain ends with: it runs the tests several at a time, unless
// -parallel says otherwise, and returns the exit code.
func RunAtOnce(m interface{ Run() int }) int {
	flag.Parse()
	asked := false
	flag.Visit(func(f *flag.Flag) { asked = asked || f.Name == "test.parallel" })
	if !asked {
		if err := flag.Set("test.parallel", atOnce); err != nil {
			panic(err) // the flag is the testing package's own
		}
	}
	return m.Run()
}
