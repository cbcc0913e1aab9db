package trace

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"time"
)

// importWorldCup reads the logs of the World Cup 1998 web site: counts per minute, or
// the files as they were published.
func importWorldCup(m *importing) error {
	published, err := isWorldCupLog(m.in[0])
	if err != nil {
		return err
	}
	if published {
		return m.worldCupLogs()
	}
	if len(m.in) > 1 {
		return fmt.Errorf("%s holds counts per minute: it takes no more files, got %d", m.in[0], len(m.in)-1)
	}
	return importCounts(m)
}

// A worldCupRecord is how long a record of the published logs is: timestamp (seconds
// since 1970, UTC), client, object and size of four bytes each, the most significant
// first; method, status, type and server of one. Source: Arlitt and Jin, README of
// the data set.
const worldCupRecord = 20

// The site was logged from 30 April to 26 July 1998: seconds since 1970.
var (
	worldCupFirst = time.Date(1998, 4, 1, 0, 0, 0, 0, time.UTC).Unix()
	worldCupEnd   = time.Date(1998, 9, 1, 0, 0, 0, 0, time.UTC).Unix()
)

// isWorldCupLog says whether a file begins as a published log does.
func isWorldCupLog(path string) (bool, error) {
	l, err := openLines(path)
	if err != nil {
		return false, err
	}
	defer l.close()
	first, err := l.r.Peek(4)
	if err != nil {
		return false, nil // too short: counts, which say so
	}
	at := int64(binary.BigEndian.Uint32(first))
	return at >= worldCupFirst && at < worldCupEnd, nil
}

// worldCupLogs counts the requests of published logs per minute.
func (m *importing) worldCupLogs() error {
	counts := map[int64]int64{} // by minute since 1970
	for _, path := range m.in {
		if err := countWorldCupLog(path, counts); err != nil {
			return err
		}
	}
	minutes := slices.Sorted(maps.Keys(counts))
	if len(minutes) == 0 {
		return fmt.Errorf("%s: no requests in it", m.in[0])
	}
	var rows []reading
	for _, minute := range minutes {
		rows = append(rows, reading{time.Duration(minute-minutes[0]) * time.Minute, counts[minute]})
	}
	return m.series(rows, time.Unix(60*minutes[0], 0).UTC(), time.Minute)
}

// countWorldCupLog counts the requests of a published log by minute since 1970.
func countWorldCupLog(path string, counts map[int64]int64) error {
	l, err := openLines(path)
	if err != nil {
		return err
	}
	defer l.close()
	var record [worldCupRecord]byte
	for n := 1; ; n++ {
		switch _, err := io.ReadFull(l.r, record[:]); {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return fmt.Errorf("%s: record %d: it is cut off: %w", path, n, err)
		}
		at := int64(binary.BigEndian.Uint32(record[:4]))
		if at < worldCupFirst || at >= worldCupEnd {
			return fmt.Errorf("%s: record %d: %v is not of the summer of 1998", path, n, time.Unix(at, 0).UTC())
		}
		counts[at/60]++
	}
}
