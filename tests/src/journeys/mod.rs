//! The journeys, as a table: each is one sentence.
mod account;
mod another;
mod aside;
mod asked;
mod bad;
mod carried;
mod certificate;
mod checked;
mod choosing;
mod closed;
mod codes;
mod consent;
mod desk;
mod embedded;
mod ends;
mod entrance;
mod faults;
mod followed;
mod foreign;
mod forms;
mod given_back;
mod hands;
mod in_person;
mod inspected;
mod interrupted;
mod kept;
mod kept_or_gone;
mod keyed;
mod kinds;
mod leaving;
mod long;
mod looks;
mod lookup;
mod measures;
mod online;
mod onsite;
mod opening;
mod overdue;
mod papers;
mod pdf;
mod place;
mod prefilled;
mod pressed;
mod race;
mod reach;
mod read_in;
mod referred;
mod refused;
mod renewal;
mod returning;
mod reworded;
mod sent_back;
mod several;
mod stopped;
mod tampered;
mod told;
mod tunnel;
mod typing;
mod unasked;
mod unkept;
mod untold;
mod update;
mod uploads;
mod wanted;
mod words;
mod wrong;

use crate::{browser::Browser, house::House};
use std::pin::Pin;

/// How a journey is walked.
pub type Walk = for<'a> fn(&'a House, &'a Browser) -> Pin<Box<dyn Future<Output = anyhow::Result<()>> + 'a>>;

/// One journey.
pub struct Journey {
    /// What is true when it ends well.
    pub sentence: &'static str,
    /// Also in WebKit.
    pub everywhere: bool,
    /// Errors that it provokes on purpose: parts of their words. All others fail it, on whichever page they came.
    pub expects: &'static [&'static str],
    /// The way.
    pub walk: Walk,
}

macro_rules! journeys {
    ($($sentence:literal $(@ $($flag:ident $(($($part:literal),+))?),+)? => $room:ident :: $walk:ident;)*) => {
        /// All of them.
        pub static JOURNEYS: &[Journey] = &[$(
            Journey {
                sentence: $sentence,
                everywhere: false $($(|| journeys!(@everywhere $flag))+)?,
                expects: &[$($($($($part,)+)?)+)?],
                walk: |house, phone| Box::pin($room::$walk(house, phone)),
            },
        )*];
    };
    (@everywhere everywhere) => { true };
    (@everywhere $other:ident) => { false };
}

journeys! {
    "somebody examined on site mends one photo, reads the results and collects the certificate" @ everywhere => onsite::examined;
    "somebody is measured as well, and reads each measure with its unit and its usual range" => measures::as_well;
    "somebody with a report mends its date and collects the certificate" => online::by_report;
    "whoever is referred finds the results that ask something without uncovering any, and prints the page" => referred::finds_what_asks;
    "a report is saved from the results, again, and long after they were opened" => overdue::report;
    "whoever is called in, or at the last try, reads where to go and whom to call, also without a network" => in_person::is_told_where;
    "whose visit the site cancelled, or who is examined once more, reads who did it and why wherever they choose again" => sent_back::is_told_why;
    "a visit that was booked shows its code without a network, and goes into the phone's own calendar" => sent_back::is_kept;
    "of two who want one place one gets it, and the other has the next at once" => race::one_place;
    "what goes wrong while a visit is chosen is said there, and can be tried again" => choosing::said_there;
    "what the office says follows the language on the page that is open" => choosing::in_another_language;
    "nothing of what is filled in leaves the phone before its owner agrees, with a network and without" => consent::nothing_before;
    "the entrance tells what a certificate is and takes, and leads on with what is being filled in and with nothing else" => entrance::ways;
    "whoever has begun something and presses Start comes home and goes on where they were" => entrance::comes_home;
    "whoever has an application at the office and presses Start on another phone comes home" => entrance::comes_home_elsewhere;
    "a code to sign in outlives its page, ends by another one, by five wrong ones and by its age, and when there is the next one is said" => codes::at_signing_in;
    "what the desk did not return cannot be changed, and whom it refuses reads why and where to appeal" => refused::at_the_end;
    "the phone of the sign-in is filled in, and it is asked whether it is right" => prefilled::phone;
    "the same way in English" => words::in_english;
    "a language that does not come leaves the present one chosen, and can be asked for again" => words::that_do_not_come;
    "naughty strings in every field break nothing" => words::naughty_strings;
    "naughty strings in plain fields are checked, sent and opened at the desk as they are" => words::in_plain_fields;
    "naughty strings where somebody signs in, looks up, verifies, reports or collects break nothing" => words::naughty_elsewhere;
    "naughty strings that are sent are read at the desk as they were written" => words::naughty_strings_sent;
    "a form filled without network is submitted once when it is back" => interrupted::offline;
    "a lost reply does not make a second application" => interrupted::lost_reply;
    "whatever the network does, a step of the draft is kept, and what is wrong is said" => faults::drafting;
    "whatever the network does, a photo arrives once" => faults::uploading;
    "whatever the network does, one application is submitted" => faults::submitting;
    "steps in any order and any weather lose nothing and double nothing" => faults::walk;
    "whatever the network does, one person has one place" => faults::booking;
    "a draft goes on on another phone, and only what both have changed is asked" => account::two_phones;
    "under a PIN nothing is shown, guessing costs time, and a forgotten one erases" => kept::under_a_pin;
    "no storage and no file of the profile holds a name, a number or a photo to be read" => kept::nothing_readable;
    "what is taken back while the reply is lost is changed and sent again" => given_back::reply_lost;
    "what is handed over arrives once although its page is left meanwhile" => leaving::handing_over;
    "what did not go while its page was left is said on the page that is there, and goes from its own" => leaving::not_handed_over;
    "what did not go is no longer said once it was sent from another page, or deleted" => leaving::settled_elsewhere;
    "a page that is left while it waits for the office leads nobody back and says nothing more" => leaving::while_waiting;
    "a damaged record and a file that is no good are set aside and said, and the rest works" => kept::damaged;
    "in a frame without storage that is said at the start, and a window of its own is offered" => unkept::framed;
    "that the browser may clear a draft is said on its list of tasks, unless it has promised not to" => unkept::not_promised;
    "what one person has typed stays locked for the next one who signs in" => kept::somebody_elses;
    "signing out keeps what was typed locked, in every tab, or erases it, and says how much" => kept_or_gone::signed_out;
    "the photos of what was withdrawn leave the phone" => kept_or_gone::withdrawn;
    "a new version is said, and taken only when no other page is in the way" => update::waits_for_the_other_page;
    "a server in the middle of a deployment changes nothing, and old files that are gone are not missed" => update::half_deployed;
    "a part that a deployment has taken away is said to be of an old version, and nothing is lost by opening it anew" => update::part_gone;
    "the worker goes when the site says so, and what was typed stays" => update::switched_off;
    "a session that ends in the middle of the form costs nothing" => interrupted::session_ends;
    "somebody who comes back the next day signs in where they are, and books, moves and cancels" => returning::the_next_day;
    "a certificate on the screen goes when somebody else signs in above it" => returning::somebody_else;
    "a stream that is killed is replaced by asking now and then" => interrupted::stream_killed;
    "progress that is open while the network is away says of when it is, and goes on by itself" => tunnel::progress_is_open;
    "what is submitted in a time of maintenance goes out by itself when it is over" => closed::maintenance;
    "a page that is too old for the office says so, and nothing is lost when it is opened anew" => closed::version_gone;
    "whoever has typed results at the desk is asked before they are lost, and finds them after a conclusion that waits for them" => desk::unsent;
    "what is typed at the desk and not sent is there when the page is opened anew, and gone once it was taken" => desk::kept;
    "the progress is looked up by a code that is right and in time, and by no other" => lookup::wrong_codes;
    "on a slow network the page says that it is opening, and what did not come is asked for again" => opening::slowly;
    "the entrance is read and pressed before the app has come, and is the one that the app then draws" => opening::read_at_once;
    "what the place has decided is asked for again when its reply is lost, and nothing is opened without it" => opening::configured;
    "a panic shows the recovery screen and what was typed is kept" => interrupted::after_a_panic;
    "a panic of the app itself, in the middle of drawing, shows the recovery screen, keeps the answers and never reloads by itself" => stopped::for_real;
    "keys pressed a moment before the page ends are there when it is opened again" => ends::last_keys;
    "what was typed or chosen is there when the phone has taken the memory of its page away" => ends::killed;
    "files that are no good are refused with words, and of a good photo only the picture is sent" => onsite::files;
    "an application is made in somebody else's page, and neither disturbs the other" @ everywhere => embedded::side_by_side;
    "the page around the app is told what happens there, and never about whom" => embedded::tells;
    "in other kinds of page an application is begun as well: from right to left, under a base, in a dialog, under Trusted Types, drawn anew, by query, in the dark, in yellow" => kinds::each;
    "in a browser that makes no style sheet by script the app looks in somebody else's page as it should, and prints" @ expects("Applying inline style violates") => embedded::linked;
    "an app that did not load in somebody else's page says so once, and no longer once it is there" => embedded::not_loaded;
    "a photo that is being looked at when its page is left is there on return" => papers::left_while_looking;
    "a photo that was lost when the phone closed the page is told of once" @ expects("File chooser dialog") => papers::closed_while_taking;
    "to cancel one photo ends no other's look, and what is being stored already is not kept" => papers::cancelled;
    "an item of one photo has one whatever is refused and pressed, and what is removed does not come back turned" => papers::one_and_the_same;
    "a blurred photo is insisted on, and the reviewer reads that it was" => papers::insisted;
    "nothing of documents is fetched before the first document is asked for" => papers::fetched_late;
    "a photo of 48 megapixels goes through the worker and arrives small" => papers::huge;
    "a page that is not secure says why it has no live camera, and photos come the other ways" => papers::insecure;
    "the pages of a PDF are read in the page, drawn as they come near, and what cannot be read is said" => pdf::pages;
    "a PDF is read in somebody else's page" @ everywhere => pdf::embedded;
    "a picture is made larger by two fingers, moved by one, and by keys, wheel and buttons" => hands::large_view;
    "pages are put in order by finger and by key, and the focus stays with what was moved" => hands::order;
    "the live camera takes a photo and is let go of" => hands::camera;
    "a page around the app that allows no camera is said to be what forbids it" @ expects("Blocked autofocusing") => hands::framed;
    "files of every bad kind get a sentence each, and what was there before stays" => bad::files;
    "an upload goes on after the phone was closed, without network, and over a sign-in that ended" => uploads::interrupted;
    "an upload is held and goes on by hand, and one that is removed on its way is ended" => uploads::by_hand;
    "a photo of what is not asked any more stays on the phone, and one in a row that was taken away goes" => unasked::photos;
    "a photo that is put on hold after submitting says so on the receipt and among what waits, and goes on from there" => uploads::held_after_submitting;
    "axe finds nothing in the live camera, the editor and the large view" => hands::views;
    "axe finds nothing from the entrance to the receipt, light and dark" => looks::applying;
    "axe finds nothing from the review to the results, light and dark" => looks::examined;
    "axe finds nothing from the results to the verdicts, light and dark" => looks::collecting;
    "axe finds nothing on other ways and at other ends, light and dark" => looks::other_ways;
    "axe finds nothing without network and after a panic, light and dark" => looks::without_network;
    "a place gives the app its name, its logo and its colours, and axe finds nothing whatever the colour, light and dark" => place::of_its_own;
    "a form with every type of question is filled in, checked and sent as FHIR" => forms::every_type;
    "six forms of other makers open as they are, and ask all that they ask" => foreign::opened;
    "all that is asked has its control, and the page says why, of a document and of what cannot be changed too" => asked::everywhere;
    "Enter leads from field to field, and only the last one goes on" => asked::led_by_enter;
    "a value that is taken away stays away at the office, and one answer is enough for a group" => wanted::one_of_a_group;
    "what is wrong with own words is said at the field of the own words" => asked::own_words;
    "on a page of fifty questions whatever is gone to stands there, and what is filled in without a key counts" => long::page;
    "a form that changes under a draft keeps what fits and shows what does not" => forms::changed_under_a_draft;
    "questions with several answers get a line for each, and lists are drawn by their size" => several::answers;
    "a draft is carried away as a file once one insists, and deleted when one says so" => carried::or_deleted;
    "one login begins for another person, and neither form knows of the other" => another::person;
    "what a tampered draft names that no form asks is left aside, and the rest works" => tampered::draft;
    "ten thousand letters at once are kept and said to be too many" => tampered::paste;
    "what is wrong is in the title, in a list that has the focus, at the field, and heard" => wrong::is_said;
    "whoever changes an answer from the check page comes back to it" => wrong::changed_from_the_check;
    "the check page tells what will be printed, shows documents small, and leaves out what is not asked" => checked::looked_through;
    "a link of the check page leads to a missing photo also where what draws it comes later" => checked::led_to_a_document;
    "a form that cannot be read is said to be so, and what was filled in is kept" => forms::no_form_at_all;
    "an input method is never interrupted, in Chinese, Japanese or Korean" => typing::composing;
    "what is still being composed counts when one goes on" => typing::goes_on_while_composing;
    "a letter that no font here has is said to be kept, and what will be printed is shown" => typing::rare_letters;
    "the cursor stays where it is, and undo takes back what was typed" => typing::caret_and_undo;
    "dates and numbers are taken as people type and paste them" => typing::dates_and_digits;
    "going on straight from a wrong field never loses the press, by mouse or by finger" => typing::straight_on;
    "a renewal begins with the last certificate, and each answer is confirmed" => renewal::renewed;
    "what the office says to an answer stands at its item until it is changed" => renewal::refused_by_the_office;
    "three wrong facts lock the collection, which is said with its end, and then the right ones open it" => certificate::locked;
    "a certificate opens and its files are saved without a network" => certificate::saved_offline;
    "a stranger verifies a certificate offline, before and after it is revoked, and its holder is told" => certificate::verified;
    "a certificate is read from its picture and through the camera, and what was changed of it is green nowhere" => read_in::by_picture_and_camera;
    "no older list, and none that nobody signed, makes a revoked certificate valid, and no late verdict is shown for another" => inspected::lists;
    "as long as the office has not told what somebody has, home does not say that it is nothing" => untold::at_home;
    "what the office refuses for now is told from what is not there, and can be asked for again" => returning::refused_for_now;
    "a screen reader is told role, name, value, description and error of every control of the form" => told::as_it_is_told;
    "a screen reader is told of a question of every type as it stands, in both languages" => told::every_type_is_told;
    "what is said about a field waits for the end of the press that left it" => pressed::waits_for_its_end;
    "what an input method has begun is not written over, and own words undo no tick" => pressed::begun_words_stay;
    "what came back and is refused is changed from the list of what waits, which says why" => aside::changed_from_the_list;
    "what goes out no more for a photo that is not taken says which one and leads there" => aside::document_left_out;
    "a note to the reviewer that is too long says so at the note, and goes once it is shorter" => aside::note_too_long;
    "what comes back about an answer that follows from another is read, and that other one can be changed" => followed::birth_date;
    "what comes back after the form changed is answered as it is called now, and what is not asked any more is read" => reworded::form_changed;
    "what came back and follows from a covered answer is read and answered on another phone too" => reworded::on_another_phone;
    "whatever has the focus is seen, on every step, forwards and back" => keyed::focus_is_seen;
    "the whole form is filled in and sent by keyboard alone" => keyed::by_keyboard;
    "no step is wider than the window at 320 pixels or at 400 %" => reach::narrow_and_enlarged;
    "with forced colours every control of the form has its edge" => reach::forced_colours;
}
