package deploy

import "fmt"

// CheckName refuses what is no name of a deployment, before anybody is asked
// about it.
func CheckName(name string) error {
	if !names.MatchString(name) {
		return fmt.Errorf("deployment %q: want a-z, 0-9 and -, beginning with a letter, at most 20", name)
	}
	return nil
}
