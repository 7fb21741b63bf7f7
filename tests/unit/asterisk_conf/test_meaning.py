"""What the files of the example branch mean to Asterisk, section.option=value."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from appliance.site.exchange import CDR_COLUMNS, CEL_COLUMNS, DIALS_CONTEXT, LIVE, TRANSFER_CONTEXT, Code, Mark
from appliance.site.models import Language, SiteDocument
from appliance.site.rules.prompts import SHIPPED
from appliance.telephony.live import HEARD
from asterisk_conf import RELOADS, Secrets, render
from asterisk_conf.dialplan import places
from tests.unit.asterisk_conf.reading import DIRECTORIES, ReadSection, dialplan, hints, sections, steps, tree
from tests.unit.asterisk_conf.test_nothing_injects import BASE


def only(document: SiteDocument, file: str, name: str, type_: str | None = None) -> ReadSection:
    (found,) = (s for s in sections(document, file) if s.name == name and (not type_ or s.one("type") == type_))
    return found


@pytest.mark.parametrize(
    ("file", "section", "type_", "option", "value"),
    [
        ("asterisk.conf", "options", None, "systemname", "WZN"),
        ("asterisk.conf", "options", None, "live_dangerously", "no"),
        ("asterisk.conf", "directories", None, "astspooldir", "/somewhere/spool"),
        ("modules.conf", "modules", None, "autoload", "no"),
        ("pjsip.conf", "global", "global", "endpoint_identifier_order", "ip,username"),
        ("pjsip.conf", "sip-udp", "transport", "bind", "0.0.0.0:5060"),
        ("pjsip.conf", "8001", "endpoint", "context", "phones"),
        ("pjsip.conf", "8001", "endpoint", "direct_media", "no"),
        ("pjsip.conf", "8001", "endpoint", "device_state_busy_at", "1"),
        ("pjsip.conf", "8001", "endpoint", "allow", "g722,alaw,ulaw"),
        ("pjsip.conf", "8001", "auth", "username", "8001"),
        ("pjsip.conf", "8001", "aor", "max_contacts", "1"),
        ("pjsip.conf", "8001", "aor", "remove_existing", "yes"),
        ("pjsip.conf", "trunk-carrier", "endpoint", "context", "from-trunk-carrier"),
        ("pjsip.conf", "trunk-carrier", "endpoint", "allow_transfer", "no"),
        ("pjsip.conf", "trunk-carrier", "identify", "match", "10.77.0.2/32"),
        ("pjsip.conf", "trunk-carrier", "aor", "contact", "sip:10.77.0.2:5060"),
        ("queues.conf", "general", None, "log_membername_as_agent", "yes"),
        ("queues.conf", "repair", None, "ringinuse", "no"),
        ("queues.conf", "repair", None, "joinempty", "yes"),
        ("rtp.conf", "general", None, "rtpstart", "10000"),
        ("cdr.conf", "general", None, "unanswered", "yes"),
        ("manager.conf", "general", None, "bindaddr", "127.0.0.1"),
        ("manager.conf", "branchbox", None, "secret", "an-ami-password"),
        ("logger.conf", "logfiles", None, "messages.log", "notice,warning,error"),
        ("indications.conf", "general", None, "country", "cn"),
    ],
)
def test_the_example_branch(file: str, section: str, type_: str | None, option: str, value: str) -> None:
    assert only(BASE, file, section, type_).one(option) == value


def test_queue_members_are_agents_by_number_at_their_phones() -> None:
    members = only(BASE, "queues.conf", "repair").all("member")
    wanted = {member.agent: member.level for member in next(q for q in BASE.queues if q.name == "repair").members}
    phone = {agent.number: agent.extension for agent in BASE.agents}
    assert members == [f"PJSIP/{phone[a]},{level - 1},{a},PJSIP/{phone[a]}" for a, level in wanted.items()]


def test_trunk_options_of_the_carrier_come_last_and_as_they_are() -> None:
    trunk = BASE.trunks[0].model_copy(update={"extra": {"from_domain": "carrier.example", "dtmf_mode": "auto"}})
    endpoint = only(BASE.model_copy(update={"trunks": (trunk,)}), "pjsip.conf", "trunk-carrier", "endpoint")
    assert endpoint.options[-2:] == (("from_domain", "carrier.example"), ("dtmf_mode", "auto"))


def test_logs_are_written_as_their_readers_expect() -> None:
    cel = only(BASE, "cel_custom.conf", LIVE.cel_csv.name)
    assert tuple(cel.one("fields").split(",")) == CEL_COLUMNS
    assert cel.one("quoting_method") == "all"
    told = only(BASE, "cel.conf", "general").one("events").split(",")
    assert {"BRIDGE_ENTER", "BRIDGE_EXIT", "STREAM_BEGIN", "STREAM_END"} <= set(told)  # hold shows in nothing else
    cdr = only(BASE, "cdr_custom.conf", LIVE.cdr_csv.name)
    assert tuple(field.removesuffix("(double)") for field in cdr.one("fields").split(",")) == CDR_COLUMNS


def test_live_and_trial_differ_in_asterisk_conf_only() -> None:
    live, trial = (render(BASE, where, Secrets("s")) for where in (LIVE, DIRECTORIES))
    assert {file for file in live if live[file] != trial[file]} == {"asterisk.conf"}


def test_every_reload_belongs_to_a_file_and_restarts_are_few() -> None:
    files = set(tree(BASE))
    assert RELOADS.keys() <= files
    of_the_box = {"asterisk.conf", "modules.conf", "acl.conf", "ccss.conf", "pjproject.conf", "udptl.conf"}
    assert files - RELOADS.keys() == of_the_box
    order = list(RELOADS)
    assert order.index("pjsip.conf") < order.index("queues.conf") < order.index("extensions.conf")


def test_every_form_of_a_did_reaches_it() -> None:
    arriving = dialplan(BASE)["from-trunk-carrier"]
    for sent in ("88120003", "+88120003", "8657788120003", "+8657788120003", "008657788120003"):
        assert [step.arguments for step in arriving[sent]] == ["did-88120003,s,1"]


def test_an_unknown_did_leaves_a_mark_and_is_released_with_cause_1() -> None:
    arriving = dialplan(BASE)["from-trunk-carrier"]
    for pattern in ("_[0-9+*#]!", "_[a-zA-Z].", "s"):
        told, released = arriving[pattern]
        assert told.arguments == f"{Mark.UNKNOWN_DID},${{FILTER(0-9+,${{EXTEN}})}}"
        assert (released.application, released.arguments) == ("Hangup", "1")


def test_a_call_of_the_service_number_goes_by_hours_and_recording_to_the_menu() -> None:
    assert steps(BASE, "did-96296") == [
        "CELGenUserEvent(BB_DID,96296)",
        "Set(CHANNEL(language)=en)",
        "GotoIf(${DB_EXISTS(closure/storm/since)}?closure-storm,s,1)",
        "Gosub(hours-always,s,1)",
        'GotoIf($["${GOSUB_RETVAL}" = "closed"]?closed)',
        "Gosub(record,s,1)",
        "Goto(menu-main,s,1)",
        "CELGenUserEvent(BB_CLOSED,always)",
        "Goto(voicemail,8021,1)",
    ]


def test_the_mark_of_a_did_is_its_number_in_the_document() -> None:
    assert steps(BASE, "did-88120003")[0] == "CELGenUserEvent(BB_DID,+8657788120003)"


def test_who_is_parked_and_not_taken_back_rings_the_phone_that_parked_then_waits_in_the_queue_again() -> None:
    assert steps(BASE, TRANSFER_CONTEXT, Code.PARK) == [
        f"Park(default,sc({TRANSFER_CONTEXT},{Code.PARK},back))",
        "Goto(sent-back,${CUT(PARKER,/,2)},1)",
    ]
    assert steps(BASE, "sent-back", "_[1-9]!")[1:] == [
        'GotoIf($["${BB_QUEUE}" = ""]?failed,s,1)',
        "Goto(queue-${BB_QUEUE},s,1)",
    ]


def test_what_is_not_to_be_recorded_is_not() -> None:
    recorded = "Gosub(record,s,1)"
    assert recorded not in steps(BASE, "did-88120004")
    assert recorded in steps(BASE, "queue-repair")
    off = BASE.model_copy(update={"recording": BASE.recording.model_copy(update={"enabled": False})})
    for context in ("did-96296", "queue-repair", "did-88120003"):
        assert recorded not in steps(off, context)


def test_a_call_is_recorded_once_in_stereo() -> None:
    first, name, begin, told, mark, done = steps(BASE, "record")
    assert first == 'GotoIf($["${BB_RECORDED}" != ""]?done)'
    assert name == "Set(__BB_RECORDED=${CHANNEL(linkedid)}-${CUT(UNIQUEID,.,2)}.raw)"
    assert begin == "MixMonitor(${BB_RECORDED},D)"
    assert told == "Set(BB_RECORDS=on)"
    assert mark == "CELGenUserEvent(BB_RECORDING,${BB_RECORDED})"
    assert done == "Return()"


def test_each_key_of_a_menu_leaves_its_choice() -> None:
    (menu,) = (menu for menu in BASE.menus if menu.name == "main")
    for key in menu.choices:
        assert steps(BASE, "menu-main", key)[0] == f"CELGenUserEvent(BB_CHOICE,main/{key})"


def test_a_queue_gives_up_after_its_longest_wait() -> None:
    (queue,) = (queue for queue in BASE.queues if queue.name == "repair")
    said = steps(BASE, "queue-repair")
    left = f"$[{queue.max_wait} - ${{EPOCH}} + ${{BB_JOINED}}]"  # of whom a key led away and back too
    assert f"Queue(repair,t${{BB_FEATURES}},,,{left},,,,${{GOSUB_RETVAL}})" in said
    assert "CELGenUserEvent(BB_OVERFLOW,repair/${QUEUESTATUS})" in said


def test_a_phone_knows_what_it_may_call() -> None:
    may = {e.number for e in BASE.extensions if e.permission}
    assert may and may != {e.number for e in BASE.extensions}
    for extension in BASE.extensions:
        endpoint = only(BASE, "pjsip.conf", extension.number, "endpoint")
        assert ("BB_PERMISSION=office" in endpoint.all("set_var")) is (extension.number in may)
        assert ("TRANSFER_CONTEXT=transfer-office" in endpoint.all("set_var")) is (extension.number in may)


def test_the_networks_of_phones_let_trunks_in() -> None:
    acl = only(BASE, "pjsip.conf", "phones", "acl")
    assert acl.all("permit") == ["10.77.0.3/32", "10.77.0.2/32"]


def test_every_phone_and_agent_has_a_lamp() -> None:
    lamps = hints(BASE)
    assert lamps["_[1-9]XXX"] == "PJSIP/${EXTEN}"
    assert lamps["_*[1-9]XXX"] == "${BB_AGENT_${EXTEN:1}}"
    assert only(BASE, "extensions.conf", "globals").one("BB_AGENT_8001").startswith("PJSIP/8001&Queue:")


def test_no_callers_value_is_an_argument() -> None:
    # But for its digits, and where a phone gets its own name back, which is the document's.
    own = dialplan(BASE)[DIALS_CONTEXT]["_[0-9*]!"][0].arguments
    text = tree(BASE)["extensions.conf"].replace(places.CALLER, "").replace(own, "")
    for value in ("CALLERID", "CONNECTEDLINE", "SIPURI", "PJSIP_HEADER", "CDR("):
        assert value not in text


def test_every_jump_lands() -> None:
    for language in Language:
        filled = BASE.model_copy(update={"site": BASE.site.model_copy(update={"language": language})})
        plan = dialplan(filled)
        for context, walks in plan.items():
            for extension, walk in walks.items():
                for step in walk:
                    if step.application in {"Goto", "Gosub"} and "${" not in step.arguments:
                        here = (context, extension, *step.arguments.split(","))
                        at_context, at_extension, priority = here[-3:] if len(here) < 6 else here[2:5]
                        labels = {each.label for each in plan[at_context][at_extension]}
                        assert priority.partition("(")[0] == "1" or priority in labels


def test_every_prompt_of_ours_is_spoken_in_both_languages() -> None:
    texts = tomllib.loads(Path("asterisk_conf/prompts.toml").read_text())
    spoken = texts | {prompt.name: prompt.texts for prompt in BASE.prompts}
    spoken["beep"] = {"en": "", "zh": ""}  # a tone has no language
    for walks in dialplan(BASE).values():
        for walk in walks.values():
            for step in walk:
                if step.application in {"Playback", "Background"} and "${" not in step.arguments:
                    assert spoken[step.arguments.split(",")[0]].keys() == {"en", "zh"}
                elif step.application == "Read":
                    prompt = step.arguments.split(",")[1]
                    assert not prompt or spoken[prompt].keys() == {"en", "zh"}


def test_what_a_document_may_use_of_the_box_is_spoken_in_both_languages() -> None:
    texts = tomllib.loads(Path("asterisk_conf/prompts.toml").read_text())
    assert {name: set(texts[name]) for name in SHIPPED} == {name: {"en", "zh"} for name in SHIPPED}


def test_a_phone_that_is_away_goes_to_its_mailbox_or_is_said_to_be_absent() -> None:
    boxes = {e.number for e in BASE.extensions if e.voicemail_pin}
    assert boxes and boxes != {e.number for e in BASE.extensions}
    for extension in BASE.extensions:
        number = extension.number
        away, ring, then = steps(BASE, "extensions", number)
        contacts = f'$["${{PJSIP_DIAL_CONTACTS({number})}}" = ""]'
        assert ring == f"Dial(PJSIP/{number},30,t${{BB_FEATURES}})"
        if number in boxes:
            assert (away, then) == (f"GotoIf({contacts}?voicemail,{number},1)", f"Goto(voicemail,{number},1)")
        else:
            assert (away, then) == (f"GotoIf({contacts}?failed,away,1)", "Goto(failed,s,1)")
    assert steps(BASE, "failed", "away")[-1] == "Hangup(20)"


def recorded_phone(number: str) -> SiteDocument:
    phones = tuple(phone.model_copy(update={"record": phone.number == number}) for phone in BASE.extensions)
    return BASE.model_copy(update={"extensions": phones})


def policy(**words: object) -> SiteDocument:
    return BASE.model_copy(update={"recording": BASE.recording.model_copy(update=words)})


RECORD = "Gosub(record,s,1)"


def test_a_phone_that_is_recorded_is_recorded_when_it_rings_and_when_it_calls() -> None:
    document = recorded_phone("8021")
    assert RECORD in steps(document, "extensions", "8021")
    assert RECORD not in steps(document, "extensions", "8022")
    by_phone = "Gosub(record-phone,${CHANNEL(endpoint)},1)"
    assert by_phone in steps(document, "phones", "8022")
    assert steps(document, "record-phone", "8021") == [RECORD, "Return()"]
    assert steps(document, "record-phone", "_[0-9a-zA-Z]!") == ["Return()"]


def test_the_phone_of_a_queue_s_agent_is_recorded_on_its_own_channel_once_connected() -> None:
    by_phone = "Gosub(record-agent,${CHANNEL(endpoint)},1)"
    document = recorded_phone("8001")
    assert steps(document, "wrap-up")[0] == by_phone
    assert steps(document, "record-agent", "8001") == ["Gosub(record,called,1)", "Return()"]
    assert steps(document, "record-agent", "_[0-9a-zA-Z]!") == ["Return()"]
    first, name, *_ = steps(document, "record", "called")
    # The caller's queue is recorded: so is its agent's leg, which inherits that.
    assert first == 'GotoIf($["${BB_RECORDED}" != ""]?done)'
    assert name == "Set(BB_RECORDED=${CHANNEL(linkedid)}-${CUT(UNIQUEID,.,2)}p.raw)"
    for nobody in (
        recorded_phone(""),
        document.model_copy(update={"recording": BASE.recording.model_copy(update={"enabled": False})}),
    ):
        assert by_phone not in steps(nobody, "wrap-up")


def test_whole_directions_are_recorded_when_the_site_says_so() -> None:
    def recorded(document: SiteDocument, context: str, extension: str) -> bool:
        return RECORD in steps(document, context, extension)

    for words, incoming, outgoing, internal in (
        ({}, False, False, False),
        ({"incoming": True}, True, False, False),
        ({"outgoing": True}, False, True, False),
        ({"internal": True}, False, False, True),
        ({"incoming": True, "outgoing": True, "internal": True, "enabled": False}, False, False, False),
    ):
        document = policy(**words)
        assert recorded(document, "did-88120004", "s") is incoming
        assert recorded(document, "phones", "_9X.") is outgoing
        assert recorded(document, "phones", "8021") is internal


def test_what_core_did_to_a_recording_is_said_at_the_hangup() -> None:
    said = {word: steps(BASE, "recording-said", word)[0] for word in dialplan(BASE)["recording-said"]}
    assert said == {
        "begun": "CELGenUserEvent(BB_RECORDING_BEGUN,${ARG1})",
        "paused": "CELGenUserEvent(BB_RECORDING_PAUSED,${ARG1})",
        "resumed": "CELGenUserEvent(BB_RECORDING_RESUMED,${ARG1})",
    }


def test_a_listener_s_phone_hears_the_file_with_keys_to_move_in_it() -> None:
    assert steps(BASE, "recording-playback") == [
        "Answer()",
        "ControlPlayback(${BB_PLAYBACK},10000,#,*,9,5,0,o(${BB_PLAYBACK_FROM}))",
        "Hangup()",
    ]


def test_a_supervisor_hears_exactly_one_channel_and_it_ends_with_that() -> None:
    for extension, options in (("listen", "uqdE"), ("whisper", "uqdEw"), ("barge", "uqdEB")):
        assert steps(BASE, "supervise", extension) == [
            "Answer()",
            f"ChanSpy(${{BB_SUPERVISED}},{options})",
            "Hangup()",
        ]


def test_a_caller_who_was_taken_over_does_not_begin_to_wait_anew() -> None:
    assert steps(BASE, "supervise", "take") == ["Answer()", "Bridge(${BB_SUPERVISED},x)", "Hangup()"]


def test_the_exchange_says_every_event_that_the_live_picture_hears() -> None:
    assert not HEARD & set(only(BASE, "manager.conf", "general").one("disabledevents").split(","))
