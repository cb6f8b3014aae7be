"""Django's recipe for a profile in one file: the peer of the benchmark.

    python peer.py DATABASE USERS SESSIONS
        makes the database with that many users, and prints the cookies of the first of them
    granian --interface wsgi peer:application
        serves the database that PEER_DATABASE names

A database is a file of SQLite, or the URL of one in PostgreSQL, which is there and empty.
"""
import os
import sys

import django
from django.conf import settings

HERE = os.path.dirname(os.path.abspath(__file__))
DATABASE = os.environ.get("PEER_DATABASE") or sys.argv[1]


def engine(database):
    if database.startswith("postgres://"):
        from psycopg.conninfo import conninfo_to_dict

        parts = conninfo_to_dict(database)
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": parts["dbname"],
            "USER": parts["user"],
            "HOST": parts["host"],
            "PORT": parts["port"],
            "CONN_MAX_AGE": None,
        }
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": database,
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            "timeout": 20,
            "transaction_mode": "IMMEDIATE",
            "init_command": "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;",
        },
    }


settings.configure(
    ALLOWED_HOSTS=["*"],
    SECRET_KEY="a benchmark keeps no secrets",
    ROOT_URLCONF=__name__,
    USE_TZ=True,
    LOGIN_URL="/login",
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    INSTALLED_APPS=[
        "django.contrib.auth",
        "django.contrib.contenttypes",
        "django.contrib.sessions",
        "django.contrib.messages",
    ],
    # Those of `django-admin startproject`.
    MIDDLEWARE=[
        "django.middleware.security.SecurityMiddleware",
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.common.CommonMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
        "django.contrib.messages.middleware.MessageMiddleware",
        "django.middleware.clickjacking.XFrameOptionsMiddleware",
    ],
    TEMPLATES=[
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "DIRS": [os.path.join(HERE, "templates")],
            "OPTIONS": {
                "context_processors": [
                    "django.template.context_processors.request",
                    "django.contrib.auth.context_processors.auth",
                    "django.contrib.messages.context_processors.messages",
                ]
            },
        }
    ],
    DATABASES={"default": engine(DATABASE)},
)
django.setup()

from django import forms  # noqa: E402
from django.contrib.auth.decorators import login_required  # noqa: E402
from django.contrib.auth.models import User  # noqa: E402
from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.db import models  # noqa: E402
from django.shortcuts import get_object_or_404, redirect, render  # noqa: E402
from django.urls import path  # noqa: E402


class Profile(models.Model):
    user = models.OneToOneField(User, on_delete=models.CASCADE)
    first_name = models.CharField(max_length=100, blank=True)
    last_name = models.CharField(max_length=100, blank=True)
    bio = models.TextField(max_length=2000, blank=True)
    location = models.CharField(max_length=100, blank=True)
    birth_date = models.DateField(null=True, blank=True)
    phone_number = models.CharField(max_length=30, blank=True)

    class Meta:
        app_label = "auth"


class ProfileForm(forms.ModelForm):
    class Meta:
        model = Profile
        exclude = ["user"]


@login_required
def own(request):
    return render(request, "profile.html", {"profile": request.user.profile})


@login_required
def edit(request):
    form = ProfileForm(request.POST or None, instance=request.user.profile)
    if request.method == "POST" and form.is_valid():
        form.save()
        return redirect("/profile")
    return render(request, "edit.html", {"form": form})


def public(request, username):
    profiles = Profile.objects.select_related("user")
    return render(request, "profile.html", {"profile": get_object_or_404(profiles, user__username=username)})


urlpatterns = [path("profile", own), path("profile/edit", edit), path("u/<str:username>", public)]
application = get_wsgi_application()


def seed(users, sessions):
    import json

    from django.core.management import call_command
    from django.db import connection
    from django.test import Client

    call_command("migrate", run_syncdb=True, verbosity=0)
    with connection.schema_editor() as editor:
        editor.create_model(Profile)
    fields = json.loads(os.environ["PEER_PROFILE"])
    made = User.objects.bulk_create([User(username=f"u{n}") for n in range(users)], batch_size=500)
    Profile.objects.bulk_create([Profile(user=user, **fields) for user in made], batch_size=500)
    for user in made[:sessions]:
        client = Client()
        client.force_login(user)
        # The form's token, as its page has it.
        client.get("/profile/edit")
        print("; ".join(f"{name}={cookie.value}" for name, cookie in client.cookies.items()))


if __name__ == "__main__":
    seed(int(sys.argv[2]), int(sys.argv[3]))
