// Package usage has how the help of the programs shows flags.
package usage

import "github.com/alecthomas/kong"

// Value is the help of a flag or an argument, with its default where kong shows a placeholder
// in its place. A default of 0 or false is not told: the text says what it means.
func Value(v *kong.Value) string {
	text := kong.DefaultHelpValueFormatter(v)
	shown := v.Flag != nil && v.Flag.PlaceHolder == "" // --seed=1
	if shown || !v.HasDefault || v.Default == "" || v.Default == "0" || v.IsBool() {
		return text
	}
	return text + " Default: " + v.Default + "."
}
