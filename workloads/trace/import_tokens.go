package trace

import (
	"strconv"

	"cnv/workloads"
)

// importLLM reads the Azure LLM inference traces.
func importLLM(m *importing) error {
	return m.tokens("arrival_s", 1e6, "ContextTokens", "GeneratedTokens", nil)
}

// importMooncake reads the Mooncake traces.
func importMooncake(m *importing) error {
	return m.tokens("timestamp", 1e3, "input_length", "output_length",
		[]string{"arrivals are stamped in batches of some 3 s: most gaps are zero, bursts within a batch are an artefact of recording"})
}

// tokens reads requests to a language model: instants, in units of so many
// microseconds, and token counts, which become features.
func (m *importing) tokens(at string, unit float64, input, output string, notes []string) error {
	t, err := openTable(m.in[0], at, input, output)
	if err != nil {
		return err
	}
	defer t.close()
	if err := m.begin(Header{Kind: Events, Recorded: []string{"arrival_us", "attr"}, Synthesised: []string{"work_us"}, Notes: notes}); err != nil {
		return err
	}
	w := m.w
	w.classes = []class{one("llm", "http", "tokens_in", "tokens_out")}
	var attr []byte
	return t.eventsOf(w, at, unit, func(*workloads.Arrival) ([]byte, error) {
		in, ok := integer(t.cell(input))
		out, ok2 := integer(t.cell(output))
		if !ok || !ok2 {
			return nil, t.fail("%s, %s: want integers from 0 on", input, output)
		}
		attr = strconv.AppendInt(append(attr[:0], "tokens_in="...), in, 10)
		return strconv.AppendInt(append(attr, ";tokens_out="...), out, 10), nil
	})
}
