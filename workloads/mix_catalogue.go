package workloads

import (
	"fmt"
	"math"

	"cnv/policy"
	"cnv/workloads/features"
)

// Cost figures, as measured by others on the original system's kernels (blurs
// of 100 sizes from 200² to 3800² pixels; 250 ray traces of 5 shapes and 3
// lights from 10 to 810 kpx; refitted, R² 0.88 and 0.997).
const (
	blurPerMpx    = 0.123   // CPU-seconds per million pixels
	enhancePart   = 0.1     // of the cost of a blur of the same picture
	traceStart    = 0.012   // CPU-seconds per ray trace
	tracePerKpx   = 0.00218 // CPU-seconds per thousand pixels at one ray per pixel
	traceShapes   = 5 * 4   // shapes · (1 + lights) of those scenes; cost is in proportion
	sceneUnseen   = 0.3     // spread (of the logarithm) of what a window's features do not tell
	pictureUnseen = 0.1     // the same for pictures
	popularity    = 0.9     // exponent of Zipf's law within each group of items
	mostBody      = 6 << 20 // bytes; larger bodies would be streamed, without features
)

// scenes are the sample scenes of the original system. Lights include the
// ambient one; where its number is not known it is 3.
var scenes = []struct {
	name           string
	shapes, lights int
	mirrors        int
	body           int64 // bytes; a texture travels as decimal numbers, 3.6 bytes each
}{
	{"test01", 4, 3, 0, 1_400}, {"test02", 5, 3, 0, 1_500}, {"test03", 2, 4, 0, 1_300},
	{"test04", 12, 4, 0, 2_400}, {"test05", 5, 3, 3, 1_500},
	{"test-texmap", 12, 4, 0, 3_890_000}, {"wood", 5, 3, 0, 3_890_000},
}

// windows are the parts of an 800 × 600 picture that are asked for: quarters
// (the size of the original's samples), sixteenths and the whole.
var windows = []struct {
	cols, rows int
	share      float64
}{{400, 300, 0.60}, {200, 150, 0.30}, {800, 600, 0.10}}

// smooth is the share of ray traces with 4 rays per pixel.
const smooth = 0.10

// samples are the sample pictures of the original system. The kB of airplane and
// horse are known, the others are guesses of that order; they cost nothing.
var samples = []struct {
	name          string
	width, height int
	kb            float64
}{
	{"airplane", 960, 686, 16}, {"horse", 960, 641, 82}, {"bird", 960, 637, 60}, {"cat", 960, 639, 60},
	{"frog", 960, 720, 90}, {"truck", 960, 678, 90}, {"dog", 740, 493, 60}, {"deer", 612, 407, 50},
	{"kodim17", 512, 768, 70}, {"dull", 640, 480, 40}, {"ship", 960, 638, 60}, {"dark", 640, 480, 200},
}

// Photographs beside the samples: their number, their share of the requests,
// and the distribution of their area, cut to the range that was measured.
const (
	photos      = 240
	photoShare  = 0.75
	photoMedian = 4.0  // Mpx
	photoSpread = 0.6  // of the logarithm
	photoLeast  = 0.04 // Mpx, 200²
	photoMost   = 14.4 // Mpx, 3800²
)

// itemsOf are the items of a kernel with weights that sum to 1. They are the
// same in every run: what is random in them has a seed of its own.
func itemsOf(kernel string) []item {
	if kernel == features.Raytracer {
		return sceneItems()
	}
	return pictureItems(kernel)
}

// sceneItems are all windows of all scenes.
func sceneItems() []item {
	var all []item
	rand := policy.NewRand(0, "own scenes", 0)
	for _, w := range windows {
		var group []item
		for _, s := range scenes {
			for row := 0; row < 600; row += w.rows {
				for col := 0; col < 800; col += w.cols {
					group = append(group, item{name: fmt.Sprintf("%s@%dx%d+%d+%d", s.name, w.cols, w.rows, col, row), features: features.Scene{
						Cols: w.cols, Rows: w.rows, Shapes: s.shapes, Lights: s.lights,
						Textured: s.body > 1<<20, Mirrors: s.mirrors, Body: s.body,
					}.Features(), body: s.body, out: int64(w.cols) * int64(w.rows) * 4})
				}
			}
		}
		rank(group, w.share, policy.NewRand(0, "own windows", w.cols))
		for _, i := range group {
			v := &i.features
			effort := tracePerKpx * v[0] * v[2] * (1 + v[3]) / traceShapes * unseen(rand, len(all), sceneUnseen) * (1 + v[5]/4)
			plain, fine := i, i
			plain.work, plain.weight = micros(traceStart+effort), i.weight*(1-smooth)
			fine.work, fine.weight = micros(traceStart+4*effort), i.weight*smooth
			fine.features[1] = 4
			all = append(all, plain, fine)
		}
	}
	return all
}

// pictureItems are the samples and the photographs.
func pictureItems(kernel string) []item {
	rand := policy.NewRand(0, "own pictures", 0)
	var all, group []item
	for _, s := range samples {
		all = append(all, picture(s.name, s.width, s.height, int64(s.kb*1e3*4/3)))
	}
	rank(all, 1-photoShare, policy.NewRand(0, "own samples", 0))
	for n := range photos {
		r := rand.At(uint64(n))
		mpx := min(max(photoMedian*math.Exp(photoSpread*r.NormFloat64()), photoLeast), photoMost)
		width := int(math.Sqrt(mpx*1e6*4/3)) &^ 7
		height := width * 3 / 4
		bits := 1.2 * math.Exp(0.5*r.NormFloat64()) // of a JPEG per pixel; Base64 makes 4 bytes of 3
		body := int64(bits / 8 * 4 / 3 * float64(width) * float64(height))
		group = append(group, picture(fmt.Sprintf("photo%03d", n), width, height, min(body, mostBody)))
	}
	rank(group, photoShare, policy.NewRand(0, "own photos", 0))
	all = append(all, group...)
	detail := policy.NewRand(0, "own details", 0)
	for i := range all {
		cost := blurPerMpx * all[i].features[0] * unseen(detail, i, pictureUnseen)
		if kernel == features.Enhance {
			cost *= enhancePart
		}
		all[i].work = micros(cost)
	}
	return all
}

func picture(name string, width, height int, body int64) item {
	return item{name: name, body: body, out: body, features: features.Image{Width: width, Height: height, Body: body}.Features()}
}

// rank gives the items of a group weights that sum to share and fall like
// 1/rank^popularity, in an order that is random and the same in every run.
func rank(group []item, share float64, r *policy.Rand) {
	total := 0.0
	for place, i := range r.Perm(len(group)) {
		group[i].weight = math.Pow(float64(place+1), -popularity)
		total += group[i].weight
	}
	for i := range group {
		group[i].weight *= share / total
	}
}

// unseen is the factor, 1 in the median, by which an item's work differs from
// what its features say.
func unseen(r *policy.Rand, i int, spread float64) float64 {
	return math.Exp(spread * r.At(uint64(i)).NormFloat64())
}

// micros rounds to whole microseconds, so that the last bits of a platform's
// mathematics do not show.
func micros(s float64) float64 { return math.Round(s*1e6) / 1e6 }
