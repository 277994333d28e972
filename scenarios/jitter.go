package scenarios

import (
	"math"
	"time"
)

// Jitter is a delay that is drawn anew for each call. What is drawn depends on seed, rule, file, part, attempt and method
// alone, without a part on the number of the call in its account, as a chance does, so that one upload thread and sixteen wait equally long for the same part. The zero value is none.
type Jitter struct {
	// Kind says which of the others mean something.
	Kind JitterKind
	// From and To bound a uniform delay, both included.
	From, To time.Duration
	// Median and Sigma are those of a lognormal delay: half of the calls take longer than Median, and Sigma is the standard
	// deviation of the logarithm, 0.5 for mild and 1.5 for wild. Max cuts off what is longer.
	// Source: https://www.itl.nist.gov/div898/handbook/eda/section3/eda3669.htm
	Median, Max time.Duration
	Sigma       float64
}

// JitterKind tells distributions apart.
type JitterKind uint8

// The distributions.
const (
	// JitterNone is no jitter.
	JitterNone JitterKind = iota
	// JitterUniform takes every delay between two as equally probable.
	JitterUniform
	// JitterLognormal is how answers of busy servers are spread: most take about the median, a few take many times as long.
	JitterLognormal
)

// UniformJitter is a delay between from and to, both included.
func UniformJitter(from, to time.Duration) Jitter {
	return Jitter{Kind: JitterUniform, From: from, To: to}
}

// LognormalJitter is a delay of which half are longer than median, and none longer than most.
func LognormalJitter(median time.Duration, sigma float64, most time.Duration) Jitter {
	return Jitter{Kind: JitterLognormal, Median: median, Sigma: sigma, Max: most}
}

// IsZero reports whether there is no jitter.
func (j *Jitter) IsZero() bool { return *j == Jitter{} }

// at returns the delay at a point u of the distribution, 0 <= u < 1.
func (j *Jitter) at(u float64) time.Duration {
	switch j.Kind {
	case JitterUniform:
		return j.From + time.Duration(u*float64(j.To-j.From+1))
	case JitterLognormal:
		// The quantile of the normal distribution. At 0 it is minus infinity, whose power is a delay of 0.
		z := math.Sqrt2 * math.Erfinv(2*u-1)
		return time.Duration(min(float64(j.Median)*math.Exp(j.Sigma*z), float64(j.Max)))
	}
	return 0
}
