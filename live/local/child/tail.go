package child

import "sync"

// A Tail keeps the end of what is written to it.
type Tail struct {
	mu     sync.Mutex
	text   []byte
	length int64 // of all that was written
}

// kept is how many bytes a Tail keeps at least.
const kept = 64 << 10

// Write keeps p.
func (t *Tail) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.text = append(t.text, p...)
	t.length += int64(len(p))
	if len(t.text) > 2*kept {
		t.text = append(t.text[:0], t.text[len(t.text)-kept:]...)
	}
	return len(p), nil
}

// Length is how much was written so far.
func (t *Tail) Length() int64 {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.length
}

// Since is what was written after the first n bytes, as far as it is kept.
func (t *Tail) Since(n int64) string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return string(t.text[max(0, int64(len(t.text))-(t.length-n)):])
}

// String is what is kept.
func (t *Tail) String() string { return t.Since(0) }
