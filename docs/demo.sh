#!/bin/sh
# Makes docs/demo.html: 500 dialogues on the four bundled worlds and on Chinook, about four CPU minutes, no model.
#
#     docs/demo.sh CHINOOK.sqlite            from the top of the repository, with turnwise on the PATH
#
# Chinook is the public sample database of that name (github.com/lerocha/chinook-database).
set -eu
place=$(mktemp -d)
turnwise synth "$1" --name chinook -o "$place/chinook" > "$place/synth.txt"
worlds="--world bike_workshop --world city_library --world concert_hall --world housing_association --world $place/chinook"
for agent in lexical oracle; do
    turnwise run $worlds --task both --scenarios 20 --agent $agent --log-dir "$place/logs" > "$place/$agent.txt"
done
# What the paper's users do besides: they think of up to two goals more as they go.
turnwise run $worlds --task user_oriented -T followup_goals=0-2 --scenarios 20 --agent lexical --log-dir "$place/logs" > "$place/more.txt"
turnwise compare "$place/logs" --page docs/demo.html > "$place/compare.txt"
rm -r "$place"
ls -l docs/demo.html
