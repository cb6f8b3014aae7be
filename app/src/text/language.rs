//! The current language.
//!
//! Texts are needed deep inside pages, rules and errors, and none of these takes a
//! language as an argument: a request has one language from its first layer to its
//! last, and a page in the browser has one too. So the language is kept in the
//! thread: [`with_locale`] sets it whenever its future is polled, and restores the
//! previous one afterwards. Leptos' context would be the alternative; it is missing
//! in parts of a page that are rendered late, and in layers without one.

use std::{
    cell::Cell,
    future::Future,
    pin::Pin,
    task::{Context, Poll},
};

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Language {
    #[default]
    English,
    German,
    Arabic,
}

impl Language {
    pub const ALL: [Language; 3] = [Language::English, Language::German, Language::Arabic];

    /// BCP 47 tag, as in HTML's `lang`.
    pub fn tag(self) -> &'static str {
        match self {
            Language::English => "en",
            Language::German => "de",
            Language::Arabic => "ar",
        }
    }

    /// Name of the language in that language.
    pub fn name(self) -> &'static str {
        match self {
            Language::English => "English",
            Language::German => "Deutsch",
            Language::Arabic => "العربية",
        }
    }

    /// Direction of writing, as in HTML's `dir`.
    pub fn direction(self) -> &'static str {
        match self {
            Language::English | Language::German => "ltr",
            Language::Arabic => "rtl",
        }
    }

    /// Language of a tag, regardless of its country: `de`, `de-AT`.
    pub fn parse(tag: &str) -> Option<Language> {
        let primary = tag.split('-').next().unwrap_or_default();
        Language::ALL
            .into_iter()
            .find(|language| language.tag().eq_ignore_ascii_case(primary))
    }

    /// Best match for an `Accept-Language` header (RFC 9110 §12.5.4; RFC 4647 §3.4);
    /// `None` if it accepts none of our languages.
    pub fn accepted(header: &str) -> Option<Language> {
        let weighed = header.split(',').filter_map(|range| {
            let (tag, weight) = match range.split_once(';') {
                None => (range, 1.0),
                Some((tag, weight)) => (tag, weight.trim().strip_prefix("q=")?.parse().ok()?),
            };
            let language = Language::parse(tag.trim())?;
            (weight > 0.0_f32).then_some((language, weight))
        });
        // The first one wins among equal weights.
        let best = weighed.reduce(|best, next| if next.1 > best.1 { next } else { best });
        best.map(|(language, _)| language)
    }
}

thread_local! {
    static SPOKEN: Cell<Language> = const { Cell::new(Language::English) };
}

/// Current language of this thread.
pub fn language() -> Language {
    SPOKEN.get()
}

/// Sets the language of this thread for good: for the browser, where a page has one
/// language and one thread.
pub fn set_locale(language: Language) {
    SPOKEN.set(language);
}

/// Calls `say` with this as the current language.
pub fn in_language<T>(language: Language, say: impl FnOnce() -> T) -> T {
    let _back = Back(SPOKEN.replace(language));
    say()
}

/// Future that runs with this as the current language, on any thread that polls it.
pub fn with_locale<F: Future>(language: Language, future: F) -> impl Future<Output = F::Output> {
    Speaking {
        language,
        future: Box::pin(future),
    }
}

struct Speaking<F> {
    language: Language,
    future: Pin<Box<F>>,
}

impl<F: Future> Future for Speaking<F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        let language = self.language;
        in_language(language, || self.future.as_mut().poll(context))
    }
}

/// Restores the previous language when dropped, also after a panic.
struct Back(Language);

impl Drop for Back {
    fn drop(&mut self) {
        SPOKEN.set(self.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::task::Waker;

    #[test]
    fn the_best_accepted_language_is_spoken() {
        use Language::{Arabic, English, German};
        for (header, expected) in [
            ("de", Some(German)),
            ("de-AT,de;q=0.9,en;q=0.8", Some(German)),
            ("fr-FR,fr;q=0.9,ar;q=0.5,en;q=0.4", Some(Arabic)),
            ("en;q=0.2, ar-EG;q=0.7", Some(Arabic)),
            ("EN-us", Some(English)),
            ("en;q=0,de;q=0.1", Some(German)),
            ("fr,nl", None),
            ("den", None),
            ("de;q=much", None),
            ("*", None),
            ("", None),
        ] {
            assert_eq!(Language::accepted(header), expected, "{header}");
        }
    }

    #[test]
    fn two_futures_on_one_thread_speak_their_own() {
        // Reads the language, lets the other future run, and reads it again.
        let talk = |language| {
            let mut first = None;
            with_locale(
                language,
                std::future::poll_fn(move |_| match first {
                    None => {
                        first = Some(super::language());
                        Poll::Pending
                    }
                    Some(first) => Poll::Ready((first, super::language())),
                }),
            )
        };
        let mut german = Box::pin(talk(Language::German));
        let mut arabic = Box::pin(talk(Language::Arabic));
        let mut context = Context::from_waker(Waker::noop());
        assert!(german.as_mut().poll(&mut context).is_pending());
        assert_eq!(language(), Language::English);
        assert!(arabic.as_mut().poll(&mut context).is_pending());
        let both = |language| Poll::Ready((language, language));
        assert_eq!(german.as_mut().poll(&mut context), both(Language::German));
        assert_eq!(arabic.as_mut().poll(&mut context), both(Language::Arabic));
    }
}
