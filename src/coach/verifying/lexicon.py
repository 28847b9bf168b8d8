"""Word lists of the deterministic checks: words that claim nothing, words that mean the same, opposites.

Kept small and strict on purpose: a pair belongs here only if one word may replace the other in a
sentence about work without changing what the sentence says.
"""

from __future__ import annotations

# Function words: they carry no fact of their own.
STOP = frozenset(
    """a about across after again ago all along already also although always am among an and another any anybody anyone
    anything are around as at away be became because become becomes been before being between both but by can cannot
    could did do does doing done down due during each either else enough even ever every everybody everyone everything
    few for from further get gets getting given gives go goes going gone got had has have having he hence her here hers
    herself him himself his how however i if in indeed instead into is it its itself just least less lot made make makes
    making many may me might mine more moreover most mostly much must my myself near neither never no nobody none nor
    not nothing now of off often on once one ones only onto or other others otherwise ought our ours ourselves out over
    own per perhaps quite rather really same shall she should since so some somebody someone something soon still such
    take taken takes taking than that the their theirs them themselves then there therefore these they thing things this
    those though through thus till to together too toward towards under unless unlike until up upon us very via was way
    ways we well were what whatever when where whereas whether which while who whoever whole whom whose why will with
    within without would yes yet you your yours yourself able vs versus namely
    don't doesn't didn't isn't aren't wasn't weren't won't wouldn't can't couldn't shouldn't haven't hasn't
    hadn't""".split()
)

# Words a writer may add around a fact: hedges, the frame of a sentence, weak verbs.
LIGHT = frozenset(
    """typical typically usual usually general generally common commonly normally often sometimes mainly mostly
    primarily likely possible possibly tend tends include includes including included involve involves involving
    mean means meaning guide guides say says said describe describes described according accordingly state
    states stated note notes mention mentions role roles position positions job jobs person people someone
    responsible responsibility responsibilities expected expect expects level example instance addition
    additionally overall basically essentially specifically particular particularly respectively called known
    considered consist consists comprise comprises cover covers carry carries hold holds held bring brings
    brought come comes use uses used using work works working part kind type key main core major important focus
    focuses focused""".split()
)

# Groups of words that may stand for each other.
SAME = (
    "lead manage head oversee supervise run",
    "need require",
    "multiple several",
    "company organization organisation firm employer",
    "engineer developer dev programmer coder",
    "recruit hire recruitment",
    "maintain keep",
    "ensure guarantee secure",
    "help assist support aid",
    "show demonstrate display exhibit",
    "skill ability capability competency competence",
    "duty task responsibility",
    "decide decision choose choice",
    "set define establish determine",
    "big large",
    "aim goal objective target",
    "salary pay compensation",
    "build create develop",
    "begin start",
    "end finish complete",
    "improve better enhance",
    "growth grow",
    "widen broaden expand expansion",
    "span reach range cover",
    "talk speak communicate communication",
    "promotion promote",
    "aligned alignment align",
    "strategic strategy strategically",
    "technical technology tech technically technological",
    "code coding program programming software",
    "mentor mentoring mentorship",
    "coach coaching",
    "manager management managerial",
    "leader leadership",
    "team squad",
    "staff personnel",
    "budget budgeting",
    "roadmap plan planning",
    "medium middle mid",
    "timeline deadline schedule",
    "conflict dispute",
    "issue problem",
    "worker employee",
    "kid child",
    "film movie",
    "author writer",
    "buy purchase",
    "car automobile",
    "doctor physician",
    "usa us america",
)

# Phrases written as the one word that means the same.
PHRASES = {
    "makes sure that": "ensures that",
    "makes sure": "ensures",
    "make sure": "ensure",
    "making sure": "ensuring",
    "sees to it": "ensures",
    "more than one": "several",
    "a number of": "several",
    "is in charge of": "is responsible for",
    "as well as": "and",
}

# Pairs of opposites: a claim with one of them where the evidence has the other says the contrary.
OPPOSITES = (
    "increase decrease", "increase reduce", "rise fall", "grow shrink", "more fewer", "more less", "most least",
    "wide narrow", "widen narrow", "broad narrow", "long short", "longer shorter", "high low", "higher lower",
    "large small", "larger smaller", "big small", "bigger smaller", "before after", "above below",
    "internal external", "junior senior", "tactical strategic", "easy hard", "easy difficult", "best worst",
    "better worse", "begin end", "start stop", "start end", "accept reject", "accept refuse", "allow forbid",
    "allow prevent", "strong weak", "direct indirect", "single multiple", "single several", "formal informal",
    "gain lose", "early late", "simple complex", "public private", "include exclude", "encourage discourage",
    "reactive proactive", "minimum maximum", "optional required", "optional mandatory", "inside outside",
    "success failure", "succeed fail", "hire fire", "centralize decentralize", "top bottom", "first last",
    "daily yearly", "always never", "major minor", "positive negative", "presence absence", "win lose",
    "open close", "rich poor", "fast slow", "quick slow", "male female", "north south", "east west", "old young",
    "import export", "raise lower", "improve worsen", "strengthen weaken", "agree disagree",
    "agreement disagreement", "approve reject", "advantage disadvantage", "gradual sudden", "rarely often",
    "seldom often", "rarely usually", "everybody nobody", "everyone nobody", "employer employee", "buyer seller",
    "teacher student", "upward downward", "forward backward", "light heavy", "temporary permanent",
    "safe dangerous", "expand shrink", "attack defend", "ally enemy", "friend enemy",
)  # fmt: skip
