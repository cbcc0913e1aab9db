package lambda

import (
	"maps"
	"net/http"
	"slices"
	"strconv"
	"time"
)

// A version is what calls run. The last one of a function is $LATEST.
type version struct {
	of      *function
	config  configuration
	program string
	retired bool           // its environments end after their calls
	all     []*environment // in the order of their starts
	idle    []*environment // the one used last is at the end
	busy    int            // calls under way
	wanted  int            // provisioned environments
	until   time.Time      // it is pending, or its update in progress; zero: it is not
}

// An alias is another name of a version.
type alias struct {
	AliasArn, Name, FunctionVersion, Description string
}

// find is a version by its number or alias; "" and $LATEST are the last.
func (f *function) find(qualifier string) *version {
	if a := f.aliases[qualifier]; a != nil {
		qualifier = a.FunctionVersion
	}
	for _, v := range f.versions {
		if v.config.Version == qualifier || qualifier == "" && v.config.Version == "$LATEST" {
			return v
		}
	}
	return nil
}

func (s *Service) listVersions(c *call) (any, error) {
	out := []configuration{c.function.configuration}
	for _, v := range c.function.versions[:len(c.function.versions)-1] {
		out = append(out, v.config)
	}
	return map[string]any{"Versions": out}, nil
}

func (s *Service) publish(c *call) (any, error) {
	var in struct{ CodeSha256, Description string }
	if err := s.fields(c, &in); err != nil {
		return nil, err
	}
	if have := c.function.CodeSha256; in.CodeSha256 != "" && in.CodeSha256 != have {
		return nil, failure(http.StatusBadRequest, "InvalidParameterValueException", "CodeSHA256 (%s) is different from current CodeSHA256 in $LATEST (%s). Please try again with the CodeSHA256 in $LATEST.", in.CodeSha256, have)
	}
	return c.function.publish(in.Description).config, nil
}

// publish keeps $LATEST under a number, unless the last number is the same.
func (f *function) publish(description string) *version {
	latest := f.versions[len(f.versions)-1]
	if n := len(f.versions); n > 1 {
		if last := f.versions[n-2]; last.config.CodeSha256 == f.CodeSha256 && last.config.MemorySize == f.MemorySize && last.config.Timeout == f.Timeout {
			return last
		}
	}
	v := &version{of: f, config: f.configuration, program: latest.program}
	v.config.Version, v.config.Description = strconv.Itoa(len(f.versions)), description
	v.config.FunctionArn += ":" + v.config.Version
	v.begin(false)
	f.versions = append(f.versions[:len(f.versions)-1], v, latest)
	return v
}

func (s *Service) createAlias(c *call) (any, error) {
	var in struct{ Name, FunctionVersion, Description string }
	if err := s.fields(c, &in); err != nil {
		return nil, err
	}
	if c.function.aliases[in.Name] != nil {
		return nil, failure(http.StatusConflict, "ResourceConflictException", "Alias already exists: %s:%s", c.function.FunctionArn, in.Name)
	}
	if in.Name == "" || c.function.find(in.FunctionVersion) == nil {
		return nil, failure(http.StatusNotFound, "ResourceNotFoundException", "Function not found: %s:%s", c.function.FunctionArn, in.FunctionVersion)
	}
	a := &alias{c.function.FunctionArn + ":" + in.Name, in.Name, in.FunctionVersion, in.Description}
	c.function.aliases[in.Name] = a
	return a, nil
}

func (s *Service) listAliases(c *call) (any, error) {
	out := []*alias{}
	for _, name := range slices.Sorted(maps.Keys(c.function.aliases)) {
		out = append(out, c.function.aliases[name])
	}
	return map[string]any{"Aliases": out}, nil
}

func (s *Service) getAlias(c *call) (any, error) { return c.alias() }

// alias is the one that a call's path names.
func (c *call) alias() (*alias, error) {
	name := c.r.PathValue("alias")
	if a := c.function.aliases[name]; a != nil {
		return a, nil
	}
	return nil, failure(http.StatusNotFound, "ResourceNotFoundException", "Cannot find alias arn: %s:%s", c.function.FunctionArn, name)
}

func (s *Service) updateAlias(c *call) (any, error) {
	var in struct{ FunctionVersion, Description string }
	if err := s.fields(c, &in); err != nil {
		return nil, err
	}
	a, err := c.alias()
	if err != nil {
		return nil, err
	}
	if in.FunctionVersion != "" {
		if c.function.find(in.FunctionVersion) == nil {
			return nil, failure(http.StatusNotFound, "ResourceNotFoundException", "Function not found: %s:%s", c.function.FunctionArn, in.FunctionVersion)
		}
		a.FunctionVersion = in.FunctionVersion
	}
	if in.Description != "" {
		a.Description = in.Description
	}
	return a, nil
}

func (s *Service) deleteAlias(c *call) (any, error) {
	delete(c.function.aliases, c.r.PathValue("alias"))
	return nil, nil
}
