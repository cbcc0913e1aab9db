package journals

import (
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"cnv/policy"
	"cnv/policy/journal"
)

// Defaults of Options.
const (
	defaultBlock  = 64 << 10
	defaultBlocks = 256
	defaultRotate = 256 << 20
	defaultFlush  = time.Second
)

// Options are the sizes of a Writer; zero means the default.
type Options struct {
	Block  int           // bytes of records per block, before compression: 64 KiB
	Blocks int           // blocks that may wait for the disk: 256 (16 MiB)
	Rotate int64         // bytes after which a new file begins: 256 MiB
	Wait   bool          // Add waits for the disk rather than leave a gap: where time is simulated
	Flush  time.Duration // age at which a block is written though not full: 1 s
	// Stopped is told at once, by the writing goroutine, that nothing more is written, and
	// why; nil: only Close tells.
	Stopped func(error)
}

// A Writer takes records from the goroutine that owns a Controller and writes
// them from another one. Add never waits for the disk: when too many blocks
// wait, records are dropped and a gap is left.
type Writer struct {
	o      Options
	dir    string
	header journal.Header

	mu      sync.Mutex
	batch   journal.Batch
	since   time.Time // of the first record in it
	missing uint64
	notes   []journal.Block // that wait for room
	closed  bool

	stopped atomic.Bool
	lost    atomic.Uint64 // records that are not in the files and never will be

	blocks chan journal.Block
	done   chan struct{}
	err    error // of the writing goroutine; read after done
}

// Create makes the folder, which must not hold a journal yet, and starts the
// writing goroutine, which ends with Close.
func Create(dir string, h journal.Header, o Options) (*Writer, error) {
	o.fill()
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, fmt.Errorf("journal: %w", err)
	}
	if parts, _ := filepath.Glob(filepath.Join(dir, "*.journal")); len(parts) > 0 {
		return nil, fmt.Errorf("journal: %s already holds a journal", dir)
	}
	w := &Writer{o: o, dir: dir, header: h, blocks: make(chan journal.Block, o.Blocks), done: make(chan struct{})}
	f, enc, err := w.open(1)
	if err != nil {
		return nil, err
	}
	go w.write(f, enc)
	go w.flushNow()
	return w, nil
}

func (o *Options) fill() {
	if o.Block == 0 {
		o.Block = defaultBlock
	}
	if o.Blocks == 0 {
		o.Blocks = defaultBlocks
	}
	if o.Rotate == 0 {
		o.Rotate = defaultRotate
	}
	if o.Flush == 0 {
		o.Flush = defaultFlush
	}
}

// Add keeps one step. now must not decrease. It does not wait for the disk.
func (w *Writer) Add(now time.Duration, e *policy.Event, cmds []policy.Command) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.closed {
		return
	}
	if w.missing > 0 && !w.hand(journal.GapBlock(w.missing)) {
		w.missing++
		w.lost.Add(1)
		return
	}
	w.missing = 0
	if w.batch.Len() == 0 {
		w.since = time.Now()
	}
	w.batch.Add(now, e, cmds)
	if w.batch.Len() >= w.o.Block {
		w.cut()
	}
}

// Note keeps a note behind the records so far.
func (w *Writer) Note(n journal.Note) {
	block, err := journal.NoteBlock(n)
	w.mu.Lock()
	defer w.mu.Unlock()
	if err != nil || w.closed {
		return
	}
	w.notes = append(w.notes, block)
	w.cut()
}

// cut hands the buffered records over; if that is not possible they are missing.
func (w *Writer) cut() {
	if w.batch.Len() > 0 {
		if b := w.batch.Take(w.o.Block + 4096); !w.hand(b) {
			w.missing += b.Records()
			w.lost.Add(b.Records())
		}
	}
	for len(w.notes) > 0 && w.hand(w.notes[0]) {
		w.notes = w.notes[1:]
	}
}

// hand gives a block to the writing goroutine if it can take one.
func (w *Writer) hand(b journal.Block) bool {
	if w.o.Wait {
		w.blocks <- b
		return true
	}
	select {
	case w.blocks <- b:
		return true
	default:
		return false
	}
}

// flushNow hands over records that have waited long enough, until Close.
func (w *Writer) flushNow() {
	t := time.NewTicker(w.o.Flush)
	defer t.Stop()
	for {
		select {
		case <-w.done:
			return
		case <-t.C:
		}
		w.mu.Lock()
		if !w.closed && w.batch.Len() > 0 && time.Since(w.since) >= w.o.Flush {
			w.cut()
		}
		w.mu.Unlock()
	}
}

// Close writes what is left and returns the first error of writing.
func (w *Writer) Close() error {
	w.mu.Lock()
	if w.closed {
		w.mu.Unlock()
		return nil
	}
	w.closed = true
	rest, missing, notes := w.batch, w.missing, w.notes
	w.mu.Unlock()
	if missing > 0 {
		w.blocks <- journal.GapBlock(missing)
	}
	if rest.Len() > 0 {
		w.blocks <- rest.Take(0)
	}
	for _, n := range notes {
		w.blocks <- n
	}
	close(w.blocks)
	<-w.done
	return w.err
}

// open begins a file.
func (w *Writer) open(part int) (*os.File, *journal.Encoder, error) {
	f, err := os.OpenFile(filepath.Join(w.dir, fmt.Sprintf("%06d.journal", part)), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o644)
	if err != nil {
		return nil, nil, fmt.Errorf("journal: %w", err)
	}
	h := w.header
	h.Part = part
	enc, err := journal.NewEncoder(f, h)
	if err != nil {
		f.Close()
		return nil, nil, err
	}
	return f, enc, nil
}

// stop notes that records were lost as the files take no more, and tells of it once.
func (w *Writer) stop(why error, records uint64) {
	w.lost.Add(records)
	if !w.stopped.Swap(true) && w.o.Stopped != nil {
		w.o.Stopped(why)
	}
}

// Health is how the journal is: whether it takes nothing more (its disk is full, say), and
// how many records are missing.
func (w *Writer) Health() (stopped bool, lost uint64) { return w.stopped.Load(), w.lost.Load() }

// write is the writing goroutine. After an error it goes on taking blocks,
// so that nobody waits for it, and drops them.
func (w *Writer) write(f *os.File, enc *journal.Encoder) {
	defer close(w.done)
	var err error
	part, size := 1, int64(0)
	for b := range w.blocks {
		if err == nil && size > w.o.Rotate {
			part, size = part+1, 0
			if err = f.Close(); err == nil {
				f, enc, err = w.open(part)
			} else {
				f = nil
			}
		}
		if err == nil {
			var n int
			n, err = enc.Write(b)
			size += int64(n)
		}
		if err != nil {
			w.stop(err, b.Records())
		}
	}
	if f != nil {
		if cerr := f.Close(); err == nil {
			err = cerr
		}
	}
	w.err = err
}
