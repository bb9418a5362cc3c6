"""Widgets that return the library's values. Each keeps its value in the address under its key."""

from explorer.controls.asking import ask, ask_near, several, words
from explorer.controls.choosing import direction_method, method_of, metric, narrowed, one_of, restrict
from explorer.controls.forms import form, projection
from explorer.controls.lists import any_list, drop_lists, list_actions, mean_of, pick_lists
from explorer.controls.map_words import map_kind, map_words
from explorer.controls.pairs import pairs_here, pick_pairs, words_along
from explorer.controls.space import space_picker
from explorer.controls.text import text_and_size
from explorer.controls.training import learned
from explorer.controls.trust import hubs, trusting

__all__ = [
    "any_list",
    "ask",
    "ask_near",
    "direction_method",
    "drop_lists",
    "form",
    "hubs",
    "learned",
    "list_actions",
    "map_kind",
    "map_words",
    "mean_of",
    "method_of",
    "metric",
    "narrowed",
    "one_of",
    "pairs_here",
    "pick_lists",
    "pick_pairs",
    "projection",
    "restrict",
    "several",
    "space_picker",
    "text_and_size",
    "trusting",
    "words",
    "words_along",
]
