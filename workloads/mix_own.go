package workloads

import (
	"crypto/sha256"
	"fmt"
	"math"
	"slices"
	"sort"
	"strings"
	"sync"

	"cnv/policy"
	"cnv/policy/nearest"
	"cnv/workloads/features"
)

// ownNoise is how much the work of one item varies from request to request:
// the standard deviation of its logarithm. Between fresh VMs, services vary by
// 2 to 4 % (Azure VM noise data of TUNA, EuroSys 2025).
const ownNoise = 0.03

// ownShares are the shares of the classes of the project's own mix. They are a
// choice: nobody recorded any.
var ownShares = []struct {
	kernel string
	share  float64
}{{features.Raytracer, 0.40}, {features.Blur, 0.35}, {features.Enhance, 0.25}}

// An item is one thing that can be asked for. Asking for it again is a repeat:
// the same key, and the same work but for noise.
type item struct {
	class     policy.ClassID
	name      string
	features  features.Vector
	key       policy.Key
	work      float64 // mean, CPU-seconds
	weight    float64 // share of its class, later of the mix
	body, out int64   // bytes of request and answer
}

// attr is what a trace says of an item: its features and its name.
func (i *item) attr(names []string) string {
	return features.Format(names, &i.features) + ";item=" + i.name
}

// Catalogued is a mix of requests for the items of a catalogue, each asked for
// with its own probability.
type Catalogued struct {
	classes []Class
	items   []item
	upTo    []float64 // sum of weights, this item included
	digest  string
}

// Own is the project's own mix: the three kinds of requests of the system it
// grew from, with that system's sample scenes and pictures, their variants, and
// cost figures that were reported for it.
//
//	class          share   mean work    cv²   items
//	raytracer       0.40     0.628 s   4.15     294
//	blurimage       0.35     0.471 s   0.89     252
//	enhanceimage    0.25     0.047 s   0.89     252
//	all             1.00     0.428 s
//
// Of the first 1,000 requests about 680 are repeats of earlier ones.
//
// Work is synthesised: cost figures times what is seen of the item, times what
// is not (content decides how many rays meet a shape), times noise. So work is
// no function of the features, and a repeat tells more than they do.
func Own() *Catalogued { return ownMix() }

var ownMix = sync.OnceValue(func() *Catalogued {
	var items []item
	for class, s := range ownShares {
		of := itemsOf(s.kernel)
		for i := range of {
			of[i].class = policy.ClassID(class)
			of[i].weight *= s.share
		}
		items = append(items, of...)
	}
	var names []string
	for _, s := range ownShares {
		names = append(names, s.kernel)
	}
	return newCatalogued(names, items)
})

// newCatalogued is a mix of items, whose classes index kernel names; weights
// are scaled to a sum of 1.
func newCatalogued(kernels []string, items []item) *Catalogued {
	m := &Catalogued{items: items}
	for _, name := range kernels {
		k, _ := features.Find(name)
		m.classes = append(m.classes, Class{Name: name, App: "own", Trigger: "http", Memory: Unknown, Features: k.Features})
	}
	total := 0.0
	for _, i := range items {
		total += i.weight
	}
	sum, hash := 0.0, sha256.New()
	for i := range items {
		it := &items[i]
		it.weight /= total
		it.key = features.Key(m.classes[it.class].Name, it.attr(m.classes[it.class].Features), nil)
		sum += it.weight
		m.upTo = append(m.upTo, sum)
		fmt.Fprintln(hash, it.class, it.attr(m.classes[it.class].Features), it.work, it.weight, it.body, it.out)
	}
	for i := range m.classes {
		mean, _ := m.moments(policy.ClassID(i))
		m.classes[i].MeanWork = seconds(mean)
	}
	m.digest = fmt.Sprintf("%x", hash.Sum(nil)[:8])
	return m
}

// Only is the mix of one class alone.
func (m *Catalogued) Only(class string) (*Catalogued, error) {
	var names []string
	for _, c := range m.classes {
		names = append(names, c.Name)
	}
	at := slices.Index(names, class)
	if at < 0 {
		return nil, fmt.Errorf("class: unknown class %q%s; a class of another name needs size", class, nearest.Hint(class, names))
	}
	var items []item
	for _, i := range m.items {
		if int(i.class) == at {
			i.class = 0
			items = append(items, i)
		}
	}
	return newCatalogued(names[at:at+1], items), nil
}

// Classes implements Mix.
func (m *Catalogued) Classes() []Class { return slices.Clone(m.classes) }

// MeanWork implements Mix.
func (m *Catalogued) MeanWork() float64 {
	mean := 0.0
	for _, i := range m.items {
		mean += i.weight * i.work
	}
	return mean
}

// Fields implements Mix.
func (m *Catalogued) Fields() []string {
	return []string{"class", "work_us", "bytes_in", "bytes_out", "attr"}
}

// Notes implements Mix.
func (m *Catalogued) Notes() []string {
	return []string{"requests of the own mix: work is synthesised from published cost figures, not recorded"}
}

// moments are the exact mean and squared coefficient of variation of the work
// of a class, noise included.
func (m *Catalogued) moments(class policy.ClassID) (mean, cv2 float64) {
	var n, first, second float64
	for _, i := range m.items {
		if i.class == class {
			n += i.weight
			first += i.weight * i.work
			second += i.weight * i.work * i.work
		}
	}
	mean = first / n
	return mean, second/n*math.Exp(ownNoise*ownNoise)/(mean*mean) - 1
}

// String implements Mix.
func (m *Catalogued) String() string {
	var names []string
	for _, c := range m.classes {
		names = append(names, c.Name)
	}
	return fmt.Sprintf("own %s noise=%v items=%s", strings.Join(names, ","), ownNoise, m.digest)
}

// Open implements Mix.
func (m *Catalogued) Open(seed uint64) Filler {
	return &cataloguedFiller{m, policy.NewRand(seed, "class", 0), policy.NewRand(seed, "size", 0)}
}

type cataloguedFiller struct {
	mix         *Catalogued
	class, size *policy.Rand
}

// Fill draws the item, then the noise, whose mean is 1.
func (f *cataloguedFiller) Fill(id policy.RequestID, a *Arrival) {
	i := f.mix.pick(f.class.At(uint64(id)).Float64())
	noise := math.Exp(ownNoise*f.size.At(uint64(id)).NormFloat64() - ownNoise*ownNoise/2)
	*a = Arrival{
		At: a.At, Class: i.class, Key: i.key, Work: seconds(i.work * noise), Wall: Unknown, Memory: Unknown,
		BytesIn: i.body, BytesOut: i.out, Status: Unknown, Features: i.features,
	}
}

// pick is the item at a point of [0, 1).
func (m *Catalogued) pick(u float64) *item {
	i := sort.Search(len(m.upTo), func(i int) bool { return m.upTo[i] > u })
	return &m.items[min(i, len(m.items)-1)]
}
