package logs

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/format"
)

// A parquetRows reads a Parquet file, whose columns have names such as
// request.uri. Instants that the file says are such become nanoseconds.
type parquetRows struct {
	named
	in    *Input
	units []Unit // by column, of instants; 0 none
	file  *parquet.File
	group int
	from  parquet.Rows
	batch []parquet.Row
	have  int
	at    int
}

func newParquet(in *Input) (made rows, err error) {
	f, ok := in.file.(*os.File)
	if !ok || in.packed {
		return nil, in.refuse("a Parquet file is read from its end: give it as a file, not packed and not on standard input")
	}
	defer in.recovered(&err)
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	p := &parquetRows{in: in, batch: make([]parquet.Row, 64)}
	if p.file, err = parquet.OpenFile(f, info.Size()); err != nil {
		return nil, in.refuse("not a Parquet file: %w", err)
	}
	for _, path := range p.file.Schema().Columns() {
		p.columns = append(p.columns, strings.Join(path, "."))
		p.units = append(p.units, instantUnit(p.file.Schema(), path))
	}
	p.cells = make([][]byte, len(p.columns))
	return p, nil
}

// recovered makes an error of a panic: the library panics on some damaged files.
func (in *Input) recovered(err *error) {
	if r := recover(); r != nil {
		*err = in.refuse("the Parquet file is damaged: %v", r)
	}
}

// instantUnit is the unit of a column of timestamps; 0 it is none.
func instantUnit(s *parquet.Schema, path []string) Unit {
	leaf, ok := s.Lookup(path...)
	if !ok || leaf.Node.Type().LogicalType() == nil {
		return 0
	}
	t, ok := leaf.Node.Type().LogicalType().Value.(*format.TimestampType)
	if !ok || t.Unit.Value == nil {
		return 0
	}
	return Unit(t.Unit.Value.Duration())
}

func (p *parquetRows) next() (err error) {
	defer p.in.recovered(&err)
	for p.at == p.have {
		if err := p.fill(); err != nil {
			return err
		}
	}
	row := p.batch[p.at]
	p.at++
	p.in.line++
	for i := range p.cells {
		p.cells[i] = p.cells[i][:0]
	}
	for _, v := range row {
		i := v.Column()
		if i < 0 || i >= len(p.cells) || v.IsNull() || len(p.cells[i]) > 0 {
			continue
		}
		if p.cells[i], err = p.text(p.cells[i], v, p.units[i]); err != nil {
			return err
		}
	}
	return nil
}

// fill reads some rows.
func (p *parquetRows) fill() error {
	if p.from == nil {
		if p.group == len(p.file.RowGroups()) {
			return io.EOF
		}
		p.from = p.file.RowGroups()[p.group].Rows()
		p.group++
	}
	n, err := p.from.ReadRows(p.batch)
	p.at, p.have = 0, n
	switch {
	case errors.Is(err, io.EOF):
		closed := p.from.Close()
		p.from = nil
		return closed
	case err != nil && n == 0:
		return p.in.refuse("Parquet: %w", err)
	}
	return nil
}

// text is a value as a log writes it.
func (p *parquetRows) text(b []byte, v parquet.Value, unit Unit) ([]byte, error) {
	switch v.Kind() {
	case parquet.Boolean:
		return strconv.AppendBool(b, v.Boolean()), nil
	case parquet.Int32:
		return strconv.AppendInt(b, int64(v.Int32()), 10), nil
	case parquet.Int64:
		n := v.Int64()
		if unit > Nanosecond {
			if n > maxNS/int64(unit) || n < 0 {
				return b, p.in.fail("an instant of %d %v", n, unit)
			}
			n *= int64(unit)
		}
		return strconv.AppendInt(b, n, 10), nil
	case parquet.Float:
		return strconv.AppendFloat(b, float64(v.Float()), 'f', -1, 32), nil
	case parquet.Double:
		return strconv.AppendFloat(b, v.Double(), 'f', -1, 64), nil
	case parquet.Int96:
		return fmt.Append(b, v.Int96()), nil
	}
	return append(b, v.ByteArray()[:min(len(v.ByteArray()), MaxLine)]...), nil
}
