package raytracer

// facets is into how many pieces a Bézier patch is cut each way.
const facets = 12

// A facet is a triangle of a curved surface: its normal goes over into those of
// its neighbours, so that the surface looks smooth.
type facet struct {
	patch
	na, nu, nv vec // at the corners a, a + u, a + v
}

func (f *facet) hit(r ray, far float64) (float64, vec, bool) {
	t, x, y, ok := f.meet(r, far)
	if !ok {
		return 0, vec{}, false
	}
	n := f.na.mul(1-x-y).plus(x, f.nu).plus(y, f.nv).unit()
	if n == (vec{}) {
		n = f.n
	}
	return t, n, true
}

// bezier cuts a patch into triangles.
func bezier(c [4][4]vec) []*facet {
	var p, n [facets + 1][facets + 1]vec // points and their normals
	for i := range p {
		for j := range p[i] {
			bu, bv := bernstein(float64(i)/facets), bernstein(float64(j)/facets)
			for k := range 16 {
				p[i][j] = p[i][j].plus(bu[k/4]*bv[k%4], c[k/4][k%4])
			}
		}
	}
	for i := range p {
		for j := range p[i] {
			along := p[min(i+1, facets)][j].sub(p[max(i-1, 0)][j])
			across := p[i][min(j+1, facets)].sub(p[i][max(j-1, 0)])
			n[i][j] = along.cross(across).unit()
		}
	}
	all := make([]*facet, 0, 2*facets*facets)
	for i := range facets {
		for j := range facets {
			all = append(all,
				&facet{*newPatch(p[i][j], p[i+1][j], p[i][j+1], false), n[i][j], n[i+1][j], n[i][j+1]},
				&facet{*newPatch(p[i+1][j+1], p[i][j+1], p[i+1][j], false), n[i+1][j+1], n[i][j+1], n[i+1][j]})
		}
	}
	return all
}

// bernstein are the weights of four points in a row.
func bernstein(t float64) [4]float64 {
	s := 1 - t
	return [4]float64{s * s * s, 3 * s * s * t, 3 * s * t * t, t * t * t}
}
