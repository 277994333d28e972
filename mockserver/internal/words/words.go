package words

import "fmt"

// Count is a number of things: "1 upload", "3 uploads".
func Count[N int | int64](n N, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}

// Are is a number of things with its verb: "1 upload is", "3 uploads are".
func Are[N int | int64](n N, thing string) string { return verb(n, thing, " is", " are") }

// Were is the same of what is over: "1 upload was", "3 uploads were".
func Were[N int | int64](n N, thing string) string { return verb(n, thing, " was", " were") }

func verb[N int | int64](n N, thing, one, many string) string {
	if n == 1 {
		return Count(n, thing) + one
	}
	return Count(n, thing) + many
}

// Bytes is a size in the largest unit that it reaches, with one digit behind the point
// if it is not a whole number of them: "512 bytes", "1 GiB", "1023.9 MiB". What is left
// is cut off, so that what is below a limit never looks like it.
func Bytes(n int64) string {
	for _, u := range []struct {
		name string
		size int64
	}{{"GiB", 1 << 30}, {"MiB", 1 << 20}, {"KiB", 1 << 10}} {
		switch {
		case n < u.size:
		case n%u.size == 0:
			return fmt.Sprintf("%d %s", n/u.size, u.name)
		default:
			return fmt.Sprintf("%d.%d %s", n/u.size, n%u.size*10/u.size, u.name)
		}
	}
	return Count(n, "byte")
}
