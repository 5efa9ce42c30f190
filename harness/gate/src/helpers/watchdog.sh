# Ends the process groups that it was told of ("+ PID") and not told off ("- PID") when its standard input ends.
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
