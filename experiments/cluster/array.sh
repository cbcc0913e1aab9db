#!/bin/bash
# One experiment on many machines: a Slurm array job, each task a part of the
# runs. The machines share the folder of the project, where the parts meet.
#
#   go build -o cnv ./experiments
#   sbatch --array=1-20 experiments/cluster/array.sh my.toml
#   ./cnv merge my.toml                      # when all tasks have ended
#
# merge writes the bytes that one machine would have written, and names the
# runs that are missing: give the same array again, whose tasks find what is
# there and go on where they were. To run only some of its tasks again, say of
# how many they are and from which number the array counts, which Slurm does not:
#
#   CNV_PARTS=20@1 sbatch --array=7,12 experiments/cluster/array.sh my.toml
#
# More arguments go to compare, such as --seeds 100 or --out DIR; give those to
# merge too.
#
# README.md beside this file does the same on Kubernetes and AWS Batch.
#SBATCH --job-name=cnv
#SBATCH --cpus-per-task=1
#SBATCH --output=cnv-%A-%a.log
set -euo pipefail
exec "${CNV:-./cnv}" compare "$@" --shard "auto${CNV_PARTS:+/$CNV_PARTS}" --jobs "${SLURM_CPUS_PER_TASK:-1}" --no-figures
