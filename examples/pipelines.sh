#!/bin/sh
# The paper's three pipelines, from seed to scored log, with one model in every role.
#   MODEL=openai/gpt-4o-mini sh examples/pipelines.sh [OUT]
# Seeds: a list of tools, whose results are simulated, and a domain in a sentence, which becomes a database.
set -eu
: "${MODEL:?name a model, such as MODEL=openai/gpt-4o-mini}"
here=$(dirname "$0")
out=${1:-out}
count=${COUNT:-10}

everyone="--model $MODEL --model-role user=$MODEL --model-role simulator=$MODEL --model-role grader=$MODEL"

# 1 and 2: a world of simulated tools, and goals in it
turnwise synth "${TOOLS:-$here/tickets.json}" --model "$MODEL" -o "$out/simulated" --logs "$out/logs"
turnwise goals "$out/simulated" --model "$MODEL" --count "$count" -o "$out/simulated-goals.json" --logs "$out/logs"
# 3: a world of tools that run on a database
turnwise synth "${SEED:-a small veterinary clinic}" --model "$MODEL" -o "$out/executed" --logs "$out/logs"
turnwise goals "$out/executed" --model "$MODEL" --count "$count" -o "$out/executed-goals.json" --logs "$out/logs"

hold() { # task, world
    inspect eval "turnwise/$1" -T world="$out/$2" -T goal_file="$out/$2-goals.json" -T goals=1 -T scenarios="${DIALOGUES:-$count}" \
        $everyone --log-dir "$out/logs" --display plain --no-fail-on-error
}
hold task_oriented simulated  # task-oriented
hold user_oriented simulated  # user-oriented
hold user_oriented executed   # user-oriented, with tools that run

turnwise compare "$out/logs"
turnwise usage "$out/logs"
