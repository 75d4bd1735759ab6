using System.Text.Json;
using Gatehouse.Identity.Formats;

namespace Gatehouse.ProviderEvents;

/// <summary>The types of events that have an effect: CAEP 1.0, RISC 1.0, SSF 1.0 and back-channel logout.</summary>
internal static class EventTypes
{
    /// <summary>The event of a logout token.</summary>
    public const string BackChannelLogout = "http://schemas.openid.net/event/backchannel-logout";

    private const string Caep = "https://schemas.openid.net/secevent/caep/event-type/";
    private const string Risc = "https://schemas.openid.net/secevent/risc/event-type/";
    private const string Ssf = "https://schemas.openid.net/secevent/ssf/event-type/";

    /// <summary>The change of the state of a stream.</summary>
    public const string StreamUpdated = Ssf + "stream-updated";

    /// <summary>Returns the effect of an event. An event without the member that says what changed has the effect of the change.</summary>
    /// <param name="type">The type.</param>
    /// <param name="content">The content.</param>
    public static EventEffect EffectOf(string type, JsonElement content) => type switch
    {
        BackChannelLogout or Caep + "session-revoked" or Caep + "credential-change" or Caep + "token-claims-change" => EventEffect.End,
        Caep + "assurance-level-change" => MetadataMember.Text(content, "change_direction") is "increase" ? EventEffect.None : EventEffect.End,
        Caep + "device-compliance-change" => MetadataMember.Text(content, "current_status") is "compliant" ? EventEffect.None : EventEffect.End,
        Risc + "account-disabled" or Risc + "account-purged" or Risc + "sessions-revoked" => EventEffect.End,
        Ssf + "verification" or StreamUpdated => EventEffect.Stream,
        _ => EventEffect.None,
    };

    /// <summary>Returns the word of a type, as entries name it. The text of an unknown type is not repeated.</summary>
    public static string WordOf(string type, JsonElement content) => type == BackChannelLogout ? "logout"
        : EffectOf(type, content) == EventEffect.None && type is not (Caep + "assurance-level-change" or Caep + "device-compliance-change")
            ? "other" : type[(type.LastIndexOf('/') + 1)..];
}
