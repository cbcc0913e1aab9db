package main

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// A scheduler tells a task of an array which one it is in variables; "" it does
// not say that.
type scheduler struct {
	index, count      string // of the task; how many tasks there are
	first, last, step string // of the array; without them it counts from 0
}

var schedulers = []scheduler{
	{"SLURM_ARRAY_TASK_ID", "SLURM_ARRAY_TASK_COUNT", "SLURM_ARRAY_TASK_MIN", "SLURM_ARRAY_TASK_MAX", "SLURM_ARRAY_TASK_STEP"},
	{index: "AWS_BATCH_JOB_ARRAY_INDEX", count: "AWS_BATCH_JOB_ARRAY_SIZE"},
	{index: "JOB_COMPLETION_INDEX", count: "JOB_COMPLETIONS"},
}

// fromScheduler is the part of this task: "auto" in a whole array, "auto/N" where
// the scheduler does not say how many tasks that has. When Slurm runs only some
// tasks again it says how many and which those are, and nothing of the whole
// array; "auto/N@FIRST" takes their numbers as they are, those of N from FIRST on.
func fromScheduler(text string, getenv func(string) string) (shard, error) {
	var names []string
	for _, s := range schedulers {
		names = append(names, s.index)
		if getenv(s.index) == "" {
			continue
		}
		part, err := s.part(text, getenv)
		if err != nil {
			return shard{}, fmt.Errorf("cnv: --shard %s: %s=%s: %w", text, s.index, getenv(s.index), err)
		}
		return part, nil
	}
	return shard{}, fmt.Errorf("cnv: --shard %s: none of %s is set", text, strings.Join(names, ", "))
}

// part is that of the task whose variables these are.
func (s *scheduler) part(text string, getenv func(string) string) (shard, error) {
	number := func(name string, otherwise int) int {
		if n, err := strconv.Atoi(getenv(name)); name != "" && err == nil {
			return n
		}
		return otherwise
	}
	_, count, given := strings.Cut(text, "/")
	count, from, based := strings.Cut(count, "@")
	id, err := strconv.Atoi(getenv(s.index))
	of, err1 := strconv.Atoi(count)
	first, err2 := strconv.Atoi(from)
	tasks := number(s.count, 0)
	switch {
	case err != nil:
		return shard{}, errors.New("no number")
	case given && (err1 != nil || of < 1), based && (err2 != nil || first < 0):
		return shard{}, errors.New("want auto, auto/N or auto/N@FIRST, such as auto/20@1")
	case based:
		return place(id-first, of, first)
	case !given && tasks < 1:
		return shard{}, errors.New("it is not said of how many tasks: say it, as in --shard auto/8")
	case !given:
		of = tasks
	case s.first != "" && tasks != of:
		return shard{}, fmt.Errorf("this array has %d of %d tasks, and so does not tell which part this one is: say from which number the whole array counts, as in --shard auto/%d@1", tasks, of, of)
	}
	step := max(number(s.step, 1), 1)
	first = number(s.first, 0)
	if last := number(s.last, first+(of-1)*step); s.first != "" && (last-first)/step != of-1 || (id-first)%step != 0 {
		return shard{}, fmt.Errorf("there are gaps in this array of %d tasks from %d to %d: give a whole one, or say of how many tasks the whole one is and from which number it counts, as in --shard auto/20@1", of, first, last)
	}
	return place((id-first)/step, of, first)
}

// place is the part at a place from 0 on.
func place(i, of, first int) (shard, error) {
	if i < 0 || i >= of {
		return shard{}, fmt.Errorf("none of %d tasks from %d on", of, first)
	}
	return shard{i + 1, of}, nil
}
