# Ends the process groups that it was told of ("+ PID") and not told off ("- PID") when its standard input ends, and, where /proc
# tells, what has its argument in its environment: the last that was started may not have been told of.
trap '' INT TERM HUP QUIT
groups=
while read -r sign group; do
    case $sign in
        +) groups="$groups $group" ;;
        -)
            left=
            for other in $groups; do
                [ "$other" = "$group" ] || left="$left $other"
            done
            groups=$left
            ;;
    esac
done
for group in $groups; do
    kill -9 "-$group" 2>/dev/null
done
for environment in $(grep -slF -- "$1" /proc/[0-9]*/environ); do
    process=${environment#/proc/}
    kill -9 "${process%/environ}" 2>/dev/null
done
