#!/usr/bin/env python3
"""A Django project after the recipe that everybody follows, with users of every kind.

    project.py make FOLDER      the project's database, its pictures, and three dumps of it
    project.py check FOLDER     loads FOLDER/back.json into an empty database, and logs everybody in

Both models of the recipe: `plain` has a bio, a place and a date of birth; `kuila` a picture, names
and a phone number. PROFILE names the one that is used.
"""
import json
import os
import sys
from datetime import date, datetime, timezone

import django
from django.conf import settings

COMMAND, FOLDER = sys.argv[1], os.path.abspath(sys.argv[2])
PROFILE = os.environ.get("PROFILE", "kuila")
DATABASE = "project.sqlite3" if COMMAND == "make" else "back.sqlite3"
PASSWORD = "drei alte Brücken {}"

settings.configure(
    SECRET_KEY="recipe", USE_TZ=True, DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions"],
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": os.path.join(FOLDER, DATABASE)}},
    MEDIA_ROOT=os.path.join(FOLDER, "media"),
    PASSWORD_HASHERS=[f"django.contrib.auth.hashers.{name}PasswordHasher" for name in (
        "PBKDF2", "PBKDF2SHA1", "Argon2", "BCryptSHA256", "BCrypt", "Scrypt", "MD5")])
django.setup()

from django.contrib.auth import authenticate
from django.contrib.auth.hashers import get_hasher
from django.contrib.auth.models import Group, User
from django.core.files.base import ContentFile
from django.core.management import call_command
from django.db import connection, models
from django.db.models.signals import post_save
from django.dispatch import receiver


class Profile(models.Model):
    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="profile")
    if PROFILE == "plain":
        bio = models.TextField(blank=True)
        location = models.CharField(max_length=100, blank=True)
        birth_date = models.DateField(null=True, blank=True)
    else:
        avatar = models.ImageField(upload_to="avatars/", null=True, blank=True)
        first_name = models.CharField(max_length=30, blank=True)
        last_name = models.CharField(max_length=30, blank=True)
        phone_number = models.CharField(max_length=15, blank=True)
        shoe_size = models.IntegerField(null=True, blank=True)

    class Meta:
        # An app of its own would be a folder more.
        app_label = "auth"


@receiver(post_save, sender=User)
def create_or_update_user_profile(sender, instance, created, raw=False, **kwargs):
    if raw:
        return
    if created:
        Profile.objects.create(user=instance)
    elif hasattr(instance, "profile"):
        instance.profile.save()


def picture(kind, size=(300, 200)):
    import io
    from PIL import Image
    image = Image.new("RGB", size)
    image.putdata([(x * 255 // size[0], y * 255 // size[1], 90) for y in range(size[1]) for x in range(size[0])])
    file = io.BytesIO()
    image.save(file, kind)
    return file.getvalue()


def hashed(password, algorithm):
    """With few rounds where they could be a million: the ways to hash are tried here, and not the time that they take."""
    hasher = get_hasher(algorithm)
    rounds = {"iterations": 1000} if hasattr(hasher, "iterations") else {}
    return hasher.encode(password, hasher.salt(), **rounds)


def make():
    call_command("migrate", run_syncdb=True, verbosity=0)
    with connection.schema_editor() as editor:
        editor.create_model(Profile)
    from django.contrib.contenttypes.management import create_contenttypes
    from django.apps import apps
    create_contenttypes(apps.get_app_config("auth"), verbosity=0)
    editors, bees = Group.objects.create(name="Editors"), Group.objects.create(name="Beekeepers")
    hashers = ["pbkdf2_sha256", "pbkdf2_sha1", "argon2", "bcrypt_sha256", "bcrypt", "scrypt", "md5"]
    users = [(f"user_{hasher}", {}, hasher) for hasher in hashers] + [
        ("marc", {"email": "both@example.org"}, None), ("Marc", {"email": "both@example.org"}, None),
        ("user.x@ex", {}, None), ("O'Neil", {"last_name": "O'Neil"}, None),
        ("Álvaro", {"first_name": "Álvaro", "email": "alvaro@example.org"}, None), ("x" * 150, {}, None),
        ("boss", {"is_superuser": True, "is_staff": True, "email": "boss@example.org"}, None),
        ("gone", {"is_active": False}, None), ("no_password", {"email": "np@example.org"}, "!"),
        ("ed", {}, None), ("u@example.org", {"email": "u@example.org"}, None),
    ]
    for number, (name, fields, hasher) in enumerate(users, 1):
        password = PASSWORD.format(number)
        user = User.objects.create(username=name, id=number * 10, **fields)
        if hasher == "!":
            user.set_unusable_password()
        else:
            user.password = hashed(password, hasher or "pbkdf2_sha256")
        user.date_joined = datetime(2020, 1, number, 12, tzinfo=timezone.utc)
        user.last_login = None if number % 3 else datetime(2026, 11, number, 8, 30, tzinfo=timezone.utc)
        user.save()
    User.objects.get(username="ed").groups.add(editors)
    User.objects.get(username="marc").groups.add(bees)
    profiles = Profile.objects
    if PROFILE == "plain":
        for user in User.objects.all():
            profiles.filter(user=user).update(bio=f"I am {user.username}.\nTwo lines.", location="Oslo", birth_date=date(1990, 5, 17))
        profiles.filter(user__username="ed").update(birth_date=date(2190, 1, 1), location="")
    else:
        for user in User.objects.all():
            profiles.filter(user=user).update(first_name="Ada", phone_number="+49 30 901820", shoe_size=42)
        profiles.filter(user__username="ed").update(phone_number="030 901820")
        for user, kind in [("marc", "JPEG"), ("Marc", "PNG"), ("O'Neil", "GIF"), ("ed", "WEBP"), ("boss", "BMP")]:
            profile = profiles.get(user__username=user)
            profile.avatar.save(f"{profile.pk}.{kind.lower()}", ContentFile(picture(kind)))
        profile = profiles.get(user__username="user.x@ex")
        profile.avatar.save("none.png", ContentFile(b"no picture"))
        profile = profiles.get(user__username="Álvaro")
        profile.avatar.name = "avatars/missing.png"
        profile.save()
    everything = ["auth.group", "auth.user", "auth.profile"]
    for name, options in [("dump", {}), ("natural", {"use_natural_foreign_keys": True}),
                          ("keyless", {"use_natural_foreign_keys": True, "use_natural_primary_keys": True})]:
        call_command("dumpdata", *everything, output=os.path.join(FOLDER, f"{name}.json"), verbosity=0, **options)
    people = [{"id": user.id, "username": user.username, "password": PASSWORD.format(number)}
              for number, user in enumerate(User.objects.order_by("id"), 1)]
    json.dump(people, open(os.path.join(FOLDER, "people.json"), "w"))


def check():
    """Prints whom the fixture has brought: username, e-mail, groups, flags, fields, and whether the password is right."""
    call_command("migrate", run_syncdb=True, verbosity=0)
    with connection.schema_editor() as editor:
        editor.create_model(Profile)
    call_command("loaddata", os.path.join(FOLDER, "back.json"), verbosity=0)
    passwords = json.load(open(os.path.join(FOLDER, "passwords.json")))
    found = {}
    for user in User.objects.all():
        password = passwords.get(user.username)
        found[user.username] = {
            "id": user.id, "email": user.email, "groups": [group.name for group in user.groups.all()],
            "active": user.is_active, "superuser": user.is_superuser,
            "logs_in": bool(password and authenticate(username=user.username, password=password)),
            "first_name": user.profile.first_name if PROFILE == "kuila" else user.first_name,
        }
    print(json.dumps(found))


{"make": make, "check": check}[COMMAND]()
