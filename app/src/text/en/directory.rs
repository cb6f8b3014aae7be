//! English texts of the members' directory.

use crate::text::words::words;

words! {
    members: "Members",
    all_members: "All members",
    name_or_word: "Name or word",
    search_members_hint: "Words from names and profiles, or parts of them: at least the first letter of a word, or any three letters in a row.",
    first_letter: "First letter",
    no_members: "Nobody is in the directory yet.",
    no_members_found: "No member matches. Try fewer or shorter words.",
    unknown_member_filter: "This address contains an unknown filter. Choose another one.",
    unknown_page: "This address does not lead to a page of this search. Start again from the first page.",
    directory_question: "List your profile in the members’ directory?",
    directory_hint: "The directory shows people only what they can already see of your profile. If you are not listed, people need your username to find you.",
}
