package aws

import (
	"bytes"
	"context"
	"crypto/rand"
	"fmt"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"
)

// A Log sends lines to a stream of its own in a log group of CloudWatch Logs, every few
// seconds. What cannot be sent is kept for the next time, up to a limit, beyond which the oldest lines are
// lost, and their number is sent in their place: whoever writes never waits for AWS.
type Log struct {
	api           *cloudwatchlogs.Client
	group, stream string
	stop, done    chan struct{}
	sent          sync.Mutex // of whoever sends
	made          bool       // the stream is there

	mu    sync.Mutex
	part  []byte // of a line that has not ended
	lines []types.InputLogEvent
	size  int // of lines, as CloudWatch Logs counts
	lost  int
}

// Limits of a batch, of which PutLogEvents takes 1,048,576 bytes, with 26 for each line, and
// 10,000 lines (CloudWatch Logs API reference).
const (
	mostLog   = 1_000_000
	mostLines = 9_999 // and one that tells how many are lost
	mostLine  = 8 << 10
	lineHead  = 26
	sendLog   = 5 * time.Second
)

// NewLog begins to send to a new stream of a group, which must be there.
func NewLog(cfg aws.Config, group string) *Log {
	l := &Log{
		api: cloudwatchlogs.NewFromConfig(cfg), group: group, stream: time.Now().UTC().Format("2006-01-02T150405Z-") + rand.Text()[:8],
		stop: make(chan struct{}), done: make(chan struct{}),
	}
	go func() {
		defer close(l.done)
		t := time.NewTicker(sendLog)
		defer t.Stop()
		for {
			select {
			case <-l.stop:
				return
			case <-t.C:
				ctx, cancel := context.WithTimeout(context.Background(), 2*sendLog)
				_ = l.Send(ctx) // the next time
				cancel()
			}
		}
	}()
	return l
}

// Write takes lines. It never fails.
func (l *Log) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.part = append(l.part, p...)
	for {
		line, rest, ends := bytes.Cut(l.part, []byte("\n"))
		if !ends && len(l.part) < mostLine {
			return len(p), nil
		}
		if !ends || len(line) > mostLine {
			line, rest = l.part[:mostLine], l.part[mostLine:]
		}
		l.add(line)
		l.part = rest
	}
}

// add takes a line, and gives up the oldest beyond the limits; l.mu is held.
func (l *Log) add(line []byte) {
	l.take(line)
	for l.size > mostLog || len(l.lines) > mostLines {
		l.size -= len(*l.lines[0].Message) + lineHead
		l.lines = l.lines[1:]
		l.lost++
	}
}

// take takes a line; l.mu is held. CloudWatch Logs takes no empty ones.
func (l *Log) take(line []byte) {
	if len(bytes.TrimSpace(line)) == 0 {
		return
	}
	text := string(bytes.ToValidUTF8(line, []byte("?")))
	l.lines = append(l.lines, types.InputLogEvent{Timestamp: aws.Int64(time.Now().UnixMilli()), Message: &text})
	l.size += len(text) + lineHead
}

// Send sends what there is.
func (l *Log) Send(ctx context.Context) error {
	l.sent.Lock()
	defer l.sent.Unlock()
	l.mu.Lock()
	if l.lost > 0 {
		l.take(fmt.Appendf(nil, "cnv: %d earlier lines of the log are lost: they could not be sent", l.lost))
		l.lost = 0
	}
	batch := l.lines
	l.lines, l.size = nil, 0
	l.mu.Unlock()
	if len(batch) == 0 {
		return nil
	}
	err := l.put(ctx, batch)
	if err != nil {
		l.mu.Lock()
		defer l.mu.Unlock()
		later := l.lines
		l.lines, l.size = nil, 0
		for _, e := range append(batch, later...) {
			l.keep(e)
		}
	}
	return err
}

// keep takes a line that was taken before; l.mu is held.
func (l *Log) keep(e types.InputLogEvent) {
	if size := len(*e.Message) + lineHead; l.size+size <= mostLog && len(l.lines) < mostLines {
		l.lines, l.size = append(l.lines, e), l.size+size
		return
	}
	l.lost++
}

// put sends a batch; l.sent is held.
func (l *Log) put(ctx context.Context, batch []types.InputLogEvent) error {
	if !l.made {
		_, err := l.api.CreateLogStream(ctx, &cloudwatchlogs.CreateLogStreamInput{LogGroupName: &l.group, LogStreamName: &l.stream})
		if err != nil && code(err) != "ResourceAlreadyExistsException" { // an answer was lost
			return err
		}
		l.made = true
	}
	_, err := l.api.PutLogEvents(ctx, &cloudwatchlogs.PutLogEventsInput{LogGroupName: &l.group, LogStreamName: &l.stream, LogEvents: batch})
	return err
}

// Close sends the rest, for a few seconds at most.
func (l *Log) Close() error {
	close(l.stop)
	<-l.done
	l.mu.Lock()
	l.add(l.part)
	l.part = nil
	l.mu.Unlock()
	ctx, cancel := context.WithTimeout(context.Background(), 2*sendLog)
	defer cancel()
	return l.Send(ctx)
}
