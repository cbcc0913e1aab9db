package count

// Metered says whether this is a metered build, whose counters and their
// weights package meter writes in place of this file.
const Metered = false

// N is the number of counters.
const N = 1

// weights are what one count of each counter stands for.
var weights [N]Weight
