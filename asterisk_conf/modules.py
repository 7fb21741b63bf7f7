"""modules.conf: every module that is loaded, by purpose, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator

from asterisk_conf.generator import Generator, Source
from asterisk_conf.syntax import Option, Section

MODULES: tuple[tuple[str, str], ...] = (
    # What the others stand on.
    ("res_timing_timerfd", "clock for music, prompts and recording"),
    ("res_sorcery_config", "PJSIP reads pjsip.conf"),
    ("res_sorcery_memory", "PJSIP keeps contacts' states"),
    ("res_sorcery_astdb", "PJSIP keeps registrations over a restart"),
    ("res_pjproject", "SIP stack"),
    # Audio.
    ("codec_alaw", "calls of carriers and phones"),
    ("codec_ulaw", "calls of carriers and phones"),
    ("codec_a_mu", "alaw to ulaw without a detour"),
    ("codec_g722", "wide-band phones"),
    ("codec_resample", "wide-band phone to narrow-band carrier"),
    ("codec_gsm", "Debian's English prompts are GSM"),
    ("format_gsm", "Debian's English prompts"),
    ("format_wav", "music, our prompts, voicemail"),
    ("format_sln", "recordings are raw"),
    ("format_pcm", "prompts kept as alaw or g722"),
    ("res_rtp_asterisk", "RTP"),
    ("bridge_simple", "two parties"),
    ("bridge_native_rtp", "two parties without decoding when nobody records"),
    ("bridge_softmix", "more than two parties"),
    ("bridge_holding", "parked calls"),
    ("bridge_builtin_features", "transfers at the desk"),
    ("res_musiconhold", "music while waiting"),
    # SIP.
    ("res_pjsip", "endpoints, transports, contacts"),
    ("res_pjsip_session", "calls"),
    ("res_pjsip_sdp_rtp", "audio of calls"),
    ("res_pjsip_authenticator_digest", "phones prove who they are"),
    ("res_pjsip_outbound_authenticator_digest", "we prove who we are to the carrier"),
    ("res_pjsip_endpoint_identifier_ip", "a trunk is known by its addresses"),
    ("res_pjsip_endpoint_identifier_user", "a phone is known by its number"),
    ("res_pjsip_acl", "phones register from the branch's networks only"),
    ("res_pjsip_registrar", "phones register"),
    ("res_pjsip_outbound_registration", "trunks that register at the carrier"),
    ("res_pjsip_caller_id", "numbers and names of callers"),
    ("res_pjsip_nat", "phones behind a router"),
    ("res_pjsip_rfc3326", "hangup causes in Reason headers"),
    ("res_pjsip_dtmf_info", "phones that send keys as INFO"),
    ("res_pjsip_refer", "transfer key of phones"),
    ("res_pjsip_dlg_options", "OPTIONS within a call"),
    ("res_pjsip_pubsub", "subscriptions"),
    ("res_pjsip_outbound_publish", "res_pjsip_exten_state needs it"),
    ("res_pjsip_exten_state", "busy lamps of phones"),
    ("res_pjsip_dialog_info_body_generator", "busy lamps, the usual format"),
    ("res_pjsip_pidf_body_generator", "busy lamps, presence format"),
    ("res_pjsip_mwi", "message lamp of phones"),
    ("res_pjsip_mwi_body_generator", "message lamp of phones"),
    ("res_pjsip_notify", "the desk has a phone take a call"),
    ("chan_pjsip", "SIP channels"),
    # Dialplan.
    ("pbx_config", "extensions.conf"),
    ("app_stack", "Gosub"),
    ("app_dial", "Dial"),
    ("app_queue", "Queue"),
    ("app_playback", "Playback"),
    ("app_voicemail", "VoiceMail"),
    ("app_read", "PINs and keys of phone codes"),
    ("app_record", "announcements recorded by phone"),
    ("app_originate", "the end of a wrap-up is waited for beside the call"),
    ("app_softhangup", "whoever is talked with needs no call-back any more"),
    ("app_userevent", "core hears what phone codes and its orders did"),
    ("app_mixmonitor", "recording"),
    ("app_controlplayback", "recordings heard on a phone"),
    ("app_senddtmf", "core holds and transfers on behalf of a desk; drills speak by digits"),
    ("app_echo", "whoever calls the test number hears himself"),
    ("app_waitforsilence", "whether a test number of the carrier's makes a sound"),
    ("app_waitforcond", "how long somebody is on hold"),
    ("app_directed_pickup", "phones take calls that ring at others"),
    ("res_parking", "calls that wait for whoever takes them back"),
    ("app_chanspy", "supervisors listen in, whisper, barge in"),
    ("app_celgenuserevent", "marks in the history"),
    ("func_channel", "CHANNEL()"),
    ("func_cut", "CUT()"),
    ("func_db", "who is signed in where, who is busy, what is closed for a while"),
    ("func_dialplan", "DIALPLAN_EXISTS()"),
    ("func_strings", "FILTER() and STRFTIME()"),
    ("func_callerid", "CALLERID()"),
    ("func_pjsip_contact", "PJSIP_CONTACT(): which make of phone rings"),
    ("func_pjsip_endpoint", "PJSIP_ENDPOINT(): how a phone shows itself"),
    ("func_global", "SHARED(): what an agent wishes of the caller's channel"),
    ("func_hangupcause", "HANGUPCAUSE_KEYS(): whether a carrier has said anything"),
    ("func_logic", "IMPORT(): what other channels know"),
    ("func_timeout", "TIMEOUT(digit) of menus that take phones' numbers"),
    # History and the live picture.
    ("res_cdrel_custom", "writer of both CSV files"),
    ("cdr_custom", "call detail records"),
    ("cel_custom", "channel events"),
    ("res_manager_devicestate", "states of phones for core"),
    ("res_clioriginate", "the box calls itself after each start"),
    ("res_security_log", "refused registrations and calls in the log"),
)


LINES_MODULE = "chan_dahdi"
"""Loaded only where the document has such lines: without its file it would complain."""


def sections(source: Source) -> Iterator[Section]:
    """[modules], in an order in which each finds what it needs."""
    by_cards = source.lines and (source.document.e1_trunks or source.document.analogue_trunks)
    modules = (*MODULES, *(((LINES_MODULE, "lines by cards"),) if by_cards else ()))
    yield Section(
        "modules",
        (Option("autoload", "no"), *(Option("load", f"{module}.so", why) for module, why in modules)),
    )


GENERATOR = Generator("modules.conf", None, sections)
