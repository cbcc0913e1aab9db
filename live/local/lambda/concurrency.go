package lambda

import "net/http"

// leastUnreserved is what AWS keeps for functions without a limit of their own.
const leastUnreserved = 100

// unreserved is what the functions without a limit of their own share.
func (s *Service) unreserved() int {
	n := s.o.Concurrency
	for _, f := range s.functions {
		n -= max(0, f.reserved)
	}
	return n
}

// busy is how many calls of a function are under way.
func (f *function) busy() int {
	n := 0
	for _, v := range f.versions {
		n += v.busy
	}
	return n
}

// room says whether a function may have another call at once; s.mu is held.
func (s *Service) room(f *function) error {
	if f.reserved >= 0 {
		if f.busy() >= f.reserved {
			return throttled("ReservedFunctionConcurrentInvocationLimitExceeded")
		}
		return nil
	}
	n := 0
	for _, other := range s.functions {
		if other.reserved < 0 {
			n += other.busy()
		}
	}
	if n >= s.unreserved() {
		return throttled("ConcurrentInvocationLimitExceeded")
	}
	return nil
}

func throttled(reason string) error {
	return &apiError{status: http.StatusTooManyRequests, code: "TooManyRequestsException", text: "Rate Exceeded.", reason: reason}
}

func (s *Service) reserve(c *call) (any, error) {
	var in struct{ ReservedConcurrentExecutions int }
	if err := s.fields(c, &in); err != nil {
		return nil, err
	}
	n, f := in.ReservedConcurrentExecutions, c.function
	if left := s.unreserved() + max(0, f.reserved) - n; n < 0 || n > 0 && left < min(leastUnreserved, s.o.Concurrency) {
		return nil, failure(http.StatusBadRequest, "InvalidParameterValueException",
			"Specified ReservedConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below its minimum value of [%d].", leastUnreserved)
	}
	f.reserved = n
	return in, nil
}

func (s *Service) reserved(c *call) (any, error) {
	if c.function.reserved < 0 {
		return map[string]int{}, nil
	}
	return map[string]int{"ReservedConcurrentExecutions": c.function.reserved}, nil
}

func (s *Service) unreserve(c *call) (any, error) {
	c.function.reserved = -1
	return nil, nil
}

// provision keeps so many environments of a version ready.
func (s *Service) provision(c *call) (any, error) {
	var in struct{ ProvisionedConcurrentExecutions int }
	if err := s.fields(c, &in); err != nil {
		return nil, err
	}
	v, err := c.version()
	if err != nil {
		return nil, err
	}
	if v.config.Version == "$LATEST" {
		return nil, failure(http.StatusBadRequest, "InvalidParameterValueException", "Provisioned Concurrency Configs cannot be applied to unpublished function versions.")
	}
	if n := in.ProvisionedConcurrentExecutions; n < 1 || n > s.o.Concurrency {
		return nil, failure(http.StatusBadRequest, "InvalidParameterValueException", "ProvisionedConcurrentExecutions %d: want 1 to %d", n, s.o.Concurrency)
	}
	if err := s.keep(v, in.ProvisionedConcurrentExecutions); err != nil {
		return nil, err
	}
	return v.provisioned(), nil
}

// provisioned answers for one version or, as ListProvisionedConcurrencyConfigs
// has the same path, for all that have any.
func (s *Service) provisioned(c *call) (any, error) {
	if c.r.URL.Query().Get("List") == "ALL" {
		all := []any{}
		for _, v := range c.function.versions {
			if v.wanted > 0 {
				one := v.provisioned()
				one["FunctionArn"] = v.config.FunctionArn
				all = append(all, one)
			}
		}
		return map[string]any{"ProvisionedConcurrencyConfigs": all}, nil
	}
	v, err := c.version()
	if err != nil {
		return nil, err
	}
	if v.wanted == 0 {
		return nil, failure(http.StatusNotFound, "ProvisionedConcurrencyConfigNotFoundException", "No Provisioned Concurrency Config found for this function")
	}
	return v.provisioned(), nil
}

func (s *Service) unprovision(c *call) (any, error) {
	v, err := c.version()
	if err != nil {
		return nil, err
	}
	return nil, s.keep(v, 0)
}

// keep starts or ends provisioned environments until there are n. Those that
// are busy end like others, when they have been idle for long.
func (s *Service) keep(v *version, n int) error {
	v.wanted = n
	var have []*environment
	for _, e := range v.all {
		if e.prepared && !e.gone {
			have = append(have, e)
		}
	}
	for range n - len(have) {
		if _, err := s.start(v, true); err != nil {
			return err
		}
	}
	for _, e := range have[min(n, len(have)):] {
		e.prepared = false
		if e.current == nil {
			v.forget(e)
			e.stop()
		}
	}
	return nil
}

// provisioned is how far the provisioning of a version is.
func (v *version) provisioned() map[string]any {
	ready := 0
	for _, e := range v.all {
		if e.prepared && e.warm && !e.gone {
			ready++
		}
	}
	status := "IN_PROGRESS"
	if ready >= v.wanted {
		status = "READY"
	}
	return map[string]any{
		"RequestedProvisionedConcurrentExecutions": v.wanted, "AllocatedProvisionedConcurrentExecutions": ready,
		"AvailableProvisionedConcurrentExecutions": ready, "Status": status,
	}
}
