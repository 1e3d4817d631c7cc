using System.Collections.Frozen;

namespace FlowRuns.Steps.Slack;

/// <summary>Error codes that Slack documents for its Web API and for chat.postMessage, in words that say what to do.</summary>
static class SlackErrors
{
    static readonly FrozenDictionary<string, string> Explanations = new Dictionary<string, string>
    {
        ["access_denied"] = "the token may not use what the message asks for.",
        ["account_inactive"] = "the token belongs to a user or workspace that was deleted: make a new token.",
        ["as_user_not_supported"] = "apps of the current kind post as themselves: leave as_user out.",
        ["cannot_reply_to_message"] = "this kind of message takes no replies in a thread.",
        ["channel_not_found"] = "there is no such channel, or the app cannot see it. Check the name, and invite the app to a private channel.",
        ["channel_type_not_supported"] = "this kind of channel takes no messages from apps.",
        ["duplicate_channel_not_found"] = "the channel that goes with client_msg_id was not found.",
        ["duplicate_message_not_found"] = "there is no message that goes with client_msg_id.",
        ["ekm_access_denied"] = "the workspace's administrators have suspended posting by their encryption keys.",
        ["enterprise_is_restricted"] = "the method cannot be called from this Enterprise Grid organization.",
        ["fatal_error"] = "Slack failed in the middle; parts may have been done.",
        ["internal_error"] = "Slack failed, as a rule for a short time.",
        ["invalid_arg_name"] = "the request has an argument with a name that Slack does not take.",
        ["invalid_arguments"] = "an argument is not valid: check channel, text, blocks and threadTs.",
        ["invalid_auth"] = "the token is not valid, or comes from an address that the workspace does not allow. Give the connection a new token.",
        ["invalid_blocks"] = "the blocks do not fit Slack's Block Kit: try them in the Block Kit Builder.",
        ["invalid_blocks_format"] = "blocks have to be a list of Block Kit objects.",
        ["invalid_json"] = "Slack could not read the request as JSON.",
        ["invalid_post_type"] = "the request's content type does not fit what was sent.",
        ["is_archived"] = "the channel has been archived: unarchive it, or choose another.",
        ["is_inactive"] = "the conversation is frozen and takes no messages.",
        ["message_limit_exceeded"] = "the workspace has reached its limit of messages.",
        ["messages_tab_disabled"] = "the app's Messages tab is switched off: switch it on under App Home.",
        ["metadata_too_large"] = "the message's metadata is too large.",
        ["method_deprecated"] = "Slack has withdrawn the method.",
        ["missing_scope"] = "the token lacks a scope: add chat:write to the app and install it again.",
        ["msg_blocks_too_long"] = "the blocks are too long: split the message.",
        ["msg_too_long"] = "the text is longer than 40,000 characters: shorten it or split the message.",
        ["no_permission"] = "the token may not post here: invite the app to the channel, or give it the scope.",
        ["no_text"] = "the message has neither text nor blocks.",
        ["not_allowed_token_type"] = "this kind of token cannot post: use a bot token, which begins with xoxb-.",
        ["not_authed"] = "the request had no token: give the connection one.",
        ["not_in_channel"] = "the app is not in the channel: invite it, or give it the scope chat:write.public.",
        ["org_login_required"] = "the workspace is moving into an Enterprise Grid organization, and takes no calls until it has arrived.",
        ["rate_limited"] = "too many messages in a short time.",
        ["ratelimited"] = "too many requests in a short time.",
        ["request_timeout"] = "Slack did not get the whole request in time.",
        ["restricted_action"] = "the workspace's settings keep the app from posting.",
        ["restricted_action_non_threadable_channel"] = "the channel takes no replies in threads.",
        ["restricted_action_read_only_channel"] = "only some people may post in the channel.",
        ["restricted_action_thread_locked"] = "the thread is locked.",
        ["restricted_action_thread_only_channel"] = "the channel takes replies in threads only: set threadTs.",
        ["service_unavailable"] = "Slack is away for a short time.",
        ["team_access_not_granted"] = "the app was not given access to this workspace.",
        ["team_added_to_org"] = "the workspace is just being added to an Enterprise Grid organization.",
        ["team_not_found"] = "the workspace was not found.",
        ["thread_not_found"] = "there is no thread with that threadTs in the channel.",
        ["token_expired"] = "the token has expired: give the connection a new one.",
        ["token_revoked"] = "the token was revoked, or the app removed: install it again and give the connection the new token.",
        ["too_many_attachments"] = "the message has more than 100 attachments.",
        ["too_many_contact_cards"] = "the message has too many contact cards.",
        ["two_factor_setup_required"] = "the token's user first has to set up two-factor authentication.",
    }.ToFrozenDictionary();

    static readonly FrozenSet<string> Transient = ["fatal_error", "internal_error", "rate_limited", "ratelimited", "request_timeout", "service_unavailable", "team_added_to_org"];

    public static string Describe(string code, string method) => $"{code}: {Explanations.GetValueOrDefault(code) ?? $"see Slack's documentation of {method}."}";

    public static bool IsTransient(string code) => Transient.Contains(code);
}
