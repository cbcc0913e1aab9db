package lambdafn

import (
	"encoding/json"
	"errors"
	"fmt"

	"cnv/worker/lambdafn/event"
)

// A given is any event: a request of package event, or what the original
// system's clients send. They say with the name of the function which kernel it
// is for; here the field kernel says it, or else the environment.
//
// To the ray tracer the original sends every parameter as a string beside the
// scene and perhaps a texture:
//
//	{"scols": "400", "srows": "300", ..., "aa": "false", "input": "base64 of the scene", "texmap": "base64"}
//
// and to the others a picture:
//
//	{"body": "base64", "fileFormat": "jpeg"}
type given struct {
	event.Request
	Kernel     string  `json:"kernel"`
	Input      *[]byte `json:"input"`
	Texture    []byte  `json:"texmap"`
	FileFormat string  `json:"fileFormat"`
}

// parameters of the ray tracer that the original's events carry.
var parameters = []string{"scols", "srows", "wcols", "wrows", "coff", "roff", "aa", "multi"}

// read reads an event; kernel is for those that do not say which.
func read(payload []byte, kernel string) (event.Request, error) {
	var g given
	if err := json.Unmarshal(payload, &g); err != nil {
		return event.Request{}, err
	}
	if g.Path != "" {
		return g.Request, nil
	}
	if g.Kernel != "" {
		kernel = g.Kernel
	}
	if kernel == "" {
		return event.Request{}, errors.New(`no path: want {"path": "/KERNEL", "query": {}, "type": "", "body": "base64"}`)
	}
	g.Path = "/" + kernel
	if g.Input != nil {
		return g.scene(payload)
	}
	if g.Type == "" && g.FileFormat != "" {
		g.Type = "image/" + g.FileFormat
	}
	return g.Request, nil
}

// scene is a request to the ray tracer.
func (g *given) scene(payload []byte) (event.Request, error) {
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(payload, &fields); err != nil {
		return event.Request{}, err
	}
	g.Query = event.Query{}
	for _, name := range parameters {
		raw, ok := fields[name]
		if !ok {
			continue
		}
		var value string
		if err := json.Unmarshal(raw, &value); err != nil {
			return event.Request{}, fmt.Errorf("%s: want a string: %w", name, err)
		}
		g.Query[name] = []string{value}
	}
	body, err := json.Marshal(struct {
		Scene   string `json:"scene"`
		Texture []byte `json:"texmap,omitempty"` // as base64
	}{string(*g.Input), g.Texture})
	return event.Request{Path: g.Path, Query: g.Query, Type: "application/json", Body: body}, err
}
