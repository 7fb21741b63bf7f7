# Written by Ansible (role hardening).
# A shell left alone at the console ends after ten minutes, and leaves no image of its memory.
TMOUT=600
readonly TMOUT
export TMOUT
ulimit -c 0
