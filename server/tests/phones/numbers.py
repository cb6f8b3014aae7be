"""Writes the tables that `server/src/phones.rs` is tested with.

    pip install phonenumbers==9.0.43
    python3 server/tests/phones/numbers.py

`phonenumbers` carries the metadata of libphonenumber. For every region and every
type of number this takes the example, and makes more from the pattern of the type:
some at random (always the same), and some that begin like the national prefix.
Each is checked by the library before it is written. Written are facts alone:
numbers, and whether a numbering plan has them.

valid.tsv     region, type, numbers in E.164
invalid.tsv   region, numbers in the shape of E.164 that no plan has
spelled.tsv   a number in E.164, and as it is written for people abroad
"""

import random
import re._constants as op
import re._parser as regex
from pathlib import Path

import phonenumbers as lib
from phonenumbers import PhoneMetadata, PhoneNumberFormat, PhoneNumberType

HERE = Path(__file__).parent
AT_RANDOM, LIKE_PREFIX, INVALID = 10, 12, 8
TYPES = {
    name.lower(): value for name, value in vars(PhoneNumberType).items() if isinstance(value, int)
}
TYPES.pop("fixed_line_or_mobile")
TYPES.pop("unknown")


def made(pattern, dice):
    """A text that the pattern matches."""
    text = ""
    for kind, what in pattern:
        if kind is op.LITERAL:
            text += chr(what)
        elif kind is op.IN:
            text += chr(dice.choice([code for part in what for code in codes(part)]))
        elif kind is op.BRANCH:
            text += made(dice.choice(what[1]), dice)
        elif kind is op.SUBPATTERN:
            text += made(what[3], dice)
        elif kind is op.MAX_REPEAT:
            least, most, inner = what
            for _ in range(dice.randint(least, min(most, least + 12))):
                text += made(inner, dice)
        else:
            raise ValueError(f"{kind} in a pattern")
    return text


def codes(part):
    kind, what = part
    if kind is op.LITERAL:
        return [what]
    if kind is op.RANGE:
        return range(what[0], what[1] + 1)
    if kind is op.CATEGORY and what is op.CATEGORY_DIGIT:
        return range(ord("0"), ord("9") + 1)
    raise ValueError(f"{part} in a pattern")


def number(code, national):
    """The number as it stands, without anything taken off."""
    zeros = len(national) - len(national.lstrip("0"))
    zeros = min(zeros, len(national) - 1)
    return lib.PhoneNumber(
        country_code=code,
        national_number=int(national),
        italian_leading_zero=True if zeros else None,
        number_of_leading_zeros=zeros if zeros > 1 else None,
    )


def is_valid(code, national):
    """Of at most 15 digits (ITU-T E.164 §6); some patterns allow more."""
    return len(f"{code}{national}") <= 15 and lib.is_valid_number(number(code, national))


def parsed(e164):
    try:
        found = lib.parse(e164)
    except lib.NumberParseException:
        return None
    return lib.format_number(found, PhoneNumberFormat.E164) if lib.is_valid_number(found) else None


def plans():
    for region in sorted(lib.SUPPORTED_REGIONS):
        yield region, PhoneMetadata.metadata_for_region(region)
    for code in sorted(lib.COUNTRY_CODES_FOR_NON_GEO_REGIONS):
        yield f"+{code}", PhoneMetadata.metadata_for_nongeo_region(code)


def numbers_of(plan, desc, dice):
    code, pattern = plan.country_code, regex.parse(desc.national_number_pattern)
    found = {}
    if desc.example_number:
        found[desc.example_number] = None
    for _ in range(AT_RANDOM * 4):
        if len(found) < AT_RANDOM:
            found[made(pattern, dice)] = None
    if plan.national_prefix:
        like = {}
        for _ in range(400):
            national = made(pattern, dice)
            if len(like) < LIKE_PREFIX and national.startswith(plan.national_prefix):
                like[national] = None
        found |= like
    return [national for national in found if is_valid(code, national)]


def wrong_ones(plan, right, dice):
    found = {}
    for _ in range(200):
        national = list(dice.choice(right))
        change = dice.randrange(3)
        if change == 0:
            national = national[: dice.randrange(4, len(national))] if len(national) > 4 else []
        elif change == 1:
            national += [str(dice.randrange(10)) for _ in range(dice.randrange(1, 4))]
        else:
            national[0] = str(dice.randrange(10))
        e164 = f"+{plan.country_code}{''.join(national)}"
        if 8 <= len(e164) <= 16 and len(found) < INVALID and parsed(e164) is None:
            found[e164] = None
    start = 1 + len(str(plan.country_code))
    return [e164 for e164 in found if not is_valid(plan.country_code, e164[start:])]


def main():
    dice = random.Random(1)
    valid, invalid, spelled = [], [], []
    for region, plan in plans():
        all_of_region = []
        for name, kind in sorted(TYPES.items()):
            desc = getattr(plan, name)
            if desc is None or not desc.national_number_pattern or desc.national_number_pattern == "NA":
                continue
            nationals = numbers_of(plan, desc, dice)
            if nationals:
                e164 = [f"+{plan.country_code}{national}" for national in nationals]
                valid.append("\t".join([region, name, " ".join(e164)]))
                shown = lib.format_number(
                    number(plan.country_code, nationals[0]), PhoneNumberFormat.INTERNATIONAL
                )
                spelled.append(f"{e164[0]}\t{shown}")
                all_of_region += nationals
        wrong = wrong_ones(plan, all_of_region, dice)
        if wrong:
            invalid.append("\t".join([region, " ".join(wrong)]))
    for name, lines in [("valid", valid), ("invalid", invalid), ("spelled", spelled)]:
        (HERE / f"{name}.tsv").write_text("\n".join(lines) + "\n", encoding="utf-8")


main()
