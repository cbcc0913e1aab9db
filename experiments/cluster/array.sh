#!/bin/bash
# One experiment on many machines: a Slurm array job, each task a part of the
# runs. The machines share the folder of the project, where the parts meet.
#
#   go build -o cnv ./experiments
#   sbatch --array=1-20 experiments/cluster/array.sh my.toml
#   ./cnv merge my.toml                      # when all tasks have ended
#
# merge writes the bytes that one machine would have written, and names the
# runs that are missing: run their tasks again, and say of how many they are
# (CNV_PARTS=20 sbatch --array=7,12 ...). A task that was killed goes on where
# it was. More arguments go to compare, such as --seeds 100 or --out DIR; give
# those to merge too.
#
# AWS Batch and Kubernetes: --shard auto knows AWS_BATCH_JOB_ARRAY_INDEX and
# JOB_COMPLETION_INDEX as well; say --shard auto/20 where they do not say how
# many tasks there are.
#SBATCH --job-name=cnv
#SBATCH --cpus-per-task=1
#SBATCH --output=cnv-%A-%a.log
set -euo pipefail
parts=${CNV_PARTS:-auto}
[ "$parts" = auto ] || parts=$SLURM_ARRAY_TASK_ID/$parts
exec "${CNV:-./cnv}" compare "$@" --shard "$parts" --jobs "${SLURM_CPUS_PER_TASK:-1}" --no-figures
