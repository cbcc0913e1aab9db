package features

import (
	"net/url"

	"cnv/policy"
)

// Of is what can be known of a request to a kernel from its query, its
// Content-Type and its body: its features, and the key of the computation. It
// reads as little as that takes and no more than the body. Where it cannot
// tell, as the request is not one that the kernel understands, features are 0
// and err says why; the key is 0 if the parameters are wrong, too.
func Of(kernel string, query url.Values, contentType string, body []byte) (v Vector, key policy.Key, err error) {
	k, ok := Find(kernel)
	if !ok {
		return v, Key(kernel, query.Encode(), body), nil
	}
	params, err := Canonical(k, query)
	if err != nil {
		return v, 0, err
	}
	key = Key(k.Name, params, body)
	switch kernel {
	case Raytracer:
		v, err = ofScene(query, body)
	case Blur, Enhance:
		v, err = ofPicture(contentType, body)
	}
	return v, key, err
}
